"""One PBX, one daemon and one receiver serve all live calls of a module."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.asterisk.availability import pytest_collection_modifyitems, pytest_terminal_summary
from tests.asterisk.daemon import Daemon, Receiver
from tests.asterisk.lab.scenarios import SCENARIOS
from tests.asterisk.lab.stage import Stage
from tests.replay.stories import mismatch, story_on

HEARING_SECONDS = 10.0
"""A delivery takes milliseconds; Asterisk may hold an event back until the daemon's next ping."""

QUIET_SECONDS = 0.3
"""A notification too many would come at once."""

__all__ = ["Theatre", "pytest_collection_modifyitems", "pytest_terminal_summary", "theatre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """Everything that a live call needs."""

    variant: str
    stage: Stage
    receiver: Receiver

    async def mismatch(self, name: str) -> list[str]:
        """Play a script; returns in what the notifications differ from its story."""
        expected = story_on(self.variant, name)
        try:
            await SCENARIOS[name].play(self.stage)
        finally:  # whatever became of this call, the next one begins in silence
            await self.stage.settled()
            told = await self.receiver.heard(len(expected), seconds=HEARING_SECONDS, quiet=QUIET_SECONDS)
        return mismatch(expected, told)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def theatre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """A real Asterisk, the module's ``VARIANT``, with its phones, the daemon, and somebody who hears of every event."""
    async with Stage(request.module.VARIANT) as stage, Receiver() as receiver:
        daemon = Daemon(tmp_path_factory.mktemp("daemon"), pbx=stage.pbx, receiver=receiver)
        async with daemon.settled():
            yield Theatre(variant=request.module.VARIANT, stage=stage, receiver=receiver)
