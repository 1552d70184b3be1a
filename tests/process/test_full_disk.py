"""The disk is full: what was sent is marked, what is new waits, and all goes on by itself when there is room."""

import asyncio
import json
from pathlib import Path

import pytest

from amibridge.store.reserve import RESERVE_BYTES
from tests.fakes.ami_server import AmiServer, Script, block
from tests.fakes.daemon import DaemonProcess
from tests.fakes.faults import Faults
from tests.fakes.receiver import SILENCE, Answer, Receiver
from tests.process.ledger import BusyPbx, Ledger
from tests.process.test_daemon import ANSWERED, RINGING, SECRET, assign, daemon_of, told

MORE_THAN_THE_INBOX_HOLDS = 66_000


async def all_committed(daemon: DaemonProcess) -> None:
    """Wait until the first call is committed to its end."""
    for extension in ("201", "202"):
        await daemon.said("call_event", event_type="hangup", extension=extension)


async def test_what_was_sent_is_marked_and_what_is_new_waits(tmp_path: Path, library: Path) -> None:
    """On a full disk nothing is sent that is not kept, nothing that was sent comes again, and health says why."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        reserve = tmp_path / "amibridge.db.reserve"
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            assert reserve.stat().st_size == RESERVE_BYTES
            receiver.otherwise = Answer(delay_seconds=1)
            before = await pbx.call()
            await all_committed(daemon)
            faults.fill_disk()
            during = [await pbx.call() for _ in range(3)]
            await daemon.said("disk_full")
            reason = (await daemon.readiness(503))["reasons"][0]
            assert reason == (
                f"call events cannot be kept: store {daemon.store}: the disk is full; make room on it, 32 MB at least"
            )
            assert not reserve.exists()
            receiver.otherwise = Answer()
            await receiver.wait_for(6)
            await ledger.quiet(before)
            assert {got.parameters["CallID"] for got in receiver.received} == {before}
            assert json.loads(await daemon.command("status", "--json", status=1))["outbox"]["delivered"] == 6
            faults.empty_disk()
            await daemon.said("disk_has_room")
            await daemon.readiness(200)
            await ledger.quiet(*during)
            ledger.note()
            assert reserve.stat().st_size == RESERVE_BYTES
        verdict = ledger.verdict(before, *during)
    assert faults.refused
    assert (verdict.lost, verdict.wrong, verdict.duplicates) == ([], [], 0), verdict
    assert verdict.sent == 24
    assert [line for line in daemon.lines if line["event"] == "ami_link_lost"] == []


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "stopped"])
async def test_a_restart_on_a_full_disk(tmp_path: Path, library: Path, *, killed: bool) -> None:
    """A daemon that is started again marks what it sends, and keeps nothing new until there is room."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            receiver.otherwise = SILENCE
            before = await pbx.call()
            await all_committed(daemon)
            await receiver.wait_for(2)
            if killed:
                faults.fill_disk()
                await daemon.kill()
        ledger.note()
        faults.fill_disk()
        receiver.otherwise = Answer()
        await daemon.start()
        await daemon.said("disk_full")
        await daemon.said("ami_connected")
        during = await pbx.call()
        await receiver.wait_for(2 + 6)
        await ledger.quiet(before)
        assert {got.parameters["CallID"] for got in receiver.received} == {before}
        assert await daemon.stop() == 0
        ledger.note()
        faults.empty_disk()
        async with daemon.running():
            after = await pbx.call()
            await ledger.quiet(after)
            ledger.note()
        verdict = ledger.verdict(before, after)
    assert (verdict.lost, verdict.wrong, verdict.duplicates) == ([], [], 2), verdict
    assert ledger.rows("SELECT 1 FROM call_event WHERE call_id = ?", during) == []


@pytest.mark.timeout(180)
async def test_more_than_the_inbox_holds(tmp_path: Path, library: Path) -> None:
    """When too much waits, the link is dropped on purpose: a gap that is known, and a listing when there is room."""
    noise = block(Event="Newstate", Channel="PJSIP/299-1", ChannelState="6", Uniqueid="1.1", Linkedid="1.1")
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults = Faults(library, daemon)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            await receiver.wait_for(2)
            faults.fill_disk()
            pbx.push(ANSWERED)
            await daemon.said("store_refuses")
            pbx.push(noise * MORE_THAN_THE_INBOX_HOLDS)
            line = await daemon.said("ami_link_lost")
            assert "the inbox is full" in line["error"]
            reasons = (await daemon.readiness(503))["reasons"]
            assert [reason.split(":")[0] for reason in reasons[:2]] == [
                "the PBX is not heard (waiting)",
                "call events cannot be kept",
            ]
            faults.empty_disk()
            await daemon.readiness(200)
            await daemon.said("pbx_not_heard")
            await receiver.wait_for(6)
    assert len(told(receiver)) == 6
    gaps = Ledger(daemon, receiver).rows("SELECT reason FROM gap WHERE back_at > lost_at")
    assert ["the inbox is full" in gap["reason"] for gap in gaps] == [True]


async def test_settled_marks_need_little(tmp_path: Path, library: Path) -> None:
    """The reserve is enough for what comes to its end while the disk is full, although the receiver keeps failing."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            receiver.otherwise = Answer(status=503)
            calls = [await pbx.call() for _ in range(20)]
            await receiver.wait_for(40)
            faults.fill_disk()
            await pbx.call()
            await daemon.said("disk_full")
            seen = len(receiver.received)
            await receiver.wait_for(seen + 200)
            receiver.otherwise = Answer()
            await ledger.quiet(*calls)
            faults.empty_disk()
            await daemon.said("disk_has_room")
            await asyncio.wait_for(daemon.readiness(200), 10)
