"""Deliveries as people see them: one with its attempts, a page of many, how many stand where."""

from collections.abc import Iterable, Mapping, Sequence
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
    waits_for: int | None = None
    """The earliest delivery of its call that is to go before it; None where it waits for its time alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttempt:
    """What one attempt came to."""

    number: int
    started_at: float
    duration_seconds: float
    status_code: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverFacts:
    """What a receiver made of the latest attempts to deliver to it."""

    origin: str
    attempts: int = 0
    failed: int = 0
    average_seconds: float = 0.0
    slowest_seconds: float = 0.0
    last_failed_at: float | None = None
    """Unix seconds when the last attempt began that failed."""
    last_reason: str = ""
    """Why that one failed."""
    failing_since: float | None = None
    """Unix seconds when the first attempt began that failed since one succeeded; None when the last one succeeded."""
    waiting: int = 0
    """Deliveries to it that wait, for their time or for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAt:
    """One attempt, and at which receiver."""

    origin: str
    started_at: float
    duration_seconds: float
    reason: str


def receivers_of(attempts: Iterable[AttemptAt], waiting: Mapping[str, int]) -> list[ReceiverFacts]:
    """Sum up attempts by receiver: those that failed most first, then the slowest.

    Args:
        attempts: In any order.
        waiting: How many deliveries wait for which receiver.
    """
    of: dict[str, list[AttemptAt]] = {origin: [] for origin in waiting}
    for attempt in attempts:
        of.setdefault(attempt.origin, []).append(attempt)
    facts = [_receiver(origin, made, waiting.get(origin, 0)) for origin, made in of.items()]
    return sorted(facts, key=lambda one: (-one.failed, -one.waiting, -one.average_seconds, one.origin))


def _receiver(origin: str, made: Sequence[AttemptAt], waiting: int) -> ReceiverFacts:
    failed = [one for one in made if one.reason]
    last = max(failed, key=lambda one: one.started_at, default=None)
    succeeded_at = max((one.started_at for one in made if not one.reason), default=float("-inf"))
    took = [one.duration_seconds for one in made]
    return ReceiverFacts(
        origin=origin,
        attempts=len(made),
        failed=len(failed),
        average_seconds=sum(took) / len(took) if took else 0.0,
        slowest_seconds=max(took, default=0.0),
        last_failed_at=last.started_at if last else None,
        last_reason=last.reason if last else "",
        failing_since=min((one.started_at for one in failed if one.started_at > succeeded_at), default=None),
        waiting=waiting,
    )


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
