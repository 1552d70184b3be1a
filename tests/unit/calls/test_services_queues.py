"""Queues: who enters a declared one, is served by a member, and leaves."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import RING, UP, Pbx

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")
OTHER_QUEUE = Extension(number="651", kind=ExtensionKind.QUEUE, service="sales")


def join(pbx: Pbx, label: str, queue: str = "support") -> list[str]:
    """A caller enters a queue."""
    return pbx.say("QueueCallerJoin", label, queue=queue)


def leave(pbx: Pbx, label: str) -> list[str]:
    """A caller is no longer in a queue's line."""
    return pbx.say("QueueCallerLeave", label, queue="support")


def waiting(*declared: Extension) -> Pbx:
    """201 waits in the queue."""
    pbx = Pbx(QUEUE, *declared)
    assert pbx.call("201", "650") == ["201 dial-out"]
    assert join(pbx, "201") == ["650 dial-in"]
    return pbx


def served(*declared: Extension) -> Pbx:
    """201 talks to 202, a member of the queue."""
    pbx = waiting(*declared)
    assert pbx.ring("201", "202") == ["202 dial-in"]
    assert [*pbx.answer("201", "202"), *leave(pbx, "201")] == []
    assert pbx.talk("202", "201") == ["202 answer-in", "650 answer-in", "201 answer-out"]
    return pbx


def test_a_caller_served_by_a_member() -> None:
    """The queue has received, answered and ended the call as its caller and its member have."""
    pbx = served()
    assert {(event.call_id, event.caller_extension) for event in pbx.told} == {("201", "201")}
    assert pbx.say("AgentComplete", "201", queue="support") == ["650 hangup ANSWER"]
    assert [*pbx.hangup("202"), *pbx.hangup("201")] == ["202 hangup ANSWER", "201 hangup ANSWER"]
    assert pbx.is_quiet


def test_an_answered_caller_hangs_up() -> None:
    """Without an AgentComplete the queue's call ends with its caller."""
    assert served().hangup("201") == ["201 hangup ANSWER", "650 hangup ANSWER"]


@pytest.mark.parametrize(("gives_up", "status"), [(True, "CANCEL"), (False, "NOANSWER")])
@pytest.mark.parametrize("first", ["leaves", "hangs up"])
def test_nobody_answers(first: str, status: str, *, gives_up: bool) -> None:
    """A caller who gives up has cancelled; else nobody answered. The caller has the status of the queue."""
    pbx = waiting()
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", "BUSY")
    assert pbx.hangup("202", "17") == ["202 hangup BUSY"]
    if gives_up:
        pbx.say("HangupRequest", "201")
    told = leave(pbx, "201") if first == "leaves" else []
    told += pbx.hangup("201")
    assert sorted(told) == [f"201 hangup {status}", f"650 hangup {status}"]


def test_a_caller_goes_on_after_the_queue() -> None:
    """Who left a queue unanswered and talks to somebody else was answered."""
    pbx = waiting()
    leave(pbx, "201")
    pbx.ring("201", "203")
    assert pbx.talk("201", "203") == ["203 answer-in", "201 answer-out"]
    assert pbx.told[-1].called_extension == "203"


def test_an_outside_caller_gives_up() -> None:
    """A caller who is no extension has no events; the queue has."""
    pbx = Pbx(QUEUE)
    pbx.call("trunk", "0309")
    assert join(pbx, "trunk") == ["650 dial-in"]
    assert pbx.told[0].called_did == "0309"
    assert pbx.give_up("trunk") == ["650 hangup CANCEL"]


def test_two_callers_of_one_call() -> None:
    """Callers who share a call id are two in the queue: each has its own participation."""
    pbx = Pbx(QUEUE)
    pbx.call("201", "650")
    pbx.call("203", "650", of="201")
    assert [*join(pbx, "201"), *join(pbx, "203")] == ["650 dial-in"] * 2
    assert pbx.give_up("203") == ["203 hangup CANCEL", "650 hangup CANCEL"]
    pbx.ring("201", "202")
    assert pbx.talk("201", "202") == ["202 answer-in", "650 answer-in", "201 answer-out"]


