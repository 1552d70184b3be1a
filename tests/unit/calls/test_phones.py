"""Phone terminals: where their participations start, and are answered."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import RING, RINGING, UP, Pbx

# Dial-Out. -------------------------------------------------------------------------------------------------------


def test_a_number_is_dialled() -> None:
    """A phone that appears with a number places a call, once."""
    pbx = Pbx()
    assert pbx.call("201", "*97") == ["201 dial-out"]
    assert [*pbx.state("201", RING), *pbx.call("201", "*97"), *pbx.say("NewCallerid", "201")] == []


@pytest.mark.parametrize("first", ["", "s"])
def test_a_number_that_comes_later(first: str) -> None:
    """A phone that goes off the hook places its call when the number is there."""
    pbx = Pbx()
    assert pbx.call("201", first) == []
    assert pbx.say("Newstate", "201", exten="202") == ["201 dial-out"]


@pytest.mark.parametrize("event", ["Newstate", "NewCallerid"])
def test_a_state_that_comes_later(event: str) -> None:
    """A phone that is Down at first (chan_sip) places its call as soon as it is in state Ring."""
    pbx = Pbx()
    assert pbx.new("201", exten="202") == []
    assert pbx.say(event, "201", channelstate=RING) == ["201 dial-out"]


def test_who_is_dialled_places_no_call() -> None:
    """A leg that the PBX dials may be in state Ring for a moment, with a number of the dialplan."""
    pbx = Pbx()
    pbx.new("201")
    pbx.dial("", "201")
    assert pbx.say("Newstate", "201", channelstate=RING, exten="202") == []


@pytest.mark.parametrize("label", ["trunk", "x;1", "Snoop"])
def test_who_places_no_call(label: str) -> None:
    """An outside leg, a Local half and a helper are no extension's."""
    assert Pbx().call(label, "202") == []


# Dial-In. --------------------------------------------------------------------------------------------------------


def test_a_phone_is_rung() -> None:
    """An extension receives a call at the DialBegin, once for each call."""
    pbx = Pbx()
    pbx.call("201", "202")
    assert pbx.new("202", of="201") == []
    assert pbx.dial("201", "202") == ["202 dial-in"]
    assert [*pbx.state("202", RINGING), *pbx.dial("201", "202")] == []


def test_all_phones_of_an_extension_are_one() -> None:
    """Two phones ring: one Dial-In, and the Hangup comes when the second one is gone."""
    pbx = Pbx()
    pbx.call("201", "202")
    assert pbx.ring("201", "202") == ["202 dial-in"]
    assert pbx.ring("201", "202.b") == []
    assert pbx.hangup("202", "17") == []
    assert pbx.hangup("202.b", "17") == ["202 hangup BUSY"]


def test_rung_again_in_the_same_call() -> None:
    """After its Hangup the extension receives the call anew."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    assert pbx.hangup("202", "18") == ["202 hangup NOANSWER"]
    assert pbx.ring("201", "202.b") == ["202 dial-in"]
    assert len({event.event_id for event in pbx.told}) == len(pbx.told)


def test_rung_through_a_local_pair() -> None:
    """The phone behind a Local pair is rung for whoever dialled the pair, in whatever order the dials are told."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.local("x", of="201")
    assert pbx.ring("x;2", "202") == []
    assert pbx.dial("201", "x;1") == ["202 dial-in"]
    assert pbx.ring("x;2", "203") == ["203 dial-in"]
    assert [(event.caller_extension, event.called_number) for event in pbx.told[1:]] == [("201", "600")] * 2


def test_rung_before_the_other_half_appears() -> None:
    """A Local half that was told of too late is followed as soon as it is there."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.new("x;2", of="201", state=RING)
    assert pbx.ring("x;2", "202") == []
    assert pbx.new("x;1", of="201") == []
    assert pbx.dial("201", "x;1") == ["202 dial-in"]


def test_a_phone_that_is_gone_before_its_caller_is_known() -> None:
    """Who waits for a root caller and ends waits no longer: nothing is told of it, then or later."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.local("x", of="201")
    pbx.ring("x;2", "202")
    assert pbx.hangup("202") == []
    assert pbx.dial("201", "x;1") == []
    assert [told for label in ("x;1", "x;2", "201") for told in pbx.hangup(label)] == ["201 hangup CANCEL"]
    assert pbx.is_quiet


