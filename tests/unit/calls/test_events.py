"""Call events as values."""

import json
from dataclasses import replace

import pytest

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id, iso_utc

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


@pytest.mark.parametrize("event", [EVENT, replace(EVENT, at=None, recovered=True)])
def test_json_round_trip(event: CallEvent) -> None:
    """An event comes back from its JSON as it was, the time to the microsecond."""
    assert CallEvent.from_json(json.loads(json.dumps(event.as_json()))) == event


def test_json_of_unknown_time_is_null() -> None:
    """A stream without time stamps gives ``null``, never an invented time."""
    assert replace(EVENT, at=None).as_json()["at"] is None
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
