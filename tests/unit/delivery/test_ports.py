"""What the worker relies on of an outbox; whatever implements the port passes these."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from amibridge.calls.events import EventType
from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery, Settlement
from amibridge.delivery.ports import Outbox
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.outbox import OutboxTable
from tests.fakes.outbox import MemoryOutbox

from .samples import HOOK, event

NOW = 1_700_000_000.0
OTHER_ID = "b" * 30


class FilledOutbox(Outbox, Protocol):
    """An outbox that tests can put rows into."""

    async def insert(self, deliveries: Sequence[NewDelivery]) -> list[Delivery | None]:
        """Commit rows; None for those that are there already."""
        ...

    async def disable(self, assignment_id: str) -> None:
        """Set an assignment's status to 0."""
        ...


class StoredOutbox(OutboxTable):
    """The store's, filled as the pipeline fills it."""

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator["StoredOutbox"]:
        """An empty one in a new store that has two assignments."""
        async with Store.open(path) as store:
            book = await AssignmentBook.open(store)
            for assignment_id in (HOOK.assignment_id, OTHER_ID):
                await book.create(replace(HOOK, assignment_id=assignment_id, account_id=None, app_id=None))
            outbox = cls(store)
            outbox.calls, outbox.book = CallLog(store), book
            yield outbox

    calls: CallLog
    book: AssignmentBook

    async def insert(self, deliveries: Sequence[NewDelivery]) -> list[Delivery | None]:
        """Commit rows with their events."""
        events = [new.event for new in deliveries]
        return await self.calls.record(CallBatch(events=events, deliveries=deliveries, recorded_at=NOW))

    async def disable(self, assignment_id: str) -> None:
        """Set an assignment's status to 0."""
        assignment = self.book.get(assignment_id)
        assert assignment
        assert await self.book.disable(assignment)


@pytest.fixture(params=["memory", "store"])
async def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FilledOutbox]:
    """An empty outbox of each kind."""
    if request.param == "memory":
        yield MemoryOutbox()
    else:
        async with StoredOutbox.open(tmp_path / "amibridge.db") as stored:
            yield stored


def row(
    call: int = 0,
    *,
    event_type: EventType = EventType.DIAL_IN,
    origin: str = "http://a:80",
    age: float = 0,
    at_once: bool = False,
) -> NewDelivery:
    """A row that was made ``age`` seconds ago."""
    return NewDelivery(
        event=event(call, event_type=event_type),
        assignment_id=HOOK.assignment_id,
        origin=origin,
        created_at=NOW - age,
        at_once=at_once,
    )


async def claim(
    outbox: FilledOutbox,
    *,
    now: float = NOW,
    limit: int = 10,
    origin_limit: int = 10,
    origin_room: dict[str, int] | None = None,
    skip: frozenset[str] = frozenset(),
    down: Sequence[str] = (),
    down_limit: int = 0,
) -> list[Delivery]:
    """Claim with the usual bound."""
    return await outbox.claim_due(
        now=now,
        limit=limit,
        origin_limit=origin_limit,
        origin_room=origin_room or {},
        skip_order_keys=skip,
        waiting_bound_seconds=30,
        down=down,
        down_limit=down_limit,
    )


def settled(delivery: Delivery, state: DeliveryState, *, due_at: float | None = None) -> Settlement:
    """What became of an attempt."""
    return Settlement(
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempt,
        state=state,
        due_at=due_at,
        reason="" if state is DeliveryState.DELIVERED else "HTTP 500",
        started_at=NOW,
        duration_seconds=0.1,
    )


def calls(deliveries: Sequence[Delivery | None]) -> list[str]:
    """The call ids of deliveries."""
    return [one.event.call_id for one in deliveries if one]


async def test_the_same_event_for_the_same_assignment_is_one_delivery(outbox: FilledOutbox) -> None:
    """A replayed event makes no second row; another assignment's row is its own."""
    assert None not in await outbox.insert([row(), replace(row(), assignment_id=OTHER_ID)])
    assert await outbox.insert([row()]) == [None]
    assert len(await claim(outbox)) == 1
    assert (await outbox.open_order_keys()) == {row().order_key: 2}


async def test_a_row_at_once_is_being_sent(outbox: FilledOutbox) -> None:
    """A row that goes at once counts its first attempt, and nobody else claims it."""
    (delivery,) = await outbox.insert([row(at_once=True)])
    assert delivery
    assert delivery.attempt == 1
    assert await claim(outbox) == []
    assert await outbox.next_due() is None


async def test_claims_oldest_first_and_counts(outbox: FilledOutbox) -> None:
    """Due rows come in the order of their insertion, at most the limit, each with its attempt counted."""
    await outbox.insert([row(3), row(1), row(2)])
    assert await outbox.next_due() == NOW
    first = await claim(outbox, limit=2)
    assert calls(first) == ["17.3", "17.1"]
    assert [one.attempt for one in first] == [1, 1]
    assert calls(await claim(outbox)) == ["17.2"]
    assert await claim(outbox) == []


async def test_a_retry_waits_until_it_is_due(outbox: FilledOutbox) -> None:
    """A row that failed comes back when it is due, with the next attempt's number."""
    await outbox.insert([row()])
    (delivery,) = await claim(outbox)
    await outbox.settle([settled(delivery, DeliveryState.PENDING, due_at=NOW + 2)])
    assert await outbox.next_due() == NOW + 2
    assert await claim(outbox, now=NOW + 1.9) == []
    (again,) = await claim(outbox, now=NOW + 2)
    assert again == replace(delivery, attempt=2)


