"""The pipeline: what the link received becomes committed events and deliveries, in order, once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.ami.inbox import EventsArrived, Inbox, LinkLost, LinkUp, Listed, ListingAsked, StillUp
from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import Snapshot
from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import CallEvent, EventType
from amibridge.calls.hearing import AWAY, Gap, Heard
from amibridge.delivery.attempt import Attempts
from amibridge.delivery.outbox import Delivery
from amibridge.delivery.policy import Answered, Outcome
from amibridge.delivery.request import NotificationRequest
from amibridge.delivery.worker import DeliveryWorker
from amibridge.pipeline import BATCH_ITEMS, Pipeline
from amibridge.settings import DeliverySettings
from amibridge.store.accounts import AccountBook
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.failures import StoreEndedError, UnusableStoreError
from amibridge.store.outbox import OutboxTable
from tests.replay.reading import new_tracker, read_trace
from tests.replay.test_properties import feed

CALL = "22/internal/answered_caller_hangs_up"
OTHER_CALL = "22/internal/answered_callee_hangs_up"
NOW = 1_700_000_000.0


class Ear:
    """A sender that keeps what it would have sent."""

    def __init__(self) -> None:
        self.sent: list[NotificationRequest] = []
        self._changed = asyncio.Event()

    async def send(self, request: NotificationRequest, *, by_administrator: bool) -> Outcome:
        """See the port."""
        assert not by_administrator
        self.sent.append(request)
        self._changed.set()
        return Answered(status_code=204)

    async def heard(self, count: int) -> list[NotificationRequest]:
        """Everything that was sent, as soon as it is so much."""
        async with asyncio.timeout(10):
            while len(self.sent) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.sent


class Refusing(CallLog):
    """A journal whose disk may be full."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.failures: list[UnusableStoreError | StoreEndedError] = []
        self.failed = asyncio.Event()
        self.batches: list[CallBatch] = []

    async def record(self, batch: CallBatch) -> list[Delivery | None]:
        """Fail as often as there are failures."""
        if self.failures:
            self.failed.set()
            raise self.failures.pop(0)
        self.batches.append(batch)
        return await super().record(batch)


@dataclass(kw_only=True)
class Bench:
    """A pipeline with everything around it."""

    inbox: Inbox
    pipeline: Pipeline
    calls: Refusing
    ear: Ear
    told: list[CallEvent] = field(default_factory=list)
    heard: list[tuple[str, float | None]] = field(default_factory=list)
    """Name and lag of each AMI event."""

    async def finish(self) -> None:
        """Let it end with what is in the inbox."""
        self.inbox.close()
        await asyncio.wait_for(self.pipeline.run(), 10)

    def put(self, events: Sequence[AmiEvent], *, at_once: int = 1) -> None:
        """Let events arrive, so many at once."""
        for start in range(0, len(events), at_once):
            self.inbox.put(EventsArrived(events=events[start : start + at_once], arrived_at=NOW))


def assignment(extension: str, event_type: EventType) -> Assignment:
    """Somebody wants that."""
    return Assignment(
        assignment_id=f"{extension}x{int(event_type)}",
        extension=extension,
        type=event_type,
        method=Method.POST,
        url="https://crm.example/hook",
        modified=NOW,
    )


@asynccontextmanager
async def running(path: Path, *wanted: Assignment) -> AsyncIterator[Bench]:
    """A bench over a store, with these assignments and the worker at work; as often as it is started."""
    async with Store.open(path) as store:
        book = await AssignmentBook.open(store)
        for one in wanted:
            await book.create(one)
        ear, inbox, calls = Ear(), Inbox(), Refusing(store)
        settings = DeliverySettings()
        attempts = Attempts(
            assignments=book, signers=await AccountBook.open(store), sender=ear, settings=settings, version="1"
        )
        worker = DeliveryWorker(
            outbox=OutboxTable(store), assignments=book, attempts=attempts, concurrency=4, concurrency_per_origin=4
        )
        told: list[CallEvent] = []
        heard: list[tuple[str, float | None]] = []
        pipeline = Pipeline(
            inbox=inbox,
            tracker=new_tracker(),
            assignments=book.index,
            calls=calls,
            worker=worker,
            heard=await calls.last_heard(),
            on_call_event=told.append,
            on_heard=lambda name, lag: heard.append((name, lag)),
            again_seconds=0.01,
        )
        work = asyncio.create_task(worker.run())
        try:
            yield Bench(inbox=inbox, pipeline=pipeline, calls=calls, ear=ear, told=told, heard=heard)
        finally:
            work.cancel()
            await asyncio.wait([work])


