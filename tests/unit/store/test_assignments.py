"""The assignments on disk and in memory agree."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import DeliveryQuery
from amibridge.errors import NotFineError
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from tests.unit.store.samples import HOOK, NOW, another, event, new_delivery


async def on_disk(store: Store) -> list[Assignment]:
    """What a restart would find for the sample's extension."""
    return (await AssignmentBook.open(store)).index.of_extension("210")


async def test_an_assignment_comes_back_as_it_was(path: Path) -> None:
    """Every field survives a restart, unknown ones too, in the order of their making."""
    bare = Assignment(
        assignment_id="b" * 30, extension="210", type=EventType.DIAL_IN, method=Method.GET, url="http://b", modified=0.1
    )
    async with Store.open(path) as store:
        book = await AssignmentBook.open(store)
        await book.create(HOOK)
        await book.create(bare)
        assert book.get(HOOK.assignment_id) == HOOK
        assert book.index.matches("210", EventType.DIAL_IN) == [HOOK, bare]
    async with Store.open(path) as store:
        assert await on_disk(store) == [HOOK, bare]


async def test_an_id_is_given_once(store: Store) -> None:
    """A second assignment of the same id changes neither disk nor memory."""
    book = await AssignmentBook.open(store)
    await book.create(HOOK)
    with pytest.raises(sqlite3.IntegrityError):
        await book.create(replace(HOOK, url="http://b"))
    assert book.get(HOOK.assignment_id) == HOOK


async def test_an_update_replaces(store: Store) -> None:
    """Disk and memory have the new values, also those that decide who wants which event."""
    book = await AssignmentBook.open(store)
    await book.create(HOOK)
    changed = replace(HOOK, type=EventType.HANGUP, method=Method.GET, url="nonsense", enabled=False, note="")
    await book.update(changed)
    assert book.index.of_extension("210") == [changed] == await on_disk(store)
    assert book.index.matches("210", EventType.DIAL_IN) == []


async def test_an_update_of_what_is_gone(store: Store) -> None:
    """An assignment deleted meanwhile does not come back."""
    book = await AssignmentBook.open(store)
    with pytest.raises(NotFineError, match="was deleted meanwhile"):
        await book.update(HOOK)
    assert book.get(HOOK.assignment_id) is None
    assert await on_disk(store) == []


async def test_disabling(store: Store) -> None:
    """A receiver that wants no more gets no more; an assignment that is off or gone stays as it is."""
    book = await AssignmentBook.open(store, clock=lambda: NOW + 5)
    await book.create(HOOK)
    assert await book.disable(HOOK)
    off = replace(HOOK, enabled=False, modified=NOW + 5)
    assert book.index.of_extension("210") == [off] == await on_disk(store)
    again = await AssignmentBook.open(store, clock=lambda: NOW + 9)
    assert not await again.disable(HOOK)
    assert not await again.disable(off)
    assert not await again.disable(another("c" * 30))
    assert again.index.of_extension("210") == [off] == await on_disk(store)


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://new.example/hook"},
        {"method": Method.GET},
        {"type": EventType.HANGUP},
        {"note": "mended"},
        {"modified": NOW + 1},
    ],
)
@pytest.mark.parametrize("first", ["change", "disable"])
async def test_what_was_changed_meanwhile_stays_enabled(store: Store, change: dict[str, Any], first: str) -> None:
    """Whoever wanted no more of it wanted no more of what it was: the change counts, whichever is asked for first."""
    book = await AssignmentBook.open(store, clock=lambda: NOW + 5)
    await book.create(HOOK)
    changed = replace(HOOK, **change)
    if first == "change":
        _, disabled = await asyncio.gather(book.update(changed), book.disable(HOOK))
        assert not disabled
    else:
        await asyncio.gather(book.disable(HOOK), book.update(changed))
    assert book.index.of_extension("210") == [changed] == await on_disk(store)


async def test_deleting_kills_what_is_queued(store: Store) -> None:
    """Its waiting rows end visibly as dead and are counted; what is being sent ends with its attempt."""
    book = await AssignmentBook.open(store, clock=lambda: NOW + 5)
    await book.create(HOOK)
    await book.create(another("b" * 30))
    rows = [
        new_delivery(event(1)),
        new_delivery(event(2)),
        new_delivery(event(3), at_once=True),
        new_delivery(event(4), hook="b" * 30),
    ]
    await CallLog(store).record(CallBatch(events=[row.event for row in rows], deliveries=rows, recorded_at=NOW))
    assert await book.delete([HOOK.assignment_id, "gone"]) == 2
    dead = (await Deliveries(store).list_deliveries(DeliveryQuery(state=DeliveryState.DEAD))).deliveries
    assert [(one.event, one.reason, one.settled_at) for one in dead] == [
        (event(2), "deleted", NOW + 5),
        (event(1), "deleted", NOW + 5),
    ]
    counts = await Deliveries(store).counts()
    assert (counts.pending, counts.sending) == (1, 1)
    assert book.index.of_extension("210") == [another("b" * 30)] == await on_disk(store)


async def test_a_change_whose_caller_left_is_in_memory_too(store: Store) -> None:
    """A client that hangs up during a request leaves disk and memory in agreement."""
    book = await AssignmentBook.open(store)
    request = asyncio.create_task(book.create(HOOK))
    await asyncio.sleep(0)
    request.cancel()
    await asyncio.wait([request])
    await book.create(another("b" * 30))
    assert book.index.of_extension("210") == await on_disk(store) == [HOOK, another("b" * 30)]


async def test_changes_at_the_same_time_end_the_same_in_both(store: Store) -> None:
    """Whichever of two updates is committed last is the one that memory has."""
    book = await AssignmentBook.open(store)
    await book.create(HOOK)
    await asyncio.gather(*(book.update(replace(HOOK, note=str(n))) for n in range(8)))
    assert book.index.of_extension("210") == await on_disk(store)
