"""The wall clock is set while calls go on: nothing is told twice, nothing is lost, nothing waits for the clock."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.daemon import DaemonProcess
from tests.fakes.faults import Faults
from tests.fakes.receiver import Answer, Receiver
from tests.process.ledger import SEED, BusyPbx, Ledger
from tests.process.test_daemon import SECRET, assign, daemon_of

HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A daemon whose clock can be set, and who has to do with it."""

    pbx: BusyPbx
    receiver: Receiver
    daemon: DaemonProcess
    faults: Faults
    ledger: Ledger


@asynccontextmanager
async def at_work(folder: Path, library: Path) -> AsyncIterator[Scene]:
    """All of them, as long as the daemon runs; every event of 201 and 202 is assigned."""
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(folder, pbx.port, receiver)
        faults, ledger = Faults(library, daemon), Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            yield Scene(pbx=pbx, receiver=receiver, daemon=daemon, faults=faults, ledger=ledger)


@pytest.mark.parametrize("seconds", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_step_between_calls(tmp_path: Path, library: Path, seconds: float) -> None:
    """Calls before, across and after the step are told once, in order, and the link to the PBX stays."""
    dice = random.Random(SEED)  # noqa: S311 - nothing secret is drawn
    async with at_work(tmp_path, library) as scene:
        async with scene.pbx.calling(dice):
            before = await scene.pbx.call()
            scene.faults.step_clock(seconds)
            await scene.pbx.call()
            scene.faults.step_clock(0)
            await scene.pbx.call()
            scene.faults.step_clock(seconds)
        after = await scene.pbx.call()
        await scene.ledger.quiet(before, after)
        await scene.daemon.readiness(200)
        scene.ledger.note()
        assert [line for line in scene.daemon.lines if line["event"] in {"ami_link_lost", "deliveries_expired"}] == []
    verdict = scene.ledger.verdict(before, after)
    assert (verdict.lost, verdict.wrong, verdict.duplicates) == ([], [], 0), verdict


@pytest.mark.parametrize("seconds", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_step_while_a_receiver_fails(tmp_path: Path, library: Path, seconds: float) -> None:
    """What waits for its next attempt does not wait for the clock, nor does a new call; nothing expires too early."""
    async with at_work(tmp_path, library) as scene:
        scene.receiver.otherwise = Answer(status=503)
        call = await scene.pbx.call()
        await scene.receiver.wait_for(4)
        scene.faults.step_clock(seconds)
        scene.receiver.otherwise = Answer()
        await scene.ledger.quiet(call, await scene.pbx.call())
    states = {row["state"] for row in scene.ledger.rows("SELECT state FROM outbox")}
    assert states == {"delivered"}


@pytest.mark.parametrize("seconds", [-30 * HOUR, 6 * HOUR, 30 * HOUR], ids=["back", "forward", "beyond the age"])
async def test_a_step_that_is_mended(tmp_path: Path, library: Path, seconds: float) -> None:
    """A host that gets a wrong time and then the right one again: nothing expires by it, nor waits for hours."""
    async with at_work(tmp_path, library) as scene:
        scene.receiver.otherwise = Answer(status=503)
        first = await scene.pbx.call()
        await scene.receiver.wait_for(2)
        scene.faults.step_clock(seconds)
        line = await scene.daemon.said("clock_was_set")
        assert line["seconds"] == pytest.approx(seconds, abs=5)
        second = await scene.pbx.call()
        failed = len(scene.receiver.received)
        await scene.receiver.wait_for(failed + 1)
        scene.faults.step_clock(0)
        await scene.ledger.until(
            lambda: sum(one["event"] == "clock_was_set" for one in scene.daemon.lines) >= 2,
            lambda: "the clock was not followed back",
        )
        scene.receiver.otherwise = Answer()
        await scene.ledger.quiet(first, second)
        assert [one for one in scene.daemon.lines if one["event"] == "deliveries_expired"] == []
    states = {row["state"] for row in scene.ledger.rows("SELECT state FROM outbox")}
    assert states == {"delivered"}
