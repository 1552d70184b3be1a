"""The operation that asks a running daemon how it is."""

from dataclasses import dataclass
from typing import Final

from amibridge.calls.events import CallEvent
from amibridge.calls.hearing import Gap
from amibridge.calls.journal import GapQuery, JournalQuery
from amibridge.control.operation import Books, DaemonFacts, Nothing, operation
from amibridge.delivery.stored import OutboxCounts, ReceiverFacts
from amibridge.errors import NotFineError

LAST_EVENTS: Final = 3
"""So many call events are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The daemon, its outbox, and what happened last."""

    daemon: DaemonFacts
    outbox: OutboxCounts
    receivers: tuple[ReceiverFacts, ...] = ()
    """By what they made of the latest attempts, the worst first."""
    last_events: tuple[CallEvent, ...] = ()
    """The newest first."""
    last_gap: Gap | None = None


@operation("status")
async def show_status(books: Books, arguments: Nothing) -> Status:  # noqa: ARG001 - every operation takes some
    """How the daemon is."""
    if books.facts is None:
        raise NotFineError("no daemon runs: start it with 'systemctl start amibridge' or 'amibridge run'")
    journal = await books.calls.journal(JournalQuery(limit=LAST_EVENTS))
    gaps = await books.calls.gaps(GapQuery(limit=1))
    return Status(
        daemon=books.facts(),
        outbox=await books.deliveries.counts(),
        receivers=tuple(await books.deliveries.receivers()),
        last_events=tuple(entry.event for entry in journal.entries),
        last_gap=gaps.entries[0].gap if gaps.entries else None,
    )
