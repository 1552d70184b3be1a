"""An outbox in memory; it passes the same contract tests as the store's."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery, Settlement

OPEN = frozenset({DeliveryState.PENDING, DeliveryState.SENDING})


@dataclass(slots=True, kw_only=True)
class Row:
    """One delivery and its attempts."""

    delivery_id: int
    new: NewDelivery
    state: DeliveryState
    attempts: int
    due_at: float
    reason: str = ""
    settlements: list[Settlement] = field(default_factory=list)

    @property
    def delivery(self) -> Delivery:
        """The row as a worker gets it."""
        return Delivery(
            delivery_id=self.delivery_id,
            event=self.new.event,
            assignment_id=self.new.assignment_id,
            origin=self.new.origin,
            attempt=self.attempts,
            created_at=self.new.created_at,
        )


class MemoryOutbox:
    """Rows in a dict."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.disabled: set[str] = set()
        """Assignments whose rows wait."""
        self.settled_together: list[int] = []
        """How many attempts each call of ``settle`` was about."""
        self.changed = asyncio.Event()
        """Set when rows were settled or have expired."""

    async def disable(self, assignment_id: str) -> None:
        """Let the rows of an assignment wait."""
        self.disabled.add(assignment_id)

    async def insert(self, deliveries: Sequence[NewDelivery]) -> list[Delivery | None]:
        """Add rows; None for those that are there already."""
        return [self._insert(new) for new in deliveries]

    def _insert(self, new: NewDelivery) -> Delivery | None:
        known = {(row.new.event.event_id, row.new.assignment_id) for row in self.rows.values()}
        if (new.event.event_id, new.assignment_id) in known:
            return None
        row = Row(
            delivery_id=len(self.rows) + 1,
            new=new,
            state=DeliveryState.SENDING if new.at_once else DeliveryState.PENDING,
            attempts=int(new.at_once),
            due_at=new.created_at,
        )
        self.rows[row.delivery_id] = row
        return row.delivery

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
        """See the port."""
        claimed: list[Delivery] = []
        taken: Counter[str] = Counter()
        keys = set(skip_order_keys)
        turns = {origin: turn for turn, origin in enumerate(down)}
        for row in sorted(self.rows.values(), key=lambda row: turns.get(row.new.origin, -1)):
            key, origin = row.new.order_key, row.new.origin
            behind = any(
                other.new.order_key == key and other.state in OPEN and other.delivery_id < row.delivery_id
                for other in self.rows.values()
            )
            if (
                row.state is DeliveryState.PENDING
                and row.due_at <= now
                and row.new.assignment_id not in self.disabled
                and key not in keys
                and not (behind and row.new.created_at + waiting_bound_seconds >= now)
                and taken[origin] < origin_room.get(origin, origin_limit)
                and (origin not in turns or sum(taken[one] for one in down) < down_limit)
                and len(claimed) < limit
            ):
                row.state = DeliveryState.SENDING
                row.attempts += 1
                keys.add(key)
                taken[origin] += 1
                claimed.append(row.delivery)
        return claimed

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """See the port."""
        self.settled_together.append(len(settlements))
        for settlement in settlements:
            row = self.rows[settlement.delivery_id]
            row.state, row.reason = settlement.state, settlement.reason
            row.settlements.append(settlement)
            row.due_at = row.due_at if settlement.due_at is None else settlement.due_at
        self.changed.set()

    async def next_due(self) -> float | None:
        """See the port."""
        return min((row.due_at for row in self.rows.values() if row.state is DeliveryState.PENDING), default=None)

    async def recover(self, *, now: float) -> int:  # noqa: ARG002 - no assignment is deleted here
        """See the port."""
        left = [row for row in self.rows.values() if row.state is DeliveryState.SENDING]
        for row in left:
            row.state, row.due_at = DeliveryState.PENDING, row.new.created_at
        return len(left)

    async def follow_clock(self, step_seconds: float) -> None:
        """See the port."""
        for row in self.rows.values():
            if row.state in OPEN:
                row.new = replace(row.new, created_at=row.new.created_at + step_seconds)
                row.due_at += step_seconds

    async def expire(self, *, now: float, max_age_seconds: float) -> int:
        """See the port."""
        old = [
            row
            for row in self.rows.values()
            if row.state is DeliveryState.PENDING and row.new.created_at + max_age_seconds <= now
        ]
        for row in old:
            row.state = DeliveryState.EXPIRED
        self.changed.set()
        return len(old)

    async def open_order_keys(self) -> Mapping[str, int]:
        """See the port."""
        return Counter(row.new.order_key for row in self.rows.values() if row.state in OPEN)
