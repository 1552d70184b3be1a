"""The whole way: calls on the chan_sip of Asterisk 16, the daemon, and the notifications that arrive."""

import pytest

from tests.asterisk.conftest import Theatre
from tests.asterisk.lab.scenarios import scenarios_on

VARIANT = "16-chan_sip"

pytestmark = [pytest.mark.asterisk("16"), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("name", scenarios_on(VARIANT))
async def test_notifications_tell_the_call(theatre: Theatre, name: str) -> None:
    """Receivers are told what the story of the call says: each event once, none else."""
    assert await theatre.mismatch(name) == []
