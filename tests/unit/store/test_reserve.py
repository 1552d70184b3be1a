"""The room that is kept for a full disk."""

import asyncio
import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from amibridge.errors import StoreError
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.failures import NoRoomError
from amibridge.store.reserve import Reserve, reserve_bytes
from tests.unit.store.samples import NOW, event, names_in

SIZE = 3 * 1024 * 1024 + 5

ADD = "INSERT INTO gap (lost_at, back_at, reason) VALUES (1, 2, 'link lost')"


class Disk(NamedTuple):
    """What the file system says of its room."""

    f_bavail: int
    f_frsize: int


@pytest.fixture
def reserve(path: Path) -> Reserve:
    """A reserve that looks for room all the time."""
    return Reserve(path, size_bytes=SIZE, again_seconds=0.01)


def let_be_free(monkeypatch: pytest.MonkeyPatch, size_bytes: int) -> None:
    """Let the disk have so much room."""
    monkeypatch.setattr("amibridge.store.reserve.os.statvfs", lambda _: Disk(f_bavail=size_bytes, f_frsize=1))


async def test_it_takes_its_room(reserve: Reserve) -> None:
    """The file is written, not sparse, and nobody else's to read; there is nothing to say."""
    with capture_logs() as logs:
        await reserve.make()
        await reserve.make()
    found = reserve.path.stat()
    assert (found.st_size, stat.S_IMODE(found.st_mode)) == (SIZE, 0o600)
    assert found.st_blocks * 512 >= SIZE
    assert (reserve.problem, logs) == ("", [])


async def test_it_comes_back_when_there_is_room_for_two(reserve: Reserve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that it would fill up at once has no room yet."""
    await reserve.make()
    with capture_logs() as logs:
        reserve.release()
        reserve.release()
        assert not reserve.path.exists()
        assert reserve.problem.endswith("the disk is full; make room on it, 6 MB at least")
        let_be_free(monkeypatch, 2 * SIZE - 1)
        keeping = asyncio.create_task(reserve.keep())
        await asyncio.sleep(0.05)
        assert reserve.problem
        let_be_free(monkeypatch, 2 * SIZE)
        async with asyncio.timeout(5):
            while reserve.problem:  # noqa: ASYNC110 - it is what everybody else sees of it
                await asyncio.sleep(0.01)
    assert reserve.path.stat().st_size == SIZE
    assert [line["event"] for line in logs] == ["disk_full", "disk_has_room"]
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


async def test_no_room_from_the_start(reserve: Reserve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be made the disk is as good as full, whatever the file system says of its room."""

    def refuse(_count: int) -> bytes:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr("amibridge.store.reserve.os.urandom", refuse)
    with capture_logs() as logs:
        await reserve.make()
    assert [line["event"] for line in logs] == ["disk_full"]
    assert not reserve.path.exists()


@pytest.mark.parametrize("what", ["FIFO", "link", "link to nothing", "directory"])
async def test_what_is_no_file_is_left_alone(path: Path, what: str) -> None:
    """Nobody waits for a FIFO's reader, nor writes where a link leads: the start fails, and says what to remove."""
    place, elsewhere = path.with_name(f"{path.name}.reserve"), path.with_name("elsewhere")
    match what:
        case "FIFO":
            os.mkfifo(place)
        case "directory":
            place.mkdir()
        case _:
            place.symlink_to(elsewhere)
    if what == "link":
        elsewhere.write_bytes(bytes(SIZE))
    async with asyncio.timeout(5):
        with pytest.raises(StoreError) as refused:
            async with Store.open(path, reserve_bytes=SIZE):
                pass
    assert str(refused.value) == (
        f"store {path}: {place} is no regular file; remove it: room for a full disk is kept there"
    )
    assert not stat.S_ISREG(place.lstat().st_mode)
    assert (elsewhere.read_bytes() if elsewhere.exists() else b"") == (bytes(SIZE) if what == "link" else b"")
    assert reserve_bytes(path) == 0


async def test_nothing_new_is_kept_meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is used up call events are refused, for now, and everything else is written."""
    let_be_free(monkeypatch, 0)
    with capture_logs():
        async with Store.open(path, reserve_bytes=SIZE) as store:
            with pytest.raises(NoRoomError, match="the disk is full") as refused:
                await CallLog(store).record(CallBatch(events=[event()], recorded_at=NOW))
            assert not refused.value.final
            assert store.problem == str(refused.value)
            await store.write(lambda writer: writer.execute(ADD))
            let_be_free(monkeypatch, 2 * SIZE)
            async with asyncio.timeout(5):
                while store.problem:  # noqa: ASYNC110 - it is what everybody else sees of it
                    await asyncio.sleep(0.01)
            await CallLog(store).record(CallBatch(events=[event()], recorded_at=NOW))


async def test_a_reserve_that_cannot_be_kept_ends_the_daemon(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can be made no more, for another reason than a full disk, nobody relies on it in silence."""

    def broken(_: object) -> Disk:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    let_be_free(monkeypatch, 0)
    with capture_logs():
        async with Store.open(path, reserve_bytes=SIZE) as store:
            monkeypatch.setattr("amibridge.store.reserve.os.statvfs", broken)
            async with asyncio.timeout(5):
                with pytest.raises(StoreError, match=r"Input/output error"):
                    await store.run()


async def test_only_the_daemon_keeps_one(path: Path) -> None:
    """A command that opens the store leaves no such file behind."""
    async with Store.open(path) as store:
        assert store.problem == ""
    assert names_in(path.parent) == {path.name, f"{path.name}.lock"}
