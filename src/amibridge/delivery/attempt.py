"""One attempt of a delivery: what is known of its assignment, the request, its outcome, the verdict."""

import random
import secrets
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog

from amibridge.assignments.resource import Assignment
from amibridge.calls.events import CallEvent, iso_utc
from amibridge.delivery.limits import origin_works
from amibridge.delivery.outbox import Delivery, DeliveryState, Settlement
from amibridge.delivery.policy import (
    DELETED,
    Answered,
    AttemptResult,
    Dead,
    Delivered,
    Expired,
    Failed,
    Gone,
    Outcome,
    Refused,
    Retry,
    Verdict,
    is_delivered,
    judge,
    reason_of,
    result_of,
)
from amibridge.delivery.ports import Assignments, Sender, Signers
from amibridge.delivery.request import SigningSecretError, UnusableUrlError, build_request
from amibridge.delivery.trial import TrialOutcome, trial_event
from amibridge.settings import DeliverySettings
from amibridge.steady_clock import SteadyClock

SECONDS_OF_AN_HOUR: Final = 3600
DISABLED: Final = "the assignment is disabled"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What an attempt came to; told to others once it is stored."""

    delivery: Delivery
    settlement: Settlement
    latency_seconds: float
    """From the delivery's creation to the end of the attempt."""
    result: AttemptResult = AttemptResult.NOT_SENT
    """What it came to, in a word."""
    origin_works: bool | None = None
    """Whether the receiver's origin does; None: the attempt says nothing of it."""
    unwanted: Assignment | None = None
    """The assignment of which the receiver wants no more, as it was when it was called."""

    def moved(self, seconds: float) -> "DeliveryOutcome":
        """The same by a clock that was set by so much."""
        due_at = self.settlement.due_at
        if due_at is None:
            return self
        return replace(self, settlement=replace(self.settlement, due_at=due_at + seconds))


