"""What the tracker tells: five call events for each extension, as frozen values."""

import hashlib
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple


class EventType(IntEnum):
    """The five call events; the numbers are those of the PhoneCallEvents service."""

    DIAL_IN = 0
    DIAL_OUT = 1
    HANGUP = 2
    ANSWER_IN = 3
    ANSWER_OUT = 4

    @property
    def label(self) -> str:
        """The name as people and ``amibridge replay`` write it: ``dial-in``, ``answer-out``."""
        return self.name.lower().replace("_", "-")


class CallFlow(StrEnum):
    """The direction of a participation, seen from its extension."""

    IN = "IN"
    OUT = "OUT"


class CallStatus(StrEnum):
    """The state of the call from the extension's point of view, as receivers get it."""

    CALLING = "CALLING"
    ANSWER = "ANSWER"
    BUSY = "BUSY"
    NOANSWER = "NOANSWER"
    CANCEL = "CANCEL"
    CONGESTION = "CONGESTION"
    CHANUNAVAIL = "CHANUNAVAIL"


class CallEvent(NamedTuple):
    """One thing that happened to one extension in one call; equal input gives an equal event, ``event_id`` included."""

    event_id: str
    """The same for every attempt, replay and recovery: see ``event_id()``."""
    type: EventType
    extension: str
    """The extension that the event is about, as attribution named it (``210``, ``0003*210``)."""
    call_id: str
    """The Linkedid of the first leg when the participation started."""
    flow: CallFlow
    status: CallStatus
    caller_id_num: str = ""
    caller_id_name: str = ""
    caller_extension: str = ""
    called_extension: str = ""
    called_number: str = ""
    called_did: str = ""
    call_api_id: str = ""
    at: float | None = None
    """Unix seconds: Asterisk's Timestamp header, else the arrival where it is known, else None."""
    recovered: bool = False
    """Learned from a listing after the link was lost, not when it happened."""

    def as_json(self) -> dict[str, Any]:
        """The event as ``amibridge replay``, the journal and the streams write it (interface: key names are fixed)."""
        return {
            "type": int(self.type),
            "event": self.type.label,
            "extension": self.extension,
            "call_id": self.call_id,
            "flow": str(self.flow),
            "status": str(self.status),
            "caller_id_num": self.caller_id_num,
            "caller_id_name": self.caller_id_name,
            "caller_extension": self.caller_extension,
            "called_extension": self.called_extension,
            "called_number": self.called_number,
            "called_did": self.called_did,
            "call_api_id": self.call_api_id,
            "at": iso_utc(self.at),
            "event_id": self.event_id,
            "recovered": self.recovered,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "CallEvent":
        """The event that ``as_json`` wrote.

        Raises:
            KeyError, ValueError, TypeError: ``data`` is not such an object.
        """
        facts = {key: value for key, value in data.items() if key not in {"event", "type", "flow", "status", "at"}}
        return cls(
            type=EventType(data["type"]),
            flow=CallFlow(data["flow"]),
            status=CallStatus(data["status"]),
            at=None if data["at"] is None else datetime.fromisoformat(data["at"]).timestamp(),
            **facts,
        )


def event_id(*, uniqueid: str, extension: str, flow: CallFlow, event_type: EventType, visit: int = 0) -> str:
    """The id of one call event: a hash without a dot, so that it is one token of a webhook signature.

    Args:
        uniqueid: Uniqueid of the participation's first leg (Asterisk puts its ``systemname`` in front).
        extension: The extension that the event is about.
        flow: The participation's flow.
        event_type: Which of the five.
        visit: For services, the how-many-eth visit of the caller's channel.
    """
    facts = "\0".join((uniqueid, extension, flow, str(int(event_type)), str(visit)))
    return hashlib.sha256(facts.encode()).hexdigest()[:40]


def iso_utc(at: float | None) -> str | None:
    """ISO 8601 in UTC with microseconds, from Unix seconds; None stays None."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
