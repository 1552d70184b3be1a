"""The wall clock is set while calls go on: nothing is told twice, nothing is lost, nothing waits for the clock."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.fakes.daemon import PATIENCE
from tests.fakes.faults import Faults
from tests.fakes.receiver import Answer, Receiver
from tests.process.ledger import SEED, BusyPbx, Ledger
from tests.process.test_daemon import SECRET, assign, daemon_of

HOUR = 3600.0


@pytest.mark.parametrize("seconds", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_step_between_calls(tmp_path: Path, library: Path, seconds: float) -> None:
    """Calls before, across and after the step are told once, in order, and the link to the PBX stays."""
    dice = random.Random(SEED)  # noqa: S311 - nothing secret is drawn
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            async with pbx.calling(dice):
                before = await pbx.call()
                faults.step_clock(seconds)
                await pbx.call()
                faults.step_clock(0)
                await pbx.call()
                faults.step_clock(seconds)
            after = await pbx.call()
            await ledger.quiet(before, after)
            await daemon.readiness(200)
            ledger.note()
            assert [line for line in daemon.lines if line["event"] in {"ami_link_lost", "deliveries_expired"}] == []
        verdict = ledger.verdict(before, after)
    assert (verdict.lost, verdict.wrong, verdict.duplicates) == ([], [], 0), verdict


@pytest.mark.parametrize("seconds", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_step_while_a_receiver_fails(tmp_path: Path, library: Path, seconds: float) -> None:
    """What waits for its next attempt does not wait for the clock, nor does a new call; nothing expires too early."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            receiver.otherwise = Answer(status=503)
            call = await pbx.call()
            await receiver.wait_for(4)
            faults.step_clock(seconds)
            receiver.otherwise = Answer()
            await ledger.quiet(call, await pbx.call())
        states = {row["state"] for row in ledger.rows("SELECT state FROM outbox")}
    assert states == {"delivered"}


@pytest.mark.parametrize("seconds", [-30 * HOUR, 6 * HOUR, 30 * HOUR], ids=["back", "forward", "beyond the age"])
async def test_a_step_that_is_mended(tmp_path: Path, library: Path, seconds: float) -> None:
    """A host that gets a wrong time and then the right one again: nothing expires by it, nor waits for hours."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            receiver.otherwise = Answer(status=503)
            first = await pbx.call()
            await receiver.wait_for(2)
            faults.step_clock(seconds)
            line = await daemon.said("clock_was_set")
            assert line["seconds"] == pytest.approx(seconds, abs=5)
            second = await pbx.call()
            failed = len(receiver.received)
            await receiver.wait_for(failed + 1)
            faults.step_clock(0)
            async with asyncio.timeout(PATIENCE):
                while sum(one["event"] == "clock_was_set" for one in daemon.lines) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            receiver.otherwise = Answer()
            await ledger.quiet(first, second)
            assert [one for one in daemon.lines if one["event"] == "deliveries_expired"] == []
        states = {row["state"] for row in ledger.rows("SELECT state FROM outbox")}
    assert states == {"delivered"}
