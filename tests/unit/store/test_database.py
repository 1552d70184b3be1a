"""Opening, checking, reading and copying the store."""

import asyncio
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.errors import StoreError, UnavailableError
from amibridge.store.database import Store, open_to_read
from amibridge.store.migrations import APPLICATION_ID
from amibridge.store.schema import migrations
from tests.unit.store.samples import names_in, unprivileged

ADD = "INSERT INTO gap (lost_at, back_at, reason) VALUES (1, 2, :reason)"


async def add(store: Store, reason: str = "link lost") -> None:
    """Write a row."""
    await store.write(lambda writer: writer.execute(ADD, {"reason": reason}))


async def reasons(store: Store) -> list[str]:
    """What was written."""
    return [row["reason"] for row in await store.read("SELECT reason FROM gap ORDER BY id")]


def facts(path: Path) -> tuple[bytes, int]:
    """A file's bytes and permissions."""
    return path.read_bytes(), stat.S_IMODE(path.stat().st_mode)


def somebodys_file(path: Path) -> tuple[bytes, int]:
    """Make a file that is no database; returns its facts."""
    path.write_text("root:x:0:0:root:/root:/bin/bash\n" * 100)
    path.chmod(0o644)
    return facts(path)


def copy_of_the_open(path: Path, target: Path) -> Path:
    """The store's files as a crash would leave them."""
    target.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, target)
    return target / path.name


async def test_reopening_finds_what_was_written(path: Path) -> None:
    """A store outlives its process, and everything beside it is as private as itself."""
    async with Store.open(path) as store:
        await add(store, "Zoë 📞")
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    with capture_logs() as logs:
        async with Store.open(path) as store:
            assert await reasons(store) == ["Zoë 📞"]
    assert logs == []


async def test_durability_is_as_promised(store: Store) -> None:
    """Every commit is synced, references hold, and readers cannot write."""
    connection = store._commits._connection
    found = [
        tuple(*await connection.execute_fetchall(f"PRAGMA {name}"))
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    ]
    assert found == [("wal",), (2,), (1,), (5000,)]
    with pytest.raises(StoreError, match="cannot be written"):
        await store.read("DELETE FROM gap")


async def test_two_daemons_cannot_share_it(store: Store, path: Path) -> None:
    """The second one is told who has it, with the exit status of something that is taken; the first goes on."""
    with pytest.raises(UnavailableError, match=rf"process {os.getpid()}"):
        async with Store.open(path):
            pass
    await add(store)


async def test_a_crash_is_noticed_and_loses_nothing(store: Store, path: Path, tmp_path: Path) -> None:
    """A store that was not closed is checked at the next start, and has every commit."""
    await add(store)
    with capture_logs() as logs:
        async with Store.open(copy_of_the_open(path, tmp_path / "crashed")) as crashed:
            assert await reasons(crashed) == ["link lost"]
    assert [one["event"] for one in logs] == ["store_check"]


async def test_a_damaged_file_is_refused(store: Store, path: Path, tmp_path: Path) -> None:
    """After a crash, a file whose pages make no sense is not worked with."""
    for _ in range(50):
        await add(store, "x" * 3000)
    await store._commits._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    crashed = copy_of_the_open(path, tmp_path / "crashed")
    with crashed.open("r+b") as file:
        file.seek(-40_000, os.SEEK_END)
        file.write(b"\xa5" * 20_000)
    with capture_logs(), pytest.raises(StoreError, match=r"the file is damaged \(.*; move it away"):
        async with Store.open(crashed):
            pass


async def test_a_file_that_is_no_database_stays_as_it_is(path: Path) -> None:
    """A path to somebody's file is a mistake: it is named, and the file keeps its bytes and permissions."""
    before = somebodys_file(path)
    with pytest.raises(StoreError, match=r"the file is not a database .*; set \[store\] path"):
        async with Store.open(path):
            pass
    assert facts(path) == before


async def test_another_programs_database_stays_as_it_is(path: Path) -> None:
    """So is a path to another program's database."""
    foreign = sqlite3.connect(path)
    foreign.executescript("CREATE TABLE account (id); PRAGMA user_version = 40;")
    foreign.close()
    before = facts(path)
    with pytest.raises(StoreError, match="another program's database"):
        async with Store.open(path):
            pass
    assert facts(path) == before


async def test_a_newer_store_is_refused_untouched(path: Path) -> None:
    """A store of a later amibridge is not guessed at: one line, with the status of something unavailable."""
    newer = sqlite3.connect(path)
    newer.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99; CREATE TABLE a (b);")
    newer.close()
    before = facts(path)
    with pytest.raises(UnavailableError, match=f"of version 99, this amibridge knows {max(migrations())} at most"):
        async with Store.open(path):
            pass
    assert facts(path) == before


async def test_a_directory_without_rights(tmp_path: Path) -> None:
    """Where nothing may be written the store is not opened, and says so."""
    await asyncio.to_thread(tmp_path.chmod, 0o500)
    with unprivileged(), pytest.raises(StoreError, match="Permission denied"):
        async with Store.open(tmp_path / "a.db"):
            pass


async def test_a_failed_opening_gives_the_lock_back(path: Path) -> None:
    """Whoever repaired the file need not end anything first."""
    somebodys_file(path)
    with pytest.raises(StoreError):
        async with Store.open(path):
            pass
    await asyncio.to_thread(path.unlink)
    async with Store.open(path) as store:
        await add(store)


async def test_an_odd_path_is_a_path(tmp_path: Path) -> None:
    """Characters that mean something in a URI mean nothing here."""
    async with Store.open(tmp_path / "a?mode=memory#%41.db") as store:
        await add(store)
    assert (tmp_path / "a?mode=memory#%41.db").is_file()


async def test_readers_of_an_open_store(store: Store, path: Path) -> None:
    """Another process reads what is committed without the lock."""
    await add(store)
    async with open_to_read(path) as connection:
        assert [tuple(row) for row in await connection.execute_fetchall("SELECT reason FROM gap")] == [("link lost",)]


async def test_reading_what_is_not_there(path: Path) -> None:
    """A store that does not exist is not made by who only reads."""
    with pytest.raises(StoreError, match="No such file or directory; check"):
        async with open_to_read(path):
            pass
    assert names_in(path.parent) == set()


async def test_what_ended_the_daemon_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store cannot be marked as closed, that does not hide why it is being closed."""
    monkeypatch.setattr("amibridge.store.connections.BUSY_TIMEOUT_SECONDS", 0.1)
    with capture_logs() as lines, pytest.raises(ZeroDivisionError):
        await fail_while_another_program_holds_it(path)
    assert [line["event"] for line in lines] == ["store_not_marked_clean"]


async def fail_while_another_program_holds_it(path: Path) -> None:
    """A fault of ours, at a bad moment."""
    with closing(sqlite3.connect(path, isolation_level=None)) as foreign:
        async with Store.open(path):
            foreign.execute("BEGIN EXCLUSIVE")
            raise ZeroDivisionError


async def test_the_writer_answers(path: Path) -> None:
    """When it has been through what waited, also where it refuses; while it is held up, it does not."""
    async with Store.open(path) as store:
        await store.answers()
        held = asyncio.Event()
        waiting = asyncio.create_task(store.write(lambda _: held.wait()))
        answer = asyncio.create_task(store.answers())
        await asyncio.sleep(0.1)
        assert not answer.done()
        held.set()
        await asyncio.gather(waiting, answer)
        changes = path.with_name(f"{path.name}-wal").read_bytes()
        await store.answers()
        assert path.with_name(f"{path.name}-wal").read_bytes() == changes
    await store.answers()
