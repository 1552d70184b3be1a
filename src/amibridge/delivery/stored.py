"""Deliveries as people see them: one with its attempts, a page of many, how many stand where."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from amibridge.calls.events import CallEvent
from amibridge.calls.journal import NEWEST
from amibridge.delivery.outbox import DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCounts:
    """How many deliveries stand where."""

    pending: int = 0
    sending: int = 0
    delivered: int = 0
    dead: int = 0
    expired: int = 0
    earliest_due_at: float | None = None
    """Unix seconds; None when none waits that may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDelivery:
    """A delivery as it stands in the outbox."""

    delivery_id: int
    event: CallEvent | None
    """None when the journal's copy is damaged."""
    assignment_id: str
    origin: str
    state: DeliveryState
    attempts: int
    due_at: float | None
    """Unix seconds of the next attempt."""
    created_at: float
    settled_at: float | None
    """Unix seconds when it was delivered or given up."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttempt:
    """What one attempt came to."""

    number: int
    started_at: float
    duration_seconds: float
    status_code: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuery:
    """Which deliveries, newest first; what is None does not matter."""

    state: DeliveryState | None = None
    assignment_id: str | None = None
    numbers: AbstractSet[str] | None = None
    """Only deliveries for events of these extensions; None: of all."""
    before_id: int = NEWEST
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """One page of deliveries."""

    deliveries: list[StoredDelivery]
    next_before_id: int | None
    """``before_id`` of the next page; None: this is the last one."""
