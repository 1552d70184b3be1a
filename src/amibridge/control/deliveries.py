"""Operations over the outbox."""

from dataclasses import dataclass
from time import time
from typing import Final

from amibridge.control.operation import Books, Nothing, operation
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import DeliveryQuery, StoredAttempt, StoredDelivery
from amibridge.errors import NotFineError

_SECONDS_OF_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDeliveries:
    """Which deliveries, the newest first."""

    state: DeliveryState | None = None
    """None: whatever their state."""
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryId:
    """Which delivery."""

    delivery_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeDeliveries:
    """Which settled deliveries are to be forgotten."""

    state: DeliveryState | None = None
    """None: all that are settled."""
    older_than_days: int = 0
    """Those that were settled so long ago, and longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDelivery:
    """A delivery with what became of each attempt."""

    delivery: StoredDelivery
    attempts: list[StoredAttempt]


@operation("deliveries list")
async def list_deliveries(books: Books, arguments: ListDeliveries) -> list[StoredDelivery]:
    """Deliveries, newest first."""
    query = DeliveryQuery(state=arguments.state, limit=arguments.limit)
    return (await books.deliveries.list_deliveries(query)).deliveries


@operation("deliveries show")
async def show_delivery(books: Books, arguments: DeliveryId) -> ShownDelivery:
    """One delivery."""
    delivery = await books.deliveries.show(arguments.delivery_id)
    if delivery is None:
        raise NotFineError(f"there is no delivery {arguments.delivery_id}: see 'amibridge deliveries list'")
    return ShownDelivery(delivery=delivery, attempts=await books.deliveries.attempts(arguments.delivery_id))


@operation("deliveries retry")
async def retry_delivery(books: Books, arguments: DeliveryId) -> None:
    """Try a delivery again, now."""
    await books.deliveries.retry(arguments.delivery_id)
    books.wake()


@operation("deliveries retry dead")
async def retry_dead_deliveries(books: Books, arguments: Nothing) -> int:  # noqa: ARG001 - every operation takes some
    """Try all dead deliveries again whose assignment is still there; how many."""
    retried = await books.deliveries.retry_dead()
    books.wake()
    return retried


@operation("deliveries purge")
async def purge_deliveries(books: Books, arguments: PurgeDeliveries) -> int:
    """Forget settled deliveries; how many."""
    return await books.deliveries.purge(time() - arguments.older_than_days * _SECONDS_OF_A_DAY, arguments.state)
