"""The journal of call events, the open participations and the gaps; a batch of them is one transaction."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import structlog

from amibridge.calls.events import CallEvent
from amibridge.calls.hearing import Gap, Heard
from amibridge.calls.journal import GapEntry, GapPage, GapQuery, JournalEntry, JournalPage, JournalQuery
from amibridge.calls.records import ParticipationRecord
from amibridge.delivery.outbox import Delivery, NewDelivery
from amibridge.delivery.policy import DELETED
from amibridge.store.database import Store
from amibridge.store.queries import load
from amibridge.store.rows import entries_of, event_of, event_row
from amibridge.store.scope import as_bound, is_few
from amibridge.store.writer import Writer

PURGE_ROWS: Final = 1000
"""How many old events one transaction forgets, so that new ones do not wait for long."""
ALL_GAPS: Final = GapQuery()
"""The newest."""
ALL: Final = JournalQuery()
"""The newest, of all extensions."""

_SQL: Final = load("calls")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBatch:
    """What follows from a stretch of the AMI stream: all of it is committed, or nothing."""

    events: Sequence[CallEvent] = ()
    deliveries: Sequence[NewDelivery] = ()
    """Of these events only."""
    open: Sequence[ParticipationRecord] = ()
    """Participations that started or changed."""
    ended: Sequence[str] = ()
    """Ids of those that ended."""
    gaps: Sequence[Gap] = ()
    heard: Heard | None = None
    """Until when the PBX was heard; None: as far as is known already."""
    recorded_at: float
    """Unix seconds."""


class CallLog:
    """What happened, durably.

    Args:
        store: Where it is kept.
        on_recorded: Told of the entries that a batch has added, right after its commit and in the order of the commits;
            must not raise.
    """

    def __init__(self, store: Store, *, on_recorded: Callable[[Sequence[JournalEntry]], None] = lambda _: None) -> None:
        self._store, self._on_recorded = store, on_recorded

    async def record(self, batch: CallBatch) -> list[Delivery | None]:
        """Commit a batch.

        An event whose id is known already is not written again, and nothing is sent for it.

        Returns:
            For each of ``batch.deliveries`` its row: attempt 1 of those that go at once, attempt 0 of those that wait,
            behind older ones of their key too. None where nothing is to be sent: the event was known, or the assignment
            is gone.

        Raises:
            StoreError: Nothing of the batch was written.
        """
        recorded = await self._store.add(
            lambda writer: writer.run(lambda connection: _record(connection, batch)),
            then=lambda recorded: self._on_recorded(recorded.entries),
        )
        return recorded.deliveries

    async def load_participations(self) -> list[ParticipationRecord]:
        """The open participations, oldest first; one that cannot be read is logged and left out.

        A listing of the PBX's channels settles what is left out as if it had never been seen.
        """
        found: list[ParticipationRecord] = []
        for row in await self._store.read(_SQL["participations"]):
            try:
                found.append(_participation_of(row))
            except (KeyError, TypeError, ValueError):
                log.warning("participation_damaged", participation_id=ascii(row["participation_id"]))
        return found

    async def journal(self, query: JournalQuery = ALL) -> JournalPage:
        """A page of the journal, newest first."""
        bound = {
            "call_id": query.call_id,
            "type": query.event_type,
            "numbers": as_bound(query.numbers),
            "since": query.since,
            "until": query.until,
            "before_id": query.before_id,
            "limit": query.limit + 1,
        }
        if query.call_id is not None:
            name = "events_of_call"
        elif is_few(query.numbers):
            name = "events_of_extensions"
        else:
            name = "events"
        rows = await self._store.read(_SQL[name], bound)
        shown = rows[: query.limit]
        return JournalPage(
            entries=entries_of(shown), next_before_id=shown[-1]["id"] if len(rows) > len(shown) else None
        )

    async def gaps(self, query: GapQuery = ALL_GAPS) -> GapPage:
        """A page of the times in which the PBX was not heard, newest first."""
        bound = asdict(query) | {"limit": query.limit + 1}
        rows = [dict(row) for row in await self._store.read(_SQL["gaps"], bound)]
        shown = [GapEntry(entry_id=row.pop("id"), gap=Gap(**row)) for row in rows[: query.limit]]
        return GapPage(entries=shown, next_before_id=shown[-1].entry_id if len(rows) > len(shown) else None)

    async def last_heard(self) -> Heard | None:
        """Until when the PBX was heard by whatever process had the store open; None: it never was."""
        ((at, reason),) = await self._store.read(_SQL["heard"])
        try:
            return None if at is None else Heard(at=float(at), reason=reason or "")
        except ValueError:
            log.warning("last_heard_damaged")
            return None

    async def purge(self, before: float) -> int:
        """Forget what was recorded before that (Unix seconds), in steps; returns how many events.

        Their deliveries go with them; an event with one that is not settled yet stays.
        """
        bound = {"before": before, "limit": PURGE_ROWS}
        await self._store.write(lambda writer: writer.execute(_SQL["purge_gaps"], {"before": before}))
        purged = 0
        while step := await self._store.write(lambda writer: _purge(writer, bound)):
            purged += step
        return purged


async def _purge(writer: Writer, bound: Mapping[str, object]) -> int:
    purged = [row["id"] for row in await writer.rows(_SQL["purge"], bound)]
    if purged:
        await writer.execute(_SQL["put_purged"], {"purged_through": str(max(purged))})
    return len(purged)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """What a batch has come to."""

    entries: Sequence[JournalEntry]
    deliveries: list[Delivery | None]


def _record(connection: sqlite3.Connection, batch: CallBatch) -> _Recorded:
    """Write a batch; in the writer's thread, within its transaction."""
    last = connection.execute(_SQL["last_ids"]).fetchone()
    fresh: dict[str, int] = {}
    if batch.events:
        rows = [event_row(event) | {"recorded_at": batch.recorded_at} for event in batch.events]
        connection.executemany(_SQL["add_event"], rows)
        added = connection.execute(_SQL["added_events"], {"last": last["event"]})
        fresh = {row["event_id"]: row["id"] for row in added}
    rows_added: dict[tuple[str, str], sqlite3.Row] = {}
    wanted = [new for new in batch.deliveries if new.event.event_id in fresh]
    if wanted:
        connection.executemany(_SQL["add_delivery"], [_delivery_row(new) for new in wanted])
        added = connection.execute(_SQL["added_deliveries"], {"last": last["delivery"]})
        rows_added = {(row["event_id"], row["assignment_id"]): row for row in added}
    connection.executemany(_SQL["put_participation"], [_participation_row(one) for one in batch.open])
    connection.executemany(_SQL["end_participation"], [{"participation_id": one} for one in batch.ended])
    connection.executemany(_SQL["add_gap"], [asdict(gap) for gap in batch.gaps])
    if batch.heard is not None:
        connection.execute(_SQL["put_heard"], {"at": repr(batch.heard.at), "reason": batch.heard.reason})
    # A delivery that stands twice in the batch is one row: the second finds its id taken.
    deliveries = [
        _delivery(new, rows_added.pop((new.event.event_id, new.assignment_id), None)) for new in batch.deliveries
    ]
    entries = [
        JournalEntry(entry_id=fresh.pop(event.event_id), event=event, recorded_at=batch.recorded_at)
        for event in batch.events
        if event.event_id in fresh
    ]
    return _Recorded(entries=entries, deliveries=deliveries)


