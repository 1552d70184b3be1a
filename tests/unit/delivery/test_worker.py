"""The worker, from reserved rows to settled ones, with a real receiver."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from amibridge.calls.events import EventType
from amibridge.delivery.attempt import Attempts, DeliveryOutcome
from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery, Settlement
from amibridge.errors import StoreError
from tests.fakes.outbox import MemoryOutbox
from tests.fakes.receiver import SILENCE, Answer, Receiver

from .bench import NOW, Bench
from .samples import HOOK, event

DIAL, ANSWER, HANGUP = EventType.DIAL_IN, EventType.ANSWER_IN, EventType.HANGUP


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    async with Receiver() as running:
        yield running


def sent_types(receiver: Receiver) -> list[EventType]:
    """The types of the events that arrived, in order."""
    return [EventType(int(got.parameters["EventType"])) for got in receiver.received]


async def test_a_committed_event_is_delivered_at_once(receiver: Receiver) -> None:
    """With a place free and nothing before it, a row is inserted as sending and arrives without a claim."""
    async with Bench(receiver.address).running() as bench:
        (row,) = await bench.tell(bench.assign(receiver.url()), event())
        assert row.at_once
        (stored,) = await bench.until(DeliveryState.DELIVERED)
        assert stored.attempts == 1
        (outcome,) = bench.outcomes
        assert (outcome.delivery, outcome.settlement) == (stored.delivery, stored.settlements[0])
        assert 0 <= outcome.latency_seconds < 2
        assert outcome.settlement.status_code == 200
    assert receiver.received[0].headers["webhook-attempt"] == "1"


async def test_nothing_is_sent_before_it_is_committed(receiver: Receiver) -> None:
    """A reserved row whose commit fails is never sent, and its place and its key are free again."""
    async with Bench(receiver.address, concurrency=1).running() as bench:
        assignment = bench.assign(receiver.url())
        rows = bench.reserve(assignment, event(1))
        assert rows[0].at_once
        assert not bench.reserve(assignment, event(2))[0].at_once
        bench.worker.release(rows)
        assert bench.reserve(assignment, event(1))[0].at_once
    assert receiver.received == []


async def test_a_row_that_was_there_already_is_not_sent_again(receiver: Receiver) -> None:
    """What the store calls a duplicate gives its place and its key back."""
    async with Bench(receiver.address, concurrency=1).running() as bench:
        assignment = bench.assign(receiver.url())
        await bench.tell(assignment, event())
        await bench.until(DeliveryState.DELIVERED)
        (again,) = await bench.tell(assignment, event())
        assert again.at_once
        (other,) = await bench.tell(assignment, event(2))
        assert other.at_once
        await bench.until(DeliveryState.DELIVERED, 2)
    assert len(receiver.received) == 2


async def test_failures_are_tried_again(receiver: Receiver) -> None:
    """Each attempt has the same event id and the next number, until one is answered with 2xx."""
    receiver.answers.extend([Answer(status=500), Answer(status=302)])
    async with Bench(receiver.address).running() as bench:
        await bench.tell(bench.assign(receiver.url()), event())
        (row,) = await bench.until(DeliveryState.DELIVERED)
        assert [(one.attempt, one.state, one.reason, one.status_code) for one in row.settlements] == [
            (1, DeliveryState.PENDING, "HTTP 500", 500),
            (2, DeliveryState.PENDING, "HTTP 302", 302),
            (3, DeliveryState.DELIVERED, "", 200),
        ]
    assert [got.headers["webhook-attempt"] for got in receiver.received] == ["1", "2", "3"]
    assert {got.headers["webhook-id"] for got in receiver.received} == {event().event_id}


async def test_a_calls_events_arrive_in_order(receiver: Receiver) -> None:
    """The first one is slow and fails; the later ones of its call wait, and do not hold up its next attempt."""
    receiver.answers.append(Answer(status=503, delay_seconds=0.1))
    async with Bench(receiver.address).running() as bench:
        assignment = bench.assign(receiver.url())
        before = time.monotonic()
        rows = await bench.tell(assignment, event(event_type=DIAL), event(event_type=ANSWER))
        assert [row.at_once for row in rows] == [True, False]
        await bench.tell(assignment, event(event_type=HANGUP))
        await bench.until(DeliveryState.DELIVERED, 3)
        assert time.monotonic() - before < 0.9
    assert sent_types(receiver) == [DIAL, DIAL, ANSWER, HANGUP]


async def test_a_stuck_event_holds_up_its_call_for_half_a_minute(receiver: Receiver) -> None:
    """After the bound the later event goes out although the earlier one still fails."""
    receiver.answers.append(Answer(status=500))
    async with Bench(receiver.address, retry_pauses_seconds=[3600]).running() as bench:
        await bench.tell(bench.assign(receiver.url()), event(event_type=DIAL), event(event_type=HANGUP))
        await receiver.wait_for(1)
        await asyncio.sleep(0.1)
        assert sent_types(receiver) == [DIAL]
        bench.clock.ahead = 31
        bench.worker.wake()
        await receiver.wait_for(2)
        assert sent_types(receiver) == [DIAL, HANGUP]


async def test_a_hanging_receiver_delays_only_itself(receiver: Receiver) -> None:
    """A receiver that never answers gets half of the places at most; another one's events pass it by."""
    async with Receiver() as hanging, Bench(receiver.address, hanging.address, concurrency=4).running() as bench:
        hanging.otherwise = SILENCE
        stuck = bench.assign(hanging.url(), assignment_id="s" * 30)
        await bench.tell(stuck, *(event(n) for n in range(20)))
        await hanging.wait_for(2)
        fine = bench.assign(receiver.url())
        before = time.monotonic()
        await bench.tell(fine, *(event(n) for n in range(20)))
        await receiver.wait_for(20)
        assert time.monotonic() - before < 1.5
        assert len(hanging.received) == 2


