"""The migrations' files."""

import re

from amibridge.store.schema import migrations, statements


def test_versions_have_no_holes() -> None:
    """Version n comes from version n - 1, so that every store can be brought to the newest."""
    assert list(migrations()) == list(range(1, len(migrations()) + 1))


def test_every_table_is_strict() -> None:
    """SQLite holds each column to its type."""
    script = "\n".join(migrations().values())
    assert len(re.findall(r"^\) STRICT", script, re.MULTILINE)) == script.count("CREATE TABLE")


def test_every_column_is_of_a_table_that_says_what_it_is_for() -> None:
    """Each table stands under a comment."""
    lines = "\n".join(migrations().values()).splitlines()
    tables = [n for n, line in enumerate(lines) if line.startswith("CREATE TABLE")]
    assert [lines[n] for n in tables if not lines[n - 1].startswith("-- ")] == []


def test_a_script_falls_into_its_statements() -> None:
    """Semicolons in texts, comments and triggers do not end a statement."""
    script = """
-- first; not yet
CREATE TABLE a (b TEXT DEFAULT ';');
CREATE TRIGGER c AFTER INSERT ON a BEGIN
    DELETE FROM a;
END;
"""
    first, second = statements(script)
    assert first.endswith("(b TEXT DEFAULT ';');")
    assert second.endswith("END;")
