"""The shapes of the answers of ``/v1``, for the OpenAPI document."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from amibridge.api.schemas import EXAMPLE_ID
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallFlow, CallStatus
from amibridge.delivery.outbox import DeliveryState

Number = Annotated[str, Field(examples=["210", "0003*210"])]
NumberOrNone = Annotated[str, Field(description="Empty when there is none.", examples=["210"])]
Time = Annotated[str, Field(description="ISO 8601, UTC.", examples=["2026-11-22T10:11:12.345678+00:00"])]
Next = Annotated[str | None, Field(description="The next page's URL; left out on the last page.")]
EventName = Literal["dial-in", "dial-out", "hangup", "answer-in", "answer-out"]


def example(**facts: Any) -> ConfigDict:
    """The configuration of a shape with one example."""
    return ConfigDict(json_schema_extra={"examples": [facts]})


_CALL = {
    "caller_id_num": "4930123456",
    "caller_id_name": "Karl Kunde",
    "caller_extension": "",
    "called_extension": "210",
    "called_number": "49301234510",
    "called_did": "49301234510",
    "call_api_id": "",
}
_EVENT = {
    "type": 3,
    "event": "answer-in",
    "extension": "210",
    "call_id": "office-1795342272.17",
    "flow": "IN",
    "status": "ANSWER",
    **_CALL,
    "at": "2026-11-22T10:11:12.345678+00:00",
    "event_id": "3f0e6c2bd0a94f6c8f5f0d2a9f5a7c1e4b6d8f01",
    "recovered": False,
}
_DELIVERY = {
    "id": 17,
    "state": "pending",
    "reason": "HTTP 503",
    "assignment_id": EXAMPLE_ID,
    "origin": "https://crm.example",
    "attempt_count": 1,
    "created_at": "2026-11-22T10:11:12.350000+00:00",
    "due_at": "2026-11-22T10:11:14.500000+00:00",
    "settled_at": None,
    "event": _EVENT,
}
_ATTEMPT = {
    "number": 1,
    "started_at": "2026-11-22T10:11:12.351000+00:00",
    "duration_seconds": 0.021,
    "status_code": 503,
    "reason": "HTTP 503",
}


class DeclaredExtension(BaseModel):
    """An extension as the directory declares it."""

    model_config = example(number="650", kind="queue", service="support", did="49301234550", name="Support", owner_id=3)

    number: Number
    kind: ExtensionKind
    service: str = Field(description="The queue's or conference's name, or the IVR's context; empty for phones.")
    did: str = Field(description="The public number that reaches it; empty when there is none.")
    name: str
    owner_id: int | None = Field(description="The account that owns it; null: administrators only.")


class ExtensionPage(BaseModel):
    """One page of the directory, by number."""

    entry: list[DeclaredExtension]
    next: Next = None


class Call(BaseModel):
    """What is known of a call, from one extension's point of view."""

    caller_id_num: str
    caller_id_name: str
    caller_extension: NumberOrNone
    called_extension: NumberOrNone
    called_number: str
    called_did: str
    call_api_id: str


class CallEvent(Call):
    """One call event, as `amibridge replay` prints it."""

    model_config = example(**_EVENT)

    type: int = Field(ge=0, le=4)
    event: EventName
    extension: Number
    call_id: str = Field(examples=["office-1795342272.17"])
    flow: CallFlow
    status: CallStatus
    at: Time | None = Field(description="When it happened, ISO 8601, UTC.")
    event_id: str = Field(description="The same in each notification of it, and over restarts.")
    recovered: bool = Field(description="Learned from a listing of the PBX, not when it happened.")


class JournalledCallEvent(CallEvent):
    """One line of the journal."""

    model_config = example(id=4711, **_EVENT, recorded_at="2026-11-22T10:11:12.349000+00:00")

    id: int
    recorded_at: Time


class CallEventPage(BaseModel):
    """One page of the journal, the newest first."""

    entry: list[JournalledCallEvent]
    next: Next = None


class Gap(BaseModel):
    """A time in which the PBX was not heard. What it said then is lost; a listing of its channels settled the calls."""

    model_config = example(
        id=3,
        lost_at="2026-11-22T10:11:12.345678+00:00",
        back_at="2026-11-22T10:11:14.401200+00:00",
        duration_seconds=2.056,
        reason="Asterisk restarts",
        began=0,
        answered=1,
        ended=2,
    )

    id: int
    lost_at: Time
    back_at: Time
    duration_seconds: float
    reason: str
    began: int = Field(description="Dial events that were told late, marked as recovered.")
    answered: int = Field(description="Answer events that were told late.")
    ended: int = Field(description="Hangups that were told late.")


class GapPage(BaseModel):
    """One page of gaps, the newest first."""

    entry: list[Gap]
    next: Next = None


class LivePart(Call):
    """One extension's part in a call that goes on."""

    extension: Number
    flow: CallFlow
    state: Literal["calling", "answered"]
    since: Time | None = Field(description="When it began, ISO 8601, UTC.")


class LiveCall(BaseModel):
    """A call that goes on."""

    model_config = example(
        call_id=_EVENT["call_id"],
        parts=[{"extension": "210", "flow": "IN", "state": "answered", "since": _EVENT["at"], **_CALL}],
    )

    call_id: str
    parts: list[LivePart]


class LiveCallPage(BaseModel):
    """The calls that go on."""

    entry: list[LiveCall]


class Delivery(BaseModel):
    """One notification on its way."""

    model_config = example(**_DELIVERY)

    id: int
    state: DeliveryState
    reason: str = Field(description="Why the last attempt failed, or why it was given up.", examples=["HTTP 503"])
    assignment_id: str = Field(examples=[EXAMPLE_ID])
    origin: str = Field(examples=["https://crm.example"])
    attempt_count: int
    created_at: Time
    due_at: Time | None = Field(description="When the next attempt is due.")
    settled_at: Time | None = Field(description="When it was delivered or given up.")
    event: CallEvent | None = Field(description="Null when the journal's copy is damaged.")


class DeliveryPage(BaseModel):
    """One page of deliveries, the newest first."""

    entry: list[Delivery]
    next: Next = None


class Attempt(BaseModel):
    """What one attempt came to."""

    number: int
    started_at: Time
    duration_seconds: float
    status_code: int | None = Field(description="Null when no answer came.")
    reason: str = Field(description="Empty when it was delivered.")


class DeliveryWithAttempts(Delivery):
    """One notification, and what became of each attempt."""

    model_config = example(**_DELIVERY, attempts=[_ATTEMPT])

    attempts: list[Attempt]


class Trial(BaseModel):
    """What a test notification came to. It was sent once, and is kept nowhere."""

    model_config = example(
        event_id="test-9f86d081884c7d659a2f", delivered=True, status_code=204, reason="", duration_seconds=0.021
    )

    event_id: str = Field(description="It begins with `test-`.")
    delivered: bool
    status_code: int | None = Field(description="Null when no answer came.")
    reason: str = Field(description="Empty when it was delivered.")
    duration_seconds: float
