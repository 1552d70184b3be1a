"""The outbox as people see it: counts, lists, one delivery with its attempts; and what they may do about it."""

import sqlite3
from collections.abc import Callable, Mapping
from time import time
from typing import Final

from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import (
    AttemptAt,
    DeliveryPage,
    DeliveryQuery,
    OutboxCounts,
    ReceiverFacts,
    StoredAttempt,
    StoredDelivery,
    receivers_of,
)
from amibridge.errors import NotFineError
from amibridge.store.assignments import origin_of
from amibridge.store.calls import PURGE_ROWS
from amibridge.store.database import Store
from amibridge.store.outbox import DAMAGED
from amibridge.store.queries import load
from amibridge.store.rows import event_of
from amibridge.store.scope import as_bound, is_few
from amibridge.store.writer import Writer

_SQL: Final = load("deliveries")
_OUTBOX_SQL: Final = load("outbox")
_ASSIGNMENT_SQL: Final = load("assignments")

RECENT_DELIVERIES: Final = 1000
"""How a receiver does is told from the attempts of so many new deliveries, and of so many that wait longest."""

ALL: Final = DeliveryQuery()
"""The newest, whatever their state."""


class Deliveries:
    """Lists and mends the outbox.

    Args:
        store: Where it is kept.
        clock: Unix seconds.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time) -> None:
        self._store = store
        self._clock = clock

    async def counts(self) -> OutboxCounts:
        """How many deliveries stand where, and since when the longest waiting one is due."""
        counts = {row["state"]: row["rows"] for row in await self._store.read(_SQL["counts"])}
        due = await self._store.read(_OUTBOX_SQL["next_due"])
        return OutboxCounts(**counts, earliest_due_at=due[0]["due_at"] if due else None)

    async def receivers(self) -> list[ReceiverFacts]:
        """What each receiver made of the latest attempts, the worst first."""
        bound = {"newest": RECENT_DELIVERIES, "waiting": RECENT_DELIVERIES}
        attempts = [AttemptAt(**dict(row)) for row in await self._store.read(_SQL["recent_attempts"], bound)]
        waiting = {row["origin"]: row["waiting"] for row in await self._store.read(_SQL["waiting"])}
        return receivers_of(attempts, waiting)

    async def open_count(self) -> int:
        """How many deliveries wait or are under way."""
        ((count,),) = await self._store.read(_SQL["open_count"])
        return int(count)

    async def list_deliveries(self, query: DeliveryQuery = ALL) -> DeliveryPage:
        """A page of deliveries, newest first."""
        bound = {
            "state": query.state,
            "assignment_id": query.assignment_id,
            "numbers": as_bound(query.numbers),
            "before_id": query.before_id,
            "limit": query.limit + 1,
        }
        whole = "list_state" if query.state else "list"
        name = "list_extensions" if is_few(query.numbers) else whole
        rows = await self._store.read(_SQL[name], bound)
        more = len(rows) > query.limit
        shown = [_delivery_of(row) for row in rows[: query.limit]]
        return DeliveryPage(deliveries=shown, next_before_id=shown[-1].delivery_id if more else None)

    async def show(self, delivery_id: int) -> StoredDelivery | None:
        """The delivery of that id, or None."""
        rows = await self._store.read(_SQL["one"], {"delivery_id": delivery_id})
        return _delivery_of(rows[0]) if rows else None

    async def attempts(self, delivery_id: int) -> list[StoredAttempt]:
        """What became of each of its attempts, in order."""
        rows = await self._store.read(_SQL["attempts"], {"delivery_id": delivery_id})
        return [StoredAttempt(**dict(row)) for row in rows]

    async def retry(self, delivery_id: int) -> None:
        """Try a given-up delivery again, with its full time before it; or make a waiting one due now.

        One that is being sent goes on. The daemon's worker must be woken.

        Raises:
            NotFineError: There is no such delivery, it is delivered, or it can never be sent.
        """
        now = self._clock()
        await self._store.write(lambda writer: _try_now(writer, delivery_id, now))

    async def retry_dead(self) -> int:
        """Try all dead deliveries again whose assignment is still there; returns how many.

        The daemon's worker must be woken.
        """
        bound = {"now": self._clock(), "damaged": DAMAGED}
        return await self._store.write(lambda writer: _begin_anew(writer, _SQL["retry_dead"], bound))

    async def purge(self, before: float, state: DeliveryState | None = None) -> int:
        """Forget the deliveries that were settled before that (Unix seconds), in steps; returns how many.

        Args:
            before: Unix seconds.
            state: Of that state alone; None: all that are settled.
        """
        bound = {"before": before, "state": state, "limit": PURGE_ROWS}
        purged = 0
        while step := await self._store.write(lambda writer: writer.execute(_SQL["purge"], bound)):
            purged += step
        return purged


async def _try_now(writer: Writer, delivery_id: int, now: float) -> None:
    """See ``retry``; where it stands is looked up here, where nobody changes it meanwhile."""
    bound = {"delivery_id": delivery_id, "now": now}
    rows = await writer.rows(_SQL["one"], bound)
    if not rows:
        raise NotFineError(f"there is no delivery {delivery_id}: see 'amibridge deliveries list'")
    known = _delivery_of(rows[0])
    if known.state is DeliveryState.DELIVERED:
        raise NotFineError(f"delivery {delivery_id} is delivered: nothing is left to do")
    if known.event is None:
        raise NotFineError(f"delivery {delivery_id} is damaged: its event is not sent")
    if known.state in {DeliveryState.PENDING, DeliveryState.SENDING}:
        await writer.execute(_SQL["hurry"], bound)
    elif not await _begin_anew(writer, _SQL["retry"], bound):
        raise NotFineError(f"delivery {delivery_id} has no assignment any more: make a new one for later events")


async def _begin_anew(writer: Writer, retry: str, bound: Mapping[str, object]) -> int:
    """Make given-up rows pending; they queue up where their assignments' URLs lead by now. Returns how many."""
    rows = await writer.rows(retry, bound)
    for assignment_id in {row["assignment_id"] for row in rows}:
        ((url,),) = await writer.rows(_SQL["url_of"], {"assignment_id": assignment_id})
        await writer.execute(_ASSIGNMENT_SQL["move_of"], {"assignment_id": assignment_id, "origin": origin_of(url)})
    return len(rows)


def _delivery_of(row: sqlite3.Row) -> StoredDelivery:
    try:
        event = event_of(row)
    except (TypeError, ValueError):
        event = None
    return StoredDelivery(
        delivery_id=row["delivery_id"],
        event=event,
        assignment_id=row["assignment_id"],
        origin=row["origin"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        due_at=row["due_at"],
        created_at=row["created_at"],
        settled_at=row["settled_at"],
        reason=row["reason"],
        waits_for=row["waits_for"],
    )
