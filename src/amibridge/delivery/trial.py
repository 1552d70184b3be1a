"""A trial of an assignment: a made-up call event, and what its receiver made of it."""

from dataclasses import dataclass
from typing import Final

from amibridge.assignments.resource import Assignment
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType

_OTHER_PARTY: Final = "1000"
_NAME: Final = "amibridge test"

_STATUS: Final = {
    EventType.DIAL_IN: CallStatus.CALLING,
    EventType.DIAL_OUT: CallStatus.CALLING,
    EventType.ANSWER_IN: CallStatus.ANSWER,
    EventType.ANSWER_OUT: CallStatus.ANSWER,
    EventType.HANGUP: CallStatus.ANSWER,
}
_OUTGOING: Final = frozenset({EventType.DIAL_OUT, EventType.ANSWER_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOutcome:
    """What one trial came to; it is made once, and kept nowhere."""

    event_id: str
    delivered: bool
    status_code: int | None
    """The HTTP status that came back, None when none did."""
    reason: str
    """Why it was not delivered, one line without path and query; empty when it was."""
    duration_seconds: float


def trial_event(assignment: Assignment, *, trial_id: str, at: float) -> CallEvent:
    """A call between the assignment's extension and 1000, as it would be told to it.

    Args:
        assignment: Whose receiver is to be tried.
        trial_id: An id that no call has.
        at: Unix seconds, now.
    """
    event = CallEvent(
        event_id=trial_id,
        type=assignment.type,
        extension=assignment.extension,
        call_id=trial_id,
        flow=CallFlow.IN,
        status=_STATUS[assignment.type],
        caller_id_num=_OTHER_PARTY,
        caller_id_name=_NAME,
        called_extension=assignment.extension,
        called_number=assignment.extension,
        at=at,
    )
    if assignment.type not in _OUTGOING:
        return event
    return event._replace(
        flow=CallFlow.OUT,
        caller_id_num=assignment.extension,
        caller_extension=assignment.extension,
        called_extension="",
        called_number=_OTHER_PARTY,
    )