class Attempts:
    """Makes attempts.

    Args:
        assignments: Where to.
        signers: Whose assignments they are.
        sender: Makes the requests.
        settings: Pauses, age and the parameters' form.
        version: Ours, for the User-Agent.
        clock: Unix seconds.
        dice: From 0 up to 1, for the pauses' jitter.
    """

    def __init__(
        self,
        *,
        assignments: Assignments,
        signers: Signers,
        sender: Sender,
        settings: DeliverySettings,
        version: str,
        clock: SteadyClock | None = None,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._assignments = assignments
        self._signers = signers
        self._sender = sender
        self._settings = settings
        self._version = version
        self._clock = clock or SteadyClock()
        self._dice = dice
        self.max_age_seconds = settings.max_age_hours * SECONDS_OF_AN_HOUR

    async def make(self, delivery: Delivery) -> DeliveryOutcome:
        """Make the attempt that ``delivery`` is at; raises nothing but being cancelled."""
        started_at, watch, followed = self._clock(), time.monotonic(), self._clock.followed_seconds
        assignment = self._assignments.get(delivery.assignment_id)
        try:
            outcome, verdict = await self._try(delivery, assignment, started_at, followed)
        except Exception as error:  # noqa: BLE001 - one delivery that meets a fault of ours must not stop the others
            outcome, verdict = None, self._judge(delivery, _fault(delivery, error), followed)
        state, due_at, reason = _stored(verdict)
        return DeliveryOutcome(
            delivery=delivery,
            settlement=Settlement(
                delivery_id=delivery.delivery_id,
                attempt=delivery.attempt,
                state=state,
                due_at=due_at,
                reason=reason,
                status_code=_status_code(outcome),
                started_at=started_at,
                duration_seconds=time.monotonic() - watch,
            ),
            latency_seconds=max(0.0, self._clock() - self._created_at(delivery, followed)),
            result=result_of(outcome),
            origin_works=origin_works(outcome),
            unwanted=assignment if isinstance(verdict, Gone) else None,
        )

    async def _try(
        self, delivery: Delivery, assignment: Assignment | None, now: float, followed: float
    ) -> tuple[Outcome | None, Verdict]:
        """Send it, unless the verdict is clear without a request: then there is no outcome.

        ``followed`` is what the clock had followed when the attempt began.
        """
        if assignment is None:
            return None, Dead(reason=DELETED)
        if not assignment.enabled:
            return None, Retry(due_at=now, reason=DISABLED)
        if now - delivery.created_at >= self.max_age_seconds:
            return None, Expired(reason="too old")
        outcome = await self._send(delivery.event, assignment, now, attempt=delivery.attempt)
        return outcome, self._judge(delivery, outcome, followed)

    def _created_at(self, delivery: Delivery, followed: float) -> float:
        """By the clock as it is now: it may have been set while the request was under way."""
        return delivery.created_at + self._clock.followed_seconds - followed

    def _judge(self, delivery: Delivery, outcome: Outcome, followed: float) -> Verdict:
        return judge(
            outcome,
            attempt=delivery.attempt - delivery.earlier_attempts,
            created_at=self._created_at(delivery, followed),
            now=self._clock(),
            retry_pauses_seconds=self._settings.retry_pauses_seconds,
            max_age_seconds=self.max_age_seconds,
            dice=self._dice(),
        )

    async def try_out(self, assignment: Assignment) -> TrialOutcome:
        """Call an assignment's URL with a made-up event, marked as a test: once, whether it is enabled or not."""
        at, watch = self._clock(), time.monotonic()
        event = trial_event(assignment, trial_id=f"test-{secrets.token_hex(10)}", at=at)
        outcome = await self._send(event, assignment, at, attempt=1, trial=True)
        delivered = is_delivered(outcome)
        return TrialOutcome(
            event_id=event.event_id,
            delivered=delivered,
            status_code=_status_code(outcome),
            reason="" if delivered else reason_of(outcome),
            duration_seconds=time.monotonic() - watch,
        )

    async def _send(
        self, event: CallEvent, assignment: Assignment, at: float, *, attempt: int, trial: bool = False
    ) -> Outcome:
        try:
            request = build_request(
                assignment,
                event,
                attempt=attempt,
                timestamp=int(at),
                call_flow_case=self._settings.call_flow_case,
                extra_parameters=self._settings.extra_parameters,
                signing_secrets=()
                if assignment.app_id is None
                else self._signers.signing_secrets(assignment.app_id, at),
                version=self._version,
                trial=trial,
            )
            by_administrator = assignment.account_id is not None and self._signers.is_administrator(
                assignment.account_id
            )
            return await self._sender.send(request, by_administrator=by_administrator)
        except UnusableUrlError as error:
            return Refused(reason=str(error))
        except SigningSecretError as error:
            return Failed(reason=str(error), requested=False)


def _status_code(outcome: Outcome | None) -> int | None:
    return outcome.status_code if isinstance(outcome, Answered) else None


def _stored(verdict: Verdict) -> tuple[DeliveryState, float | None, str]:
    match verdict:
        case Delivered():
            return DeliveryState.DELIVERED, None, ""
        case Retry(due_at=due_at, reason=reason) | Gone(due_at=due_at, reason=reason):
            return DeliveryState.PENDING, due_at, reason
        case Dead(reason=reason):
            return DeliveryState.DEAD, None, reason
        case _:
            return DeliveryState.EXPIRED, None, verdict.reason


def _fault(delivery: Delivery, error: Exception) -> Failed:
    """Log where a fault of ours is, but not its text nor its locals, which may quote the URL."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    log.error("delivery_fault", delivery_id=delivery.delivery_id, fault=type(error).__name__, where=where)
    return Failed(reason=f"internal error ({type(error).__name__})", requested=False)


def log_outcome(outcome: DeliveryOutcome, *, repeated: int | None = 0) -> None:
    """One line for each outcome; the receiver shows as its origin, because path and query may hold a secret.

    Args:
        outcome: What an attempt came to.
        repeated: How many failures of the same origin and kind were not told since the last one that was; None: this
            one is not worth telling either.
    """
    delivery, settlement = outcome.delivery, outcome.settlement
    facts = {
        "delivery_id": delivery.delivery_id,
        "event_id": delivery.event.event_id,
        "call_id": delivery.event.call_id,
        "assignment_id": delivery.assignment_id,
        "extension": delivery.event.extension,
        "origin": delivery.origin,
        "attempt": delivery.attempt,
        "status_code": settlement.status_code,
        "duration_ms": round(settlement.duration_seconds * 1000, 1),
    }
    if settlement.state is DeliveryState.DELIVERED:
        log.info("delivery_delivered", **facts)
    elif settlement.state is DeliveryState.PENDING:
        due_at = iso_utc(settlement.due_at)
        if repeated is None:
            log.debug("delivery_failed", **facts, reason=settlement.reason, due_at=due_at, repeated=0)
        else:
            log.warning("delivery_failed", **facts, reason=settlement.reason, due_at=due_at, repeated=repeated)
    elif settlement.state is DeliveryState.DEAD:
        log.warning("delivery_dead", **facts, reason=settlement.reason)
    else:
        log.warning("delivery_expired", **facts, reason=settlement.reason)
