"""What has happened to each call event of the demo: told, arrived at the receiver, settled in the outbox. Pure."""

from statistics import median

from amibridge.calls.events import CallEvent


class Tally:
    """Counts, and knows what is missing."""

    def __init__(self) -> None:
        self._expected = 0
        self._told: dict[str, CallEvent] = {}
        self._arrived: set[str] = set()
        self._settled: set[str] = set()
        self._delivered = 0
        self._latencies: list[float] = []

    def expect(self, call_events: int) -> None:
        """A recorded call is about to be replayed that makes so many call events."""
        self._expected += call_events

    def told(self, event: CallEvent) -> None:
        """The daemon told of a call event."""
        self._told[event.event_id] = event

    def arrived(self, event_id: str, latency_seconds: float) -> None:
        """A notification reached the demo's own receiver, so long after the PBX spoke."""
        self._arrived.add(event_id)
        self._latencies.append(latency_seconds)

    def delivered(self, event_id: str) -> None:
        """A delivery, to whichever receiver, is recorded as delivered."""
        self._settled.add(event_id)
        self._delivered += 1

    @property
    def complete(self) -> bool:
        """Whether every call event that the replayed calls make was told, has arrived and is recorded as delivered."""
        return len(self._told) >= self._expected and self._told.keys() <= self._arrived & self._settled

    def missing(self) -> str:
        """What is missing, in words; empty when all is there."""
        untold = self._expected - len(self._told)
        lost = [event for event_id, event in self._told.items() if event_id not in self._arrived & self._settled]
        facts = [f"{untold} of {self._expected} call events were not told"] if untold > 0 else []
        if lost:
            names = ", ".join(f"{event.type.label} of {event.extension}" for event in lost[:3])
            facts.append(f"{len(lost)} notifications were not delivered (first: {names})")
        return "; ".join(facts)

    def summary(self) -> str:
        """One line to end with."""
        counts = f"{len(self._told)} call events, {self._delivered} notifications delivered"
        return f"{counts}, median latency {1000 * median(self._latencies):.1f} ms" if self._latencies else counts
