"""The outbox as people see it."""

import asyncio
from dataclasses import replace

import pytest

from amibridge.calls.events import EventType
from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery
from amibridge.delivery.stored import (
    AttemptAt,
    DeliveryQuery,
    OutboxCounts,
    ReceiverFacts,
    StoredDelivery,
    receivers_of,
)
from amibridge.errors import NotFineError
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.outbox import OutboxTable
from tests.unit.store.samples import HOOK, NOW, ORIGIN, event, new_delivery, settlement

LATER = NOW + 1000


@pytest.fixture
async def deliveries(store: Store) -> Deliveries:
    """The outbox of a store with one assignment, a thousand seconds later."""
    await (await AssignmentBook.open(store)).create(HOOK)
    return Deliveries(store, clock=lambda: LATER)


async def put(store: Store, *rows: NewDelivery) -> list[Delivery]:
    """Queue rows with their events."""
    batch = CallBatch(events=[row.event for row in rows], deliveries=rows, recorded_at=NOW)
    return [one for one in await CallLog(store).record(batch) if one]


async def ended(store: Store, state: DeliveryState, call: int = 1) -> int:
    """A delivery that ended so; returns its id."""
    (row,) = await put(store, new_delivery(event(call), at_once=True))
    await OutboxTable(store).settle([settlement(row, state)])
    return row.delivery_id


async def test_counts_each_state(deliveries: Deliveries, store: Store) -> None:
    """How many stand where, and since when the longest waiting one is due; an empty outbox counts nothing."""
    assert await deliveries.counts() == OutboxCounts()
    await put(
        store, new_delivery(event(1), at_once=True), new_delivery(event(2)), new_delivery(event(3), age_seconds=9)
    )
    for call, state in enumerate((DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.EXPIRED), 4):
        await ended(store, state, call)
    assert await deliveries.counts() == OutboxCounts(
        pending=2, sending=1, delivered=1, dead=1, expired=1, earliest_due_at=NOW - 9
    )


async def test_lists_newest_first_in_pages(deliveries: Deliveries, store: Store) -> None:
    """All of them or those of one state; the next page begins before the last one's id."""
    rows = await put(store, *(new_delivery(event(n), at_once=n == 2) for n in (1, 2, 3)))
    ids = [row.delivery_id for row in rows]
    page = (await deliveries.list_deliveries(DeliveryQuery(limit=2))).deliveries
    assert [one.delivery_id for one in page] == ids[:0:-1]
    assert [
        one.delivery_id
        for one in (await deliveries.list_deliveries(DeliveryQuery(before_id=page[-1].delivery_id))).deliveries
    ] == ids[:1]
    assert [
        one.delivery_id
        for one in (await deliveries.list_deliveries(DeliveryQuery(state=DeliveryState.SENDING))).deliveries
    ] == ids[1:2]


async def test_one_that_waits_for_another(deliveries: Deliveries, store: Store) -> None:
    """It names the earliest of its call that is to go first; once that has ended it waits for nothing."""
    first, second, other = await put(
        store, new_delivery(event(1), at_once=True), new_delivery(event(1, EventType.HANGUP)), new_delivery(event(2))
    )
    listed = {one.delivery_id: one.waits_for for one in (await deliveries.list_deliveries()).deliveries}
    assert listed == {first.delivery_id: None, second.delivery_id: first.delivery_id, other.delivery_id: None}
    await OutboxTable(store).settle([settlement(first, DeliveryState.DELIVERED)])
    shown = await deliveries.show(second.delivery_id)
    assert shown is not None
    assert shown.waits_for is None


async def test_shows_one(deliveries: Deliveries, store: Store) -> None:
    """Everything that is known of a delivery; None for an id that nobody has."""
    (row,) = await put(store, new_delivery(event(), at_once=True))
    await OutboxTable(store).settle([settlement(row, DeliveryState.PENDING, due_at=NOW + 2)])
    assert await deliveries.show(row.delivery_id) == StoredDelivery(
        delivery_id=row.delivery_id,
        event=event(),
        assignment_id=HOOK.assignment_id,
        origin=ORIGIN,
        state=DeliveryState.PENDING,
        attempts=1,
        due_at=NOW + 2,
        created_at=NOW,
        settled_at=None,
        reason="HTTP 500",
    )
    assert await deliveries.show(4711) is None