def test_joining_twice() -> None:
    """A repeated join tells nothing while the caller waits; once answered, it has left and is in the line anew."""
    pbx = waiting()
    assert join(pbx, "201") == []
    pbx.ring("201", "202")
    pbx.answer("201", "202")
    pbx.talk("201", "202")
    pbx.leave("201", "bridge-1")
    assert join(pbx, "201") == ["650 hangup ANSWER", "650 dial-in"]
    assert len({event.event_id for event in pbx.told}) == len(pbx.told)


def test_from_one_queue_to_another() -> None:
    """A caller is in one queue at a time."""
    pbx = waiting(OTHER_QUEUE)
    assert join(pbx, "201", "sales") == ["651 dial-in", "650 hangup NOANSWER"]
    assert leave(pbx, "201") == ["651 hangup NOANSWER"]


def test_from_a_member_to_another_queue() -> None:
    """Who was served by one queue and leaves the next one unanswered has left it unanswered."""
    pbx = served(OTHER_QUEUE)
    pbx.say("AgentComplete", "201", queue="support")
    pbx.leave("201", "bridge-1")
    assert join(pbx, "201", "sales") == ["651 dial-in"]
    assert leave(pbx, "201") == ["651 hangup NOANSWER"]


def test_a_member_who_does_not_confirm() -> None:
    """A member who picked up and was never connected is not the one for whom the caller has left the line."""
    pbx = waiting()
    pbx.ring("201", "202")
    pbx.answer("201", "202")
    assert pbx.hangup("202") == ["202 hangup NOANSWER"]
    pbx.ring("201", "203")
    pbx.dial_end("201", "203", "NOANSWER")
    assert leave(pbx, "201") == ["650 hangup NOANSWER"]


def test_a_member_whose_call_is_picked_up() -> None:
    """The caller may be told to have left the line before the pickup is told: a member that rings on shows it."""
    pbx = waiting()
    pbx.ring("201", "202")
    pbx.call("204", "*8")
    assert leave(pbx, "201") == []
    pbx.say("Pickup", "204", targetuniqueid="202")
    assert pbx.hangup("202") == ["202 hangup CANCEL"]
    assert pbx.talk("204", "201") == ["650 answer-in", "201 answer-out", "204 answer-out"]


def test_the_second_of_two_extensions() -> None:
    """Where several extensions stand for a queue, it is the one that was dialled."""
    pbx = Pbx(QUEUE, Extension(number="655", kind=ExtensionKind.QUEUE, service="support"))
    pbx.call("201", "655")
    assert join(pbx, "201") == ["655 dial-in"]


def test_leaving_what_one_was_not_in() -> None:
    """Events of a member, or of a call that was never told of, change nothing."""
    pbx = served()
    told = [*pbx.say("AgentComplete", "202"), *leave(pbx, "201"), *leave(pbx, "202")]
    told += [*pbx.say("QueueCallerLeave", "unknown"), *pbx.say("AgentComplete", "unknown")]
    assert told == []
    pbx = waiting()
    assert pbx.say("AgentComplete", "201") == []


def test_a_member_through_a_local_pair() -> None:
    """The caller is connected to whoever is behind the pair, not to the pair."""
    pbx = waiting()
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    pbx.ring("x;2", "202")
    assert pbx.talk("201", "x;1") == []
    assert pbx.talk("x;2", "202") == ["202 answer-in", "650 answer-in", "201 answer-out"]


def test_the_number_of_a_caller_that_was_sent_to_the_queue() -> None:
    """A phone that the PBX called, and that enters a queue, places a call to it, wherever the dialplan has it."""
    pbx = Pbx(QUEUE)
    pbx.new("201")
    pbx.dial("", "201")
    pbx.state("201", UP)
    assert join(pbx, "201") == ["201 dial-out", "650 dial-in"]
    assert {(event.called_number, event.called_did) for event in pbx.told} == {("650", "")}


def test_transferred_to_another_number() -> None:
    """The number that a transfer sent the caller to is the number, whichever queue it leads to."""
    pbx = Pbx(QUEUE)
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.talk("201", "202")
    pbx.say("BlindTransfer", "201", transfereeuniqueid="202", extension="600", result="Success")
    pbx.leave("202", "bridge-1")
    assert join(pbx, "202") == ["650 dial-in"]
    assert (pbx.told[-1].caller_extension, pbx.told[-1].called_number) == ("202", "600")


