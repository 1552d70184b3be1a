"""The order in which the call events of one AMI event are told."""

from itertools import permutations

import pytest

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.calls.order import in_order


def event(told: str, call_id: str = "1.1", flow: CallFlow = CallFlow.IN) -> CallEvent:
    """The call event that ``202 dial-in`` stands for."""
    extension, _, label = told.partition(" ")
    (event_type,) = (one for one in EventType if one.label == label)
    status = CallStatus.CALLING
    return CallEvent(event_id=told, type=event_type, extension=extension, call_id=call_id, flow=flow, status=status)


def labels(told: list[CallEvent]) -> list[str]:
    """The events, as ``event`` takes them."""
    return [f"{one.extension} {one.type.label}" for one in told]


def test_by_kind_then_by_extension() -> None:
    """However they come about: Dial-Out, Dial-In, Answer-In, Answer-Out, Hangup; of one kind by extension."""
    ordered = ["209 dial-out", "201 dial-in", "202 dial-in", "203 answer-in", "204 answer-out", "200 hangup"]
    for came in permutations(ordered):
        assert labels(in_order([event(told) for told in came])) == ordered


def test_the_old_part_ends_before_the_new_one_begins() -> None:
    """A Hangup that came before the Dial of the same extension in the same call belongs to the part before it."""
    came = ["202 hangup", "201 dial-in", "202 dial-in", "203 hangup"]
    assert labels(in_order([event(told) for told in came])) == [
        "202 hangup",
        "201 dial-in",
        "202 dial-in",
        "203 hangup",
    ]
    came = ["201 dial-out", "202 answer-in", "202 hangup", "202 dial-in", "202 answer-in"]
    assert labels(in_order([event(told) for told in came])) == [
        "202 answer-in",
        "202 hangup",
        "201 dial-out",
        "202 dial-in",
        "202 answer-in",
    ]
    came = ["202 dial-in", "202 hangup", "201 dial-in"]
    assert labels(in_order([event(told) for told in came])) == ["201 dial-in", "202 dial-in", "202 hangup"]


@pytest.mark.parametrize(("call_id", "flow"), [("2.2", CallFlow.IN), ("1.1", CallFlow.OUT)], ids=["call", "flow"])
def test_another_part_of_the_extension_ends_in_its_turn(call_id: str, flow: CallFlow) -> None:
    """What ends in another call, or in the other direction, has nothing to do with what begins."""
    told = in_order([event("202 hangup", call_id, flow), event("202 dial-in")])
    assert labels(told) == ["202 dial-in", "202 hangup"]


@pytest.mark.parametrize("came", [[], ["202 hangup"]])
def test_nothing_to_order(came: list[str]) -> None:
    """Most AMI events tell nothing, or one thing."""
    assert labels(in_order([event(told) for told in came])) == came