def test_an_outside_leg_is_dialled() -> None:
    """Nobody receives a call there; what became of it is the caller's status."""
    pbx = Pbx()
    pbx.call("201", "0301")
    assert pbx.ring("201", "trunk") == []
    pbx.dial_end("201", "trunk", "CONGESTION")
    assert [*pbx.hangup("trunk", "34"), *pbx.hangup("201", "34")] == ["201 hangup CONGESTION"]


# Answers. --------------------------------------------------------------------------------------------------------


def test_both_sides_answer_at_once() -> None:
    """Nobody is answered by picking up, or alone in a bridge: it is the moment when two are there."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    assert pbx.answer("201", "202") == []
    assert pbx.enter("202", "b") == []
    assert pbx.enter("201", "b") == ["202 answer-in", "201 answer-out"]
    assert {event.called_extension for event in pbx.told[1:]} == {"202"}
    assert [*pbx.leave("201", "b"), *pbx.enter("201", "b")] == []


@pytest.mark.parametrize(
    ("label", "called"), [("202", ("202", "0302")), ("trunk", ("", ""))], ids=["extension", "outside"]
)
def test_who_answered(label: str, called: tuple[str, str]) -> None:
    """A caller learns who has answered, with that one's DID; empty for somebody outside."""
    pbx = Pbx(Extension(number="600", did="0600"), Extension(number="202", did="0302"))
    pbx.call("201", "600")
    pbx.ring("201", label)
    pbx.talk("201", label)
    assert (pbx.told[-1].type.label, pbx.told[-1].called_extension, pbx.told[-1].called_did) == ("answer-out", *called)
    pbx.talk("201", "203")
    pbx.hangup("201")
    assert (pbx.told[-1].status, pbx.told[-1].called_extension, pbx.told[-1].called_did) == ("ANSWER", *called)


def test_the_first_extension_counts() -> None:
    """Of several who are there at once, the one who answered is an extension, if any is."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.talk("trunk", "202")
    pbx.enter("201", "bridge-1")
    assert (pbx.told[-1].type.label, pbx.told[-1].called_extension) == ("answer-out", "202")


def test_a_phone_that_has_just_hung_up_is_not_connected() -> None:
    """Asterisk puts it into the bridge all the same, when it hung up during an announcement."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.answer("201", "202")
    pbx.say("HangupRequest", "202")
    assert pbx.talk("201", "202") == []
    assert pbx.hangup("202") == ["202 hangup NOANSWER"]


def test_answered_through_a_local_pair() -> None:
    """Two bridges that a Local pair joins connect who is in them."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    pbx.ring("x;2", "202")
    pbx.talk("202", "x;2")
    assert pbx.talk("201", "x;1") == ["202 answer-in", "201 answer-out"]


# Phones that the PBX calls. --------------------------------------------------------------------------------------


def test_the_pbx_rings_a_phone() -> None:
    """Nothing is told while the PBX itself calls a phone, nor when that never gets further."""
    pbx = Pbx()
    assert [*pbx.new("201"), *pbx.dial("", "201"), *pbx.state("201", RINGING), *pbx.state("201", UP)] == []
    assert pbx.hangup("201") == []
    assert pbx.is_quiet


def test_click_to_dial() -> None:
    """The phone that the PBX has called dials on: that is a call which it places, with the number it dials from."""
    pbx = Pbx(Extension(number="202", did="0302"))
    pbx.new("201")
    pbx.dial("", "201")
    pbx.state("201", UP)
    pbx.say("Newstate", "201", exten="202")
    assert pbx.ring("201", "202") == ["201 dial-out", "202 dial-in"]
    assert {(one.caller_extension, one.called_extension, one.called_number, one.called_did) for one in pbx.told} == {
        ("201", "202", "202", "0302")
    }


@pytest.mark.parametrize("how", ["bridged", "answered"])
def test_click_to_dial_through_a_local_pair(how: str) -> None:
    """The dial may come before the phone behind it is known: both are told when it is."""
    pbx = Pbx()
    pbx.local("x", exten="202")
    pbx.dial("", "x;1")
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    assert pbx.ring("x;2", "202") == []
    told = pbx.talk("201", "x;1") if how == "bridged" else pbx.answer("x;1", "201")
    assert told == ["201 dial-out", "202 dial-in"]
    assert {(one.caller_extension, one.called_number) for one in pbx.told} == {("201", "202")}


def test_click_to_dial_from_outside() -> None:
    """An outside leg that the PBX has called places no extension's call; whom it is put through to receives one."""
    pbx = Pbx()
    pbx.new("trunk")
    pbx.dial("", "trunk")
    pbx.state("trunk", UP)
    assert pbx.ring("trunk", "202") == ["202 dial-in"]


