"""Claims what is due, sends it, settles what came of it; durable rows in, durable rows out."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

import structlog

from amibridge.assignments.resource import Assignment
from amibridge.calls.events import CallEvent
from amibridge.delivery.attempt import Attempts, DeliveryOutcome, log_outcome
from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery, order_key
from amibridge.delivery.places import OpenKeys, Places
from amibridge.delivery.ports import Assignments, Outbox
from amibridge.delivery.request import UnusableUrlError, origin
from amibridge.errors import StoreError
from amibridge.repeats import Repeats
from amibridge.steady_clock import SteadyClock

WAITING_BOUND_SECONDS: Final = 30.0
"""A stuck delivery holds up the later ones of its order key for at most this long."""
SWEEP_SECONDS: Final = 60.0
"""How often expired rows are looked for."""
CLOCK_LOOK_SECONDS: Final = 5.0
"""How often it is looked at least whether the host's clock was set."""
BLOCKED_POLL_SECONDS: Final = 1.0
"""How soon to look again at rows that are due but wait for others, or for their assignment."""
AGAIN_SECONDS: Final = 1.0
"""How soon to ask the store again when it refused: its disk may be full, its file locked by another program."""

log = structlog.get_logger(__name__)


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
        concurrency_per_origin: The same for one origin that works; never more than half of all.
        grace_seconds: How long requests under way may still take when the worker is stopped.
        on_outcome: Told of each outcome once it is stored; must not raise.
        clock: Unix seconds; all that is stored of deliveries is of this clock.
        again_seconds: How soon to ask the store again when it refused.
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
        clock: SteadyClock | None = None,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._assignments = assignments
        self._attempts = attempts
        self._again_seconds = again_seconds
        self._grace_seconds = grace_seconds
        self._on_outcome = on_outcome
        self._clock = clock or SteadyClock()
        self._places = Places(total=concurrency, per_origin=concurrency_per_origin)
        self._open = OpenKeys()
        self._repeats = Repeats()
        self._under_way: dict[int, _UnderWay] = {}
        self._finished: list[DeliveryOutcome] = []
        self._retries: list[float] = []
        """Heap of Unix seconds when attempts that failed are due again."""
        self._accepting = False
        self._claiming = False
        self._sweep_at = 0.0
        self._wake = asyncio.Event()
        self._settle_wake = asyncio.Event()
        self._settling = asyncio.Lock()
        self._fault: BaseException | None = None
        self._problems: dict[str, str] = {}
        """Why the store refuses, by what it was asked for."""

    @property
    def problem(self) -> str:
        """Why the store takes nothing at the moment; empty when it does."""
        return next(iter(self._problems.values()), "")

    @property
    def under_way(self) -> int:
        """How many requests are under way."""
        return len(self._under_way)

    @property
    def failing(self) -> Sequence[str]:
        """The receivers' origins that get one request at a time, because they fail."""
        return self._places.limits.failing()

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
            elif row.at_once and delivery.attempt and self._accepting:
                self._launch(delivery)
            else:
                # It waits in the outbox, also where it was to go at once: an older one of its key has turned up there.
                self._wake.set()
                if row.at_once:
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
        await self._insist("take over", self._take_over)
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
        recovered = await self._outbox.recover(now=self._clock())
        for key, count in (await self._outbox.open_order_keys()).items():
            self._open.add(key, at=self._clock(), count=count)
        if recovered:
            log.info("deliveries_recovered", count=recovered)
        self._accepting = True

    async def _insist(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something with the store, as often as it takes.

        Raises:
            StoreError: It takes nothing any more.
        """
        while True:
            try:
                await work()
            except StoreError as error:
                if error.final:
                    raise
                if not self._problems:
                    log.error("outbox_refuses", reason=str(error))  # noqa: TRY400 - no fault of ours to be traced
                self._problems[what] = str(error)
                await asyncio.sleep(self._again_seconds)
            else:
                if self._problems.pop(what, "") and not self._problems:
                    log.warning("outbox_takes_again")
                return

    async def _keep_claiming(self) -> None:
        while True:
            await self._insist("claim", self._claim_or_sleep)

    async def _claim_or_sleep(self) -> None:
        self._wake.clear()
        if step := self._clock.step_seconds():
            await self._follow_clock(step)
        if self._clock() >= self._sweep_at:
            await self._sweep()
        now = self._clock()
        if not await self._claim(now):
            await self._sleep_until_due(now)

    async def _follow_clock(self, step_seconds: float) -> None:
        """Somebody has set the host's clock: what waits keeps its age and its pause, in the store and here."""
        async with self._settling:
            await self._outbox.follow_clock(step_seconds)
            self._clock.follow(step_seconds)
            self._finished = [outcome.moved(step_seconds) for outcome in self._finished]
        self._sweep_at += step_seconds
        self._retries = [due_at + step_seconds for due_at in self._retries]
        log.warning("clock_was_set", seconds=round(step_seconds, 3))

    async def _sweep(self) -> None:
        now = self._clock()
        expired = await self._outbox.expire(now=now, max_age_seconds=self._attempts.max_age_seconds)
        if expired:
            log.warning("deliveries_expired", count=expired)
        self._open.forget_before(now - self._attempts.max_age_seconds)
        self._places.limits.forget_before(now - self._attempts.max_age_seconds)
        self._repeats.forget_before(asyncio.get_running_loop().time())
        self._sweep_at = now + SWEEP_SECONDS

    async def _claim(self, now: float) -> bool:
        if self._places.free <= 0:
            return False
        self._claiming = True
        try:
            rows = await self._outbox.claim_due(
                now=now,
                limit=self._places.claimable,
                origin_limit=self._places.per_origin,
                origin_room=self._places.room(),
                down=self._places.down,
                down_limit=self._places.down_room,
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
        pause = min(CLOCK_LOOK_SECONDS, self._sweep_at - now)
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
        task.add_done_callback(self._attempt_ended)
        self._under_way[delivery.delivery_id] = _UnderWay(task=task, order_key=delivery.order_key, since=self._clock())

    async def _attempt(self, delivery: Delivery) -> None:
        event = delivery.event
        with structlog.contextvars.bound_contextvars(
            delivery_id=delivery.delivery_id, event_id=event.event_id, call_id=event.call_id
        ):
            outcome = await self._attempts.make(delivery)
        self._finished.append(outcome)
        self._settle_wake.set()
        self._give_back(outcome)

    def _attempt_ended(self, task: asyncio.Task[None]) -> None:
        """An attempt that ended without an outcome would hold its place for ever: whoever settles raises its error."""
        if not task.cancelled() and task.exception() is not None:
            self._fault = task.exception()
            self._settle_wake.set()

    async def _keep_settling(self) -> None:
        while True:
            await self._settle_wake.wait()
            self._settle_wake.clear()
            if self._fault is not None:
                raise self._fault
            await self._insist("settle", self._settle)

    async def _settle(self) -> None:
        """Store what has finished meanwhile, all together; an answer we have is stored even while being stopped."""
        # Not while the clock is being followed: what is stored would be of the old time, or of the new one twice.
        async with self._settling:
            batch, self._finished = self._finished, []
            if not batch:
                return
            storing = asyncio.create_task(self._store(batch), name="store outcomes")
            try:
                await asyncio.shield(storing)
            except asyncio.CancelledError:
                with suppress(StoreError):  # what could not be stored is sent again by the next start
                    await storing
                raise
            except StoreError:
                self._finished = [*batch, *self._finished]
                raise

    async def _store(self, batch: Sequence[DeliveryOutcome]) -> None:
        for unwanted in [one.unwanted for one in batch if one.unwanted]:
            if await self._assignments.disable(unwanted):
                log.warning(
                    "assignment_disabled",
                    assignment_id=unwanted.assignment_id,
                    extension=unwanted.extension,
                    reason="HTTP 410",
                )
        await self._outbox.settle([one.settlement for one in batch])
        for one in batch:
            self._conclude(one)

    def _conclude(self, outcome: DeliveryOutcome) -> None:
        delivery, settlement = outcome.delivery, outcome.settlement
        del self._under_way[delivery.delivery_id]
        if settlement.due_at is not None:
            heappush(self._retries, settlement.due_at)
        else:
            self._open.close(delivery.order_key)
        if delivery.order_key in self._open:
            self._wake.set()
        log_outcome(outcome, repeated=self._repeated(outcome))
        self._on_outcome(outcome)

    def _repeated(self, outcome: DeliveryOutcome) -> int | None:
        """How to tell an outcome: of a receiver that goes on failing in the same way, rarely."""
        origin, settlement = outcome.delivery.origin, outcome.settlement
        if settlement.state is DeliveryState.DELIVERED:
            self._repeats.over(origin)
        if settlement.state is not DeliveryState.PENDING:
            return 0
        return self._repeats.say(origin, settlement.reason, asyncio.get_running_loop().time())

    def _give_back(self, outcome: DeliveryOutcome) -> None:
        """The request is over: another one may begin, while this one's outcome is still being stored."""
        where = outcome.delivery.origin
        was_scarce, had_room = self._places.scarce, self._places.has_room(where)
        had_down_room = self._places.down_room > 0
        self._places.give_back(where)
        self._learn(where, works=outcome.origin_works)
        # Something may be able to go now that could not before; else the sleep until the next due row stays as it is.
        down_may_go = not had_down_room and self._places.down_room > 0
        if was_scarce or down_may_go or (not had_room and self._places.has_room(where)):
            self._wake.set()

    def _learn(self, origin: str, *, works: bool | None) -> None:
        """Let an origin that fails have fewer requests at once, down to one that tries it."""
        limits = self._places.limits
        if works is False and limits.failed(origin, self._clock()):
            log.warning("receiver_failing", origin=origin)
        elif works and limits.answered(origin, self._clock()):
            log.info("receiver_works_again", origin=origin)

    def _give_up(self, row: NewDelivery) -> None:
        self._open.close(row.order_key)
        if row.at_once:
            self._places.give_back(row.origin)

    async def _finish(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._grace_seconds):
                while True:
                    await self._insist("settle", self._settle)
                    if not self._under_way:
                        return
                    tasks = [one.task for one in self._under_way.values()]
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
