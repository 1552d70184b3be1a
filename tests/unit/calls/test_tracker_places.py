"""Somebody takes somebody's place: at an application, in a queue's line, in a conference, on a phone rung anew."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import OUTGOING, UP, Pbx, talking

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")
MEETING = Extension(number="660", kind=ExtensionKind.CONFERENCE, service="meeting")
MENU = Extension(number="670", kind=ExtensionKind.IVR, service="menu")


def connected(pbx: Pbx, application: str = "ConfBridge") -> list[str]:
    """202, who talks to 201, connects 201 with the application that its second line is in."""
    second = {"secondtransfereruniqueid": "202.b", "desttype": "App", "destapp": application}
    return pbx.say("AttendedTransfer", "202", transfereeuniqueid="201", **second)


# An application. -------------------------------------------------------------------------------------------------


def test_into_voicemail() -> None:
    """An application that answered the question has answered it: nobody is left waiting for an answer."""
    pbx = talking(Pbx())
    pbx.call("202.b", "*97")
    pbx.state("202.b", UP)
    assert connected(pbx, "VoiceMail") == []
    assert pbx.hangup("202.b") == ["202 hangup ANSWER"]


@pytest.mark.parametrize("first", ["transfer", "leave", "join"])
def test_into_a_declared_conference(first: str) -> None:
    """One leaves, the other one joins with the number of its own call, in whatever order the PBX tells of it."""
    pbx = talking(Pbx(MEETING))
    pbx.call("202.b", "660")
    conference = {"bridgecreator": "ConfBridge", "bridgename": "meeting"}
    assert pbx.enter("202.b", "m", **conference) == ["660 dial-in", "660 answer-in", "202 answer-out"]
    told = connected(pbx) if first == "transfer" else []
    told += pbx.say("ConfbridgeLeave", "202.b", conference="meeting")
    told += connected(pbx) if first == "leave" else []
    told += pbx.say("ConfbridgeJoin", "201", conference="meeting")
    told += connected(pbx) if first == "join" else []
    assert sorted(told) == ["660 answer-in", "660 dial-in", "660 hangup ANSWER"]
    joined = [event for event in pbx.told if event.extension == "660" and event.call_id == "201"]
    assert {(event.caller_extension, event.called_number) for event in joined} == {("201", "202")}
    assert pbx.say("ConfbridgeLeave", "201", conference="meeting") == ["660 hangup ANSWER"]


def test_into_a_conference_that_is_no_longer_declared() -> None:
    """Nothing is told of whoever comes into it then."""
    pbx = talking(Pbx(MEETING))
    pbx.call("202.b", "660")
    pbx.say("ConfbridgeJoin", "202.b", conference="meeting")
    pbx.directory.remove("660")
    assert connected(pbx) == ["660 hangup ANSWER"]


def test_into_a_menu() -> None:
    """The transferer has left it when its channel ends; the other one is in it when it does something there."""
    pbx = talking(Pbx(MENU))
    pbx.call("202.b", "670")
    pbx.state("202.b", UP)
    assert pbx.say("Newexten", "202.b", context="menu") == ["670 dial-in", "670 answer-in", "202 answer-out"]
    assert connected(pbx, "WaitExten") == []
    assert pbx.hangup("202.b") == ["202 hangup ANSWER", "670 hangup ANSWER"]
    assert pbx.say("Newexten", "201", context="menu", channelstate=UP) == ["670 dial-in", "670 answer-in"]


@pytest.mark.parametrize(("application", "told"), [("Dial", ["670 hangup NOANSWER"]), ("Read", [])])
def test_a_menu_that_dials(application: str, told: list[str]) -> None:
    """Whoever runs Dial there has left it, before anybody is rung."""
    pbx = Pbx(MENU)
    pbx.call("trunk", "670")
    assert pbx.say("Newexten", "trunk", context="menu") == ["670 dial-in"]
    assert pbx.say("Newexten", "trunk", context="menu", application=application) == told


def test_into_a_conference_that_nobody_declared() -> None:
    """Whoever waits there is connected with the one who takes the transferer's place, of whom no BridgeEnter tells."""
    pbx = talking(Pbx())
    pbx.call("202.b", "661")
    assert pbx.enter("202.b", "corridor") == []
    assert connected(pbx) == []
    pbx.leave("201", "bridge-1")
    pbx.call("203", "661")
    assert pbx.enter("203", "corridor") == ["203 answer-out"]
    assert pbx.told[-1].called_extension == "201"


