"""Whatever befalls deliveries, a worker with a real store loses none, repeats none unsaid, and keeps their order."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from amibridge.assignments.resource import Assignment
from amibridge.calls.events import EventType
from amibridge.delivery.attempt import Attempts
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.policy import Answered, Failed, Outcome, Refused
from amibridge.delivery.request import NotificationRequest, origin
from amibridge.delivery.stored import DeliveryQuery, StoredDelivery
from amibridge.delivery.worker import WAITING_BOUND_SECONDS, DeliveryWorker
from amibridge.errors import NotFineError, StoreError
from amibridge.settings import DeliverySettings
from amibridge.steady_clock import SteadyClock
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.outbox import OutboxTable

from .bench import NOW, Signers
from .samples import HOOK, event

HOSTS: Final = ("http://a.example/hook", "http://b.example/hook")
SETTINGS: Final = DeliverySettings(concurrency=4, concurrency_per_origin=2)
DAY: Final = 24 * 3600
OPEN: Final = frozenset({DeliveryState.PENDING, DeliveryState.SENDING})
ENDS: Final = frozenset({DeliveryState.DEAD, DeliveryState.EXPIRED})
KINDS: Final = (EventType.DIAL_IN, EventType.ANSWER_IN, EventType.HANGUP)
SPINS: Final = 12
"""Turns of the loop without any work for the store, after which nothing more happens by itself."""

Key = tuple[str, str]
"""Event and assignment: what is to be delivered once."""


class CrashedError(StoreError):
    """The process is no more."""

    final = True


class Disk:
    """What a process has of its store as long as it lives: a crashed one stores nothing more."""

    def __init__(self, of: object) -> None:
        self._of = of
        self.crashed = False

    def __getattr__(self, name: str) -> Any:
        async def call(*args: object, **named: object) -> object:
            if self.crashed:
                raise CrashedError("crashed")
            return await getattr(self._of, name)(*args, **named)

        return call


def watched(store: Store) -> Counter[str]:
    """Counts what a store has to do at the moment."""
    busy = Counter[str]()

    def counting(name: str) -> Any:
        method = getattr(store, name)

        async def call(*args: Any, **named: Any) -> Any:
            busy[name] += 1
            try:
                return await method(*args, **named)
            finally:
                busy[name] -= 1

        return call

    for name in ("add", "read", "write"):
        setattr(store, name, counting(name))
    return busy


@dataclass(slots=True, kw_only=True)
class Request:
    """One that is under way."""

    key: Key
    order: str
    host: str
    since: float
    answer: asyncio.Future[Outcome]


class World:
    """A worker, its store, and the receivers, which hold each request until they are told what to make of it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.busy = watched(store)
        self.deliveries = Deliveries(store, clock=self.clock)
        self.now = NOW
        self.under_way: list[Request] = []
        self.attempts: dict[Key, int] = {}
        """The last attempt of each that receivers have seen."""
        self.not_before: dict[Key, float] = {}
        """What receivers asked for by Retry-After."""
        self.taken: set[Key] = set()
        """What receivers have answered with 2xx."""
        self.queued: set[Key] = set()
        self.complaints: list[AssertionError] = []

    def clock(self) -> float:
        """Unix seconds."""
        return self.now

    async def begin(self) -> None:
        """Start a process."""
        self.book = await AssignmentBook.open(self.store, clock=self.clock)
        self.disk = Disk(OutboxTable(self.store))
        attempts = Attempts(
            assignments=self.book,
            signers=Signers(),
            sender=self,
            settings=SETTINGS,
            version="1",
            clock=SteadyClock(self.clock, self.clock),
            dice=lambda: 0.0,
        )
        self.worker = DeliveryWorker(
            outbox=self.disk,
            assignments=self.book,
            attempts=attempts,
            concurrency=SETTINGS.concurrency,
            concurrency_per_origin=SETTINGS.concurrency_per_origin,
            grace_seconds=0,
            clock=SteadyClock(self.clock, self.clock),
        )
        self.run = asyncio.create_task(self.worker.run())
        await self.settle_down()

    async def crash(self) -> None:
        """End the process; what it has not stored by now it never will."""
        self.disk.crashed = True
        self.run.cancel()
        with suppress(asyncio.CancelledError, StoreError, ExceptionGroup):
            await self.run
        assert self.under_way == []

    async def settle_down(self) -> None:
        """Let happen what happens by itself, without any time passing."""
        idle = 0
        while idle < SPINS:
            await asyncio.sleep(0)
            idle = 0 if self.busy.total() else idle + 1
        for complaint in self.complaints:
            raise complaint
        assert not self.run.done() or self.disk.crashed

    async def rows(self) -> list[StoredDelivery]:
        """The outbox."""
        return (await self.deliveries.list_deliveries(DeliveryQuery(limit=1000))).deliveries

    async def send(self, request: NotificationRequest, *, by_administrator: bool) -> Outcome:
        """Take a request; then wait to be told the outcome."""
        del by_administrator
        try:
            one = await self._take(request)
        except AssertionError as error:  # an attempt makes a failure of whatever is raised here
            self.complaints.append(error)
            raise
        try:
            return await one.answer
        finally:
            if one in self.under_way:
                self.under_way.remove(one)

    async def _take(self, request: NotificationRequest) -> Request:
        """Hold what each request must fulfil against the outbox."""
        key = (request.headers["webhook-id"], request.url.rpartition("/")[2])
        number = int(request.headers["webhook-attempt"])
        rows = await self.rows()
        (own,) = [row for row in rows if _key(row) == key]
        assert own.event
        order = f"{origin(request.url)}|{own.event.extension}|{own.event.call_id}"
        there = self.book.get(key[1])
        assert there is not None, "a deleted one is not called"
        assert there.enabled, "nor one that is disabled"
        assert there.url == request.url, "an edited one is called where it is now"
        assert (own.state, own.attempts) == (DeliveryState.SENDING, number), "counted before it is sent"
        assert number > self.attempts.get(key, 0), "a repetition says so"
        assert key not in self.not_before or self.now >= self.not_before[key], "Retry-After is honoured"
        assert order not in {one.order for one in self.under_way}, "one of an order key at a time"
        older = [
            row for row in rows if row.delivery_id < own.delivery_id and row.state in OPEN and _order(row) == order
        ]
        assert not older or self.now - own.created_at >= WAITING_BOUND_SECONDS, "in order, up to the bound"
        assert self.now - own.created_at < DAY, "too old"
        self.attempts[key] = number
        one = Request(
            key=key,
            order=order,
            host=origin(request.url),
            since=self.now,
            answer=asyncio.get_running_loop().create_future(),
        )
        self.under_way.append(one)
        hosts = Counter(one.host for one in self.under_way)
        assert len(self.under_way) <= SETTINGS.concurrency
        assert max(hosts.values()) <= SETTINGS.concurrency_per_origin
        return one

    def answer(self, one: Request, outcome: Outcome) -> None:
        """Let a request end."""
        self.under_way.remove(one)
        self.not_before.pop(one.key, None)
        if isinstance(outcome, Answered) and 200 <= outcome.status_code < 300:
            self.taken.add(one.key)
        if isinstance(outcome, Answered) and outcome.retry_after:
            self.not_before[one.key] = self.now + min(float(outcome.retry_after), 3600)
        one.answer.set_result(outcome)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass; requests are given up after their timeout."""
        self.now += seconds
        for one in [one for one in self.under_way if self.now - one.since >= SETTINGS.timeout_seconds]:
            self.answer(one, Failed(reason="no answer in time"))
        self.worker.wake()
        await self.settle_down()

    async def publish(self, call: int, kind: EventType, assignments: list[Assignment]) -> None:
        """Something happens in a call, as the pipeline tells it; perhaps it was told before."""
        told = event(call, event_type=kind)
        rows = [self.worker.reserve(told, one, self.now) for one in assignments]
        known = {key for key, _ in self.queued}
        stored = await CallLog(self.store).record(CallBatch(events=[told], deliveries=rows, recorded_at=self.now))
        assert told.event_id not in known or stored == [None] * len(rows)
        self.queued |= {(told.event_id, row.assignment_id) for row, one in zip(rows, stored, strict=True) if one}
        self.worker.start(rows, stored)
        await self.settle_down()


def _key(row: StoredDelivery) -> Key:
    return (row.event.event_id if row.event else "", row.assignment_id)


def _order(row: StoredDelivery) -> str:
    assert row.event
    return f"{row.origin}|{row.event.extension}|{row.event.call_id}"


TAKEN: Final = Answered(status_code=204)
GONE: Final = Answered(status_code=410)
BAD: Final[list[Outcome]] = [
    Answered(status_code=404),
    Answered(status_code=500),
    Answered(status_code=429, retry_after="5"),
    Answered(status_code=429, retry_after="1200"),
    Answered(status_code=503, retry_after="999999"),
    Failed(reason="connection reset by peer"),
    Refused(reason="127.0.0.1 is a loopback address"),
    GONE,
]
SLOTS = st.integers(0, 1)
SOME = st.integers(0, 100)


class WorkerLife(RuleBasedStateMachine):
    """Two assignments, two receivers, a few calls, and all that may befall them."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._slots: list[str] = ["", ""]
        self._made = 0

    def do(self, work: Awaitable[Any]) -> Any:
        """Run to its end."""

        async def wrapped() -> Any:
            return await work

        return self._runner.run(wrapped())

    @initialize()
    def install(self) -> None:
        """A new store with two assignments."""

        async def go() -> World:
            path = Path(self._folder.name) / "amibridge.db"
            world = World(await self._stack.enter_async_context(Store.open(path)))
            await world.begin()
            return world

        self.world: World = self.do(go())
        for slot in (0, 1):
            self.assign(slot, 0)

    def assign(self, slot: int, host: int) -> None:
        """Make an assignment of a new id."""
        self._made += 1
        self._slots[slot] = f"hook{self._made}"
        hook = replace(HOOK, assignment_id=self._slots[slot], url=f"{HOSTS[host]}?/{self._slots[slot]}", app_id=None)
        self.do(self.world.book.create(replace(hook, method=HOOK.method)))

    def hook(self, slot: int) -> Assignment | None:
        """What is assigned there."""
        return self.world.book.get(self._slots[slot])

    @rule(call=st.integers(1, 2), kind=st.sampled_from(KINDS))
    def publish(self, call: int, kind: EventType) -> None:
        """An event, for the first time or again."""
        wanted = [one for one in map(self.hook, (0, 1)) if one and one.enabled]
        self.do(self.world.publish(call, kind, wanted))

    @precondition(lambda self: self.world.under_way)
    @rule(which=SOME)
    def deliver(self, which: int) -> None:
        """A request is answered as it should be."""
        self.world.answer(self.world.under_way[which % len(self.world.under_way)], TAKEN)
        self.do(self.world.settle_down())

    @precondition(lambda self: self.world.under_way)
    @rule(which=SOME, outcome=st.sampled_from(BAD))
    def fail(self, which: int, outcome: Outcome) -> None:
        """A request is not; 410 says that the receiver wants no more."""
        one = self.world.under_way[which % len(self.world.under_way)]
        there = self.world.book.get(one.key[1])
        self.world.answer(one, outcome)
        self.do(self.world.settle_down())
        if outcome == GONE and there and origin(there.url) == one.host:
            after = self.world.book.get(one.key[1])
            assert after is None or not after.enabled

    @rule(seconds=st.sampled_from([1, 3, 3, 11, 31]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.do(self.world.pass_time(seconds))

    @rule(seconds=st.sampled_from([90, 700, 8000, DAY + 1]))
    def wait_long(self, seconds: int) -> None:
        """Much time passes."""
        self.do(self.world.pass_time(seconds))

    @rule(lost=st.booleans())
    def crash(self, *, lost: bool) -> None:
        """Killed and started again; perhaps an answer was on its way."""
        world = self.world

        async def go() -> None:
            world.disk.crashed = True
            if lost and world.under_way:
                world.answer(world.under_way[0], TAKEN)
                await asyncio.sleep(0)
            await world.crash()
            await world.begin()

        self.do(go())

    @rule(slot=SLOTS, host=SLOTS, word=st.sampled_from(["move", "enable", "enable", "disable", "delete"]))
    def edit(self, slot: int, host: int, word: str) -> None:
        """A PUT of another URL or status, or a DELETE; and a new one where it was deleted."""
        there = self.hook(slot)
        if there is None:
            self.assign(slot, host)
        elif word == "delete":
            self.do(self.world.book.delete([there.assignment_id]))
        else:
            url = f"{HOSTS[host]}?/{there.assignment_id}" if word == "move" else there.url
            self.do(self.world.book.update(replace(there, url=url, enabled=word != "disable")))
            self.world.worker.wake()
        self.do(self.world.settle_down())

    @rule(which=SOME)
    def retry(self, which: int) -> None:
        """Somebody tries one again that waits or was given up."""
        rows = self.do(self.world.rows())
        if rows:
            row = rows[which % len(rows)]
            with suppress(NotFineError):
                self.do(_retry(self.world, row))

    @invariant()
    def nothing_vanishes(self) -> None:
        """Each that was queued is one row; what was taken is delivered, and what was given up says why."""
        rows = self.do(self.world.rows())
        assert sorted(map(_key, rows)) == sorted(self.world.queued)
        assert all(row.reason for row in rows if row.state in ENDS)
        assert {_key(row) for row in rows if row.state is DeliveryState.DELIVERED} <= self.world.taken
        sending = {_key(row) for row in rows if row.state is DeliveryState.SENDING}
        assert sending == {one.key for one in self.world.under_way}

    def teardown(self) -> None:
        """In the end, with everything enabled and every receiver well, all that can be delivered is."""
        try:
            if hasattr(self, "world"):
                self._end()
        finally:
            self._runner.close()
            self._folder.cleanup()

    def _end(self) -> None:
        try:
            for there in filter(None, map(self.hook, (0, 1))):
                self.do(self.world.book.update(replace(there, enabled=True)))
            rounds = 0
            while [row for row in self.do(self.world.rows()) if row.state in OPEN]:
                while self.world.under_way:
                    self.deliver(0)
                self.wait_long(1300)
                rounds += 1
                assert rounds < 60
        finally:
            self.do(self.world.crash())
            self.do(self._stack.aclose())


async def _retry(world: World, row: StoredDelivery) -> None:
    await world.deliveries.retry(row.delivery_id)
    if row.state is not DeliveryState.SENDING:
        world.not_before.pop(_key(row), None)
    world.worker.wake()
    await world.settle_down()


TestWorkerLife = WorkerLife.TestCase
TestWorkerLife.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