def test_a_caller_whose_beginning_nobody_saw() -> None:
    """A caller that is Up already has placed its call some time ago: the next listing tells of it."""
    pbx = Pbx()
    assert pbx.dial("201", "202", channelstate=UP, exten="202") == ["202 dial-in"]


def test_a_called_phone_is_nobodys_second_caller() -> None:
    """Who once was a phone that the PBX called, and has its call, is not followed any further."""
    pbx = Pbx(Extension(number="650", kind=ExtensionKind.QUEUE, service="support"))
    pbx.local("x", exten="650")
    pbx.dial("", "x;1")
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    pbx.answer("x;1", "201")
    assert pbx.say("QueueCallerJoin", "x;2", queue="support") == ["201 dial-out", "650 dial-in"]
    pbx.say("QueueCallerLeave", "x;2", queue="support")
    pbx.talk("201", "x;1")
    pbx.new("205")
    pbx.dial("", "205")
    # joined by AMI Bridge
    assert pbx.talk("x;2", "205") == ["205 dial-in", "205 answer-in", "201 answer-out"]


def test_an_agent_is_nobodys_second_callee() -> None:
    """A phone that has received its call is not rung for whoever comes to the pair through which it was called."""
    pbx = Pbx()
    pbx.local("x")
    pbx.new("202", of="x;1")
    pbx.dial("x;2", "202")
    pbx.new("trunk")
    assert pbx.talk("trunk", "202") == ["202 dial-in", "202 answer-in"]
    pbx.new("205")
    pbx.dial("", "205")
    assert pbx.talk("x;1", "205") == []


def test_a_phone_that_is_gone_dials_nobody() -> None:
    """What a called phone has dialled may go on for a moment without it: it places no call that would never end."""
    pbx = Pbx()
    pbx.new("201")
    pbx.dial("", "201")
    pbx.say("Newstate", "201", channelstate=UP, exten="202")
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    pbx.hangup("201")
    assert pbx.ring("x;2", "202") == ["202 dial-in"]
    assert pbx.told[0].caller_extension == "201"
    assert pbx.hangup("202") == ["202 hangup NOANSWER"]
    pbx.hangup("x;1")
    pbx.hangup("x;2")
    assert pbx.is_quiet


def test_paging() -> None:
    """Who was called for a pager and is connected has received and answered the pager's call at that moment."""
    pbx = Pbx()
    pbx.call("201", "*80")
    for label in ("202", "203"):
        pbx.new(label, of="201")
        pbx.dial("", label)
    pbx.enter("202", "b")
    told = [*pbx.enter("203", "b"), *pbx.enter("201", "b")]
    assert told == ["202 dial-in", "203 dial-in", "202 answer-in", "203 answer-in", "201 answer-out"]
    assert {event.caller_extension for event in pbx.told} == {"201"}


@pytest.mark.parametrize("of", ["", "x;1", "gone"])
def test_an_agent_called_by_a_dialler(of: str) -> None:
    """Without a caller for whom it was called, the phone has received the call of whom it is connected with."""
    pbx = Pbx()
    pbx.new("x;1")
    pbx.new("gone")
    pbx.hangup("gone")
    pbx.new("202", of=of)
    pbx.dial("", "202")
    pbx.new("trunk", exten="0301", calleridnum="0407")
    assert pbx.talk("trunk", "202") == ["202 dial-in", "202 answer-in"]
    told = pbx.told[0]
    assert (told.caller_extension, told.caller_id_num, told.called_extension) == ("", "0407", "202")


def test_two_who_were_called_by_nobody() -> None:
    """A phone that is in a bridge without having dialled, or having been dialled, has no call to tell of."""
    pbx = Pbx()
    pbx.new("201")
    pbx.new("202")
    assert pbx.talk("201", "202") == []