@pytest.mark.parametrize("end", [DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.EXPIRED])
async def test_an_end_is_an_end(outbox: FilledOutbox, end: DeliveryState) -> None:
    """What is delivered or given up is never claimed again, and its key is free."""
    await outbox.insert([row()])
    (delivery,) = await claim(outbox)
    await outbox.settle([settled(delivery, end)])
    assert await claim(outbox, now=NOW + 1e6) == []
    assert await outbox.next_due() is None
    assert await outbox.recover(now=NOW) == 0
    assert await outbox.open_order_keys() == {}


async def test_order_within_a_key(outbox: FilledOutbox) -> None:
    """A later event of the same origin, extension and call waits for the earlier one, sent or waiting for its retry."""
    await outbox.insert([row(1), row(1, event_type=EventType.HANGUP), row(2)])
    ringing, other = await claim(outbox)
    assert calls([ringing, other]) == ["17.1", "17.2"]
    assert await claim(outbox) == []
    await outbox.settle([settled(ringing, DeliveryState.PENDING, due_at=NOW + 60)])
    assert await claim(outbox, now=NOW + 29) == []
    assert [one.event.type for one in await claim(outbox, now=NOW + 60)] == [EventType.DIAL_IN]
    await outbox.settle([settled(replace(ringing, attempt=2), DeliveryState.DELIVERED)])
    assert [one.event.type for one in await claim(outbox, now=NOW + 60)] == [EventType.HANGUP]


async def test_a_stuck_row_blocks_only_itself_in_the_end(outbox: FilledOutbox) -> None:
    """After the waiting bound the later events of a key go out, one at a time."""
    await outbox.insert([row(1), row(1, event_type=EventType.ANSWER_IN), row(1, event_type=EventType.HANGUP)])
    (stuck,) = await claim(outbox)
    await outbox.settle([settled(stuck, DeliveryState.PENDING, due_at=NOW + 3600)])
    assert await claim(outbox, now=NOW + 29) == []
    assert [one.event.type for one in await claim(outbox, now=NOW + 31)] == [EventType.ANSWER_IN]
    assert await claim(outbox, now=NOW + 31, skip=frozenset({stuck.order_key})) == []


async def test_no_origin_takes_all_places(outbox: FilledOutbox) -> None:
    """An origin gets its limit, or what room its requests under way leave; the others come to their turn."""
    await outbox.insert([row(n, origin="http://hanging:80") for n in range(6)])
    await outbox.insert([row(n, origin="http://fine:80") for n in range(6, 12)])
    claimed = await claim(outbox, limit=5, origin_limit=4, origin_room={"http://hanging:80": 1})
    assert calls(claimed) == ["17.0", "17.6", "17.7", "17.8", "17.9"]
    claimed = await claim(outbox, limit=5, origin_limit=4, origin_room={"http://hanging:80": 0, "http://fine:80": 2})
    assert calls(claimed) == ["17.10", "17.11"]


async def test_recovers_what_was_being_sent(outbox: FilledOutbox) -> None:
    """After a crash the rows that were being sent are due again, with their attempts counted."""
    await outbox.insert([row(1, at_once=True), row(2)])
    await claim(outbox, limit=1)
    assert await outbox.recover(now=NOW) == 2
    assert [one.attempt for one in await claim(outbox)] == [2, 2]


async def test_expires_by_age(outbox: FilledOutbox) -> None:
    """Rows that are too old are given up, but not while they are being sent."""
    await outbox.insert([row(1, age=100), row(2, age=100), row(3, age=99)])
    assert calls(await claim(outbox, limit=1)) == ["17.1"]
    assert await outbox.expire(now=NOW, max_age_seconds=100) == 1
    assert calls(await claim(outbox)) == ["17.3"]


async def test_those_that_are_down_take_turns(outbox: FilledOutbox) -> None:
    """Together they get no more than their limit, in the order given, whatever is due first; others pass them by."""
    dead = [f"http://dead{number}:80" for number in range(4)]
    await outbox.insert([row(n, origin=origin, age=20 - n) for n, origin in enumerate([*dead, *dead])])
    await outbox.insert([row(9), row(10)])
    turns = [dead[3], "http://idle:80", dead[1], dead[0], dead[2]]
    assert sorted(calls(await claim(outbox, down=turns, down_limit=2, origin_room=dict.fromkeys(dead, 1)))) == [
        "17.1",
        "17.10",
        "17.3",
        "17.9",
    ]
    assert calls(await claim(outbox, down=turns, down_limit=0)) == []
    assert sorted(calls(await claim(outbox, down=[dead[2], dead[3]], down_limit=3))) == [
        "17.0",
        "17.2",
        "17.4",
        "17.5",
        "17.6",
        "17.7",
    ]


async def test_a_disabled_assignments_rows_wait(outbox: FilledOutbox) -> None:
    """They are not handed out, and those of other assignments pass them by."""
    await outbox.insert([row(1), replace(row(2), assignment_id=OTHER_ID)])
    await outbox.disable(HOOK.assignment_id)
    assert calls(await claim(outbox)) == ["17.2"]
    assert await claim(outbox, now=NOW + 3600) == []