async def test_a_failing_receiver_is_tried_by_one_request_at_a_time(receiver: Receiver) -> None:
    """When its requests have timed out the others of its places are free again, until it answers: then it gets all."""
    with capture_logs() as lines:
        async with (
            Receiver() as hanging,
            Bench(receiver.address, hanging.address, concurrency=8, timeout_seconds=0.4).running() as bench,
        ):
            hanging.otherwise = SILENCE
            stuck = bench.assign(hanging.url(), assignment_id="s" * 30)
            await bench.tell(stuck, *(event(n) for n in range(40)))
            await hanging.wait_for(4)
            assert len(hanging.received) == 4
            arrived = (await hanging.wait_for(7))[4:]
            assert bench.worker.failing == [hanging.origin]
            assert bench.worker.under_way == 1
            pauses = [later.arrived_at - sooner.arrived_at for sooner, later in pairwise(arrived)]
            assert all(pause > 0.3 for pause in pauses), pauses
            fine = bench.assign(receiver.url())
            before = time.monotonic()
            await bench.tell(fine, *(event(n) for n in range(100, 140)))
            await receiver.wait_for(40)
            assert time.monotonic() - before < 0.4
            hanging.otherwise = Answer(delay_seconds=0.05)
            await bench.until(DeliveryState.DELIVERED, 80, seconds=20)
            assert (list(bench.worker.failing), bench.worker.under_way) == ([], 0)
    said = [(line["event"], line["origin"]) for line in lines if line["event"].startswith("receiver_")]
    assert said == [("receiver_failing", hanging.origin), ("receiver_works_again", hanging.origin)]


async def test_many_that_hang_leave_half_to_the_others(receiver: Receiver) -> None:
    """More of them than places: once each has failed they try half of the places, in turns, until they are back."""
    async with AsyncExitStack() as stack:
        hanging = [await stack.enter_async_context(Receiver()) for _ in range(6)]
        addresses = [receiver.address, *(one.address for one in hanging)]
        bench = await stack.enter_async_context(Bench(*addresses, concurrency=4, timeout_seconds=0.4).running())
        for number, one in enumerate(hanging):
            one.otherwise = SILENCE
            stuck = bench.assign(one.url(), assignment_id=f"{number}" * 30)
            await bench.tell(stuck, *(event(10 * number + n) for n in range(3)))
        async with asyncio.timeout(10):
            while len({outcome.delivery.origin for outcome in bench.outcomes}) < len(hanging):
                await bench.until(DeliveryState.PENDING)
                await asyncio.sleep(0.02)
        async with asyncio.timeout(2):
            while bench.worker.under_way > 2:  # noqa: ASYNC110 - those that began before the last one had failed
                await asyncio.sleep(0.02)
        fine = bench.assign(receiver.url())
        before = time.monotonic()
        await bench.tell(fine, *(event(n) for n in range(100, 120)))
        await receiver.wait_for(20)
        assert time.monotonic() - before < 0.4
        for one in hanging:
            one.otherwise = Answer()
        await bench.until(DeliveryState.DELIVERED, 38, seconds=20)


