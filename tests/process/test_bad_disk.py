"""The disk fails, the file is damaged, or another program has it: the daemon says so, and sends nothing made up."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.faults import Faults
from tests.fakes.receiver import Answer, Receiver
from tests.process.ledger import BusyPbx, Ledger
from tests.process.test_daemon import SECRET, assign, daemon_of

PAGE_BYTES = 4096


async def test_a_disk_that_does_not_keep_what_is_written(tmp_path: Path, library: Path) -> None:
    """After a failed sync no success proves anything: it ends with 74 and one line; with a good disk all goes on."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            before = await pbx.call()
            await ledger.quiet(before)
            faults.fail_syncs()
            await pbx.call()
            assert await daemon.ended() == 74
            assert daemon.errors.startswith(f"amibridge: store {daemon.store}: the disk failed (")
            assert daemon.errors.endswith("check the disk and the system's log, then start again\n")
            assert daemon.errors.count("\n") == 1
        ledger.note()
        assert len(receiver.received) == 6
        await daemon.start()
        assert await daemon.ended() == 74
        faults.mend_syncs()
        async with daemon.running():
            after = await pbx.call()
            await ledger.quiet(after)
            ledger.note()
        verdict = ledger.verdict(before, after)
    assert (verdict.lost, verdict.wrong, verdict.duplicates) == ([], [], 0), verdict


async def test_a_file_system_that_becomes_read_only(tmp_path: Path, library: Path) -> None:
    """So it is where Linux lets nobody write any more; a start says why it cannot be."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults = Faults(library, daemon)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            faults.forbid_writing()
            await pbx.call()
            assert await daemon.ended() == 74
            assert "the disk failed" in daemon.errors
        await daemon.start()
        assert await daemon.ended() == 74
        assert daemon.errors == (
            f"amibridge: store {daemon.store}: Read-only file system; "
            "check the file, its directory and their permissions\n"
        )
        assert receiver.received == []


async def test_another_program_holds_the_store(tmp_path: Path) -> None:
    """Whoever writes with another program delays everything and loses nothing; health says what is in the way."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        ledger = Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            with closing(sqlite3.connect(daemon.store, isolation_level=None)) as foreign:
                foreign.execute("BEGIN IMMEDIATE")
                calls = [await pbx.call() for _ in range(3)]
                await daemon.said("store_refuses")
                reasons = (await daemon.readiness(503))["reasons"]
                assert "another program holds it (database is locked); end the program" in reasons[0]
                assert receiver.received == []
                foreign.execute("ROLLBACK")
            await daemon.readiness(200)
            await ledger.quiet(*calls)
            ledger.note()
        verdict = ledger.verdict(*calls)
    assert (verdict.lost, verdict.wrong, verdict.duplicates, verdict.sent) == ([], [], 0, 18), verdict


def damage(store: Path, share: float) -> bytes:
    """Overwrite some pages, the first one never; returns the file's bytes."""
    pages = store.stat().st_size // PAGE_BYTES
    with store.open("r+b") as file:
        for page in range(1, pages, round(1 / share)):
            file.seek(page * PAGE_BYTES)
            file.write(b"\xa5" * PAGE_BYTES)
    return store.read_bytes()


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "stopped"])
async def test_a_damaged_store(tmp_path: Path, *, killed: bool) -> None:
    """A damaged file stays as it is for whoever repairs it; nothing of it is sent; the way out is said, and works."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            receiver.otherwise = Answer(status=503)
            await asyncio.gather(*(pbx.call() for _ in range(30)))
            await receiver.wait_for(60)
            await daemon.command("backup", str(tmp_path / "backup.db"))
            await (daemon.kill() if killed else daemon.stop())
        wal = tmp_path / "amibridge.db-wal"
        with closing(sqlite3.connect(daemon.store)) as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        bytes_before = damage(daemon.store, 0.25)
        receiver.received.clear()
        receiver.otherwise = Answer()
        for _ in range(2):
            await daemon.start()
            assert await daemon.ended() == 74
            assert f"amibridge: store {daemon.store}: the file is damaged (" in daemon.errors
            assert "move it away and restore a backup, or start with a new one" in daemon.errors
            assert daemon.errors.count("\n") == 1
        assert receiver.received == []
        if killed:
            assert daemon.store.read_bytes() == bytes_before
        await asyncio.to_thread(os.replace, tmp_path / "backup.db", daemon.store)
        wal.unlink(missing_ok=True)
        async with daemon.running():
            assert len(await receiver.wait_for(180)) == 180
