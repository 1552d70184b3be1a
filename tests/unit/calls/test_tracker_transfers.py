"""Where transfers lead: who is the caller afterwards, of which number, and whose call has ended."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import Pbx, talking

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")


@pytest.mark.parametrize(("result", "number"), [("Success", "203"), ("Fail", "202")])
def test_blind_by_the_called_one(result: str, number: str) -> None:
    """Who is sent away is the caller of whom it is sent to, and has dialled that number; no second Dial or answer."""
    pbx = talking()
    pbx.say("BlindTransfer", "202", transfereruniqueid="202", transfereeuniqueid="201", extension="203", result=result)
    assert pbx.hangup("202") == ["202 hangup ANSWER"]
    pbx.leave("201", "bridge-1")
    assert pbx.ring("201", "203") == ["203 dial-in"]
    assert (pbx.told[-1].caller_extension, pbx.told[-1].called_number) == ("201", number)
    assert pbx.talk("201", "203") == ["203 answer-in"]
    assert [*pbx.hangup("203"), *pbx.hangup("201")] == ["203 hangup ANSWER", "201 hangup ANSWER"]


def test_blind_by_the_caller() -> None:
    """Who was called is the caller of whom it is sent to; it places no call of its own."""
    pbx = talking()
    pbx.say("BlindTransfer", "201", transfereeuniqueid="202", extension="203", result="Success")
    assert pbx.hangup("201") == ["201 hangup ANSWER"]
    pbx.leave("202", "bridge-1")
    assert pbx.ring("202", "203") == ["203 dial-in"]
    assert (pbx.told[-1].caller_extension, pbx.told[-1].called_number, pbx.told[-1].call_id) == ("202", "203", "201")


@pytest.mark.parametrize("where", ["bridge", "dial"])
def test_redirected(where: str) -> None:
    """Who is sent away by Redirect, from a call or from a dial, has dialled the number that it is sent to."""
    pbx = talking() if where == "bridge" else Pbx()
    if where == "bridge":
        pbx.leave("201", "bridge-1", exten="203")
    else:
        pbx.call("201", "202")
        pbx.ring("201", "202")
        pbx.dial_end("201", "202", "CANCEL", exten="203")
    assert pbx.hangup("202") == ["202 hangup ANSWER" if where == "bridge" else "202 hangup CANCEL"]
    pbx.ring("201", "203")
    assert (pbx.told[-1].caller_extension, pbx.told[-1].called_number) == ("201", "203")
    pbx.dial_end("201", "203", "BUSY")
    pbx.hangup("203", "17")
    assert pbx.hangup("201", "17") == ["201 hangup ANSWER" if where == "bridge" else "201 hangup BUSY"]


@pytest.mark.parametrize("status", ["NOANSWER", "BUSY"])
def test_going_on_after_a_dial(status: str) -> None:
    """A caller whose dial has failed goes on in the dialplan, and not to a number of its own."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", status, exten="203")
    pbx.hangup("202")
    pbx.ring("201", "203")
    assert pbx.told[-1].called_number == "202"


def test_cancelled_into_the_dialplan() -> None:
    """A caller whose dial is cancelled on the way to a name of the dialplan's own has given up."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", "CANCEL", exten="h")
    pbx.hangup("202")
    assert pbx.hangup("201") == ["201 hangup CANCEL"]


def consulting(pbx: Pbx) -> None:
    """202, who talks to 201, calls 203 on a second line."""
    pbx.call("202.b", "203")
    pbx.ring("202.b", "203")


def test_semi_attended() -> None:
    """The one left behind is the caller now; the transferer's second call ends with CANCEL, the target answers it."""
    pbx = talking()
    consulting(pbx)
    second = {"transfereeuniqueid": "201", "secondtransfereruniqueid": "202.b", "desttype": "App"}
    assert pbx.say("AttendedTransfer", "202", **second) == []
    assert sorted([*pbx.hangup("202"), *pbx.hangup("202.b")]) == ["202 hangup ANSWER", "202 hangup CANCEL"]
    assert pbx.enter("203", "b2") == []
    assert pbx.enter("201", "b2") == ["203 answer-in"]
    assert sorted([*pbx.hangup("203"), *pbx.hangup("201")]) == ["201 hangup ANSWER", "203 hangup ANSWER"]
    assert pbx.is_quiet