async def test_an_answer_that_is_bad_news_slows_nothing_down(receiver: Receiver) -> None:
    """A receiver that answers 404 has time to answer: the other assignments there keep their places."""
    receiver.by_path["/gone"] = Answer(status=404)
    async with Bench(receiver.address, retry_pauses_seconds=[3600]).running() as bench:
        wrong = bench.assign(receiver.url("/gone"), assignment_id="w" * 30)
        await bench.tell(wrong, *(event(n) for n in range(20)))
        await bench.until(DeliveryState.PENDING, 20)
        receiver.otherwise = Answer(delay_seconds=0.5)
        rows = await bench.tell(bench.assign(receiver.url()), *(event(n) for n in range(100, 120)))
        assert all(row.at_once for row in rows)


async def test_the_backlog_of_a_former_process_goes_first(receiver: Receiver) -> None:
    """Rows left as sending are sent again, before later events of their call."""
    outbox = MemoryOutbox()
    bench = Bench(receiver.address, outbox=outbox)
    assignment = bench.assign(receiver.url())
    first = NewDelivery(
        event=event(event_type=DIAL),
        assignment_id=assignment.assignment_id,
        origin=receiver.origin,
        created_at=NOW,
        at_once=True,
    )
    await outbox.insert([first])
    receiver.answers.append(Answer(delay_seconds=0.2))
    async with bench.running():
        (row,) = await bench.tell(assignment, event(event_type=HANGUP))
        assert not row.at_once
        await bench.until(DeliveryState.DELIVERED, 2)
    assert sent_types(receiver) == [DIAL, HANGUP]
    assert [got.headers["webhook-attempt"] for got in receiver.received] == ["2", "1"]


async def test_410_disables_the_assignment(receiver: Receiver) -> None:
    """A receiver that is gone gets nothing more until somebody enables the assignment; nothing is lost meanwhile."""
    receiver.answers.append(Answer(status=410))
    async with Bench(receiver.address).running() as bench:
        assignment = bench.assign(receiver.url())
        await bench.tell(assignment, event(1))
        await receiver.wait_for(1)
        await bench.until(DeliveryState.PENDING)
        current = bench.assignments.get(assignment.assignment_id)
        assert current
        assert not current.enabled
        await asyncio.sleep(0.2)
        assert len(receiver.received) == 1
        bench.assignments.enable(assignment.assignment_id)
        bench.worker.wake()
        await bench.until(DeliveryState.DELIVERED)


async def test_410_of_a_former_url_disables_nothing(receiver: Receiver) -> None:
    """When the assignment was given a new URL during the request, the answer says nothing about it."""
    receiver.answers.append(Answer(status=410, delay_seconds=0.1))
    async with Bench(receiver.address).running() as bench:
        await bench.tell(bench.assign(receiver.url("/old")), event())
        await receiver.wait_for(1)
        bench.assign(receiver.url("/new"))
        await bench.until(DeliveryState.DELIVERED)
    assert [got.target for got in receiver.received] == ["/old", "/new"]


async def test_a_late_410_undoes_no_change(receiver: Receiver) -> None:
    """Who disabled and enabled the assignment during the request has decided: it stays enabled, and is tried again."""
    receiver.answers.append(Answer(status=410, delay_seconds=0.1))
    async with Bench(receiver.address).running() as bench:
        assignment = bench.assign(receiver.url())
        await bench.tell(assignment, event())
        await receiver.wait_for(1)
        mended = replace(assignment, note="mended", modified=assignment.modified + 1)
        bench.assignments.index.put(mended)
        await bench.until(DeliveryState.DELIVERED)
        assert bench.assignments.get(assignment.assignment_id) == mended
    assert len(receiver.received) == 2


async def test_a_deleted_assignments_rows_are_dead(receiver: Receiver) -> None:
    """What was queued for a deleted assignment ends visibly, without a request."""
    async with Bench(receiver.address).running() as bench:
        assignment = bench.assign(receiver.url())
        rows = bench.reserve(assignment, event())
        bench.assignments.index.remove(assignment.assignment_id)
        bench.worker.start(rows, await bench.outbox.insert(rows))
        (row,) = await bench.until(DeliveryState.DEAD)
        assert row.reason == "deleted"
    assert receiver.received == []


