"""The values of the outbox: a delivery, what became of one attempt, and the states between.

pending -> sending -> delivered | pending (due later) | dead (reason) | expired
"""

from dataclasses import dataclass
from enum import StrEnum

from amibridge.calls.events import CallEvent


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A row about to be inserted, in the transaction of its call event."""

    event: CallEvent
    assignment_id: str
    origin: str
    """scheme://host:port of the receiver."""
    created_at: float
    """Unix seconds."""
    at_once: bool
    """True: inserted as ``sending``, attempt 1, unless an older row of its key is open; the worker has a place for it.
    False: ``pending``, due at once."""

    @property
    def order_key(self) -> str:
        """Deliveries of one key go out one after the other: receiver's origin, extension, call."""
        return order_key(origin=self.origin, extension=self.event.extension, call_id=self.event.call_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A claimed row: its attempt is already counted in the store."""

    delivery_id: int
    event: CallEvent
    assignment_id: str
    origin: str
    attempt: int
    """The number of the attempt that is to be made now, from 1."""
    earlier_attempts: int = 0
    """How many of them were made before somebody asked for a new start; the pauses count without them."""
    created_at: float
    """Unix seconds; age and expiry count from here."""

    @property
    def order_key(self) -> str:
        """Deliveries of one key go out one after the other: receiver's origin, extension, call."""
        return order_key(origin=self.origin, extension=self.event.extension, call_id=self.event.call_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of one attempt, to be committed."""

    delivery_id: int
    attempt: int
    state: DeliveryState
    """DELIVERED, DEAD, EXPIRED, or PENDING with ``due_at``."""
    due_at: float | None = None
    """Unix seconds of the next attempt; only with PENDING."""
    reason: str = ""
    """Why it was not delivered, one line without secrets; empty when it was."""
    status_code: int | None = None
    """The HTTP status that came back, None when none did."""
    started_at: float
    """Unix seconds when the attempt began."""
    duration_seconds: float


def order_key(*, origin: str, extension: str, call_id: str) -> str:
    """The key within which deliveries keep their order."""
    return f"{origin}|{extension}|{call_id}"
