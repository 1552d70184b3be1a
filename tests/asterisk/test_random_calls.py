"""Random calls on a real PBX while everything breaks at random; afterwards nothing is lost, made up or mixed up.

``AMIBRIDGE_RANDOM_MINUTES=120 pytest tests/asterisk/test_random_calls.py`` goes on for longer, in all, over both
versions; ``AMIBRIDGE_SEED`` repeats a run, more or less: the calls and the faults, not each moment.
"""

import asyncio
import os
import random
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.asterisk.random_calls import Callers, Faults, world
from tests.asterisk.random_verdict import judge, quiet

VERSIONS: Final = ("22", "16")
MINUTES: Final = float(os.environ.get("AMIBRIDGE_RANDOM_MINUTES", "1"))
"""In all, over both versions."""
SEED: Final = int(os.environ.get("AMIBRIDGE_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
SECONDS: Final = MINUTES * 60 / len(VERSIONS)
LAST_SECONDS: Final = 5.0
"""So long are calls made at the end, with nothing broken any more."""
MOST_UNPLAYED: Final = 0.02
"""A machine that has no time for its phones drops a call now and then."""
RECOVERY_SECONDS: Final = 15.0
GROWTH_LIMIT_BYTES: Final = 16 * 1024 * 1024
MORE_DESCRIPTORS: Final = 64
"""A connection for each request that may be under way is kept for a while, for the next one."""

pytestmark = [
    pytest.mark.asyncio(loop_scope="function"),
    pytest.mark.timeout(SECONDS * 1.2 + 240),
]


@pytest.mark.parametrize("version", [pytest.param(one, marks=pytest.mark.asterisk(one)) for one in VERSIONS])
async def test_random_calls(tmp_path: Path, version: str) -> None:
    """In the first half the daemon dies now and then too; in the second half it lives on, and does not grow."""
    try:
        await _hold(tmp_path, version)
    except BaseException as error:
        error.add_note(f"AMIBRIDGE_SEED={SEED} makes the same calls and breaks the same things again")
        raise


async def _hold(folder: Path, version: str) -> None:
    seed = f"{SEED} on {version}"
    async with world(folder, version, seed) as here:
        callers = Callers(here, seed)
        faults = Faults(here, callers)
        async with callers.calling():
            began = time.monotonic()
            await faults.happen(began + SECONDS / 2, daemon_dies=True)
            here.measure()
            await faults.happen(began + SECONDS - LAST_SECONDS, daemon_dies=False)
            await asyncio.sleep(LAST_SECONDS)
        await quiet(here)
        verdict = judge(here, str(SEED))
    sys.stdout.write(f"Asterisk {version}, {SECONDS / 60:.1f} minutes: {verdict}\n")  # pytest -rP shows it
    assert (verdict.lost, verdict.wrong) == ([], []), verdict
    assert len(verdict.unplayed) <= max(1, MOST_UNPLAYED * verdict.calls), verdict
    assert verdict.undisturbed, verdict
    assert max((fault.recovery_seconds for fault in here.faults), default=0) <= RECOVERY_SECONDS, verdict
    assert here.resident_bytes[-1] - here.resident_bytes[0] <= GROWTH_LIMIT_BYTES, verdict
    assert here.descriptors[-1] - here.descriptors[0] <= MORE_DESCRIPTORS, verdict