async def test_old_rows_expire_without_a_request(receiver: Receiver) -> None:
    """A row beyond its age is given up by the sweep, wherever it waits."""
    outbox = MemoryOutbox()
    bench = Bench(receiver.address, outbox=outbox)
    old = NewDelivery(
        event=event(),
        assignment_id=HOOK.assignment_id,
        origin="http://a:80",
        created_at=NOW - 90_000,
        at_once=False,
    )
    await outbox.insert([old])
    async with bench.running():
        await bench.until(DeliveryState.EXPIRED)
    assert receiver.received == []


async def test_a_refused_destination_is_dead() -> None:
    """A URL that must not be called ends visibly at its first attempt."""
    async with Bench().running() as bench:
        await bench.tell(bench.assign("http://localhost:1/"), event())
        (row,) = await bench.until(DeliveryState.DEAD)
        assert row.reason.startswith("refused destination: ")


async def test_a_url_that_is_none_does_not_stop_the_others(receiver: Receiver) -> None:
    """A row whose URL cannot be called at all is dead; it takes nothing else down."""
    async with Bench(receiver.address).running() as bench:
        await bench.tell(bench.assign("mailto:x", assignment_id="x" * 30), event())
        await bench.tell(bench.assign(receiver.url()), event(2))
        await bench.until(DeliveryState.DEAD)
        await bench.until(DeliveryState.DELIVERED)


async def test_what_ends_meanwhile_is_settled_together(receiver: Receiver) -> None:
    """Outcomes that come while others are being stored share the next transaction."""

    class SlowOutbox(MemoryOutbox):
        async def settle(self, settlements: list[Settlement]) -> None:  # type: ignore[override]
            await asyncio.sleep(0.1)
            await super().settle(settlements)

    bench = Bench(receiver.address, outbox=SlowOutbox())
    async with bench.running():
        await bench.tell(bench.assign(receiver.url()), *(event(n) for n in range(20)))
        await bench.until(DeliveryState.DELIVERED, 20)
    assert max(bench.outbox.settled_together) > 5


async def test_stopping_lets_requests_finish(receiver: Receiver) -> None:
    """Within the grace time an answer is waited for and stored, and nothing new is begun."""
    receiver.otherwise = Answer(delay_seconds=0.3)
    bench = Bench(receiver.address)
    bench.grace_seconds = 5
    async with bench.running():
        assignment = bench.assign(receiver.url())
        await bench.tell(assignment, event(event_type=DIAL), event(event_type=HANGUP))
        await receiver.wait_for(1)
        bench.run.cancel()
        await asyncio.wait([bench.run])
        assert bench.run.cancelled()
        assert [row.state for row in bench.outbox.rows.values()] == [DeliveryState.DELIVERED, DeliveryState.PENDING]
        (late,) = await bench.tell(assignment, event(9))
        assert not late.at_once
    assert len(receiver.received) == 1


async def test_stopping_does_not_wait_for_ever(receiver: Receiver) -> None:
    """What does not finish within the grace time stays sending, for the next start; a row committed late too."""
    receiver.otherwise = SILENCE
    bench = Bench(receiver.address)
    bench.grace_seconds = 0.1
    async with bench.running():
        assignment = bench.assign(receiver.url())
        late = bench.reserve(assignment, event(2))
        await bench.tell(assignment, event())
        await receiver.wait_for(1)
        before = time.monotonic()
        bench.run.cancel()
        await asyncio.wait([bench.run])
        assert time.monotonic() - before < 1
        bench.worker.start(late, await bench.outbox.insert(late))
    assert {row.state for row in bench.outbox.rows.values()} == {DeliveryState.SENDING}
    assert len(receiver.received) == 1


