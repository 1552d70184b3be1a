"""A copy of the store is whole, or there is none."""

import asyncio
import errno
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.errors import AmibridgeError, NotFineError, StoreError, UsageError
from amibridge.store.backup import ExistingBackupError, OwnNameError, back_up
from amibridge.store.database import Store
from amibridge.store.migrations import copy_into
from tests.unit.store.samples import names_in, unprivileged

ADD = "INSERT INTO gap (lost_at, back_at, reason) VALUES (1, 2, :reason)"


async def add(store: Store, reason: str) -> None:
    """Write a row."""
    await store.write(lambda writer: writer.execute(ADD, {"reason": reason}))


async def test_it_is_a_store(store: Store, path: Path, tmp_path: Path) -> None:
    """A copy made while the store works has what was committed, is private, and opens as a store."""
    target = tmp_path / "copy.db"
    await add(store, "link lost")
    await asyncio.gather(back_up(path, target), *(add(store, "meanwhile") for _ in range(5)))
    await add(store, "afterwards")
    assert stat.S_IMODE((await asyncio.to_thread(target.stat)).st_mode) == 0o600
    assert not {name for name in names_in(tmp_path) if name.startswith("copy.db.")}
    with capture_logs():
        async with Store.open(target) as copy:
            reasons = [row["reason"] for row in await copy.read("SELECT reason FROM gap ORDER BY id")]
    assert reasons[0] == "link lost"
    assert set(reasons[1:]) <= {"meanwhile"}


async def test_without_a_daemon(path: Path, tmp_path: Path) -> None:
    """A store that nobody has open is copied as well, and the next daemon finds nothing in its way."""
    async with Store.open(path) as store:
        await add(store, "link lost")
    await back_up(path, tmp_path / "copy.db")
    beside = [os.stat(tmp_path / name).st_uid for name in names_in(tmp_path) if name.startswith(path.name)]  # noqa: PTH116
    assert set(beside) == {(await asyncio.to_thread(path.stat)).st_uid}
    with capture_logs() as logs:
        async with Store.open(path) as store:
            await add(store, "again")
    assert logs == []


@pytest.mark.parametrize("there", ["file", "link"])
async def test_it_overwrites_nothing(store: Store, tmp_path: Path, there: str) -> None:
    """A file that exists stays, and so does a link to nowhere."""
    target = tmp_path / "copy.db"
    if there == "file":
        target.write_text("precious")
    else:
        target.symlink_to("nowhere")
    with pytest.raises(UsageError, match=r"copy\.db exists already, .*: name another file"):
        await back_up(store.path, target)
    assert target.read_text() == "precious" if there == "file" else target.is_symlink()


async def test_where_there_is_no_directory(store: Store, tmp_path: Path) -> None:
    """A file that cannot be made is named, and what to do."""
    with pytest.raises(NotFineError, match=r"no/copy\.db cannot be written \(there is no directory .*\): name a file"):
        await back_up(store.path, tmp_path / "no" / "copy.db")


async def test_what_the_file_system_refuses(store: Store, tmp_path: Path) -> None:
    """So is what the file system takes for no name, in its words."""
    with pytest.raises(NotFineError, match=r"cannot be written \(File name too long\)"):
        await back_up(store.path, tmp_path / ("x" * 253))
    closed = tmp_path / "closed"
    closed.mkdir()
    with unprivileged(), pytest.raises(AmibridgeError, match="Permission denied"):
        await back_up(store.path, closed / "copy.db")
    assert names_in(closed) == set()


async def test_a_full_disk_leaves_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy for which there is no room is not there, and the store is not called damaged."""

    async def full(_connection: object, _target: Path, *, replacing: bool) -> None:
        assert not replacing
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    async with Store.open(path):
        monkeypatch.setattr("amibridge.store.backup.copy_into", full)
        with pytest.raises(NotFineError, match=r"\(database or disk is full\): name a file where there is room"):
            await back_up(path, tmp_path / "copy.db")


async def test_a_damaged_store_is_not_copied(path: Path, tmp_path: Path) -> None:
    """What cannot be read back is no backup: the store is named, not the copy, and no file is left."""
    async with Store.open(path) as store:
        for _ in range(50):
            await add(store, "x" * 3000)
    with path.open("r+b") as file:
        file.seek(-40_000, os.SEEK_END)
        file.write(b"\xa5" * 20_000)
    with pytest.raises(StoreError, match=r"store .*amibridge\.db: the file is damaged"):
        await back_up(path, tmp_path / "copy.db")
    assert not {name for name in names_in(tmp_path) if name.startswith("copy")}


async def test_a_copy_is_looked_through(store: Store, path: Path, tmp_path: Path) -> None:
    """A copy that did not come out whole gets no name, whatever the disk said."""

    class Careless:
        """Copies something else."""

        async def execute_fetchall(self, _sql: str, parameters: tuple[str]) -> None:
            """Write half a database."""
            with closing(sqlite3.connect(parameters[0])) as copy:
                copy.executescript("CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(20000));")
            os.truncate(parameters[0], 8192)

    await add(store, "link lost")
    with pytest.raises((StoreError, sqlite3.DatabaseError)):
        await copy_into(Careless(), tmp_path / "copy.db")  # type: ignore[arg-type]
    assert not {name for name in names_in(path.parent) if name.startswith("copy")}


@pytest.mark.parametrize("ending", ["-wal", "-shm", ".lock", ".sock", ".reserve"])
async def test_names_of_the_stores_own(path: Path, ending: str) -> None:
    """What the daemon makes beside its store is no place for a copy."""
    async with Store.open(path):
        pass
    with pytest.raises(OwnNameError, match="name another file"):
        await back_up(path, path.with_name(f"{path.name}{ending}"))


async def test_two_at_once(store: Store, tmp_path: Path) -> None:
    """One of them makes the copy, the other says that there is one; neither touches what else lies there."""
    beside = tmp_path / "monday.part"
    beside.write_text("mine")
    target = tmp_path / "monday"
    results = await asyncio.gather(*(back_up(store.path, target) for _ in range(2)), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [ExistingBackupError]
    assert beside.read_text() == "mine"
    assert names_in(tmp_path) >= {"monday", "monday.part"}
    assert not [name for name in names_in(tmp_path) if name.startswith(".")]


async def test_a_file_system_without_links(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on many a memory stick."""

    def refuse(_part: Path, _path: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("amibridge.store.files.os.link", refuse)
    await back_up(store.path, tmp_path / "copy.db")
    with pytest.raises(ExistingBackupError):
        await back_up(store.path, tmp_path / "copy.db")
    assert not [name for name in names_in(tmp_path) if name.startswith(".")]
