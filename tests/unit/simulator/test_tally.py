"""What the demo counts, and what it misses."""

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.simulator.tally import Tally


def call_event(event_id: str, extension: str = "201") -> CallEvent:
    """A Dial-Out of that id."""
    return CallEvent(
        event_id=event_id,
        type=EventType.DIAL_OUT,
        extension=extension,
        call_id="1.0",
        flow=CallFlow.OUT,
        status=CallStatus.CALLING,
    )


def test_complete_when_all_is_delivered() -> None:
    """A call event is done when it was told, has arrived, and is recorded as delivered; in any order."""
    tally = Tally()
    tally.expect(2)
    assert tally.missing() == "2 of 2 call events were not told"
    tally.told(call_event("a"))
    tally.arrived("b", 0.003)
    tally.delivered("b")
    tally.told(call_event("b", "202"))
    tally.arrived("a", 0.005)
    assert not tally.complete
    assert tally.missing() == "1 notifications were not delivered (first: dial-out of 201)"
    tally.delivered("a")
    assert tally.complete
    assert tally.missing() == ""


def test_silence_is_not_complete() -> None:
    """Nothing told is nothing delivered, when something should have been told."""
    tally = Tally()
    tally.expect(1)
    assert not tally.complete


def test_says_everything_that_is_missing() -> None:
    """Events that were never told and notifications that never came are both named, the latter up to three."""
    tally = Tally()
    tally.expect(5)
    for extension in ("201", "202", "203", "204"):
        tally.told(call_event(extension, extension))
    assert tally.missing() == (
        "1 of 5 call events were not told; "
        "4 notifications were not delivered (first: dial-out of 201, dial-out of 202, dial-out of 203)"
    )


def test_summary() -> None:
    """The last line counts every delivery, and takes the middle latency."""
    tally = Tally()
    assert tally.summary() == "0 call events, 0 notifications delivered"
    tally.told(call_event("a"))
    for latency in (0.002, 0.004, 0.9):
        tally.arrived("a", latency)
        tally.delivered("a")
    assert tally.summary() == "1 call events, 3 notifications delivered, median latency 4.0 ms"