def test_into_a_conference_where_somebody_waits() -> None:
    """A party that nobody has answered yet is answered by whoever is there."""
    pbx = Pbx()
    pbx.call("203", "661")
    pbx.enter("203", "corridor")
    pbx.call("202.b", "661")
    pbx.new("201")
    assert pbx.enter("202.b", "corridor") == ["202 answer-out", "203 answer-out"]
    pbx.call("205", "700")
    second = {"transfereeuniqueid": "205", "secondtransfereruniqueid": "202.b", "desttype": "App"}
    assert pbx.say("AttendedTransfer", "202", **second) == ["205 answer-out"]


# A key. ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("priority", "number"), [("0", "650"), ("1", "4")])
def test_leaving_by_a_key(priority: str, number: str) -> None:
    """The Exten of a caller who has left by a key is that key: it is no number. A Redirect gives one."""
    pbx = Pbx(QUEUE)
    pbx.call("201", "650")
    pbx.say("QueueCallerJoin", "201", queue="support")
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", "CANCEL", exten="4", priority=priority)
    assert pbx.say("QueueCallerLeave", "201", queue="support") == ["650 hangup NOANSWER"]
    assert pbx.hangup("202", "0") == ["202 hangup CANCEL"]
    pbx.ring("201", "204")
    assert pbx.told[-1].called_number == number
    pbx.dial_end("201", "204", "BUSY")
    assert [*pbx.hangup("204", "17"), *pbx.hangup("201", "17")] == ["204 hangup BUSY", "201 hangup BUSY"]


# A picker. -------------------------------------------------------------------------------------------------------


def test_picking_up_for_a_member() -> None:
    """A queue's caller is connected with the picker: the queue has answered."""
    pbx = Pbx(QUEUE)
    pbx.call("201", "650")
    pbx.say("QueueCallerJoin", "201", queue="support")
    pbx.ring("201", "202")
    pbx.call("204", "*8")
    pbx.say("Pickup", "204", targetuniqueid="202")
    assert pbx.say("QueueCallerLeave", "201", queue="support") == []
    assert pbx.hangup("202") == ["202 hangup CANCEL"]
    assert pbx.talk("204", "201") == ["650 answer-in", "201 answer-out", "204 answer-out"]
    assert pbx.say("AgentComplete", "201", queue="support") == ["650 hangup ANSWER"]


def test_picking_up_what_the_pbx_rings() -> None:
    """A phone that the PBX itself rings has nobody who waits for it."""
    pbx = Pbx()
    pbx.new("201")
    pbx.dial("", "201")
    pbx.call("203", "*8")
    assert pbx.say("Pickup", "203", targetuniqueid="201") == []
    assert pbx.hangup("201") == []


# A phone that the PBX has called. --------------------------------------------------------------------------------


def test_a_clicked_call_keeps_its_number() -> None:
    """Wherever the dialplan is when it dials the next one: the number is that of the call."""
    pbx = Pbx(MENU)
    pbx.new("201")
    pbx.dial("", "201")
    pbx.state("201", UP)
    assert pbx.say("Newexten", "201", context="menu", exten="670")[0] == "201 dial-out"
    pbx.say("Newexten", "201", context="phones", exten="202")
    assert pbx.ring("201", "202") == ["202 dial-in"]
    assert {event.called_number for event in pbx.told} == {"670"}


def test_a_clicked_call_keeps_its_number_behind_a_local_pair() -> None:
    """The half that dials has no number of its own; where a transfer sends it, that one is the number."""
    pbx = Pbx()
    pbx.local("x", exten="600")
    pbx.dial("", "x;1")
    pbx.new("201", of="x;1")
    pbx.dial("x;2", "201")
    pbx.answer("x;2", "201")
    pbx.say("Newexten", "x;1", exten="610")
    assert pbx.ring("x;1", "202") == ["201 dial-out", "202 dial-in"]
    pbx.say("Newexten", "x;1", exten="203")
    assert pbx.ring("x;1", "203") == ["203 dial-in"]
    assert {event.called_number for event in pbx.told} == {"610"}
    pbx.say("BlindTransfer", "202", transfereeuniqueid="x;1", extension="205", result="Success")
    assert pbx.ring("x;1", "205") == ["205 dial-in"]
    assert pbx.told[-1].called_number == "205"


