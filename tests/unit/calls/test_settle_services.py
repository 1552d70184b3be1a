"""Queues, conferences and IVRs in a listing: who has entered one, and who has left it, while nobody listened."""

import pytest

from amibridge.ami.snapshot import ListedChannel
from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import OUTGOING, RING, Pbx

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")
CONFERENCE = Extension(number="660", kind=ExtensionKind.CONFERENCE, service="meeting")
IVR = Extension(number="670", kind=ExtensionKind.IVR, service="menu")


def recovered(*told: str) -> list[str]:
    """These, as a listing tells them."""
    return [f"{one}, recovered" for one in told]


def queueing(pbx: Pbx, label: str, queue: str = "support", **facts: str) -> ListedChannel:
    """The line of a channel that waits in a queue, or is served by its member."""
    return pbx.line(label, runs="Queue", data=f"{queue},t,,,60", **facts)


def test_a_caller_found_in_a_queue() -> None:
    """Who waits in a queue has called it; who is served by a member was answered."""
    pbx = Pbx(QUEUE)
    pbx.line("201", exten="650")
    assert pbx.settle(queueing(pbx, "201")) == recovered("201 dial-out", "650 dial-in")
    pbx.line("202", linkedid="201")
    told = pbx.settle(queueing(pbx, "201", bridge="b"), pbx.line("202", data=OUTGOING, bridge="b"))
    assert told == recovered("202 dial-in", "202 answer-in", "650 answer-in", "201 answer-out")
    assert pbx.settle(queueing(pbx, "201"), pbx.line("202", data=OUTGOING)) == []


@pytest.mark.parametrize("restart", [False, True])
def test_a_queue_left_unheard(*, restart: bool) -> None:
    """Who runs something else now has left the queue; whose channel is gone has left everything."""
    pbx = Pbx(QUEUE)
    for label in ("201", "203"):
        pbx.call(label, "650")
        pbx.say("QueueCallerJoin", label, queue="support")
    pbx.lose(restart=restart)
    told = pbx.settle(pbx.line("201", runs="VoiceMail"))
    assert told == recovered("203 hangup NOANSWER", "650 hangup NOANSWER", "650 hangup NOANSWER")
    assert pbx.hangup("201") == ["201 hangup NOANSWER"]
    assert pbx.is_quiet


@pytest.mark.parametrize("restart", [False, True])
def test_in_another_queue_by_now(*, restart: bool) -> None:
    """The queue in the line is the one that the caller is in."""
    pbx = Pbx(QUEUE, Extension(number="651", kind=ExtensionKind.QUEUE, service="sales"))
    pbx.call("201", "650")
    pbx.say("QueueCallerJoin", "201", queue="support")
    pbx.lose(restart=restart)
    assert pbx.settle(queueing(pbx, "201")) == []
    assert pbx.settle(queueing(pbx, "201", "sales")) == recovered("651 dial-in", "650 hangup NOANSWER")


def test_services_entered_since() -> None:
    """A listing that was made before a caller entered a queue does not take it out again."""
    pbx = Pbx(QUEUE)
    pbx.call("201", "650")
    pbx.lose_link()
    stale = pbx.line("201")
    assert pbx.say("QueueCallerJoin", "201", queue="support") == ["650 dial-in"]
    assert pbx.settle(stale) == []


def test_a_conference_found_in_a_listing() -> None:
    """Its callers are answered by it, and not connected with each other."""
    pbx = Pbx(CONFERENCE)
    lines = [
        pbx.line(label, exten="660", runs="ConfBridge", data="meeting,default", bridge="b") for label in ("201", "202")
    ]
    told = pbx.settle(*lines, pbx.line("CBAnn", bridge="b"))
    dials = ["201 dial-out", "202 dial-out", "660 dial-in", "660 dial-in"]
    answers = ["660 answer-in", "660 answer-in", "201 answer-out", "202 answer-out"]
    assert told == recovered(*dials, *answers)
    assert {event.called_extension for event in pbx.told} == {"660"}


def test_an_undeclared_conference_connects() -> None:
    """Those in a conference that is no extension are connected by its bridge."""
    pbx = Pbx()
    lines = [pbx.line(one, exten="661", runs="ConfBridge", data="meeting", bridge="b") for one in ("201", "202")]
    told = pbx.settle(*lines)
    assert told == recovered("201 dial-out", "202 dial-out", "201 answer-out", "202 answer-out")


def test_a_menu_found_in_a_listing() -> None:
    """Who runs anything in a menu's context is in the menu, and was answered if its channel is Up; a dial ends it."""
    pbx = Pbx(IVR)
    pbx.line("201", exten="670", context="menu")
    told = pbx.settle(pbx.line("201", runs="Background"))
    assert told == recovered("201 dial-out", "670 dial-in", "670 answer-in", "201 answer-out")
    assert pbx.settle(pbx.line("201", runs="WaitExten")) == []
    assert pbx.settle(pbx.line("201", runs="Dial")) == recovered("670 hangup ANSWER")
    # it is no new visit when the dial is over: nobody saw it come
    assert pbx.settle(pbx.line("201", runs="Background")) == []


def test_into_a_menu_unheard() -> None:
    """Who is in a menu's context now, and was not, has entered it; who is in another one has left it."""
    pbx = Pbx(IVR)
    pbx.call("201", "670")
    pbx.lose_link()
    told = pbx.settle(pbx.line("201", runs="Background", context="menu"))
    assert told == recovered("670 dial-in")
    assert pbx.settle(pbx.line("201", runs="Playback", context="phones")) == recovered("670 hangup NOANSWER")


def test_a_dialled_leg_in_a_menu() -> None:
    """A phone that is rung from a menu's context is not in the menu."""
    pbx = Pbx(IVR)
    pbx.call("trunk", "0309")
    pbx.ring("trunk", "202")
    pbx.lose_link()
    assert pbx.settle(pbx.line("trunk", runs="Dial"), pbx.line("202", context="menu", data=OUTGOING)) == []


def test_services_of_one_name() -> None:
    """A conference may have the name of a queue, and is another service all the same."""
    pbx = Pbx(QUEUE, Extension(number="661", kind=ExtensionKind.CONFERENCE, service="support"))
    pbx.call("trunk", "0309")
    pbx.say("QueueCallerJoin", "trunk", queue="support")
    pbx.lose_link()
    told = pbx.settle(pbx.line("trunk", runs="ConfBridge", data="support,default"))
    assert told == recovered("661 dial-in", "661 answer-in", "650 hangup NOANSWER")


def test_a_queue_in_a_menu() -> None:
    """A caller who waits in a queue that the menu itself runs is in both."""
    pbx = Pbx(IVR, QUEUE)
    pbx.call("trunk", "0309", context="menu")
    pbx.lose_link()
    assert pbx.settle(queueing(pbx, "trunk")) == recovered("650 dial-in")
    assert pbx.settle(pbx.line("trunk", runs="Background")) == recovered("650 hangup NOANSWER")


def test_a_listed_local_half_in_a_queue() -> None:
    """A Local half stands for its caller in a listing too; one whose caller is not known yet for nobody."""
    pbx = Pbx(QUEUE)
    half = pbx.line("x;2", exten="650", channelstate=RING)
    assert pbx.settle(pbx.line("x;1"), queueing(pbx, half.uniqueid)) == []
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    assert pbx.answer("x;1", "201") == ["201 dial-out", "650 dial-in"]