@pytest.mark.parametrize("state", [DeliveryState.DEAD, DeliveryState.EXPIRED])
async def test_what_was_given_up_can_be_tried_again(deliveries: Deliveries, store: Store, state: DeliveryState) -> None:
    """It is due now, with its full time before it, and counts on from its last attempt."""
    delivery_id = await ended(store, state)
    await deliveries.retry(delivery_id)
    again = await deliveries.show(delivery_id)
    assert again
    assert (again.state, again.due_at, again.created_at, again.settled_at, again.attempts) == (
        DeliveryState.PENDING,
        LATER,
        LATER,
        None,
        1,
    )


async def test_all_who_try_one_again_at_the_same_time_have_done_so(deliveries: Deliveries, store: Store) -> None:
    """Whoever comes second finds it due: nothing is wrong with that, and nothing is left to do."""
    delivery_id = await ended(store, DeliveryState.DEAD)
    await asyncio.gather(*(deliveries.retry(delivery_id) for _ in range(6)))
    again = await deliveries.show(delivery_id)
    assert again
    assert (again.state, again.due_at, again.attempts) == (DeliveryState.PENDING, LATER, 1)


async def test_a_waiting_one_can_be_hurried(deliveries: Deliveries, store: Store) -> None:
    """Somebody who knows that the receiver is back need not wait for the pause to end; what is due stays so."""
    (row,) = await put(store, new_delivery(event(), at_once=True))
    await deliveries.retry(row.delivery_id)
    await OutboxTable(store).settle([settlement(row, DeliveryState.PENDING, due_at=LATER + 3600)])
    await deliveries.retry(row.delivery_id)
    assert await OutboxTable(store).next_due() == LATER


async def test_a_new_start_forgets_former_attempts(deliveries: Deliveries, store: Store) -> None:
    """Whichever way it is tried again, attempts go on counting, but those before the new start lengthen no pause."""
    outbox = OutboxTable(store)

    async def claimed() -> list[tuple[int, int]]:
        rows = await outbox.claim_due(
            now=LATER, limit=9, origin_limit=9, origin_room={}, skip_order_keys=frozenset(), waiting_bound_seconds=30
        )
        assert await outbox.next_due() is None
        for row in rows:
            state = (DeliveryState.PENDING, DeliveryState.EXPIRED, DeliveryState.DEAD)[row.delivery_id - 1]
            due_at = LATER + 3600 if state is DeliveryState.PENDING else None
            await outbox.settle([settlement(row, state, due_at=due_at)])
        return [(row.attempt, row.earlier_attempts) for row in rows]

    ids = [row.delivery_id for row in await put(store, *(new_delivery(event(call)) for call in (1, 2, 3)))]
    assert await claimed() == [(1, 0)] * 3
    for number in (2, 3):
        for delivery_id in ids[:2]:
            await deliveries.retry(delivery_id)
        await deliveries.retry_dead()
        assert await claimed() == [(number, number - 1)] * 3


async def test_a_new_start_is_where_the_assignment_is_now(deliveries: Deliveries, store: Store) -> None:
    """A URL that changed after the delivery was given up: it queues up with that receiver's, in its order."""
    ids = [await ended(store, DeliveryState.DEAD, call) for call in (1, 2)]
    await (await AssignmentBook.open(store)).update(replace(HOOK, url="http://new.example/hook"))
    await deliveries.retry(ids[0])
    await deliveries.retry_dead()
    assert {row.origin for row in (await deliveries.list_deliveries()).deliveries} == {"http://new.example:80"}
    assert set(await OutboxTable(store).open_order_keys()) == {f"http://new.example:80|210|17.{n}" for n in (1, 2)}


