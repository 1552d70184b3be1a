"""Conferences and IVRs: who enters a declared one, is answered there, and leaves."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import RING, UP, Pbx

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")
CONFERENCE = Extension(number="660", kind=ExtensionKind.CONFERENCE, service="meeting")
IVR = Extension(number="670", kind=ExtensionKind.IVR, service="menu")
SUB_IVR = Extension(number="672", kind=ExtensionKind.IVR, service="sub-menu")


def in_menu(*declared: Extension, state: str = RING) -> Pbx:
    """201 calls a menu."""
    pbx = Pbx(IVR, *declared)
    pbx.new("201", exten="670")
    told = pbx.say("Newchannel", "201", channelstate=RING, context="menu")
    assert told == ["201 dial-out", "670 dial-in"]
    assert pbx.state("201", state) == (["670 answer-in", "201 answer-out"] if state == UP else [])
    return pbx


def step(pbx: Pbx, label: str, context: str) -> list[str]:
    """A channel runs a step of the dialplan."""
    return pbx.say("Newexten", label, context=context)


@pytest.mark.parametrize("queue", ["support", "unknown"])
def test_only_what_is_declared_is_told(queue: str) -> None:
    """A queue, a conference or a context that no extension stands for tells nothing; people in it are connected."""
    pbx = Pbx(*([QUEUE] if queue != "support" else []))
    pbx.call("201", "650")
    assert pbx.say("QueueCallerJoin", "201", queue=queue) == []
    assert pbx.say("ConfbridgeJoin", "201", conference=queue) == []
    assert step(pbx, "201", queue) == []
    assert pbx.talk("201", "202") == ["201 answer-out"]


# Conferences. ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["ConfbridgeJoin", "BridgeEnter"])
def test_a_conference_answers_at_once(first: str) -> None:
    """Whichever of the two events comes first tells that the caller is in; the other one tells nothing."""
    pbx = Pbx(CONFERENCE)
    pbx.call("201", "660")
    joins = {
        "ConfbridgeJoin": {"conference": "meeting"},
        "BridgeEnter": {"bridgecreator": "ConfBridge", "bridgename": "meeting", "bridgeuniqueid": "b"},
    }
    told = ["660 dial-in", "660 answer-in", "201 answer-out"]
    assert pbx.say(first, "201", **joins.pop(first)) == told
    ((second, headers),) = joins.items()
    assert pbx.say(second, "201", **headers) == []
    assert pbx.say("ConfbridgeLeave", "201", conference="meeting") == ["660 hangup ANSWER"]
    assert pbx.hangup("201") == ["201 hangup ANSWER"]
    assert pbx.told[-1].called_extension == "660"


@pytest.mark.parametrize("first", ["Newchannel", "Newstate"])
def test_a_conference_told_before_its_caller(first: str) -> None:
    """Asterisk 16, when it is busy, tells who is in a conference before it tells of the channel: it is answered too."""
    pbx = Pbx(CONFERENCE)
    assert pbx.say("ConfbridgeJoin", "201", conference="meeting", channelstate=UP, exten="660") == [
        "660 dial-in",
        "660 answer-in",
    ]
    assert pbx.say(first, "201", channelstate=RING) == ["201 dial-out", "201 answer-out"]
    assert pbx.told[-1].called_extension == "660"
    assert pbx.state("201", UP) == []
    assert pbx.enter("201", "b", bridgecreator="ConfBridge", bridgename="meeting") == []
    assert pbx.say("ConfbridgeLeave", "201", conference="meeting") == ["660 hangup ANSWER"]
    assert pbx.hangup("201") == ["201 hangup ANSWER"]
    assert pbx.is_quiet


def test_people_in_a_conference() -> None:
    """Each has a call with the conference, and none with another; Asterisk's announcer has none."""
    pbx = Pbx(CONFERENCE)
    told = []
    for label in ("201", "202", "trunk"):
        pbx.call(label, "660")
        told += pbx.enter(label, "b", bridgecreator="ConfBridge", bridgename="meeting")
    pbx.new("CBAnn")
    told += pbx.enter("CBAnn", "b", bridgecreator="ConfBridge", bridgename="meeting")
    assert told == [
        *("660 dial-in", "660 answer-in", "201 answer-out"),
        *("660 dial-in", "660 answer-in", "202 answer-out"),
        *("660 dial-in", "660 answer-in"),
    ]
    assert [*pbx.hangup("202"), *pbx.hangup("CBAnn")] == ["202 hangup ANSWER", "660 hangup ANSWER"]


def test_into_a_conference_from_a_call() -> None:
    """Who was answered before and is sent to a conference has no second answer."""
    pbx = Pbx(CONFERENCE)
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.talk("201", "202")
    assert pbx.say("ConfbridgeJoin", "201", conference="meeting") == ["660 dial-in", "660 answer-in"]
    assert pbx.say("ConfbridgeJoin", "202", conference="meeting") == ["660 dial-in", "660 answer-in"]
    pbx.hangup("201")
    assert {one.called_extension for one in pbx.told if one.extension == "201"} == {"", "202"}


