"""The demo's ears: what is counted, and what is shown of what is heard."""

from dataclasses import dataclass, field

import pytest

from amibridge.calls.events import CallEvent
from amibridge.delivery.attempt import DeliveryOutcome
from amibridge.delivery.outbox import Delivery, DeliveryState, Settlement
from amibridge.simulator.display import Arrival, Introduction
from amibridge.simulator.receiver import Notification
from amibridge.simulator.show import Show
from amibridge.simulator.tally import Tally
from tests.unit.simulator.test_display import EVENT

HEARD = EVENT._replace(at=1800000000.0)
RECEIVER = "http://127.0.0.1:35813"


@dataclass
class Notebook:
    """A screen that remembers."""

    events: list[tuple[CallEvent, float]] = field(default_factory=list)
    arrivals: list[tuple[Arrival, CallEvent | None]] = field(default_factory=list)

    def introduce(self, facts: Introduction, *, ends_by_itself: bool) -> None:
        """Not heard here."""

    def scene(self, number: int, of: int, text: str) -> None:
        """Not heard here."""

    def event(self, event: CallEvent, seconds: float) -> None:
        """Remember an event."""
        self.events.append((event, seconds))

    def arrival(self, arrival: Arrival, event: CallEvent | None, seconds: float) -> None:  # noqa: ARG002 - not asked for
        """Remember what became of a notification."""
        self.arrivals.append((arrival, event))

    def close(self, text: str) -> None:
        """Not heard here."""


@pytest.fixture
def notebook() -> Notebook:
    """What is shown."""
    return Notebook()


@pytest.fixture
def tally() -> Tally:
    """What is counted, of one call event that is expected."""
    tally = Tally()
    tally.expect(1)
    return tally


@pytest.fixture
def show(notebook: Notebook, tally: Tally) -> Show:
    """The ears, which have heard one call event, two seconds after the demo began."""
    times = iter([1800000000.0, 1800000002.0])
    show = Show(screen=notebook, tally=tally, clock=lambda: next(times, 1800000003.0))
    show.receiver_origin = RECEIVER
    show.on_call_event(HEARD)
    return show


def notification(path: str, event_id: str = "e1") -> Notification:
    """A request that came in 4 ms after the PBX spoke."""
    return Notification(
        method="POST", path=path, parameters={"EventID": event_id}, attempt=1, arrived_at=1800000000.004
    )


def outcome(state: DeliveryState, origin: str = RECEIVER) -> DeliveryOutcome:
    """What an attempt came to."""
    delivery = Delivery(
        delivery_id=1, event=HEARD, assignment_id="a", origin=origin, attempt=1, created_at=1800000000.0
    )
    settlement = Settlement(
        delivery_id=1, attempt=1, state=state, reason="refused", started_at=1800000000.0, duration_seconds=0.01
    )
    return DeliveryOutcome(delivery=delivery, settlement=settlement, latency_seconds=0.012)


def test_event_is_shown_with_its_time(show: Show, notebook: Notebook) -> None:
    """A call event is shown as so many seconds after the demo began."""
    assert show.receiver_origin == RECEIVER
    assert notebook.events == [(HEARD, 2.0)]


def test_own_notification(show: Show, notebook: Notebook, tally: Tally) -> None:
    """The demo's own notification is measured from the PBX's time, and complete once recorded as delivered."""
    show.on_notification(notification("/demo/202/answer-in"))
    assert not tally.complete
    show.on_outcome(outcome(DeliveryState.DELIVERED))
    assert tally.complete
    [(arrival, event)] = notebook.arrivals
    assert (arrival.what, arrival.own, event) == ("POST", True, HEARD)
    assert arrival.latency_seconds == pytest.approx(0.004, abs=1e-6)


def test_notification_of_ones_own(show: Show, notebook: Notebook, tally: Tally) -> None:
    """An assignment made at a terminal is shown with its path, and does not stand in for the demo's."""
    show.on_notification(notification("/mine"))
    show.on_outcome(outcome(DeliveryState.DELIVERED))
    assert [(arrival.what, arrival.own) for arrival, _ in notebook.arrivals] == [("POST /mine", False)]
    assert not tally.complete


def test_request_of_a_stranger(show: Show, notebook: Notebook) -> None:
    """Something that is no notification of the daemon's is shown all the same."""
    show.on_notification(notification("/", event_id=""))
    [(arrival, event)] = notebook.arrivals
    assert (arrival.what, arrival.latency_seconds, event) == ("POST /", 0.0, None)


def test_delivery_elsewhere(show: Show, notebook: Notebook) -> None:
    """What goes to another receiver is shown from its outcome."""
    show.on_outcome(outcome(DeliveryState.DELIVERED, "https://crm.example:443"))
    assert [(arrival.what, arrival.problem) for arrival, _ in notebook.arrivals] == [("https://crm.example:443", "")]


@pytest.mark.parametrize("origin", [RECEIVER, "https://crm.example:443"])
def test_failure(show: Show, notebook: Notebook, tally: Tally, origin: str) -> None:
    """An attempt that failed is shown with its reason, wherever it went, and is no delivery."""
    show.on_outcome(outcome(DeliveryState.PENDING, origin))
    assert [arrival.problem for arrival, _ in notebook.arrivals] == ["refused"]
    assert not tally.complete
