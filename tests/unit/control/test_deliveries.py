"""The outbox, as commands see it."""

from dataclasses import replace

import pytest

from amibridge.control.deliveries import (
    DeliveryId,
    ListDeliveries,
    PurgeDeliveries,
    ShownDelivery,
    list_deliveries,
    purge_deliveries,
    retry_dead_deliveries,
    retry_delivery,
    show_delivery,
)
from amibridge.control.operation import Books, Nothing
from amibridge.delivery.outbox import DeliveryState
from amibridge.errors import NotFineError
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.outbox import OutboxTable
from tests.unit.store.samples import HOOK, NOW, event, new_delivery, settlement


@pytest.fixture
async def dead(store: Store) -> int:
    """The id of a delivery that was given up."""
    await (await AssignmentBook.open(store)).create(HOOK)
    told = event()
    (row,) = await CallLog(store).record(
        CallBatch(events=[told], deliveries=[new_delivery(told, at_once=True)], recorded_at=NOW)
    )
    assert row is not None
    await OutboxTable(store).settle([settlement(row, DeliveryState.DEAD)])
    return row.delivery_id


async def test_show(books: Books, dead: int) -> None:
    """A delivery is shown with its attempts, and comes over the wire as it is."""
    (listed,) = await list_deliveries.perform(books, ListDeliveries(state=DeliveryState.DEAD))
    shown = await show_delivery.perform(books, DeliveryId(delivery_id=dead))
    assert shown.delivery == listed
    assert [(one.number, one.status_code, one.reason) for one in shown.attempts] == [(1, 500, "HTTP 500")]
    wire = show_delivery.result.dump_json(shown)
    assert show_delivery.result.validate_json(wire) == shown
    assert isinstance(shown, ShownDelivery)
    assert await list_deliveries.perform(books, ListDeliveries(state=DeliveryState.DELIVERED)) == []


async def test_retry_wakes_the_worker(books: Books, dead: int) -> None:
    """A delivery that is to be tried again is tried at once, not when the worker next looks."""
    woken: list[str] = []
    waking = replace(books, wake=lambda: woken.append("now"))
    await retry_delivery.perform(waking, DeliveryId(delivery_id=dead))
    assert woken == ["now"]
    assert await retry_dead_deliveries.perform(waking, Nothing()) == 0
    assert woken == ["now", "now"]


async def test_purge_looks_at_when_they_ended(
    store: Store, books: Books, dead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery is forgotten when it ended so many days ago; its call event stays in the journal."""
    monkeypatch.setattr("amibridge.control.deliveries.time", lambda: NOW + 2 * 86_400)
    assert await purge_deliveries.perform(books, PurgeDeliveries(older_than_days=2)) == 0
    assert await purge_deliveries.perform(books, PurgeDeliveries(state=DeliveryState.DELIVERED)) == 0
    assert await purge_deliveries.perform(books, PurgeDeliveries(older_than_days=1)) == 1
    assert await books.deliveries.show(dead) is None
    assert len((await CallLog(store).journal()).entries) == 1


async def test_unknown(books: Books) -> None:
    """A delivery that is not there is named."""
    with pytest.raises(NotFineError, match="there is no delivery 7: see 'amibridge deliveries list'"):
        await show_delivery.perform(books, DeliveryId(delivery_id=7))
