"""What is told of, each made into bytes once, and only when somebody reads it."""

from functools import cached_property
from typing import Any, Final

from amibridge.calls.events import EventType, iso_utc
from amibridge.calls.journal import JournalEntry
from amibridge.delivery.outbox import Delivery, Settlement
from amibridge.stream.frames import CALL_EVENT, DELIVERY, LOG, frame

LEVELS: Final = ("debug", "info", "warning", "error")
"""Of the log, from the least on."""


class ShownEvent:
    """A call event that is committed."""

    def __init__(self, entry: JournalEntry) -> None:
        self.extension: str = entry.event.extension
        self.event_type: EventType = entry.event.type
        self._entry = entry

    @cached_property
    def frame(self) -> bytes:
        """As it is sent."""
        return frame(CALL_EVENT, self._entry.as_json(), str(self._entry.entry_id))


class ShownDelivery:
    """What one attempt came to, once it is stored."""

    def __init__(self, delivery: Delivery, settlement: Settlement) -> None:
        self.extension: str = delivery.event.extension
        self.event_type: EventType = delivery.event.type
        self._delivery, self._settlement = delivery, settlement

    @cached_property
    def frame(self) -> bytes:
        """As it is sent."""
        return frame(DELIVERY, self._data())

    def _data(self) -> dict[str, Any]:
        delivery, settlement = self._delivery, self._settlement
        return {
            "delivery_id": delivery.delivery_id,
            "event_id": delivery.event.event_id,
            "type": int(delivery.event.type),
            "event": delivery.event.type.label,
            "extension": delivery.event.extension,
            "call_id": delivery.event.call_id,
            "assignment_id": delivery.assignment_id,
            "origin": delivery.origin,
            "attempt": settlement.attempt,
            "state": str(settlement.state),
            "status_code": settlement.status_code,
            "reason": settlement.reason,
            "started_at": iso_utc(settlement.started_at),
            "duration_seconds": round(settlement.duration_seconds, 6),
            "due_at": iso_utc(settlement.due_at),
        }


class ShownLine:
    """A line of the log."""

    def __init__(self, line: dict[str, Any], line_id: str) -> None:
        self.event = str(line.get("event", ""))
        self.extension = str(line.get("extension", ""))
        self.timestamp = str(line.get("timestamp", ""))
        self._level = str(line.get("level", ""))
        self._line, self._line_id = line, line_id

    @property
    def weight(self) -> int:
        """How bad it is: the place of its level in ``LEVELS``."""
        return LEVELS.index(self._level) if self._level in LEVELS else len(LEVELS)

    @cached_property
    def frame(self) -> bytes:
        """As it is sent."""
        return frame(LOG, self._line, self._line_id)
