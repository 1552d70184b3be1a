"""The outbox as the delivery worker uses it: claim, settle, recover, expire; each is one transaction."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from amibridge.delivery.outbox import Delivery, DeliveryState, Settlement
from amibridge.delivery.policy import DELETED
from amibridge.store.database import Store
from amibridge.store.queries import load
from amibridge.store.rows import event_of
from amibridge.store.writer import Writer

DAMAGED: Final = "damaged"
"""The reason of a delivery whose event cannot be read back: it is never sent."""
NEVER_TRIED: Final = "it could not be tried in time"
"""The reason of a delivery that expired before its first attempt."""
_CLOCK_STEP_SECONDS: Final = 1.0
"""A row is never queued later than this after ``now``, unless the clock was set back."""

_SQL: Final = load("outbox")

log = structlog.get_logger(__name__)


class OutboxTable:
    """The durable rows of what is to be sent.

    Args:
        store: Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def claim_due(
        self,
        *,
        now: float,
        limit: int,
        origin_limit: int,
        origin_room: Mapping[str, int],
        skip_order_keys: frozenset[str],
        waiting_bound_seconds: float,
        down: Sequence[str] = (),
        down_limit: int = 0,
    ) -> list[Delivery]:
        """Mark due rows as being sent, count the attempt, and hand them out, those that were due first first.

        At most one row of an order key; none whose assignment is disabled; none behind an older row of its order key
        that is neither delivered nor given up, unless it was created longer ago than the bound. A row whose event
        cannot be read back is dead from then on. Rows of the future, queued before the clock was
        set back, are taken for new ones.

        Args:
            now: Unix seconds.
            limit: How many rows at most.
            origin_limit: How many of one origin at most.
            origin_room: The same for the origins that have requests under way; 0 leaves an origin out.
            skip_order_keys: Keys of which a request is under way.
            waiting_bound_seconds: How long a stuck row may hold up the later ones of its key.
            down: Origins that fail; among themselves they take turns in this order, not by what is due first.
            down_limit: How many rows of all of them together at most.
        """
        bound = {
            "now": now,
            "skip_order_keys": json.dumps(sorted(skip_order_keys)),
            "waiting_bound_seconds": waiting_bound_seconds,
        }

        async def claimable(writer: Writer, origin: str, most: int) -> list[tuple[float, int]]:
            room = min(most, origin_room.get(origin, origin_limit))
            if room <= 0:
                return []
            rows = await writer.rows(_SQL["claimable"], bound | {"origin": origin, "room": room})
            return [(row["due_at"], row["id"]) for row in rows]

        async def work(writer: Writer) -> list[Delivery]:
            await writer.execute(_SQL["set_back"], {"now": now, "future": now + _CLOCK_STEP_SECONDS})
            due = {row["origin"]: row["due_at"] for row in await writer.rows(_SQL["origins"], {"now": now})}
            of_the_down: list[tuple[float, int]] = []
            for origin in down:
                if due.pop(origin, None) is not None and len(of_the_down) < down_limit:
                    of_the_down += await claimable(writer, origin, min(limit, down_limit - len(of_the_down)))
            found = sorted(of_the_down)
            for origin, earliest in due.items():
                if len(found) >= limit and earliest > found[limit - 1][0]:
                    break
                found = sorted([*found, *await claimable(writer, origin, limit)])
            return await _claim(writer, [delivery_id for _, delivery_id in found[:limit]], now)

        return await self._store.write(work)

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record what became of attempts; an attempt that is settled already stays as it is."""
        rows = [_settlement_row(one) for one in settlements]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_SQL["add_attempt"], rows)
            if connection.executemany(_SQL["settle"], rows).rowcount < len(rows):
                connection.executemany(_SQL["settle_deleted"], rows)

        await self._store.write(lambda writer: writer.run(work))

    async def next_due(self) -> float | None:
        """Unix seconds when the earliest pending row of an enabled assignment is due; None when there is none."""
        rows = await self._store.read(_SQL["next_due"])
        return float(rows[0]["due_at"]) if rows else None

    async def recover(self, *, now: float) -> int:
        """Make pending and due what a former process left as being sent; returns how many rows.

        What it was sending for an assignment that was deleted meanwhile is dead.

        Args:
            now: Unix seconds.
        """

        async def work(writer: Writer) -> int:
            await writer.execute(_SQL["recover_deleted"], {"now": now, "deleted": DELETED})
            return await writer.execute(_SQL["recover"])

        return await self._store.write(work)

    async def follow_clock(self, step_seconds: float) -> None:
        """The clock was set by that much: move the times of what is not delivered yet along with it."""
        await self._store.write(lambda writer: writer.execute(_SQL["follow_clock"], {"step_seconds": step_seconds}))

    async def expire(self, *, now: float, max_age_seconds: float) -> int:
        """Give up the pending rows that are older than that; returns how many."""
        bound = {"now": now, "before": now - max_age_seconds, "never_tried": NEVER_TRIED}
        return await self._store.write(lambda writer: writer.execute(_SQL["expire"], bound))

    async def open_order_keys(self) -> Mapping[str, int]:
        """How many rows of each order key are neither delivered nor given up."""
        return {row["order_key"]: row["open"] for row in await self._store.read(_SQL["open_order_keys"])}


async def _claim(writer: Writer, ids: Sequence[int], now: float) -> list[Delivery]:
    if not ids:
        return []
    bound = {"ids": json.dumps(ids)}
    await writer.execute(_SQL["claim"], bound)
    claimed: dict[int, Delivery] = {}
    for row in await writer.rows(_SQL["claimed"], bound):
        try:
            event = event_of(row)
        except (TypeError, ValueError):
            log.warning("delivery_damaged", delivery_id=row["delivery_id"])
            await writer.execute(_SQL["bury"], {"delivery_id": row["delivery_id"], "now": now, "reason": DAMAGED})
            continue
        claimed[row["delivery_id"]] = Delivery(
            delivery_id=row["delivery_id"],
            event=event,
            assignment_id=row["assignment_id"],
            origin=row["origin"],
            attempt=row["attempts"],
            earlier_attempts=row["earlier_attempts"],
            created_at=row["created_at"],
        )
    return [claimed[delivery_id] for delivery_id in ids if delivery_id in claimed]


def _settlement_row(settlement: Settlement) -> dict[str, Any]:
    pending = settlement.state is DeliveryState.PENDING
    ended_at = settlement.started_at + settlement.duration_seconds
    return {
        "delivery_id": settlement.delivery_id,
        "attempt": settlement.attempt,
        "state": settlement.state.value,
        "due_at": settlement.due_at if pending else None,
        "settled_at": None if pending else ended_at,
        "ended_at": ended_at,
        "reason": settlement.reason,
        "status_code": settlement.status_code,
        "started_at": settlement.started_at,
        "duration_seconds": settlement.duration_seconds,
        "deleted": DELETED,
    }
