"""The daemon is killed, or loses its power, at random moments: nothing that was committed is lost, nothing is made up.

``AMIBRIDGE_ROUNDS=50 pytest tests/process/test_sudden_death.py`` dies more often; ``AMIBRIDGE_SEED`` repeats a run.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.fakes import careless
from tests.fakes.faults import Faults
from tests.fakes.receiver import Answer, Receiver
from tests.process.ledger import MOST_UNDER_WAY, ROUNDS, SEED, BusyPbx, Ledger, Verdict
from tests.process.test_daemon import SECRET, assign, daemon_of

LONGEST_LIFE_SECONDS: Final = 1.0
"""Counted from the login, or from the start when the daemon is to die while it starts."""
LAST_CALLS: Final = 3

Property: TypeAlias = Callable[[str, object], None]

pytestmark = pytest.mark.timeout(60 + 10 * ROUNDS)


async def killed_again_and_again(
    folder: Path, library: Path | None = None, *, synchronous: str = "FULL", rounds: int = ROUNDS
) -> Verdict:
    """Kill a busy daemon at random moments, with ``library`` by a power cut; then let it finish, and compare."""
    dice = random.Random(SEED)  # noqa: S311 - nothing secret is drawn
    async with BusyPbx(secret=SECRET) as pbx, Receiver() as receiver:
        daemon = daemon_of(folder, pbx.port, receiver)
        receiver.otherwise = Answer(delay_seconds=0.01)
        faults = None if library is None else Faults(library, daemon, forgetful=True)
        ledger = Ledger(daemon, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
        if synchronous == "NORMAL":
            daemon.program = (sys.executable, str(careless.__file__))
        slowest_seconds = 0.0
        async with pbx.calling(dice):
            for number in range(rounds):
                if faults:
                    faults.power_on()
                begun = time.monotonic()
                await daemon.start()
                if dice.random() < 0.75:
                    await daemon.said("ami_connected")
                    slowest_seconds = max(slowest_seconds, time.monotonic() - begun)
                await asyncio.sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))
                await daemon.kill()
                ledger.note()
                if faults:
                    faults.power_cut(dice, torn=number % 2 == 1)
        if faults:
            faults.power_on()
        async with daemon.running():
            last = [await pbx.call() for _ in range(LAST_CALLS)]
            await ledger.quiet(*last)
            ledger.note()
        verdict = ledger.verdict(*last)
    verdict.slowest_recovery_seconds = slowest_seconds
    return verdict


async def test_killed_at_any_moment(tmp_path: Path, record_property: Property) -> None:
    """What was committed before a kill is there after it, and goes out in order, twice at most if it was under way."""
    verdict = await killed_again_and_again(tmp_path)
    record_property(f"kill -9, {ROUNDS} rounds", str(verdict))
    assert (verdict.lost, verdict.wrong) == ([], []), verdict
    assert verdict.duplicates <= MOST_UNDER_WAY * ROUNDS, verdict
    assert verdict.events > ROUNDS, verdict


async def test_power_cut_at_any_moment(tmp_path: Path, library: Path, record_property: Property) -> None:
    """The same when the disk has nothing of what was not synced, or only some sectors of it."""
    verdict = await killed_again_and_again(tmp_path, library)
    record_property(f"power cut, {ROUNDS} rounds", str(verdict))
    assert (verdict.lost, verdict.wrong) == ([], []), verdict
    assert verdict.duplicates <= MOST_UNDER_WAY * ROUNDS, verdict
    assert verdict.events > ROUNDS, verdict


async def test_a_careless_store_is_found_out(tmp_path: Path, library: Path, record_property: Property) -> None:
    """A store that does not wait for the disk loses what it has committed: the power cut is one."""
    verdict = await killed_again_and_again(tmp_path, library, synchronous="NORMAL", rounds=4)
    record_property("control: power cut without waiting for the disk, 4 rounds", str(verdict))
    assert [text for text in verdict.lost if "the journal does not know it" in text], verdict