def _delivery_row(new: NewDelivery) -> dict[str, Any]:
    return {
        "event_id": new.event.event_id,
        "assignment_id": new.assignment_id,
        "origin": new.origin,
        "order_key": new.order_key,
        "at_once": new.at_once,
        "created_at": new.created_at,
        "deleted": DELETED,
    }


def _delivery(new: NewDelivery, row: sqlite3.Row | None) -> Delivery | None:
    if row is None:
        return None
    return Delivery(
        delivery_id=row["id"],
        event=new.event,
        assignment_id=new.assignment_id,
        origin=new.origin,
        attempt=row["attempts"],
        created_at=new.created_at,
    )


def _participation_row(record: ParticipationRecord) -> dict[str, Any]:
    return {
        "participation_id": record.participation_id,
        "dial": json.dumps(event_row(record.dial)),
        "answered": record.answered,
        "legs": json.dumps(record.legs),
        "first_uniqueid": record.first_uniqueid,
        "called_extension": record.called_extension,
        "facts": record.facts,
    }


def _participation_of(row: sqlite3.Row) -> ParticipationRecord:
    return ParticipationRecord(
        participation_id=row["participation_id"],
        dial=event_of(json.loads(row["dial"])),
        answered=bool(row["answered"]),
        legs=tuple(json.loads(row["legs"])),
        first_uniqueid=row["first_uniqueid"],
        called_extension=row["called_extension"],
        facts=row["facts"],
    )
