"""The SQL files are what the code asks for, and each index serves the query that it was made for."""

import re
import sqlite3
from pathlib import Path

import pytest

import amibridge.store
from amibridge.store.queries import load
from amibridge.store.schema import migrations

SOURCE = Path(amibridge.store.__file__).parent
FAMILIES = sorted(file.stem for file in (SOURCE / "queries").glob("*.sql"))


@pytest.fixture(scope="module")
def schema() -> sqlite3.Connection:
    """An empty database of the newest schema."""
    connection = sqlite3.connect(":memory:")
    for script in migrations().values():
        connection.executescript(script)
    return connection


def plan(schema: sqlite3.Connection, sql: str) -> str:
    """How SQLite would run a query."""
    bound = dict.fromkeys(re.findall(r":(\w+)", sql))
    return "\n".join(row[3] for row in schema.execute(f"EXPLAIN QUERY PLAN {sql}", bound))


def test_each_query_is_used_and_each_used_one_is_there() -> None:
    """No query lies around, no name is mistyped."""
    used = {name for file in SOURCE.glob("*.py") for name in re.findall(r'SQL\["(\w+)"', file.read_text())}
    used |= {"list_state", "list_extensions", "list", "suspend_app", "sign_app"}
    used |= {"events_of_call", "events_of_extensions", "events", "events_of_extensions_after", "events_after"}
    assert used == {name for family in FAMILIES for name in load(family)}


def test_comments_stay_behind() -> None:
    """What is sent to SQLite is the statement alone."""
    assert not [sql for family in FAMILIES for sql in load(family).values() if "--" in sql or not sql.endswith(";")]


@pytest.mark.parametrize("family", FAMILIES)
def test_each_query_fits_the_schema(schema: sqlite3.Connection, family: str) -> None:
    """Every statement can be prepared: its tables, columns and indexes exist."""
    for sql in load(family).values():
        plan(schema, sql)


SERVES = re.compile(r"CREATE INDEX (\w+).*-- serves: ([\w, ]+)")


def test_each_index_serves_what_it_was_made_for(schema: sqlite3.Connection) -> None:
    """The schema says beside each index which queries need it, and they use it; none is without a purpose."""
    queries = {name: sql for family in FAMILIES for name, sql in load(family).items()}
    queries["purge"] = load("calls")["purge"]
    script = "\n".join(migrations().values())
    served = {index: names.split(", ") for index, names in SERVES.findall(script)}
    assert set(served) == set(re.findall(r"CREATE INDEX (\w+)", script))
    unused = [
        (index, name) for index, names in served.items() for name in names if index not in plan(schema, queries[name])
    ]
    assert unused == []


@pytest.mark.parametrize("name", ["set_back", "origins", "claimable", "next_due", "open_order_keys"])
def test_no_hot_query_reads_the_whole_outbox(schema: sqlite3.Connection, name: str) -> None:
    """Claiming costs what is claimed, however long the backlog is."""
    assert not re.search(r"SCAN (outbox|older)(?! USING INDEX)", plan(schema, load("outbox")[name]))


def test_counting_reads_an_index_alone(schema: sqlite3.Connection) -> None:
    """What is asked at each scrape reads no row: the outbox may hold a month of deliveries."""
    found = plan(schema, load("deliveries")["counts"])
    assert "SCAN outbox USING COVERING INDEX" in found
    assert "TEMP B-TREE" not in found