def test_a_caller_without_a_number() -> None:
    """Who came without a number, and was called by nobody, has none in the queue either."""
    pbx = Pbx(QUEUE)
    pbx.call("trunk", "s")
    assert join(pbx, "trunk") == ["650 dial-in"]
    assert pbx.told[0].called_number == ""


def test_click_to_dial_a_queue() -> None:
    """A Local half enters the queue for a phone that is known only when it answers."""
    pbx = Pbx(QUEUE)
    pbx.local("x", exten="650")
    pbx.dial("", "x;1")
    assert join(pbx, "x;2") == []
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    assert pbx.answer("x;1", "201") == ["201 dial-out", "650 dial-in"]
    assert {(event.caller_extension, event.called_number) for event in pbx.told} == {("201", "650")}
    pbx.talk("x;1", "201")
    assert pbx.ring("x;2", "202") == ["202 dial-in"]
    pbx.answer("x;2", "202")
    assert pbx.talk("x;2", "202") == ["202 answer-in", "650 answer-in", "201 answer-out"]


def test_a_member_rings_before_the_phone_answers() -> None:
    """What the Local half in the queue dials does not take it out of the queue."""
    pbx = Pbx(QUEUE)
    pbx.local("x", exten="650")
    pbx.dial("", "x;1")
    join(pbx, "x;2")
    assert pbx.ring("x;2", "202") == []
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    assert pbx.answer("x;1", "201") == ["201 dial-out", "202 dial-in", "650 dial-in"]


@pytest.mark.parametrize("how", ["leaves", "hangs up"])
def test_a_queue_left_before_the_phone_answers(how: str) -> None:
    """The queue has received no call when its line was left before anybody was behind it."""
    pbx = Pbx(QUEUE)
    pbx.local("x", exten="650")
    pbx.dial("", "x;1")
    join(pbx, "x;2")
    assert (leave(pbx, "x;2") if how == "leaves" else pbx.hangup("x;2")) == []
    pbx.new("201", of="x;1")
    pbx.dial("x;1", "201")
    assert [*pbx.answer("x;1", "201"), *pbx.talk("x;1", "201")] == []
    assert [told for label in ("x;2", "201", "x;1") for told in pbx.hangup(label)] == []
    assert pbx.is_quiet


@pytest.mark.parametrize("restart", [False, True])
def test_a_queue_over_a_restart(*, restart: bool) -> None:
    """A caller who waits over a restart is answered, or not, like any other."""
    pbx = waiting()
    pbx.ring("201", "202")
    if restart:
        pbx.restart()
    assert pbx.talk("201", "202") == ["202 answer-in", "650 answer-in", "201 answer-out"]
    pbx = waiting()
    if restart:
        pbx.restart()
    assert pbx.hangup("201") == ["201 hangup NOANSWER", "650 hangup NOANSWER"]


def test_a_queue_left_before_a_restart() -> None:
    """The caller has the status of the queue, whatever has happened to the daemon since."""
    pbx = waiting()
    leave(pbx, "201")
    pbx.restart()
    assert pbx.hangup("201") == ["201 hangup NOANSWER"]


@pytest.mark.parametrize("restart", [False, True])
def test_the_call_api_id_of_a_queue(*, restart: bool) -> None:
    """The queue's events have the latest value of its caller."""
    pbx = waiting()
    if restart:
        pbx.restart()
    pbx.say("Newstate", "201", ChanVariable="CALLAPIID=order-1")
    pbx.ring("201", "202")
    pbx.talk("202", "201")
    assert {event.extension: event.call_api_id for event in pbx.told[-3:]} == dict.fromkeys(
        ("201", "202", "650"), "order-1"
    )
    pbx.say("Newstate", "201", ChanVariable="CALLAPIID=order-2")
    pbx.say("AgentComplete", "201")
    assert (pbx.told[-1].extension, pbx.told[-1].call_api_id) == ("650", "order-2")


def test_a_queue_told_before_its_caller() -> None:
    """Who waits in a queue's line has no answer, whenever the PBX tells of its channel."""
    pbx = Pbx(QUEUE)
    assert pbx.say("QueueCallerJoin", "201", queue="support", channelstate=UP, exten="650") == ["650 dial-in"]
    assert pbx.say("Newstate", "201", channelstate=RING) == ["201 dial-out"]
    pbx.hangup("201")
    assert "answer-out" not in [event.type.label for event in pbx.told]