async def test_an_answer_is_stored_although_we_are_stopped_meanwhile(receiver: Receiver) -> None:
    """Being stopped while outcomes are being stored neither loses nor repeats them."""

    class SlowOutbox(MemoryOutbox):
        settling = asyncio.Event()

        async def settle(self, settlements: list[Settlement]) -> None:  # type: ignore[override]
            self.settling.set()
            await asyncio.sleep(0.1)
            await super().settle(settlements)

    bench = Bench(receiver.address, outbox=SlowOutbox())
    async with bench.running():
        await bench.tell(bench.assign(receiver.url()), event())
        await asyncio.wait_for(SlowOutbox.settling.wait(), 5)
        bench.run.cancel()
        await asyncio.wait([bench.run])
        (row,) = bench.outbox.rows.values()
        assert row.state is DeliveryState.DELIVERED
    assert len(bench.outcomes) == 1


class EndedError(StoreError):
    """The store takes nothing any more."""

    final = True


async def test_a_store_that_has_ended_ends_the_worker(receiver: Receiver) -> None:
    """When outcomes cannot be stored any more the worker stops with the store's error instead of sending on blindly."""

    class BrokenOutbox(MemoryOutbox):
        async def settle(self, settlements: list[Settlement]) -> None:  # type: ignore[override]
            raise EndedError(f"cannot store {len(settlements)}")

    async def send_one(bench: Bench) -> None:
        async with bench.running():
            await bench.tell(bench.assign(receiver.url()), event())
            await asyncio.wait([bench.run], timeout=5)

    with pytest.raises(ExceptionGroup) as caught:
        await send_one(Bench(receiver.address, outbox=BrokenOutbox()))
    assert caught.group_contains(StoreError)


async def test_a_full_disk_is_waited_for(receiver: Receiver) -> None:
    """While the store refuses, outcomes are kept, and said once; when it takes them again, nothing is sent twice."""

    class FullOutbox(MemoryOutbox):
        refusals = 3

        async def settle(self, settlements: Sequence[Settlement]) -> None:
            await self._refuse()
            await super().settle(settlements)

        async def recover(self, *, now: float) -> int:
            await self._refuse()
            return await super().recover(now=now)

        async def _refuse(self) -> None:
            if self.refusals:
                self.refusals -= 1
                raise StoreError("the disk is full")

    outbox = FullOutbox()
    with capture_logs() as lines:
        async with Bench(receiver.address, outbox=outbox).running() as bench:
            await asyncio.sleep(0.1)
            assert bench.worker.problem == ""
            outbox.refusals = 5
            await bench.tell(bench.assign(receiver.url()), event(1), event(2))
            await receiver.wait_for(2)
            await asyncio.sleep(0.03)
            assert bench.worker.problem == "the disk is full"
            await bench.until(DeliveryState.DELIVERED, 2)
            await asyncio.sleep(0.01)
            assert bench.worker.problem == ""
    assert len(receiver.received) == 2
    said = [line["event"] for line in lines if line["event"].startswith("outbox_")]
    assert said == ["outbox_refuses", "outbox_takes_again"] * 2


async def test_stopping_with_a_full_disk(receiver: Receiver) -> None:
    """A store that refuses does not hold up the stop beyond the grace time; its rows are left to the next start."""

    class FullOutbox(MemoryOutbox):
        async def settle(self, settlements: Sequence[Settlement]) -> None:
            raise StoreError(f"no room for {len(settlements)}")

    bench = Bench(receiver.address, outbox=FullOutbox())
    bench.grace_seconds = 0.1
    async with bench.running():
        await bench.tell(bench.assign(receiver.url()), event())
        await receiver.wait_for(1)
        bench.run.cancel()
        await asyncio.wait([bench.run], timeout=2)
        assert bench.run.cancelled()
    assert [row.state for row in bench.outbox.rows.values()] == [DeliveryState.SENDING]


