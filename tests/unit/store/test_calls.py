"""The journal, the open participations and the gaps."""

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.calls.events import EventType
from amibridge.calls.hearing import Gap, Heard
from amibridge.calls.journal import GapQuery, JournalQuery
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import DeliveryQuery
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.outbox import OutboxTable
from tests.unit.store.samples import HOOK, NOW, another, event, new_delivery, participation, settlement


@pytest.fixture
async def log(store: Store) -> CallLog:
    """An empty journal of a store with one assignment."""
    await (await AssignmentBook.open(store)).create(HOOK)
    return CallLog(store)


async def test_a_batch_is_there_after_reopening(path: Path) -> None:
    """Journal, outbox, participations and gaps come back as they were written, to the last bit of each time."""
    gap = Gap(lost_at=NOW - 5, back_at=NOW, reason="the link was cut", began=1, answered=2, ended=3)
    heard = Heard(at=NOW + 1 / 3, reason="amibridge was stopped")
    async with Store.open(path) as store:
        await (await AssignmentBook.open(store)).create(HOOK)
        await CallLog(store).record(
            CallBatch(
                events=[event()],
                deliveries=[new_delivery(event())],
                open=[participation()],
                gaps=[gap],
                heard=heard,
                recorded_at=NOW,
            )
        )
    async with Store.open(path) as store:
        log = CallLog(store)
        assert [(one.event, one.recorded_at) for one in (await log.journal()).entries] == [(event(), NOW)]
        assert await log.load_participations() == [participation()]
        assert [one.gap for one in (await log.gaps()).entries] == [gap]
        assert await log.last_heard() == heard
        (delivery,) = (await Deliveries(store).list_deliveries()).deliveries
        assert (delivery.event, delivery.state, delivery.due_at) == (event(), DeliveryState.PENDING, NOW)


async def test_says_what_is_to_be_sent(log: CallLog) -> None:
    """Each new row gets its id; what goes at once has its first attempt counted, what waits has none yet."""
    at_once, waiting = await log.record(
        CallBatch(
            events=[event(1), event(2)],
            deliveries=[new_delivery(event(1), at_once=True), new_delivery(event(2))],
            recorded_at=NOW,
        )
    )
    assert at_once
    assert waiting
    assert (at_once.event, at_once.attempt, at_once.created_at) == (event(1), 1, NOW)
    assert (waiting.event, waiting.attempt, waiting.order_key) == (event(2), 0, new_delivery(event(2)).order_key)
    assert at_once.delivery_id != waiting.delivery_id


async def test_nothing_overtakes_an_older_row(log: CallLog, store: Store) -> None:
    """What was to go at once waits when a row of its key is open of which the worker did not know."""
    dial, hangup = event(1), event(1, EventType.HANGUP)
    await log.record(CallBatch(events=[dial], deliveries=[new_delivery(dial)], recorded_at=NOW))
    batch = CallBatch(events=[hangup], deliveries=[new_delivery(hangup, at_once=True)], recorded_at=NOW)
    (waiting,) = await log.record(batch)
    assert waiting
    assert waiting.attempt == 0
    later, former = (await Deliveries(store).list_deliveries()).deliveries
    assert (later.state, later.due_at, later.attempts) == (DeliveryState.PENDING, NOW, 0)
    assert former.state is DeliveryState.PENDING


async def test_a_known_event_is_neither_written_nor_sent_again(log: CallLog, store: Store) -> None:
    """After a replay or a recovery the first telling stands; its row comes once, also within one batch."""
    batch = CallBatch(
        events=[event(), event()], deliveries=[new_delivery(event()), new_delivery(event())], recorded_at=NOW
    )
    first, second = await log.record(batch)
    assert first
    assert second is None
    again = event()._replace(caller_id_name="somebody else")
    other = new_delivery(again, hook="b" * 30)
    assert await log.record(CallBatch(events=[again], deliveries=[other], recorded_at=NOW + 1)) == [None]
    assert [one.event for one in (await log.journal()).entries] == [event()]
    assert len((await Deliveries(store).list_deliveries()).deliveries) == 1


async def test_an_assignment_deleted_meanwhile_is_seen(log: CallLog, store: Store) -> None:
    """A row for an assignment that went between match and commit is not sent, and says why."""
    gone = new_delivery(event(), at_once=True, hook="gone")
    assert await log.record(CallBatch(events=[event()], deliveries=[gone], recorded_at=NOW)) == [None]
    (row,) = (await Deliveries(store).list_deliveries(DeliveryQuery(state=DeliveryState.DEAD))).deliveries
    assert (row.reason, row.attempts, row.settled_at) == ("deleted", 0, NOW)


async def test_a_participation_changes_and_ends(log: CallLog) -> None:
    """What is open is replaced under its id and keeps its place; what ended is gone, known or not."""
    await log.record(CallBatch(open=[participation(1), participation(2)], recorded_at=NOW))
    changed = participation(1)._replace(answered=True, legs=(), facts="{}")
    await log.record(CallBatch(open=[changed], recorded_at=NOW))
    assert await log.load_participations() == [changed, participation(2)]
    await log.record(CallBatch(ended=[changed.participation_id, "unknown"], recorded_at=NOW))
    assert await log.load_participations() == [participation(2)]


