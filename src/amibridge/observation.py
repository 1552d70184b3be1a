"""What the running daemon says of itself: its health, ``status``, its metrics."""

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from amibridge import VERSION
from amibridge.ami.facts import LinkFacts, LinkState
from amibridge.ami.inbox import Inbox
from amibridge.ami.link import Link
from amibridge.assignments.index import AssignmentIndex
from amibridge.calls.events import CallEvent, EventType
from amibridge.calls.hearing import Gap
from amibridge.calls.tracker import Tracker
from amibridge.control.operation import DaemonFacts
from amibridge.delivery.attempt import DeliveryOutcome
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.policy import AttemptResult
from amibridge.delivery.stored import OutboxCounts
from amibridge.delivery.worker import DeliveryWorker
from amibridge.errors import StoreError
from amibridge.health import Fault, Health, Part
from amibridge.metrics import COMMIT_SECONDS, LATENCY_SECONDS, Distribution, EventMeter, Metrics, Tally
from amibridge.pipeline import Pipeline
from amibridge.settings import AmiSettings
from amibridge.store.database import SQLITE_VERSION, Store
from amibridge.store.deliveries import Deliveries
from amibridge.stream.hub import Hub

STUCK_SECONDS: Final = 10.0
"""A commit that takes longer is told of; it takes milliseconds."""
COUNTING_SECONDS: Final = 5.0
"""The outbox is counted this often at most, however often somebody asks without a token."""

_OUTCOMES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.PENDING: "failed",
    DeliveryState.DEAD: "dead",
    DeliveryState.EXPIRED: "expired",
}
"""What an attempt made of its delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What there is once the store is open."""

    store: Store
    pipeline: Pipeline
    worker: DeliveryWorker
    assignments: AssignmentIndex
    deliveries: Deliveries


