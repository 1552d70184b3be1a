"""Events and assignments for the delivery's tests."""

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id

RINGING = CallEvent(
    event_id=event_id(uniqueid="1700000000.1", extension="210", flow=CallFlow.IN, event_type=EventType.DIAL_IN),
    type=EventType.DIAL_IN,
    extension="210",
    call_id="1700000000.0",
    flow=CallFlow.IN,
    status=CallStatus.CALLING,
    caller_id_num="+49 30 1234",
    caller_id_name="Zoë & Søn = 100 %",
    called_extension="210",
    called_number="004930555",
    called_did="004930555",
    at=1700000000.25,
)
"""A call from outside rings at 210; its texts need encoding."""

HOOK = Assignment(
    assignment_id="a" * 30,
    extension="210",
    type=EventType.DIAL_IN,
    method=Method.POST,
    url="https://crm.example/hook?tenant=7",
    modified=1700000000.0,
    account_id=1,
    app_id=1,
)


def event(call: int = 0, *, event_type: EventType = EventType.DIAL_IN, extension: str = "210") -> CallEvent:
    """One of an extension's events in a numbered call."""
    return RINGING._replace(
        event_id=event_id(uniqueid=f"17.{call}", extension=extension, flow=CallFlow.IN, event_type=event_type),
        type=event_type,
        extension=extension,
        call_id=f"17.{call}",
    )
