"""Claims what is due, sends it, settles what came of it; durable rows in, durable rows out."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

import structlog

from amibridge.assignments.resource import Assignment
from amibridge.calls.events import CallEvent
from amibridge.delivery.attempt import Attempts, Finished, log_outcome
from amibridge.delivery.outbox import Delivery, NewDelivery, Settlement, order_key
from amibridge.delivery.places import OpenKeys, Places
from amibridge.delivery.ports import Assignments, Outbox
from amibridge.delivery.request import UnusableUrlError, origin

WAITING_BOUND_SECONDS: Final = 30.0
"""A stuck delivery holds up the later ones of its order key for at most this long."""
SWEEP_SECONDS: Final = 60.0
"""How often expired rows are looked for; also how long a sleep is at most, should the clock be set."""
BLOCKED_POLL_SECONDS: Final = 1.0
"""How soon to look again at rows that are due but wait for others, or for their assignment."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What an attempt came to, told once it is stored."""

    delivery: Delivery
    settlement: Settlement
    latency_seconds: float
    """From the delivery's creation to the end of the attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnderWay:
    """A request that has not been settled yet."""

    task: asyncio.Task[None]
    order_key: str
    since: float
    """Unix seconds."""


class DeliveryWorker:
    """Sends deliveries: those that can go at once as soon as they are committed, the others when they are due.

    Args:
        outbox: The durable rows.
        assignments: Where an assignment is disabled that its receiver wants no more of.
        attempts: Makes the attempts.
        concurrency: Requests under way at once, in all.
        concurrency_per_origin: The same for one origin; never more than half of all.
        grace_seconds: How long requests under way may still take when the worker is stopped.
        on_outcome: Told of each outcome once it is stored; must not raise.
        clock: Unix seconds.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        assignments: Assignments,
        attempts: Attempts,
        concurrency: int,
        concurrency_per_origin: int,
        grace_seconds: float = 5.0,
        on_outcome: Callable[[DeliveryOutcome], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._assignments = assignments
        self._attempts = attempts
        self._grace_seconds = grace_seconds
        self._on_outcome = on_outcome
        self._clock = clock
        self._places = Places(total=concurrency, per_origin=concurrency_per_origin)
        self._open = OpenKeys()
        self._under_way: dict[int, _UnderWay] = {}
        self._finished: list[Finished] = []
        self._retries: list[float] = []
        """Heap of Unix seconds when attempts that failed are due again."""
        self._accepting = False
        self._claiming = False
        self._sweep_at = 0.0
        self._wake = asyncio.Event()
        self._settle_wake = asyncio.Event()

    def reserve(self, event: CallEvent, assignment: Assignment, now: float) -> NewDelivery:
        """Make the row of one event for one assignment, and keep a place when it can go as soon as it is committed.

        Each row comes back by ``start`` or by ``release``.
        """
        try:
            where = origin(assignment.url)
        except UnusableUrlError:
            where = ""  # the attempt says so, visibly, in the outbox
        key = order_key(origin=where, extension=event.extension, call_id=event.call_id)
        # While rows are being claimed it is not known which places they take.
        at_once = self._accepting and not self._claiming and key not in self._open and self._places.has_room(where)
        self._open.add(key, at=now)
        if at_once:
            self._places.take(where)
        return NewDelivery(
            event=event, assignment_id=assignment.assignment_id, origin=where, created_at=now, at_once=at_once
        )

    def start(self, rows: Sequence[NewDelivery], stored: Sequence[Delivery | None]) -> None:
        """Send the committed rows that can go at once.

        Args:
            rows: What ``reserve`` made.
            stored: What the store made of each, in the same order; None: it was there already.
        """
        for row, delivery in zip(rows, stored, strict=True):
            if delivery is None:
                self._give_up(row)
            elif not row.at_once:
                self._wake.set()
            elif self._accepting:
                self._launch(delivery)
            else:
                self._places.give_back(row.origin)

    def release(self, rows: Iterable[NewDelivery]) -> None:
        """Forget rows whose commit failed."""
        for row in rows:
            self._give_up(row)

    def wake(self) -> None:
        """Say that rows may have become due: an assignment was enabled, a delivery is to be retried."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; then let what is under way finish within the grace time, and settle it.

        Rows that do not finish stay ``sending`` and are recovered by the next start.
        """
        await self._take_over()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_claiming(), name="claim deliveries")
                group.create_task(self._keep_settling(), name="settle deliveries")
        except asyncio.CancelledError:
            self._accepting = False
            await self._finish()
            raise
        finally:
            self._accepting = False
            tasks = [one.task for one in self._under_way.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_over(self) -> None:
        recovered = await self._outbox.recover()
        for key, count in (await self._outbox.open_order_keys()).items():
            self._open.add(key, at=self._clock(), count=count)
        if recovered:
            log.info("deliveries_recovered", count=recovered)
        self._accepting = True

    async def _keep_claiming(self) -> None:
        while True:
            self._wake.clear()
            if self._clock() >= self._sweep_at:
                await self._sweep()
            now = self._clock()
            if not await self._claim(now):
                await self._sleep_until_due(now)

    async def _sweep(self) -> None:
        now = self._clock()
        expired = await self._outbox.expire(now=now, max_age_seconds=self._attempts.max_age_seconds)
        if expired:
            log.warning("deliveries_expired", count=expired)
        self._open.forget_before(now - self._attempts.max_age_seconds)
        self._sweep_at = now + SWEEP_SECONDS

    async def _claim(self, now: float) -> bool:
        if self._places.free <= 0:
            return False
        self._claiming = True
        try:
            rows = await self._outbox.claim_due(
                now=now,
                limit=self._places.free,
                origin_limit=self._places.per_origin,
                origin_room=self._places.room(),
                skip_order_keys=frozenset(
                    one.order_key for one in self._under_way.values() if now - one.since < WAITING_BOUND_SECONDS
                ),
                waiting_bound_seconds=WAITING_BOUND_SECONDS,
            )
        finally:
            self._claiming = False
        for row in rows:
            self._places.take(row.origin)
            self._launch(row)
        return bool(rows)

    async def _sleep_until_due(self, claimed_at: float) -> None:
        while self._retries and self._retries[0] <= claimed_at:
            heappop(self._retries)
        due_at = await self._outbox.next_due()
        now = self._clock()
        pause = min(SWEEP_SECONDS, self._sweep_at - now)
        if due_at is not None:
            # What was due when the claim did not take it is blocked; what has become due since is not.
            pause = min(pause, BLOCKED_POLL_SECONDS if due_at <= claimed_at else due_at - now)
        if self._retries:
            pause = min(pause, self._retries[0] - now)  # the retry of which others may be blocked
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, pause)):
                await self._wake.wait()

    def _launch(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._attempt(delivery), name=f"delivery {delivery.delivery_id}")
        self._under_way[delivery.delivery_id] = _UnderWay(task=task, order_key=delivery.order_key, since=self._clock())

    async def _attempt(self, delivery: Delivery) -> None:
        finished = await self._attempts.make(delivery)
        self._finished.append(finished)
        self._settle_wake.set()

    async def _keep_settling(self) -> None:
        while True:
            await self._settle_wake.wait()
            self._settle_wake.clear()
            await self._settle()

    async def _settle(self) -> None:
        """Store what has finished meanwhile, all together; an answer we have is stored even while being stopped."""
        batch, self._finished = self._finished, []
        if not batch:
            return
        storing = asyncio.create_task(self._store(batch), name="store outcomes")
        try:
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            await storing
            raise

    async def _store(self, batch: Sequence[Finished]) -> None:
        for unwanted in [one.unwanted for one in batch if one.unwanted]:
            current = self._assignments.get(unwanted.assignment_id)
            if current and current.enabled and current.url == unwanted.url:
                await self._assignments.disable(unwanted.assignment_id)
                log.warning(
                    "assignment_disabled",
                    assignment_id=unwanted.assignment_id,
                    extension=unwanted.extension,
                    reason="HTTP 410",
                )
        await self._outbox.settle([one.settlement for one in batch])
        for one in batch:
            self._conclude(one)

    def _conclude(self, finished: Finished) -> None:
        delivery, settlement = finished.delivery, finished.settlement
        del self._under_way[delivery.delivery_id]
        was_full = not self._places.has_room(delivery.origin)
        self._places.give_back(delivery.origin)
        if settlement.due_at is not None:
            heappush(self._retries, settlement.due_at)
        else:
            self._open.close(delivery.order_key)
        # Something may be able to go now that could not before; else the sleep until the next due row stays as it is.
        if was_full or delivery.order_key in self._open:
            self._wake.set()
        log_outcome(finished)
        self._on_outcome(
            DeliveryOutcome(delivery=delivery, settlement=settlement, latency_seconds=finished.latency_seconds)
        )

    def _give_up(self, row: NewDelivery) -> None:
        self._open.close(row.order_key)
        if row.at_once:
            self._places.give_back(row.origin)

    async def _finish(self) -> None:
        deadline = time.monotonic() + self._grace_seconds
        while True:
            await self._settle()
            left = deadline - time.monotonic()
            if not self._under_way or left <= 0:
                return
            tasks = [one.task for one in self._under_way.values()]
            await asyncio.wait(tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
