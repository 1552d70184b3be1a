"""Call events as values, and what those of a call carry."""

import json

import pytest

from amibridge.calls.directory import Extension
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id, iso_utc
from tests.unit.calls.pbx import RING, Pbx

EVENT = CallEvent(
    event_id="e1",
    type=EventType.ANSWER_IN,
    extension="0003*210",
    call_id="office-1795509135.34",
    flow=CallFlow.IN,
    status=CallStatus.ANSWER,
    caller_id_num="493055512345",
    caller_id_name='Zoë "Z" Ö\\',
    called_extension="0003*210",
    called_number="49301234567",
    called_did="49301234567",
    at=1795509135.418262,
)


def test_json_has_the_promised_keys() -> None:
    """The object that ``replay`` prints has exactly the documented keys, in their documented order."""
    assert list(EVENT.as_json()) == [
        "type", "event", "extension", "call_id", "flow", "status", "caller_id_num", "caller_id_name",
        "caller_extension", "called_extension", "called_number", "called_did", "call_api_id", "at", "event_id",
        "recovered",
    ]  # fmt: skip


@pytest.mark.parametrize("event", [EVENT, EVENT._replace(at=None, recovered=True)])
def test_json_round_trip(event: CallEvent) -> None:
    """An event comes back from its JSON as it was, the time to the microsecond."""
    assert CallEvent.from_json(json.loads(json.dumps(event.as_json()))) == event


def test_json_of_unknown_time_is_null() -> None:
    """A stream without time stamps gives ``null``, never an invented time."""
    assert EVENT._replace(at=None).as_json()["at"] is None
    assert iso_utc(1795509135.418262) == "2026-11-24T08:32:15.418262+00:00"


def test_labels() -> None:
    """The five names that people read."""
    assert [kind.label for kind in EventType] == ["dial-in", "dial-out", "hangup", "answer-in", "answer-out"]


def test_event_id_is_a_function_of_its_facts() -> None:
    """Equal facts give the equal id, any other fact gives another, and there is no dot in it."""

    def make(**changed: object) -> str:
        facts: dict[str, object] = {
            "uniqueid": "office-1.1", "extension": "210", "flow": CallFlow.IN, "event_type": EventType.DIAL_IN,
        }  # fmt: skip
        return event_id(**{**facts, **changed})  # type: ignore[arg-type]

    others = [
        make(uniqueid="office-1.12"), make(extension="211"), make(flow=CallFlow.OUT),
        make(event_type=EventType.HANGUP), make(visit=1),
    ]  # fmt: skip
    assert make() == make()
    assert len({make(), *others}) == len(others) + 1
    assert not any("." in one for one in [make(), *others])


# What events carry. ----------------------------------------------------------------------------------------------


def test_the_caller_is_as_presented_at_the_dial() -> None:
    """Later caller ids change nothing of a call that was told."""
    pbx = Pbx()
    pbx.new("trunk", state=RING, exten="0301", calleridnum="0407", calleridname="Zoë")
    pbx.ring("trunk", "202")
    pbx.say("NewCallerid", "trunk", calleridnum="1", calleridname="")
    pbx.hangup("202")
    assert {(one.caller_id_num, one.caller_id_name, one.caller_extension) for one in pbx.told} == {("0407", "Zoë", "")}


@pytest.mark.parametrize(
    ("presentation", "presented"),
    [("0 (Presentation Allowed)", ("0407", "Zoë")), ("32 (Presentation Prohibited)", ("", ""))],
    ids=["allowed", "prohibited"],
)
def test_a_withheld_number(presentation: str, presented: tuple[str, str]) -> None:
    """What NewCallerid says is withheld is empty, though the number is in the headers."""
    pbx = Pbx()
    pbx.new("trunk", state=RING, exten="0301", calleridnum="0407", calleridname="Zoë")
    pbx.say("NewCallerid", "trunk", cid_callingpres=presentation)
    pbx.ring("trunk", "202")
    assert (pbx.told[0].caller_id_num, pbx.told[0].caller_id_name) == presented


@pytest.mark.parametrize(("caller", "did"), [("trunk", "0309"), ("201", "0302")], ids=["outside", "inside"])
def test_the_did(caller: str, did: str) -> None:
    """The public number is the one that an outside caller dialled, else the one that the directory declares."""
    pbx = Pbx(Extension(number="202", did="0302"))
    pbx.call(caller, "0309")
    pbx.ring(caller, "202")
    assert (pbx.told[-1].type.label, pbx.told[-1].called_did) == ("dial-in", did)


def test_the_did_is_that_of_the_called_extension() -> None:
    """At the end of an unanswered call the one extension that was rung has its own DID, also after a restart."""
    pbx = Pbx(Extension(number="600", did="0999"), Extension(number="202", did="0302"))
    pbx.call("201", "600")
    assert (pbx.told[-1].called_extension, pbx.told[-1].called_did) == ("600", "0999")
    pbx.ring("201", "202")
    pbx.hangup("202", "17")
    pbx.restart()
    pbx.hangup("201", "17")
    assert (pbx.told[-1].called_extension, pbx.told[-1].called_did) == ("202", "0302")


@pytest.mark.parametrize("declared", [True, False])
def test_the_called_extension_of_a_dial_out(*, declared: bool) -> None:
    """A number that is dialled is an extension when the directory declares it."""
    pbx = Pbx(*([Extension(number="202")] if declared else []))
    pbx.call("201", "202")
    assert (pbx.told[0].called_number, pbx.told[0].called_extension) == ("202", "202" if declared else "")


def test_the_call_api_id_of_a_leg() -> None:
    """The called phone's own value counts before its caller's, from its Dial on."""
    pbx = Pbx()
    pbx.call("201", "202", ChanVariable="CALLAPIID=order-1")
    pbx.new("202", of="201", ChanVariable="CALLAPIID=order-2")
    pbx.dial("201", "202")
    assert pbx.told[-1].call_api_id == "order-2"


def test_the_call_api_id() -> None:
    """Each event has the latest value, the leg's own before the caller's; ``CallID`` is the first one of the call."""
    pbx = Pbx()
    pbx.call("201", "202", ChanVariable="CALLAPIID=order-1")
    pbx.ring("201", "202")
    pbx.say("Newstate", "202", linkedid="merged", ChanVariable="CALLAPIID=order-2")
    pbx.talk("201", "202")
    pbx.say("Hangup", "202", ChanVariable="CALLAPIID=order-3")
    of_called = [(one.call_id, one.call_api_id) for one in pbx.told if one.extension == "202"]
    assert of_called == [("201", "order-1"), ("201", "order-2"), ("201", "order-3")]