@pytest.mark.parametrize("at_once", [1, 7, 1000])
async def test_the_whole_way(tmp_path: Path, at_once: int) -> None:
    """A recorded call becomes a journal in its order, deliveries for who asked, and no open participation."""
    wanted = (assignment("202", EventType.DIAL_IN), assignment("201", EventType.HANGUP))
    async with running(tmp_path / "a.db", *wanted) as bench:
        bench.put(read_trace(CALL), at_once=at_once)
        await bench.finish()
        expected = feed(new_tracker(), read_trace(CALL))
        assert bench.told == expected
        assert bench.heard == [
            (event.name, None if event.timestamp is None else NOW - event.timestamp) for event in read_trace(CALL)
        ]
        assert [entry.event for entry in reversed((await bench.calls.journal()).entries)] == expected
        assert await bench.calls.load_participations() == []
        sent = await bench.ear.heard(2)
    assert [f"{request.method} {request.url}" for request in sent] == ["POST https://crm.example/hook"] * 2
    assert [b"CALLING" in request.body for request in sent] == [True, False]


async def test_everything_that_waits_is_one_batch(tmp_path: Path) -> None:
    """A burst becomes few transactions, none of more than so many items, and ends as if it had come one by one."""
    events = read_trace(CALL)
    noise = [AmiEvent("Newstate", {"uniqueid": "x"})] * BATCH_ITEMS
    async with running(tmp_path / "a.db") as bench:
        bench.put([*events[:5], *noise, *events[5:]])
        await bench.finish()
        assert bench.told == feed(new_tracker(), events)
        assert len(bench.calls.batches) == 2


async def test_nothing_is_told_before_it_is_committed(tmp_path: Path) -> None:
    """A full disk holds everything back, is said once, and loses nothing and repeats nothing."""
    async with running(tmp_path / "a.db", assignment("202", EventType.DIAL_IN)) as bench:
        full = UnusableStoreError(path=tmp_path, problem="the disk is full", cure="make room on it")
        bench.calls.failures = [full] * 5
        bench.put(read_trace(CALL))
        with capture_logs() as lines:
            run = asyncio.create_task(bench.pipeline.run())
            await asyncio.wait_for(bench.calls.failed.wait(), 10)
            await asyncio.sleep(0)
            assert (bench.told, bench.pipeline.problem) == ([], str(full))
            bench.inbox.close()
            await asyncio.wait_for(run, 10)
        assert bench.told == feed(new_tracker(), read_trace(CALL))
        assert bench.pipeline.problem == ""
        assert len(await bench.ear.heard(1)) == 1
    assert [line["event"] for line in lines if line["event"].startswith("store_")] == [
        "store_refuses",
        "store_takes_again",
    ]


async def test_a_store_that_has_ended_ends_it(tmp_path: Path) -> None:
    """There is no use in going on when nothing can be committed any more."""
    async with running(tmp_path / "a.db") as bench:
        bench.calls.failures = [StoreEndedError(path=tmp_path, reason="its writer failed")]
        bench.put(read_trace(CALL))
        with pytest.raises(StoreEndedError):
            await bench.finish()
        assert bench.told == []


async def test_a_gap_is_kept_until_a_listing_settles_it(tmp_path: Path) -> None:
    """What was missed between two sessions is recorded once, from the first loss to the listing that settles it."""
    events = read_trace(CALL)
    ringing = next(index for index, event in enumerate(events) if event.name == "BridgeEnter")
    async with running(tmp_path / "a.db") as bench:
        bench.put(events[:ringing])
        bench.inbox.put(LinkLost(at=NOW + 1, reason="cut"))
        bench.inbox.put(LinkUp(at=NOW + 2, version="11.0.0"))
        bench.inbox.put(LinkLost(at=NOW + 3, reason="cut again"))
        bench.inbox.put(LinkUp(at=NOW + 4, version="11.0.0"))
        bench.inbox.put(Listed(snapshot=Snapshot(channels=()), at=NOW + 5))
        await bench.finish()
        gaps = [one.gap for one in (await bench.calls.gaps()).entries]
        assert gaps == [Gap(lost_at=NOW + 1, back_at=NOW + 5, reason="cut", ended=2)]
        assert await bench.calls.last_heard() == Heard(at=NOW + 5)
    assert [(event.type.label, event.extension, event.recovered) for event in bench.told] == [
        ("dial-out", "201", False),
        ("dial-in", "202", False),
        ("hangup", "201", True),
        ("hangup", "202", True),
    ]


async def test_a_lost_hangup_is_found_by_a_listing(tmp_path: Path) -> None:
    """A call that goes on in silence ends when the PBX, asked again in the same session, does not list it."""
    events = read_trace(CALL)
    async with running(tmp_path / "a.db") as bench:
        bench.inbox.put(LinkUp(at=NOW, version="11.0.0"))
        bench.inbox.put(Listed(snapshot=Snapshot(channels=()), at=NOW))
        bench.put([event for event in events if event.name != "Hangup"])
        bench.inbox.put(ListingAsked())
        bench.inbox.put(Listed(snapshot=Snapshot(channels=()), at=NOW))
        await bench.finish()
        assert (await bench.calls.gaps()).entries == []
    assert [(event.type.label, event.recovered) for event in bench.told[-2:]] == [("hangup", True)] * 2


