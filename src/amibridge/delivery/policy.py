"""What becomes of a delivery after an attempt: one pure function; the clock and the dice are its arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final, TypeAlias

JITTER: Final = 0.2
"""A pause grows by up to this share, never shrinks: those who failed together do not come back together."""
RETRY_AFTER_LIMIT_SECONDS: Final = 3600.0
"""A receiver may ask for at most this much patience."""

DELETED: Final = "deleted"
"""The reason of a delivery whose assignment is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A status line came back; what its body says does not matter."""

    status_code: int
    retry_after: str = ""
    """The Retry-After header as it came, empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No answer came back; another attempt may do better."""

    reason: str
    """One line without path or query of the URL."""
    requested: bool = True
    """False: it failed here, before any request; that says nothing of the receiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """This URL must not or cannot be called; no attempt can do better."""

    reason: str
    """One line without path or query of the URL."""


Outcome: TypeAlias = Answered | Failed | Refused
"""What one attempt came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The receiver has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Once more, not before ``due_at`` (Unix seconds)."""

    due_at: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The receiver wants no more of this assignment: it is disabled, and the delivery waits for its return."""

    due_at: float
    """Unix seconds; not before, should somebody enable the assignment again."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Tried for as long as it may be tried."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """It can never be sent."""

    reason: str


Verdict: TypeAlias = Delivered | Retry | Gone | Expired | Dead


class AttemptResult(StrEnum):
    """What an attempt came to, in a word."""

    SUCCESS = "2xx"
    REDIRECT = "3xx"
    CLIENT_ERROR = "4xx"
    SERVER_ERROR = "5xx"
    STRANGE = "other-status"
    """A status that HTTP does not have, or that is no end of a request."""
    NO_ANSWER = "no-answer"
    """No connection, or no answer in time."""
    REFUSED = "refused"
    """It is not called: the address is not permitted, the URL cannot be used."""
    NOT_SENT = "not-sent"
    """Nothing was tried: the assignment is gone or disabled, it is too old, or the fault is ours."""


_BY_HUNDREDS: Final = {
    2: AttemptResult.SUCCESS,
    3: AttemptResult.REDIRECT,
    4: AttemptResult.CLIENT_ERROR,
    5: AttemptResult.SERVER_ERROR,
}


def result_of(outcome: Outcome | None) -> AttemptResult:
    """The word for what an attempt came to; None: nothing was tried."""
    match outcome:
        case Answered(status_code=code):
            return _BY_HUNDREDS.get(code // 100, AttemptResult.STRANGE)
        case Failed(requested=True):
            return AttemptResult.NO_ANSWER
        case Refused():
            return AttemptResult.REFUSED
        case _:
            return AttemptResult.NOT_SENT


def is_delivered(outcome: Outcome) -> bool:
    """Whether the receiver has it: any 2xx."""
    return isinstance(outcome, Answered) and HTTPStatus.OK <= outcome.status_code < HTTPStatus.MULTIPLE_CHOICES


def reason_of(outcome: Outcome) -> str:
    """What an attempt came to that did not deliver, one line without path and query of the URL."""
    return f"HTTP {outcome.status_code}" if isinstance(outcome, Answered) else outcome.reason


def judge(
    outcome: Outcome,
    *,
    attempt: int,
    created_at: float,
    now: float,
    retry_pauses_seconds: Sequence[float],
    max_age_seconds: float,
    dice: float,
) -> Verdict:
    """Say what becomes of a delivery.

    Args:
        outcome: What the attempt came to.
        attempt: Its number, from 1; after a new start by hand again from 1.
        created_at: Unix seconds when the delivery was made.
        now: Unix seconds when the attempt ended.
        retry_pauses_seconds: The pause after each attempt; the last one repeats.
        max_age_seconds: How long a delivery is tried.
        dice: From 0 up to 1; how much of the jitter is added.
    """
    if isinstance(outcome, Refused):
        return Dead(reason=f"refused destination: {outcome.reason}")
    stretch = 1 + JITTER * dice
    pause = retry_pauses_seconds[min(attempt, len(retry_pauses_seconds)) - 1] * stretch
    if is_delivered(outcome):
        return Delivered()
    reason = reason_of(outcome)
    code: int | None = None
    if isinstance(outcome, Answered):
        code = outcome.status_code
        if code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            # Asking to be called sooner than the schedule says is no reason to hurry.
            asked = retry_after_seconds(outcome.retry_after, now=now) * stretch
            pause = max(pause, min(asked, RETRY_AFTER_LIMIT_SECONDS))
    due_at = now + pause
    if code == HTTPStatus.GONE:
        return Gone(due_at=due_at, reason=reason)
    if now - created_at >= max_age_seconds:
        return Expired(reason=reason)
    return Retry(due_at=due_at, reason=reason)


def retry_after_seconds(header: str, *, now: float) -> float:
    """The patience that a Retry-After header asks for: seconds or a date; 0 for one that says neither, or the past."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a receiver may write any number into a date
        return 0.0
    # RFC 9110 dates are GMT; parsedate_to_datetime leaves those that say "-0000" without a zone.
    return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now)