async def test_an_attempt_that_fails_without_an_outcome_ends_the_worker(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would hold its place for ever, unseen: the daemon ends, and its next start recovers the row."""

    async def fail(_self: Attempts, _delivery: Delivery) -> DeliveryOutcome:
        raise ZeroDivisionError

    monkeypatch.setattr(Attempts, "make", fail)

    async def send_one(bench: Bench) -> None:
        async with bench.running():
            await bench.tell(bench.assign(receiver.url()), event())
            await asyncio.wait([bench.run], timeout=5)

    with pytest.raises(ExceptionGroup) as caught:
        await send_one(Bench(receiver.address))
    assert caught.group_contains(ZeroDivisionError)


async def test_an_older_row_that_turned_up_goes_first(receiver: Receiver) -> None:
    """What was to go at once waits when the outbox finds an older row of its key, and its place is free again."""
    async with Bench(receiver.address, concurrency=1).running() as bench:
        (row,) = bench.reserve(bench.assign(receiver.url()), event())
        assert row.at_once
        (stored,) = await bench.outbox.insert([replace(row, at_once=False)])
        bench.worker.start([row], [stored])
        await bench.until(DeliveryState.DELIVERED)
    assert [got.headers["webhook-attempt"] for got in receiver.received] == ["1"]


async def test_a_request_longer_than_the_bound_does_not_hold_up_its_call(receiver: Receiver) -> None:
    """A request that is under way for longer than the waiting bound no longer keeps its call's later events back."""
    receiver.answers.append(SILENCE)
    async with Bench(receiver.address, timeout_seconds=60).running() as bench:
        await bench.tell(bench.assign(receiver.url()), event(event_type=DIAL), event(event_type=HANGUP))
        await receiver.wait_for(1)
        bench.clock.ahead = 31
        bench.worker.wake()
        await receiver.wait_for(2)
    assert sent_types(receiver) == [DIAL, HANGUP]


async def test_a_receiver_that_goes_on_failing_is_said_once(receiver: Receiver) -> None:
    """Its further failures of the same kind are there at debug; another kind is news, and so is the next one later."""
    receiver.answers += [Answer(status=503)] * 3 + [Answer(status=500)] * 2
    with capture_logs() as lines:
        async with Bench(receiver.address).running() as bench:
            await bench.tell(bench.assign(receiver.url()), event())
            await bench.until(DeliveryState.DELIVERED)
            receiver.answers.append(Answer(status=500))
            await bench.tell(bench.assign(receiver.url()), event(2))
            await bench.until(DeliveryState.DELIVERED, 2)
    said = [(line["log_level"], line["reason"]) for line in lines if line["event"] == "delivery_failed"]
    assert said == [
        ("warning", "HTTP 503"),
        ("debug", "HTTP 503"),
        ("debug", "HTTP 503"),
        ("warning", "HTTP 500"),
        ("debug", "HTTP 500"),
        ("warning", "HTTP 500"),
    ]


async def test_the_log_has_a_line_for_each_outcome_and_no_secrets(receiver: Receiver) -> None:
    """Outcomes are logged with their facts; of the URL only the origin is shown."""
    receiver.answers.append(Answer(status=500))
    with capture_logs() as lines:
        async with Bench(receiver.address).running() as bench:
            await bench.tell(bench.assign(receiver.url("/canary-path?key=canary-key")), event())
            await bench.until(DeliveryState.DELIVERED)
            await bench.tell(bench.assign("http://localhost:1/canary-path?key=canary-key"), event(2))
            await bench.until(DeliveryState.DEAD)
    assert [line["event"] for line in lines] == ["delivery_failed", "delivery_delivered", "delivery_dead"]
    failed, delivered, _ = lines
    assert failed["reason"] == "HTTP 500"
    assert {
        key: delivered[key] for key in ("delivery_id", "event_id", "extension", "origin", "attempt", "status_code")
    } == {
        "delivery_id": 1,
        "event_id": event().event_id,
        "extension": "210",
        "origin": receiver.origin,
        "attempt": 2,
        "status_code": 200,
    }
    assert delivered["duration_ms"] >= 0
    assert "canary" not in repr(lines)


async def test_many_at_once(receiver: Receiver) -> None:
    """Far more events than places: each arrives exactly once, each call's in order."""
    async with Bench(receiver.address, concurrency=8).running() as bench:
        assignment = bench.assign(receiver.url())
        for n in range(30):
            await bench.tell(assignment, *(event(n, event_type=kind) for kind in (DIAL, ANSWER, HANGUP)))
        await bench.until(DeliveryState.DELIVERED, 90, seconds=20)
    assert len(receiver.received) == 90
    for n in range(30):
        assert [
            EventType(int(got.parameters["EventType"]))
            for got in receiver.received
            if got.parameters["CallID"] == f"17.{n}"
        ] == [DIAL, ANSWER, HANGUP]


def test_a_delivery_is_a_value() -> None:
    """A claimed row compares by its facts, so that outcomes can be told apart."""
    one = Delivery(delivery_id=1, event=event(), assignment_id="a", origin="o", attempt=1, created_at=NOW)
    assert one == replace(one)
