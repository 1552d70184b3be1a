"""How the daemon is."""

from dataclasses import replace

import pytest

from amibridge.control.operation import Books, DaemonFacts, Nothing
from amibridge.control.status import Status, show_status
from amibridge.delivery.stored import OutboxCounts
from amibridge.errors import NotFineError

FACTS = DaemonFacts(
    version="0.1.0",
    pid=4711,
    started_at=1_700_000_000.0,
    api_url="http://127.0.0.1:8480",
    pbx="up",
    pbx_since=1_700_000_001.0,
    asterisk="Asterisk 22",
    last_event_at=None,
    assignments=3,
)


async def test_status(books: Books) -> None:
    """The daemon's own words, and the outbox's counts."""
    told = await show_status.perform(replace(books, facts=lambda: FACTS), Nothing())
    assert told == Status(daemon=FACTS, outbox=OutboxCounts())
    assert show_status.result.validate_json(show_status.result.dump_json(told)) == told


async def test_without_a_daemon(books: Books) -> None:
    """Where none runs, that is the answer."""
    with pytest.raises(NotFineError, match="no daemon runs: start it with"):
        await show_status.perform(books, Nothing())