def test_a_conference_after_a_dial() -> None:
    """Who answered is told, and not who was rung before."""
    pbx = Pbx(CONFERENCE)
    pbx.call("201", "600")
    pbx.ring("201", "202")
    pbx.hangup("202", "17")
    assert pbx.say("ConfbridgeJoin", "201", conference="meeting")[-1] == "201 answer-out"
    assert pbx.told[-1].called_extension == "660"


def test_a_bridge_with_the_name_of_a_conference() -> None:
    """Only a conference's own bridge is the conference."""
    pbx = Pbx(CONFERENCE)
    pbx.call("201", "600")
    assert pbx.enter("201", "b", bridgecreator="Stasis", bridgename="meeting") == []


def test_click_to_dial_a_conference() -> None:
    """A Local half joins for the phone behind it, which is answered thereby."""
    pbx = Pbx(CONFERENCE)
    pbx.local("x", exten="660")
    pbx.dial("", "x;1")
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    pbx.answer("x;1", "201")
    told = pbx.say("ConfbridgeJoin", "x;2", conference="meeting")
    assert told == ["201 dial-out", "660 dial-in", "660 answer-in", "201 answer-out"]


def test_a_conference_behind_another_number() -> None:
    """A caller who dialled something else has been answered by the conference that it came into."""
    pbx = Pbx(Extension(number="660", kind=ExtensionKind.CONFERENCE, service="meeting", did="0366"))
    pbx.call("201", "600")
    pbx.state("201", UP)
    pbx.say("Newexten", "201", ChanVariable="CALLAPIID=order-1")
    pbx.say("ConfbridgeJoin", "201", conference="meeting")
    answers = {(one.called_number, one.called_extension, one.called_did, one.call_api_id) for one in pbx.told[1:]}
    assert answers == {("600", "660", "0366", "order-1")}


# IVRs. -----------------------------------------------------------------------------------------------------------


def test_a_menu_answers_when_the_channel_is_up() -> None:
    """The menu has received the call when the channel is in its context, and answers when it is Up there."""
    pbx = in_menu()
    assert step(pbx, "201", "menu") == []
    assert pbx.state("201", UP) == ["670 answer-in", "201 answer-out"]
    assert step(pbx, "201", "phones") == ["670 hangup ANSWER"]
    assert pbx.told[1].call_id == "201"


def test_a_menu_entered_later() -> None:
    """A channel that is Up already is answered as it steps into the menu."""
    pbx = Pbx(IVR)
    pbx.call("trunk", "0309")
    pbx.state("trunk", UP)
    assert step(pbx, "trunk", "menu") == ["670 dial-in", "670 answer-in"]
    assert step(pbx, "trunk", "menu") == []


def test_leaving_a_menu_by_a_dial() -> None:
    """The menu has ended when the caller is put through."""
    pbx = in_menu(state=UP)
    pbx.new("202", of="201")
    assert pbx.dial("201", "202") == ["202 dial-in", "670 hangup ANSWER"]


@pytest.mark.parametrize(("gives_up", "status"), [(True, "CANCEL"), (False, "NOANSWER")])
def test_a_menu_that_never_answers(status: str, *, gives_up: bool) -> None:
    """Its status is that of its caller too."""
    pbx = in_menu()
    told = pbx.give_up("201") if gives_up else pbx.hangup("201")
    assert told == [f"201 hangup {status}", f"670 hangup {status}"]


def test_a_menu_below_a_menu() -> None:
    """The first menu goes on while the caller is in the second one; both end when the caller is in neither."""
    pbx = in_menu(SUB_IVR, state=UP)
    assert step(pbx, "201", "sub-menu") == ["672 dial-in", "672 answer-in"]
    assert step(pbx, "201", "menu") == []
    assert step(pbx, "201", "phones") == ["670 hangup ANSWER", "672 hangup ANSWER"]
    assert step(pbx, "201", "menu") == ["670 dial-in", "670 answer-in"]
    assert len({event.event_id for event in pbx.told}) == len(pbx.told)


def test_a_dialled_phone_begins_no_menu() -> None:
    """A leg that is created in a menu's context and is dialled has not stepped into it."""
    pbx = Pbx(IVR)
    pbx.call("trunk", "202")
    assert pbx.new("202", of="trunk", context="menu") == []
    assert pbx.dial("trunk", "202") == ["202 dial-in"]


def visit_ids(pbx: Pbx, at: float) -> list[str]:
    """The ids of what is told of two visits to the menu, one after the other, at one moment."""
    pbx.at = at
    for context in ("menu", "phones", "menu"):
        step(pbx, "trunk", context)
    return [event.event_id for event in pbx.told]


def test_the_ids_of_visits() -> None:
    """Of a channel that was seen from its beginning visits are counted: the same events have the same ids."""
    ids = []
    for at in (100.0, 200.0):
        pbx = Pbx(IVR)
        pbx.call("trunk", "0309")
        ids.append(visit_ids(pbx, at))
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) == 3


def test_the_ids_of_visits_nobody_counted() -> None:
    """Of a channel whose beginning was not seen the time tells its visits from those that it may have made before."""
    ids = [event_id for at in (100.0, 200.0) for event_id in visit_ids(Pbx(IVR), at)]
    assert len(set(ids)) == len(ids) == 6