@pytest.mark.parametrize("restart", [False, True])
def test_semi_attended_into_a_queue(*, restart: bool) -> None:
    """The one left behind waits in the transferer's place, and is answered by the queue's member."""
    pbx = talking(Pbx(QUEUE))
    pbx.call("202.b", "650")
    pbx.say("QueueCallerJoin", "202.b", queue="support")
    pbx.say("AttendedTransfer", "202", transfereeuniqueid="201", secondtransfereruniqueid="202.b", desttype="App")
    assert pbx.hangup("202.b") == ["202 hangup CANCEL"]
    if restart:
        pbx.restart()
    pbx.leave("201", "bridge-1", exten="299")
    pbx.say("Newstate", "201", ChanVariable="CALLAPIID=order-1")
    assert pbx.ring("201", "205") == ["205 dial-in"]
    assert pbx.told[-1].caller_extension == "201"
    assert restart or pbx.told[-1].called_number == "650"
    assert pbx.talk("201", "205") == ["205 answer-in", "650 answer-in"]
    assert [event.call_api_id for event in pbx.told[-2:]] == ["order-1", "order-1"]
    assert pbx.say("AgentComplete", "201", queue="support") == ["650 hangup ANSWER"]


def test_a_transferer_rung_anew() -> None:
    """Who has put two callers together is out of both calls, and may be rung in either before it has hung up."""
    pbx = talking()
    pbx.call("203", "202")
    pbx.ring("203", "202.b")
    pbx.talk("203", "202.b")
    both = {"origtransfereruniqueid": "202", "secondtransfereruniqueid": "202.b", "transfereeuniqueid": "201"}
    pbx.say("AttendedTransfer", desttype="Bridge", result="Success", **both)
    assert pbx.ring("201", "202.c") == ["202 hangup ANSWER", "202 dial-in"]
    assert pbx.ring("203", "202.d") == ["202 hangup ANSWER", "202 dial-in"]


@pytest.mark.parametrize("restart", [False, True])
def test_semi_attended_to_somebody_busy(*, restart: bool) -> None:
    """The transferer has left its second call, however that goes on: CANCEL."""
    pbx = talking()
    consulting(pbx)
    pbx.say("AttendedTransfer", "202", transfereeuniqueid="201", secondtransfereruniqueid="202.b", desttype="App")
    if restart:
        pbx.restart()
    pbx.dial_end("202.b", "203", "BUSY")
    told = [*pbx.hangup("203", "17"), *pbx.hangup("202.b")]
    assert told == ["203 hangup BUSY", "202 hangup CANCEL"]


def test_semi_attended_through_a_local_pair() -> None:
    """Whoever is dialled behind the pair after the transfer is called by the one left behind, by the last number."""
    pbx = talking()
    pbx.call("202.b", "600")
    pbx.say("BlindTransfer", "202", transfereeuniqueid="202.b", extension="601", result="Success")
    pbx.local("x", of="202.b")
    pbx.dial("202.b", "x;1")
    pbx.say("AttendedTransfer", "202", transfereeuniqueid="201", secondtransfereruniqueid="202.b", desttype="App")
    assert pbx.ring("x;2", "203") == ["203 dial-in"]
    assert (pbx.told[-1].caller_extension, pbx.told[-1].called_number) == ("201", "601")


@pytest.mark.parametrize(
    "headers",
    [
        {"transfereeuniqueid": "201", "secondtransfereruniqueid": "202.b", "desttype": "Bridge"},
        {"transfereeuniqueid": "201", "secondtransfereruniqueid": "gone", "desttype": "App"},
        {"transfereeuniqueid": "gone", "secondtransfereruniqueid": "202.b", "desttype": "App"},
    ],
    ids=["answered", "no second channel", "no transferee"],
)
def test_attended_transfers_that_hand_over_nothing(headers: dict[str, str]) -> None:
    """When the target has answered, or somebody is gone, the second call stays what it is."""
    pbx = talking()
    consulting(pbx)
    pbx.say("AttendedTransfer", "202", **headers)
    pbx.dial_end("202.b", "203", "NOANSWER")
    assert [*pbx.hangup("203", "18"), *pbx.hangup("202.b")] == ["203 hangup NOANSWER", "202 hangup NOANSWER"]


def test_semi_attended_by_somebody_outside() -> None:
    """A transferer that is no extension has no call of its own to end."""
    pbx = Pbx()
    pbx.call("trunk", "202")
    pbx.ring("trunk", "203")
    pbx.new("205")
    pbx.say("AttendedTransfer", transfereeuniqueid="205", secondtransfereruniqueid="trunk", desttype="App")
    pbx.hangup("trunk")
    assert pbx.talk("205", "203") == ["203 answer-in"]
