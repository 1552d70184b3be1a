"""What is older than it has to be kept is forgotten; what is still to be done is not."""

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from amibridge.delivery.outbox import DeliveryState
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.failures import StoreEndedError, UnusableStoreError
from amibridge.store.outbox import OutboxTable
from amibridge.store.retention import Retention
from tests.unit.store.samples import HOOK, NOW, event, new_delivery, settlement

DAY = 86_400


async def keep_an_event_and_two_deliveries(store: Store) -> None:
    """Call 1 was delivered, call 2 waits; both were told at ``NOW``."""
    await (await AssignmentBook.open(store)).create(HOOK)
    rows = [new_delivery(event(1), at_once=True), new_delivery(event(2))]
    batch = CallBatch(events=[event(1), event(2), event(3)], deliveries=rows, recorded_at=NOW)
    sent, _ = await CallLog(store).record(batch)
    assert sent is not None
    await OutboxTable(store).settle([settlement(sent)])


def retention(store: Store, *, days_later: float) -> Retention:
    """Retention of seven days, so much later."""
    return Retention(
        calls=CallLog(store),
        deliveries=Deliveries(store),
        days=7,
        clock=lambda: NOW + days_later * DAY,
        first_seconds=0.1,
    )


@pytest.mark.parametrize(("days_later", "calls"), [(6.9, ["17.3", "17.2", "17.1"]), (7.1, ["17.2"])])
async def test_purge(store: Store, days_later: float, calls: list[str]) -> None:
    """After seven days, and not before, everything goes but what still waits to be delivered."""
    await keep_an_event_and_two_deliveries(store)
    with capture_logs() as lines:
        await retention(store, days_later=days_later).purge()
    assert [entry.event.call_id for entry in (await CallLog(store).journal()).entries] == calls
    left = (await Deliveries(store).list_deliveries()).deliveries
    assert DeliveryState.PENDING in {delivery.state for delivery in left}
    assert len(left) == (1 if len(calls) == 1 else 2)
    assert [line["event"] for line in lines] == ([] if len(calls) == 3 else ["retention_purged"])


async def test_what_ended_lately_stays(store: Store) -> None:
    """A delivery that was given up a moment ago is kept for seven days from then, with its old event."""
    await keep_an_event_and_two_deliveries(store)
    await OutboxTable(store).expire(now=NOW + 8 * DAY, max_age_seconds=DAY)
    await retention(store, days_later=8).purge()
    left = (await Deliveries(store).list_deliveries()).deliveries
    assert DeliveryState.EXPIRED in {delivery.state for delivery in left}
    await retention(store, days_later=15.1).purge()
    assert (await Deliveries(store).list_deliveries()).deliveries == []


async def test_it_runs_soon(store: Store) -> None:
    """A daemon that is restarted every half hour purges all the same."""
    await keep_an_event_and_two_deliveries(store)
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await retention(store, days_later=8).run()
    assert len((await CallLog(store).journal()).entries) == 1


async def test_a_full_disk_is_no_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that takes nothing now is tried again; one that takes nothing any more ends the daemon."""
    failure: Exception = UnusableStoreError(path=store.path, problem="the disk is full", cure="make room")

    async def fail(_self: Deliveries, _before: float) -> int:
        raise failure

    monkeypatch.setattr(Deliveries, "purge", fail)
    with capture_logs() as lines:
        await retention(store, days_later=8).purge()
    assert [(line["event"], line["reason"]) for line in lines] == [("retention_failed", str(failure))]
    failure = StoreEndedError(path=store.path, reason="its writer failed")
    with pytest.raises(StoreEndedError):
        await retention(store, days_later=8).purge()