async def test_a_batch_is_whole_or_not_at_all(log: CallLog) -> None:
    """When one row of a batch is refused, none of it is there."""
    odd = replace(new_delivery(event()), created_at=float("nan"))
    with pytest.raises(Exception, match="NOT NULL"):
        await log.record(
            CallBatch(events=[event()], deliveries=[odd], open=[participation()], recorded_at=NOW),
        )
    assert (await log.journal()).entries == []
    assert await log.load_participations() == []


async def test_what_cannot_be_read_back_is_left_out_and_said(log: CallLog, store: Store) -> None:
    """Damaged rows are neither guessed at nor passed over in silence."""
    await log.record(CallBatch(events=[event(1), event(2)], open=[participation(1), participation(2)], recorded_at=NOW))
    await store.write(lambda writer: writer.execute("UPDATE call_event SET call_id = CAST(x'ff' AS TEXT) WHERE id = 1"))
    await store.write(lambda writer: writer.execute("UPDATE participation SET dial = '{}' WHERE rowid = 1"))
    with capture_logs() as logs:
        assert [one.event for one in (await log.journal()).entries] == [event(2)]
        assert await log.load_participations() == [participation(2)]
    assert [one["event"] for one in logs] == ["journal_entry_damaged", "participation_damaged"]


async def test_the_journal_is_read_in_pages(log: CallLog) -> None:
    """Newest first, of all, of an extension or of a call; the next page begins where the last one ended."""
    events = [event(1), event(2, extension="211"), event(2, EventType.HANGUP, "211"), event(3)]
    await log.record(CallBatch(events=events, recorded_at=NOW))
    first = (await log.journal(JournalQuery(limit=3))).entries
    assert [one.event for one in first] == events[:0:-1]
    assert [one.event for one in (await log.journal(JournalQuery(before_id=first[-1].entry_id))).entries] == events[:1]
    assert [one.event for one in (await log.journal(JournalQuery(numbers={"211"}))).entries] == events[2:0:-1]
    assert [one.event for one in (await log.journal(JournalQuery(call_id="17.3"))).entries] == events[3:]


async def test_old_events_go_with_their_deliveries(log: CallLog, store: Store) -> None:
    """After the retention nothing of a call is left; what is still to be delivered stays until it is settled."""
    settled, waiting = await log.record(
        CallBatch(
            events=[event(1), event(2), event(3)],
            deliveries=[new_delivery(event(1), at_once=True), new_delivery(event(2))],
            gaps=[Gap(lost_at=NOW - 9, back_at=NOW - 8, reason="the link was cut")],
            recorded_at=NOW,
        )
    )
    await log.record(CallBatch(events=[event(4)], recorded_at=NOW + 10))
    assert settled
    assert waiting
    await OutboxTable(store).settle([settlement(settled)])
    assert await log.purge(NOW + 5) == 2
    assert [one.event for one in (await log.journal()).entries] == [event(4), event(2)]
    assert [one.delivery_id for one in (await Deliveries(store).list_deliveries()).deliveries] == [waiting.delivery_id]
    assert await Deliveries(store).attempts(settled.delivery_id) == []
    assert (await log.gaps()).entries == []


async def test_much_is_forgotten_in_steps(log: CallLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is old, no transaction is longer than a step."""
    monkeypatch.setattr("amibridge.store.calls.PURGE_ROWS", 2)
    await log.record(CallBatch(events=[event(n) for n in range(5)], recorded_at=NOW))
    assert await log.purge(NOW + 1) == 5
    assert (await log.journal()).entries == []


async def test_ids_are_never_given_twice(log: CallLog, store: Store) -> None:
    """After a purge new rows do not pass for old ones."""
    (first,) = await log.record(
        CallBatch(events=[event()], deliveries=[new_delivery(event(), at_once=True)], recorded_at=NOW)
    )
    assert first
    await OutboxTable(store).settle([settlement(first)])
    await log.purge(NOW + 1)
    await (await AssignmentBook.open(store)).create(another("b" * 30))
    (second,) = await log.record(CallBatch(events=[event()], deliveries=[new_delivery(event())], recorded_at=NOW + 2))
    assert second
    assert second.delivery_id > first.delivery_id


async def test_gaps_in_pages(log: CallLog) -> None:
    """Newest first, those that overlap the time asked for, each once over all pages."""
    gaps = [Gap(lost_at=NOW + n, back_at=NOW + n + 0.5, reason=str(n)) for n in range(5)]
    await log.record(CallBatch(gaps=gaps, recorded_at=NOW))
    first = await log.gaps(GapQuery(limit=3))
    assert first.next_before_id is not None
    rest = await log.gaps(GapQuery(limit=3, before_id=first.next_before_id))
    assert [one.gap for one in (*first.entries, *rest.entries)] == gaps[::-1]
    assert rest.next_before_id is None
    between = await log.gaps(GapQuery(since=NOW + 1.5, until=NOW + 3))
    assert [one.gap.reason for one in between.entries] == ["2", "1"]


async def test_until_when_the_pbx_was_heard(store: Store) -> None:
    """The last word counts; none at all, and a damaged one, is none."""
    log = CallLog(store)
    assert await log.last_heard() is None
    for heard in (Heard(at=NOW), Heard(at=NOW + 1, reason="cut"), Heard(at=NOW + 2)):
        await log.record(CallBatch(heard=heard, recorded_at=NOW))
        assert await log.last_heard() == heard
    await store.write(lambda writer: writer.execute("UPDATE meta SET value = 'x' WHERE key = 'heard_at'", {}))
    with capture_logs() as lines:
        assert await log.last_heard() is None
    assert [line["event"] for line in lines] == ["last_heard_damaged"]
