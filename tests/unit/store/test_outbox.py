"""What is to be sent: claimed once, settled once, never lost. The order of claims is the port's contract's matter."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.calls.events import EventType
from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery
from amibridge.delivery.stored import DeliveryQuery, StoredAttempt
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.outbox import OutboxTable
from tests.unit.store.samples import HOOK, NOW, ORIGIN, another, event, new_delivery, settlement


@pytest.fixture
async def outbox(store: Store) -> OutboxTable:
    """An empty outbox of a store with one assignment."""
    await (await AssignmentBook.open(store)).create(HOOK)
    return OutboxTable(store)


async def put(store: Store, *rows: NewDelivery) -> list[Delivery]:
    """Queue rows with their events."""
    batch = CallBatch(events=[row.event for row in rows], deliveries=rows, recorded_at=NOW)
    return [one for one in await CallLog(store).record(batch) if one]


async def claim(outbox: OutboxTable, *, now: float = NOW, limit: int = 64) -> list[Delivery]:
    """Claim with room for everybody."""
    return await outbox.claim_due(
        now=now,
        limit=limit,
        origin_limit=limit,
        origin_room={},
        skip_order_keys=frozenset(),
        waiting_bound_seconds=30,
    )


async def test_a_claim_counts_before_sending(path: Path) -> None:
    """A crash right after a claim finds the attempt counted, and the row is sent again with the next number."""
    async with Store.open(path) as store:
        await (await AssignmentBook.open(store)).create(HOOK)
        await put(store, new_delivery(event()))
        (first,) = await claim(OutboxTable(store))
    async with Store.open(path) as store:
        outbox = OutboxTable(store)
        assert await claim(outbox) == []
        assert await outbox.recover(now=NOW) == 1
        assert await claim(outbox) == [replace(first, attempt=2)]


async def test_what_was_being_sent_for_a_deleted_assignment_is_dead_after_a_crash(
    outbox: OutboxTable, store: Store
) -> None:
    """Nobody can send it any more: it says so at once, instead of waiting until it is too old."""
    (row,) = await put(store, new_delivery(event(), at_once=True))
    await (await AssignmentBook.open(store)).delete([HOOK.assignment_id])
    assert await outbox.recover(now=NOW) == 0
    (kept,) = (await Deliveries(store).list_deliveries()).deliveries
    assert (kept.delivery_id, kept.state, kept.reason, kept.settled_at) == (
        row.delivery_id,
        DeliveryState.DEAD,
        "deleted",
        NOW,
    )


async def test_a_row_whose_event_is_damaged_is_never_sent(outbox: OutboxTable, store: Store) -> None:
    """It is dead and says so; the others go out."""
    await put(store, *(new_delivery(event(n)) for n in (1, 2, 3)))
    await store.write(
        lambda writer: writer.execute("UPDATE call_event SET caller_id_name = CAST(x'5aeb' AS TEXT) WHERE id = 1")
    )
    await store._commits._connection.execute_fetchall("PRAGMA foreign_keys = OFF")
    await store.write(lambda writer: writer.execute("DELETE FROM call_event WHERE id = 2"))
    with capture_logs() as logs:
        assert [one.event for one in await claim(outbox)] == [event(3)]
    assert [one["event"] for one in logs] == ["delivery_damaged"] * 2
    dead = (await Deliveries(store).list_deliveries(DeliveryQuery(state=DeliveryState.DEAD))).deliveries
    assert [(one.reason, one.event) for one in dead] == [("damaged", None)] * 2


async def test_settling_twice_is_settling_once(outbox: OutboxTable, store: Store) -> None:
    """The first outcome of an attempt stands, and it is listed once."""
    (row,) = await put(store, new_delivery(event(), at_once=True))
    await outbox.settle([settlement(row)])
    await outbox.settle([settlement(row, DeliveryState.PENDING, due_at=NOW + 2)])
    (kept,) = (await Deliveries(store).list_deliveries()).deliveries
    assert (kept.state, kept.settled_at, kept.reason) == (DeliveryState.DELIVERED, NOW + 0.25, "")
    assert await Deliveries(store).attempts(row.delivery_id) == [
        StoredAttempt(number=1, started_at=NOW, duration_seconds=0.25, status_code=204, reason="")
    ]


async def test_a_late_outcome_does_not_touch_the_next_attempt(outbox: OutboxTable, store: Store) -> None:
    """What an attempt before a recovery came to is listed, but says nothing about the one that is under way."""
    (first,) = await put(store, new_delivery(event(), at_once=True))
    await outbox.recover(now=NOW)
    (second,) = await claim(outbox)
    await outbox.settle([settlement(first, DeliveryState.DEAD)])
    (kept,) = (await Deliveries(store).list_deliveries()).deliveries
    assert kept.state is DeliveryState.SENDING
    await outbox.settle([settlement(second)])
    assert [one.number for one in await Deliveries(store).attempts(first.delivery_id)] == [1, 2]


async def test_a_row_that_is_gone_hurts_no_other(outbox: OutboxTable, store: Store) -> None:
    """An outcome for a row that was purged meanwhile changes nothing; its neighbours are settled."""
    (row,) = await put(store, new_delivery(event(), at_once=True))
    await outbox.settle([settlement(replace(row, delivery_id=4711)), settlement(row)])
    assert (await Deliveries(store).counts()).delivered == 1


async def test_no_retry_for_a_deleted_assignment(outbox: OutboxTable, store: Store) -> None:
    """What was being sent when its assignment was deleted is dead if it failed, delivered if it did not."""
    failed, fine = await put(store, *(new_delivery(event(n), at_once=True) for n in (1, 2)))
    await (await AssignmentBook.open(store)).delete([HOOK.assignment_id])
    await outbox.settle([settlement(failed, DeliveryState.PENDING, due_at=NOW + 2), settlement(fine)])
    dead = await Deliveries(store).show(failed.delivery_id)
    assert dead
    assert (dead.state, dead.reason, dead.settled_at) == (DeliveryState.DEAD, "deleted", NOW + 0.25)
    assert (await Deliveries(store).counts()).delivered == 1


async def test_what_expired_says_why(outbox: OutboxTable, store: Store) -> None:
    """An expired row keeps the reason of its last attempt, or says that there was none."""
    tried, _ = await put(store, new_delivery(event(1), at_once=True), new_delivery(event(2)))
    await outbox.settle([settlement(tried, DeliveryState.PENDING, due_at=NOW + 2)])
    assert await outbox.expire(now=NOW + 60, max_age_seconds=60) == 2
    expired = (await Deliveries(store).list_deliveries(DeliveryQuery(state=DeliveryState.EXPIRED))).deliveries
    assert [one.reason for one in expired] == ["it could not be tried in time", "HTTP 500"]


async def test_many_origins_are_served_by_age(outbox: OutboxTable, store: Store) -> None:
    """When there is more due than places, the oldest go first wherever they go to; none is left behind by its name."""
    rows = [replace(new_delivery(event(n), age_seconds=n), origin=f"http://{chr(97 + n % 7)}:80") for n in range(50)]
    await put(store, *rows)
    ages = [NOW - one.created_at for one in await claim(outbox, limit=10)]
    assert ages == pytest.approx([*range(49, 39, -1)])


async def test_origins_with_younger_rows_wait_their_turn(outbox: OutboxTable, store: Store) -> None:
    """An origin none of whose rows can be among the oldest is left for the next claim, and then served."""
    await put(store, *(new_delivery(event(n), age_seconds=9) for n in range(3)))
    await put(store, replace(new_delivery(event(3)), origin="http://a:80"))
    assert [one.origin for one in await claim(outbox, limit=3)] == [ORIGIN] * 3
    assert [one.origin for one in await claim(outbox, limit=3)] == ["http://a:80"]


async def test_a_backlog_is_claimed_once_by_whoever_asks(outbox: OutboxTable, store: Store) -> None:
    """Claims at the same time never hand out a row twice."""
    await put(store, *(new_delivery(event(n)) for n in range(40)))
    claimed = await asyncio.gather(*(claim(outbox, limit=10) for _ in range(6)))
    assert Counter(one.delivery_id for many in claimed for one in many).most_common(1)[0][1] == 1
    assert sum(map(len, claimed)) == 40


async def test_moved_rows_keep_their_order(outbox: OutboxTable, store: Store) -> None:
    """When an assignment's URL changes, what is queued for it goes there one after the other, as before."""
    await put(store, new_delivery(event(1)), new_delivery(event(1, EventType.HANGUP)))
    book = await AssignmentBook.open(store)
    await book.update(another(HOOK.assignment_id, url="http://elsewhere:8080/"))
    (moved,) = await claim(outbox)
    assert (moved.origin, moved.event) == ("http://elsewhere:8080", event(1))
    assert await outbox.open_order_keys() == {moved.order_key: 2}
    assert ORIGIN not in moved.order_key


async def test_a_clock_that_is_set_back_holds_nothing_up(outbox: OutboxTable, store: Store) -> None:
    """What was queued in what is the future now is sent at once, what waited for a retry after its pause."""
    waiting, retried = await put(store, new_delivery(event(1)), new_delivery(event(2), at_once=True))
    await outbox.settle([settlement(retried, DeliveryState.PENDING, due_at=NOW + 2)])
    back = NOW - 3600
    assert [one.delivery_id for one in await claim(outbox, now=back)] == [waiting.delivery_id]
    assert await outbox.next_due() == back + 2
    assert await claim(outbox, now=back + 1) == []
    assert [one.delivery_id for one in await claim(outbox, now=back + 2)] == [retried.delivery_id]
