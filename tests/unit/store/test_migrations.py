"""Upgrading equals installing; a step that fails leaves the store as it was."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from amibridge.errors import StoreError
from amibridge.store import migrations as module
from amibridge.store.database import Store
from amibridge.store.schema import migrations
from tests.unit.store.samples import names_in

FIRST = {1: migrations()[1]}
GROWN = {**migrations(), len(migrations()) + 1: "ALTER TABLE gap ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;"}
ORPHANED = {
    **migrations(),
    len(migrations())
    + 1: "CREATE TABLE late (a INTEGER);\nINSERT INTO token VALUES (1, hex(zeroblob(32)), 5, NULL, 0, 0);",
}
BROKEN = {**migrations(), len(migrations()) + 1: "CREATE TABLE late (a INTEGER);\nINSERT INTO nowhere VALUES (1);"}


async def opened(path: Path, known: Mapping[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Open and close the store as an amibridge that knows these migrations."""
    monkeypatch.setattr(module, "migrations", lambda: known)
    async with Store.open(path):
        pass


def looked_into(path: Path) -> tuple[int, list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Version, schema and gaps of a store."""
    connection = sqlite3.connect(path)
    try:
        ((version,),) = connection.execute("PRAGMA user_version")
        schema = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
        return version, schema, connection.execute("SELECT reason FROM gap").fetchall()
    finally:
        connection.close()


async def test_upgrading_equals_installing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of the first version, migrated, has the schema of a new one, its rows, and a copy of before."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    await opened(old, FIRST, monkeypatch)
    connection = sqlite3.connect(old)
    connection.executescript("INSERT INTO gap (lost_at, back_at, reason) VALUES (1, 2, 'kept')")
    connection.close()
    await opened(old, GROWN, monkeypatch)
    await opened(new, GROWN, monkeypatch)
    version, schema, rows = looked_into(old)
    assert (version, schema) == looked_into(new)[:2]
    assert rows == [("kept",)]
    assert looked_into(tmp_path / "old.db.v0001")[::2] == (1, [("kept",)])
    assert "new.db.v0001" not in names_in(tmp_path)


@pytest.mark.parametrize(
    ("broken", "words"), [(BROKEN, "no such table: nowhere"), (ORPHANED, "rows refer to missing rows")]
)
async def test_a_failed_step_changes_nothing(
    path: Path, broken: Mapping[int, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration is one transaction: when it fails, the former amibridge goes on with the store."""
    await opened(path, migrations(), monkeypatch)
    before = looked_into(path)
    with pytest.raises(StoreError, match=words):
        await opened(path, broken, monkeypatch)
    assert looked_into(path) == before
    await opened(path, migrations(), monkeypatch)


async def test_a_failed_copy_stops_the_upgrade(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the copy nothing is migrated."""
    await opened(path, FIRST, monkeypatch)
    before = looked_into(path)
    path.with_name(f"{path.name}.v0001").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        await opened(path, GROWN, monkeypatch)
    assert looked_into(path) == before