async def test_a_pbx_that_restarted(tmp_path: Path) -> None:
    """Calls from before the PBX booted end at once, and the restart is said."""
    events = read_trace(CALL)
    connected = next(index for index, event in enumerate(events) if event.name == "BridgeEnter")
    began = max(event.timestamp for event in events if event.timestamp)
    async with running(tmp_path / "a.db") as bench:
        bench.put(events[:connected])
        bench.inbox.put(LinkLost(at=began + 1, reason="cut"))
        bench.inbox.put(LinkUp(at=began + 60, version="11.0.0"))
        booted = AmiEvent("FullyBooted", {"event": "FullyBooted", "uptime": "20"})
        bench.inbox.put(EventsArrived(events=[booted], arrived_at=began + 60))
        with capture_logs() as lines:
            await bench.finish()
    assert [event.type.label for event in bench.told] == ["dial-out", "dial-in", "hangup", "hangup"]
    assert [(line["seconds"], line["count"]) for line in lines if line["event"] == "pbx_restarted"] == [(20, 2)]


async def test_a_restart_among_other_events(tmp_path: Path) -> None:
    """What a restart ends is told before what is read behind it, and counted by itself."""
    events = read_trace(CALL)
    connected = next(index for index, event in enumerate(events) if event.name == "BridgeEnter")
    began = max(event.timestamp for event in events if event.timestamp)
    booted = AmiEvent("FullyBooted", {"event": "FullyBooted", "uptime": "20", "timestamp": str(began + 60)})
    lost = LinkLost(at=began + 1, reason="cut")
    async with running(tmp_path / "a.db") as bench:
        bench.put(events[:connected], at_once=1000)
        bench.inbox.put(lost)
        bench.inbox.put(LinkUp(at=began + 60, version="11.0.0"))
        bench.put([booted, *(event for event in read_trace(OTHER_CALL))], at_once=1000)
        with capture_logs() as lines:
            await bench.finish()
    assert [event.type.label for event in bench.told[:4]] == ["dial-out", "dial-in", "hangup", "hangup"]
    assert bench.told[4:] == feed(new_tracker(), read_trace(OTHER_CALL))
    assert [line["count"] for line in lines if line["event"] == "pbx_restarted"] == [2]


async def test_time_of_arrival(tmp_path: Path) -> None:
    """Where the PBX sends no time, the event's time is that of its arrival."""
    async with running(tmp_path / "a.db") as bench:
        for event in read_trace(CALL):
            headers = {name: value for name, value in event.headers.items() if name != "timestamp"}
            bench.put([AmiEvent(event.name, headers)])
        await bench.finish()
    assert {event.at for event in bench.told} == {NOW}


EMPTY = Snapshot(channels=())


async def test_the_time_without_a_daemon_is_a_gap(tmp_path: Path) -> None:
    """From the last word that was committed to the first listing of the next process; a first start has none."""
    async with running(tmp_path / "a.db") as bench:
        bench.inbox.put(LinkUp(at=NOW, version="11.0.0"))
        bench.inbox.put(Listed(snapshot=EMPTY, at=NOW))
        bench.inbox.put(StillUp(at=NOW + 100))
        await bench.finish()
        assert (await bench.calls.gaps()).entries == []
    async with running(tmp_path / "a.db") as bench:
        bench.inbox.put(LinkUp(at=NOW + 200, version="11.0.0"))
        bench.inbox.put(Listed(snapshot=EMPTY, at=NOW + 201))
        bench.inbox.put(LinkLost(at=NOW + 202, reason="amibridge was stopped"))
        await bench.finish()
    async with running(tmp_path / "a.db") as bench:
        bench.inbox.put(Listed(snapshot=EMPTY, at=NOW + 300))
        await bench.finish()
        found = [(one.gap.lost_at, one.gap.back_at, one.gap.reason) for one in (await bench.calls.gaps()).entries]
    assert found == [
        (NOW + 202, NOW + 300, "amibridge was stopped"),
        (NOW + 100, NOW + 201, AWAY),
    ]


async def test_a_quiet_pbx_costs_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of pings in short order only some are written down."""
    async with running(tmp_path / "a.db") as bench:
        monkeypatch.setattr("amibridge.pipeline.BATCH_ITEMS", 1)
        for second in range(31):
            bench.inbox.put(StillUp(at=NOW + second))
        await bench.finish()
        assert [batch.heard for batch in bench.calls.batches] == [Heard(at=NOW + n) for n in (0, 10, 20, 30)]
