"""The operation that asks a running daemon how it is."""

from dataclasses import dataclass

from amibridge.control.operation import Books, DaemonFacts, Nothing, operation
from amibridge.delivery.stored import OutboxCounts
from amibridge.errors import NotFineError


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The daemon and its outbox at a glance."""

    daemon: DaemonFacts
    outbox: OutboxCounts


@operation("status")
async def show_status(books: Books, arguments: Nothing) -> Status:  # noqa: ARG001 - every operation takes some
    """How the daemon is."""
    if books.facts is None:
        raise NotFineError("no daemon runs: start it with 'systemctl start amibridge' or 'amibridge run'")
    return Status(daemon=books.facts(), outbox=await books.deliveries.counts())