@pytest.mark.parametrize(("exten", "number"), [("201", "202"), ("600", "600")])
def test_a_local_half_that_runs_an_application(exten: str, number: str) -> None:
    """While its Exten is where the pair leads to, it dials from nowhere: the number is the one that it dials."""
    pbx = Pbx()
    pbx.local("x", exten="201")
    pbx.dial("", "x;1")
    pbx.new("201", of="x;1")
    pbx.dial("x;2", "201")
    pbx.answer("x;2", "201")
    pbx.new("202", of="201")
    assert pbx.dial("x;1", "202", exten=exten, dialstring="PJSIP/202") == ["201 dial-out", "202 dial-in"]
    assert {event.called_number for event in pbx.told} == {number}


# A phone that is rung anew. --------------------------------------------------------------------------------------


def by_key(pbx: Pbx, transferer: str, kind: str = "Bridge") -> None:
    """A phone that talks has asked somebody by key, and leaves the two."""
    by = {"origtransfereruniqueid": transferer, "secondtransfereruniqueid": transferer}
    assert pbx.say("AttendedTransfer", transferer, desttype=kind, result="Success", **by) == []


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("first", ["hangup", "bridge"])
def test_called_back_by_the_pbx(first: str, *, restart: bool) -> None:
    """A transferer by key is rung again before its old channel is gone, or after: two participations either way."""
    pbx = talking(Pbx())
    pbx.leave("202", "bridge-1")
    by_key(pbx, "202")
    if restart:
        pbx.restart()
        bridged = pbx.line("201", bridge="bridge-1", runs="Dial")
        assert pbx.settle(bridged, pbx.line("202", runs="AppDial", data=OUTGOING, linkedid="201")) == []
    pbx.new("202.b")
    pbx.dial("", "202.b")
    pbx.answer("", "202.b")
    told = pbx.hangup("202") if first == "hangup" else []
    told += pbx.enter("202.b", "bridge-1", linkedid="201")
    told += pbx.hangup("202") if first == "bridge" else []
    assert told == ["202 hangup ANSWER", "202 dial-in", "202 answer-in"]
    assert sorted([*pbx.hangup("202.b"), *pbx.hangup("201")]) == ["201 hangup ANSWER", "202 hangup ANSWER"]
    assert pbx.is_quiet


def test_what_a_phone_has_left_stays_over() -> None:
    """The channel that the PBX keeps begins nothing any more."""
    pbx = talking(Pbx())
    by_key(pbx, "202")
    pbx.new("202.b", of="201")
    assert pbx.dial("201", "202.b") == ["202 hangup ANSWER", "202 dial-in"]
    assert pbx.dial("201", "202") == []


def test_sent_to_a_group_that_the_transferer_is_in() -> None:
    """The transferer is rung anew although its first leg has not hung up yet."""
    pbx = talking(Pbx())
    by = {"transfereruniqueid": "202", "transfereeuniqueid": "201", "extension": "600"}
    pbx.say("BlindTransfer", "202", result="Success", **by)
    pbx.new("202.b", of="201")
    assert pbx.dial("201", "202.b") == ["202 hangup ANSWER", "202 dial-in"]
    assert pbx.hangup("202") == []


def test_three_at_a_time() -> None:
    """After a three-way transfer the transferer is still there."""
    pbx = talking(Pbx())
    by_key(pbx, "202", "Threeway")
    pbx.new("202.b", of="201")
    assert pbx.dial("201", "202.b") == []


def test_a_transferer_outside() -> None:
    """Who is no extension leaves nothing that could be told."""
    pbx = Pbx()
    pbx.call("trunk", "202")
    by_key(pbx, "trunk")
    assert pbx.hangup("trunk") == []
    assert pbx.is_quiet


def test_one_of_two_phones_has_hung_up() -> None:
    """An extension is in the call as long as one of its phones is."""
    pbx = Pbx()
    pbx.call("201", "205")
    pbx.ring("201", "205.a")
    pbx.ring("201", "205.b")
    pbx.say("HangupRequest", "205.a")
    pbx.new("205.c", of="201")
    assert pbx.dial("201", "205.c") == []
    assert [*pbx.hangup("205.a"), *pbx.hangup("205.b")] == []
    assert pbx.hangup("205.c") == ["205 hangup NOANSWER"]
