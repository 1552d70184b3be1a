"""A store of every version becomes one of the newest, with all that was in it; a new schema file joins by itself."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from amibridge.errors import UnavailableError
from amibridge.store import migrations as module
from amibridge.store.accounts import AccountBook
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.extensions import ExtensionBook
from amibridge.store.migrations import APPLICATION_ID
from amibridge.store.outbox import OutboxTable
from amibridge.store.schema import migrations

NEWEST: Final = max(migrations())

ROWS: Final = {
    "account": "INSERT INTO account (id, kind, name) VALUES (1, 'administrator', 'Ada')",
    "app": """INSERT INTO app (id, account_id, name, client_id, client_secret_hash, signing_secret)
              VALUES (1, 1, 'CRM', 'c', hex(zeroblob(32)), 'whsec_x')""",
    "token": """INSERT INTO token (token_hash, account_id, app_id, created_at)
                VALUES (hex(zeroblob(32)), 1, 1, 1700000000.5)""",
    "extension": """INSERT INTO extension (number, kind, service, did, name, owner_id)
                    VALUES ('210', 'phone', '', '', 'Zoë', 1)""",
    "assignment": """INSERT INTO assignment (assignment_id, extension, type, method, url, enabled, note, modified,
                         account_id)
                     VALUES ('a', '210', 0, 1, 'https://crm.example/hook', 1, '', 1700000000.5, 1)""",
    "call_event": """INSERT INTO call_event (event_id, type, extension, call_id, flow, status, caller_id_num,
                         caller_id_name, caller_extension, called_extension, called_number, called_did, call_api_id, at,
                         recovered, recorded_at)
                     VALUES ('e', 0, '210', '17.1', 'IN', 'CALLING', '030', 'Zoë 📞', '', '210', '210', '', '',
                             1700000000.123456, 0, 1700000000.2)""",
    "participation": """INSERT INTO participation (participation_id, dial, answered, legs, first_uniqueid,
                            called_extension, facts)
                        VALUES ('e', json_object('event_id', 'e', 'type', 0, 'extension', '210', 'call_id', '17.1',
                                'flow', 'IN', 'status', 'CALLING', 'caller_id_num', '', 'caller_id_name', '',
                                'caller_extension', '', 'called_extension', '210', 'called_number', '210',
                                'called_did', '', 'call_api_id', '', 'at', NULL, 'recovered', 0),
                                0, '["17.1"]', '17.1', '210', '{}')""",
    "outbox": """INSERT INTO outbox (id, event_id, assignment_id, origin, order_key, state, attempts, due_at,
                     created_at)
                 VALUES (1, 'e', 'a', 'https://crm.example:443', 'k', 'pending', 1, 1700000002.5, 1700000000.5)""",
    "attempt": """INSERT INTO attempt (delivery_id, number, started_at, duration_seconds, status_code, reason)
                  VALUES (1, 1, 1700000000.5, 0.25, 503, 'HTTP 503')""",
    "gap": "INSERT INTO gap (lost_at, back_at, reason) VALUES (1, 2, 'link lost')",
    "meta": "INSERT INTO meta (key, value) VALUES ('kept', 'yes')",
}
"""A row of each table, with the columns of the version in which the table came; in the order of their references."""

Content = Mapping[str, list[dict[str, object]]]


def filled(path: Path, version: int) -> Content:
    """Make a store of that version, as its amibridge left it, with a row in each table; returns its content."""
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        for number in range(1, version + 1):
            old.executescript(migrations()[number])
        old.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};")
        old.execute("PRAGMA journal_mode = WAL")
        old.execute("PRAGMA foreign_keys = ON")
        tables = tables_of(old)
        for table, row in ROWS.items():
            if table in tables:
                old.execute(row)
    return content(path)


def tables_of(connection: sqlite3.Connection) -> set[str]:
    """The tables of a store."""
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {str(row[0]) for row in connection.execute(query)}


def content(path: Path) -> Content:
    """All rows of all tables."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - our own tables
            for table in sorted(tables_of(connection))
        }


def schema(path: Path) -> list[tuple[str, str]]:
    """What makes the tables and indexes of a store."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchall() == [(NEWEST,)]
        return connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()


def kept(now: Content, before: Content) -> Content:
    """What is there now, of the tables and columns that there were before."""
    return {
        table: [{name: row[name] for name in rows[0]} for row in now[table]] if rows else []
        for table, rows in before.items()
    }


def test_each_table_has_a_row_to_keep(tmp_path: Path) -> None:
    """A new table is upgraded with something in it: whoever adds one says here with what."""
    assert [table for table, rows in filled(tmp_path / "a.db", NEWEST).items() if not rows] == []


@pytest.mark.parametrize("version", list(migrations()))
async def test_nothing_is_lost(path: Path, version: int) -> None:
    """After the upgrade each row has what it had, the schema is a new store's, and a copy of before lies beside it."""
    before = filled(path, version)
    with capture_logs() as logs:
        async with Store.open(path):
            pass
    assert kept(content(path), before) == before
    copy = path.with_name(f"{path.name}.v{version:04}")
    assert copy.exists() == (version < NEWEST)
    assert [line["event"] for line in logs] == (["store_upgrading"] if version < NEWEST else [])
    if version < NEWEST:
        assert content(copy) == before
    new = path.with_name("new.db")
    async with Store.open(new):
        pass
    assert schema(path) == schema(new)


@pytest.mark.parametrize("version", list(migrations()))
async def test_all_of_it_can_be_used(path: Path, version: int) -> None:
    """What an older amibridge wrote is read by this one: accounts, assignments, directory, open calls, what waits."""
    filled(path, version)
    with capture_logs():
        async with Store.open(path) as store:
            accounts = await AccountBook.open(store)
            assert [account.name for account in accounts.accounts()] == ["Ada"]
            assert [app.name for app in accounts.apps()] == ["CRM"]
            assert len(accounts.tokens()) == 1
            assert (await AssignmentBook.open(store)).get("a") is not None
            assert [one.name for one in (await ExtensionBook.open(store)).all()] == ["Zoë"]
            calls = CallLog(store)
            assert [one.participation_id for one in await calls.load_participations()] == ["e"]
            assert [one.event.caller_id_name for one in (await calls.journal()).entries] == ["Zoë 📞"]
            assert len(await Deliveries(store).attempts(1)) == 1
            (claimed,) = await OutboxTable(store).claim_due(
                now=1_700_000_003.0,
                limit=1,
                origin_limit=1,
                origin_room={},
                skip_order_keys=frozenset(),
                waiting_bound_seconds=30,
            )
            assert (claimed.delivery_id, claimed.attempt, claimed.event.event_id) == (1, 2, "e")


@pytest.mark.parametrize("version", [version for version in migrations() if version < NEWEST])
async def test_an_older_one_refuses_what_was_upgraded(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever goes back takes the copy: the old amibridge opens it, and not the upgraded store."""
    before = filled(path, version)
    with capture_logs():
        async with Store.open(path):
            pass
        known = {number: script for number, script in migrations().items() if number <= version}
        monkeypatch.setattr(module, "migrations", lambda: known)
        with pytest.raises(UnavailableError, match=f"of version {NEWEST}, this amibridge knows {version} at most"):
            async with Store.open(path):
                pass
        copy = path.with_name(f"{path.name}.v{version:04}")
        async with Store.open(copy):
            pass
    assert kept(content(copy), before) == before
