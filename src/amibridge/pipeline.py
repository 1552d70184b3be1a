"""The whole way, top to bottom: AMI event -> call events -> matches -> outbox rows, one transaction a batch."""

import asyncio
from collections.abc import Callable, Sequence
from time import time
from typing import Final

import structlog

from amibridge.ami.inbox import EventsArrived, Inbox, Item, LinkLost, LinkUp, Listed, ListingAsked, StillUp
from amibridge.assignments.index import AssignmentIndex
from amibridge.calls.book import Changes
from amibridge.calls.events import CallEvent
from amibridge.calls.hearing import Gap, Heard, Hearing
from amibridge.calls.tracker import Tracker
from amibridge.delivery.outbox import Delivery, NewDelivery
from amibridge.delivery.worker import DeliveryWorker
from amibridge.errors import StoreError
from amibridge.store.calls import CallBatch, CallLog

BATCH_ITEMS: Final = 1024
"""About how many events become one transaction at most; the link reads nothing while they are translated."""
AGAIN_SECONDS: Final = 1.0
"""So long until a batch that the store did not take is offered again."""
HEARD_SECONDS: Final = 10.0
"""While nothing happens, the store learns this often that the PBX is still heard."""

log = structlog.get_logger(__name__)


class Pipeline:
    """Takes what the link received and commits what follows from it, before anybody is told.

    Args:
        inbox: What the link received, in order.
        tracker: Translates it into call events.
        assignments: Who wants them.
        calls: The journal and the outbox, written in one transaction a batch.
        worker: Sends what was committed.
        heard: Where the process before this one stopped hearing the PBX; None: there was none.
        on_call_event: Told of each call event once it is committed; must not raise.
        on_gap: Told of each gap once it is committed; must not raise.
        on_heard: Told of each AMI event: its name, and how many seconds after its own time it arrived (None: it carries
            no time); must be quick, and not raise.
        clock: Unix seconds.
        again_seconds: So long until a batch that the store did not take is offered again.

    Attributes:
        problem: Why the store takes nothing at the moment; empty when it does.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        tracker: Tracker,
        assignments: AssignmentIndex,
        calls: CallLog,
        worker: DeliveryWorker,
        heard: Heard | None = None,
        on_call_event: Callable[[CallEvent], None] = lambda _: None,
        on_gap: Callable[[Gap], None] = lambda _: None,
        on_heard: Callable[[str, float | None], None] = lambda _name, _lag: None,
        clock: Callable[[], float] = time,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._inbox, self._tracker, self._assignments = inbox, tracker, assignments
        self._calls, self._worker = calls, worker
        self._on_call_event, self._on_gap, self._on_heard = on_call_event, on_gap, on_heard
        self._clock, self._again_seconds = clock, again_seconds
        self._hearing, self._stored = Hearing(heard), heard
        self._gaps: list[Gap] = []
        self.problem = ""

    async def run(self) -> None:
        """Translate and commit until the inbox is closed and empty.

        Cancelled, it leaves a batch that is being committed to the store, whole or not at all; its deliveries go out
        when the next process takes over the outbox.

        Raises:
            StoreError: The store's writer has failed: nothing can be committed any more.
        """
        while items := await self._inbox.get_batch(BATCH_ITEMS):
            told = [event for item in items for event in self._translate(item)]
            changes, gaps = self._tracker.take_changes(), self._take_gaps()
            if told or gaps or changes or self._heard_more():
                await self._commit(told, changes, gaps)

    def _translate(self, item: Item) -> Sequence[CallEvent]:
        match item:
            case EventsArrived():
                return self._translate_events(item)
            case Listed(snapshot=snapshot, at=at):
                told = self._tracker.settle(snapshot, at)
                self._hearing.told(told)
                gap = self._hearing.settled(at)
                self._gaps += [gap] if gap else []
                return told
            case StillUp(at=at):
                self._hearing.heard(at)
            case LinkLost(at=at, reason=reason):
                self._hearing.lost(at, reason)
                self._tracker.link_lost()
            case LinkUp() | ListingAsked():
                self._tracker.link_lost()
        return ()

    def _translate_events(self, arrived: EventsArrived) -> Sequence[CallEvent]:
        told: list[CallEvent] = []
        arrived_at = arrived.arrived_at
        for event in arrived.events:
            at = event.timestamp
            self._on_heard(event.name, None if at is None else arrived_at - at)
            told_of_it = self._tracker.feed(event, at or arrived_at)
            told += told_of_it
            if told_of_it and event.name == "FullyBooted":
                log.warning("pbx_restarted", seconds=event.number("uptime"), count=len(told_of_it))
        self._hearing.heard(arrived_at)
        self._hearing.told(told)
        return told

    def _heard_more(self) -> bool:
        """Whether the store should learn until when the PBX was heard, although nothing happened."""
        heard, stored = self._hearing.until, self._stored
        if heard is None or stored is None:
            return heard is not stored
        return heard.reason != stored.reason or abs(heard.at - stored.at) >= HEARD_SECONDS

    def _take_gaps(self) -> Sequence[Gap]:
        gaps, self._gaps = self._gaps, []
        return gaps

    async def _commit(self, told: Sequence[CallEvent], changes: Changes, gaps: Sequence[Gap]) -> None:
        """Commit a batch, however often it takes; then send, and tell."""
        heard = self._hearing.until
        while True:
            now = self._clock()
            rows = self._match(told, now)
            batch = CallBatch(
                events=told,
                deliveries=rows,
                open=changes.open,
                ended=changes.ended,
                gaps=gaps,
                heard=heard,
                recorded_at=now,
            )
            try:
                stored = await self._calls.record(batch)
            except StoreError as error:
                if error.final:
                    raise
                self._worker.release(rows)
                self._refused(str(error))
                await asyncio.sleep(self._again_seconds)
            else:
                self._stored = heard
                self._taken(told, rows, stored, gaps)
                return

    def _match(self, told: Sequence[CallEvent], now: float) -> list[NewDelivery]:
        return [
            self._worker.reserve(event, assignment, now)
            for event in told
            for assignment in self._assignments.matches(event.extension, event.type)
        ]

    def _refused(self, reason: str) -> None:
        if not self.problem:
            log.error("store_refuses", reason=reason)
        self.problem = reason

    def _taken(
        self,
        told: Sequence[CallEvent],
        rows: Sequence[NewDelivery],
        stored: Sequence[Delivery | None],
        gaps: Sequence[Gap],
    ) -> None:
        self._worker.start(rows, stored)
        if self.problem:
            log.warning("store_takes_again")
            self.problem = ""
        for gap in gaps:
            log.warning(
                "pbx_not_heard",
                seconds=round(gap.back_at - gap.lost_at, 3),
                reason=gap.reason,
                began=gap.began,
                answered=gap.answered,
                ended=gap.ended,
            )
            self._on_gap(gap)
        wanted: dict[str, int] = {}
        for row in rows:
            wanted[row.event.event_id] = wanted.get(row.event.event_id, 0) + 1
        for event in told:
            log.info(
                "call_event",
                event_type=event.type.label,
                extension=event.extension,
                status=event.status.value,
                call_id=event.call_id,
                event_id=event.event_id,
                recovered=event.recovered,
                count=wanted.get(event.event_id, 0),
            )
            self._on_call_event(event)