class Observation:
    """Counts what the parts tell it, and asks them when somebody wants to know.

    Args:
        ami: Where the PBX is.
        link: The link to it.
        inbox: What was received and not taken yet.
        tracker: The calls.
        hub: Who follows what happens.
        api_url: Says where the API listens.
        clock: Unix seconds.

    Attributes:
        metrics: Where parts that are not known here register what they have to show.
        heard: Told of each AMI event.
        committed: Told how long each commit took.
    """

    def __init__(
        self,
        *,
        ami: AmiSettings,
        link: Link,
        inbox: Inbox,
        tracker: Tracker,
        hub: Hub,
        api_url: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ami, self._link, self._inbox, self._tracker = ami, link, inbox, tracker
        self._hub, self._api_url, self._clock = hub, api_url, clock
        self._started_at = clock()
        self._events = EventMeter()
        self._commits = Distribution(COMMIT_SECONDS)
        self._told = Tally(event.label for event in EventType)
        self._results = Tally(AttemptResult)
        self._latencies = {name: Distribution(LATENCY_SECONDS) for name in _OUTCOMES.values()}
        self._requests: Tally[tuple[str, ...]] = Tally()
        self._gaps, self._gap_seconds = 0, 0.0
        self._counts: OutboxCounts | None = None
        self._counted_at = float("-inf")
        self.metrics = Metrics()
        self.heard = self._events.heard
        self.committed = self._commits.observe

    def told(self, event: CallEvent) -> None:
        """A call event was committed."""
        self._told.add(event.type.label)

    def gap(self, gap: Gap) -> None:
        """The PBX was not heard for a while."""
        self._gaps += 1
        self._gap_seconds += gap.back_at - gap.lost_at

    def settled(self, outcome: DeliveryOutcome) -> None:
        """What an attempt came to was stored."""
        self._results.add(outcome.result)
        self._latencies[_OUTCOMES[outcome.settlement.state]].observe(outcome.latency_seconds)

    def answered(self, route: str, status: int) -> None:
        """The API answered a request."""
        self._requests.add((route, f"{status // 100}xx"))

    def health(self, watched: Watched) -> Health:
        """Whether each part works, and else why not."""
        return health_of(
            self._link.facts,
            store_problem=watched.store.problem or watched.pipeline.problem,
            commit_seconds=watched.store.busy_seconds,
            delivery_problem=watched.worker.problem,
        )

    def facts(self, watched: Watched) -> DaemonFacts:
        """The daemon at a glance."""
        link, room = self._link.facts, watched.store.room
        return DaemonFacts(
            version=VERSION,
            pid=os.getpid(),
            started_at=self._started_at,
            api_url=self._api_url(),
            pbx=link.state.value,
            pbx_since=link.since,
            pbx_lost_at=link.lost_at,
            pbx_address=f"{self._ami.host}:{self._ami.port}",
            asterisk=link.asterisk,
            ami_version=link.version,
            last_event_at=link.last_event_at,
            lag_seconds=self._events.last_lag_seconds,
            reconnects=link.reconnects,
            events_heard=dict(self._events.events.counts),
            inbox_items=len(self._inbox),
            participations=self._tracker.open_participations,
            channels=self._tracker.channels,
            events_told=sum(self._told.counts.values()),
            assignments=len(watched.assignments),
            receivers_failing=tuple(watched.worker.failing),
            store_path=str(watched.store.path),
            store_size_bytes=room.size_bytes,
            store_free_bytes=room.free_bytes,
            store_reserve_bytes=room.reserve_bytes,
            not_ready=self.health(watched).reasons,
        )

    def watch(self, watched: Watched) -> None:
        """Show all of it as metrics, from now on."""
        self._show_daemon(watched)
        self._show_link()
        self._show_calls(watched)
        self._show_outbox(watched)
        self._show_delivery(watched)
        self._show_store(watched.store)

    def _show_daemon(self, watched: Watched) -> None:
        show = self.metrics
        show.info(
            "amibridge_build_info",
            "The versions that run, as labels.",
            {"version": VERSION, "python": platform.python_version(), "sqlite": SQLITE_VERSION},
        )
        show.gauge("amibridge_ready", "1 while the daemon does its whole work.", lambda: self.health(watched).ready)
        show.gauges(
            "amibridge_part_ready",
            "1 while this part of it works.",
            "part",
            lambda: {part.value: float(works) for part, works in self.health(watched).parts.items()},
        )
        show.counters(
            "amibridge_api_requests",
            "Requests that the API has answered.",
            ("route", "status"),
            lambda: self._requests.counts,
        )
        show.gauge("amibridge_stream_clients", "Who follows the streams.", lambda: self._hub.clients)
        show.counter(
            "amibridge_stream_clients_dropped",
            "Those that were dropped because they did not read.",
            lambda: self._hub.dropped,
        )

    def _show_link(self) -> None:
        show, link = self.metrics, self._link
        show.gauge("amibridge_link_up", "1 while the PBX is heard.", lambda: link.state is LinkState.UP)
        show.gauges(
            "amibridge_link_state",
            "1 for the state that the link is in, 0 for the others.",
            "state",
            lambda: {state.value: float(state is link.state) for state in LinkState},
        )
        show.gauge(
            "amibridge_link_state_since_timestamp_seconds",
            "When the link came into its state.",
            lambda: link.facts.since,
        )
        show.counter("amibridge_link_sessions", "Logins that the PBX accepted.", lambda: link.facts.sessions)
        show.counter(
            "amibridge_link_reconnects", "Logins after the first that the PBX accepted.", lambda: link.facts.reconnects
        )
        show.counter(
            "amibridge_link_inbox_overflows",
            "Sessions that were given up because the inbox was full.",
            lambda: link.facts.inbox_overflows,
        )
        show.counter("amibridge_gaps", "Times in which the PBX was not heard.", lambda: self._gaps)
        show.counter(
            "amibridge_gap_seconds",
            "How long the PBX was not heard, all such times together.",
            lambda: self._gap_seconds,
        )
        show.counter("amibridge_ami_received_bytes", "What the PBX sent.", lambda: link.facts.bytes_received)
        show.counter("amibridge_ami_messages", "Messages that the PBX sent.", lambda: link.facts.messages_received)
        show.counter(
            "amibridge_ami_messages_skipped",
            "Messages of the PBX that no call is told from.",
            lambda: link.facts.events_skipped,
        )
        show.counters(
            "amibridge_ami_events",
            "Events that calls are told from, by AMI's name.",
            ("event",),
            lambda: {(name,): count for name, count in self._events.events.counts.items()},
        )
        show.gauge(
            "amibridge_ami_last_event_timestamp_seconds",
            "When the last event arrived that calls are told from; NaN before the first.",
            lambda: _or_nan(link.facts.last_event_at),
        )
        show.gauge(
            "amibridge_ami_last_lag_seconds",
            "How late the last event arrived, by the time that it carries; NaN when it carries none.",
            lambda: _or_nan(self._events.last_lag_seconds),
        )
        show.histogram(
            "amibridge_ami_lag_seconds",
            "How late events arrived, by the times that they carry (timestampevents).",
            self._events.lag,
        )
        show.gauge("amibridge_inbox_items", "What was received and is not translated yet.", lambda: len(self._inbox))
        show.gauge(
            "amibridge_inbox_bytes",
            "Memory taken by what was received and is not translated yet.",
            lambda: self._inbox.size_bytes,
        )

    def _show_calls(self, watched: Watched) -> None:
        show, tracker = self.metrics, self._tracker
        show.gauge("amibridge_channels", "Channels of the PBX, as far as is known.", lambda: tracker.channels)
        show.gauge(
            "amibridge_participations", "Extensions' parts in calls that go on.", lambda: tracker.open_participations
        )
        show.gauge("amibridge_assignments", "Assignments, disabled ones too.", lambda: len(watched.assignments))
        show.counters(
            "amibridge_call_events",
            "Call events that were told.",
            ("type",),
            lambda: {(name,): count for name, count in self._told.counts.items()},
        )

    def _show_outbox(self, watched: Watched) -> None:
        async def count() -> None:
            now = time.monotonic()
            if now - self._counted_at < COUNTING_SECONDS:
                return
            self._counted_at = now
            try:
                self._counts = await watched.deliveries.counts()
            except StoreError:
                self._counts = None  # what is not known is not shown

        self.metrics.before_scrape(count)
        self.metrics.gauges(
            "amibridge_outbox_deliveries",
            "Deliveries in the store; absent while it cannot be read.",
            "state",
            lambda: _by_state(self._counts),
        )
        self.metrics.gauge(
            "amibridge_outbox_oldest_due_seconds",
            "For how long the delivery that waits longest has been due; 0 when none is.",
            self._oldest_due_seconds,
        )

    def _oldest_due_seconds(self) -> float:
        due_at = self._counts.earliest_due_at if self._counts else None
        return 0.0 if due_at is None else max(0.0, self._clock() - due_at)

    def _show_delivery(self, watched: Watched) -> None:
        show, worker = self.metrics, watched.worker
        show.counters(
            "amibridge_delivery_attempts",
            "Attempts to deliver a notification, by what they came to.",
            ("result",),
            lambda: {(result.value,): count for result, count in self._results.counts.items()},
        )
        show.histograms(
            "amibridge_delivery_latency_seconds",
            "From a call event to the end of an attempt to deliver it.",
            "outcome",
            self._latencies,
        )
        show.gauge("amibridge_deliveries_under_way", "Requests under way.", lambda: worker.under_way)
        show.gauge(
            "amibridge_receivers_failing",
            "Receivers that get one request at a time, because they fail.",
            lambda: len(worker.failing),
        )

    def _show_store(self, store: Store) -> None:
        show = self.metrics
        show.histogram("amibridge_store_commit_seconds", "How long each commit to the disk took.", self._commits)
        show.gauge("amibridge_store_size_bytes", "The store's file and its WAL.", lambda: store.room.size_bytes)
        show.gauge("amibridge_store_free_bytes", "What is free on its disk.", lambda: store.room.free_bytes)
        show.gauge(
            "amibridge_store_reserve_bytes",
            "What is kept beside it for a full disk; 0 while the disk is full.",
            lambda: store.room.reserve_bytes,
        )


def health_of(link: LinkFacts, *, store_problem: str, commit_seconds: float, delivery_problem: str) -> Health:
    """Judge the parts by what they say.

    Args:
        link: The link.
        store_problem: Why nothing new is kept; empty when it is.
        commit_seconds: For how long a commit has been under way.
        delivery_problem: Why outcomes are not kept; empty when they are.
    """
    faults: list[Fault] = []
    if link.state is not LinkState.UP:
        since = datetime.fromtimestamp(link.down_since, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        reason = f"the PBX is not heard ({link.state.value}): {link.last_error or 'no answer yet'} (since {since})"
        faults.append(Fault(part=Part.LINK, reason=reason))
    elif link.listing_refused:
        reason = (
            f"calls that are missed cannot be settled, Asterisk lists no channels ({link.listing_refused}):"
            " add write = reporting to the user in manager.conf"
        )
        faults.append(Fault(part=Part.LINK, reason=reason))
    elif link.listing_missing:
        reason = f"calls that are missed cannot be settled: {link.listing_missing}"
        faults.append(Fault(part=Part.LINK, reason=reason))
    if store_problem:
        faults.append(Fault(part=Part.STORE, reason=f"call events cannot be kept: {store_problem}"))
    if commit_seconds > STUCK_SECONDS:
        reason = f"the disk has been writing one commit for {commit_seconds:.0f} s: look at the system's log"
        faults.append(Fault(part=Part.WRITER, reason=reason))
    if delivery_problem:
        faults.append(Fault(part=Part.DELIVERY, reason=f"outcomes of deliveries cannot be kept: {delivery_problem}"))
    return Health(faults=tuple(faults))


def _by_state(counts: OutboxCounts | None) -> Mapping[str, float]:
    return {state.value: getattr(counts, state.value) for state in DeliveryState} if counts else {}


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
