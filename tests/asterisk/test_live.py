"""The whole way: calls on a real Asterisk, the daemon, and the notifications that arrive."""

import pytest

from tests.asterisk.conftest import Theatre
from tests.asterisk.lab.scenarios import SCENARIOS
from tests.replay.stories import STORIES, mismatch, parse

HEARING_SECONDS = 10.0
"""A delivery takes milliseconds; Asterisk may hold an event back until the daemon's next ping."""

QUIET_SECONDS = 0.3
"""A notification too many would come at once."""

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("name", SCENARIOS)
async def test_notifications_tell_the_call(theatre: Theatre, name: str) -> None:
    """Receivers are told what the story of the call says: each event once, none else."""
    expected = parse(STORIES[name])
    try:
        await SCENARIOS[name].play(theatre.stage)
    finally:  # whatever became of this call, the next one begins in silence
        await theatre.stage.settled()
        told = await theatre.receiver.heard(len(expected), seconds=HEARING_SECONDS, quiet=QUIET_SECONDS)
    assert mismatch(expected, told) == []