async def test_what_cannot_be_tried_again_says_why(deliveries: Deliveries, store: Store) -> None:
    """Unknown, delivered, damaged or without an assignment: nothing changes, and the reason is told."""
    with pytest.raises(NotFineError, match="there is no delivery 4711"):
        await deliveries.retry(4711)
    delivered, dead = await ended(store, DeliveryState.DELIVERED, 1), await ended(store, DeliveryState.DEAD, 2)
    with pytest.raises(NotFineError, match="is delivered"):
        await deliveries.retry(delivered)
    await (await AssignmentBook.open(store)).delete([HOOK.assignment_id])
    with pytest.raises(NotFineError, match="has no assignment any more"):
        await deliveries.retry(dead)
    await store.write(lambda writer: writer.execute("UPDATE call_event SET call_id = CAST(x'ff' AS TEXT)"))
    with pytest.raises(NotFineError, match="is damaged"):
        await deliveries.retry(dead)
    assert await deliveries.counts() == OutboxCounts(delivered=1, dead=1)


async def test_all_dead_ones_can_be_tried_again(deliveries: Deliveries, store: Store) -> None:
    """Those whose assignment is still there; expired and damaged ones are not meant."""
    for call in (1, 2):
        await ended(store, DeliveryState.DEAD, call)
    await ended(store, DeliveryState.EXPIRED, 3)
    await put(store, replace(new_delivery(event(4)), assignment_id="gone"))
    assert await deliveries.retry_dead() == 2
    assert await deliveries.counts() == OutboxCounts(pending=2, dead=1, expired=1, earliest_due_at=LATER)


async def test_settled_ones_can_be_forgotten(
    deliveries: Deliveries, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old ones that were delivered or given up go, step by step; what is open or younger stays."""
    monkeypatch.setattr("amibridge.store.deliveries.PURGE_ROWS", 1)
    for call, state in enumerate((DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.EXPIRED), 1):
        await ended(store, state, call)
    await put(store, new_delivery(event(4)), new_delivery(event(5), at_once=True))
    assert await deliveries.purge(NOW) == 0
    assert await deliveries.purge(NOW + 1, DeliveryState.DEAD) == 1
    assert await deliveries.purge(NOW + 1, DeliveryState.PENDING) == 0
    assert await deliveries.purge(NOW + 1) == 2
    assert await deliveries.counts() == OutboxCounts(pending=1, sending=1, earliest_due_at=NOW)


async def test_receivers(deliveries: Deliveries, store: Store) -> None:
    """What each receiver made of the attempts, and how many deliveries wait for it."""
    delivered, failed = await put(store, new_delivery(event(1), at_once=True), new_delivery(event(2), at_once=True))
    outbox = OutboxTable(store)
    await outbox.settle(
        [settlement(delivered, DeliveryState.DELIVERED), settlement(failed, DeliveryState.PENDING, due_at=NOW + 2)]
    )
    await put(store, new_delivery(event(3)))
    (found,) = await deliveries.receivers()
    assert (found.origin, found.attempts, found.failed, found.waiting) == (ORIGIN, 2, 1, 2)
    assert found.last_reason
    assert found.last_failed_at is not None


def test_receivers_of() -> None:
    """The worst first: those that failed most, for whom most waits, who are slowest."""

    def made(origin: str, seconds: float, reason: str = "", at: float = 1.0) -> AttemptAt:
        return AttemptAt(origin=origin, started_at=at, duration_seconds=seconds, reason=reason)

    attempts = [
        made("fine", 0.1),
        made("ill", 0.5, "HTTP 500", at=2.0),
        made("ill", 1.5, "HTTP 503", at=3.0),
        made("ill", 0.1, at=4.0),
        made("slow", 3.0),
        made("slow", 1.0),
    ]
    found = receivers_of(attempts, {"new": 7})
    assert [one.origin for one in found] == ["ill", "new", "slow", "fine"]
    ill, new, slow, _ = found
    assert (ill.attempts, ill.failed, ill.last_reason, ill.last_failed_at) == (3, 2, "HTTP 503", 3.0)
    assert (slow.average_seconds, slow.slowest_seconds) == (2.0, 3.0)
    assert ill.failing_since is None
    assert new == ReceiverFacts(origin="new", waiting=7)


def test_since_when_a_receiver_fails() -> None:
    """From the first attempt that failed after the last that did not."""
    at = enumerate(("HTTP 503", "", "HTTP 503", "Connection refused"), 1)
    made = [AttemptAt(origin="ill", started_at=when, duration_seconds=0.1, reason=reason) for when, reason in at]
    (ill,) = receivers_of(made, {})
    assert (ill.failing_since, ill.last_failed_at, ill.last_reason) == (3, 4, "Connection refused")
