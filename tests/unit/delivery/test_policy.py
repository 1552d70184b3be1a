"""What becomes of a delivery after an attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.delivery.policy import (
    Answered,
    Dead,
    Delivered,
    Expired,
    Failed,
    Gone,
    Outcome,
    Refused,
    Retry,
    Verdict,
    judge,
    result_of,
    retry_after_seconds,
)

PAUSES = (2.0, 10.0, 60.0)
NOW = 1_000_000.0
DAY = 86_400.0


def verdict(outcome: Outcome, *, attempt: int = 1, age: float = 1.0, dice: float = 0.0) -> Verdict:
    """Judge an attempt that ended at NOW."""
    return judge(
        outcome,
        attempt=attempt,
        created_at=NOW - age,
        now=NOW,
        retry_pauses_seconds=PAUSES,
        max_age_seconds=DAY,
        dice=dice,
    )


@pytest.mark.parametrize("code", [200, 201, 202, 204, 206, 226, 299])
def test_any_2xx_is_delivered(code: int) -> None:
    """Any 2xx is delivered, at whatever age and attempt."""
    assert verdict(Answered(status_code=code), attempt=99, age=2 * DAY) == Delivered()


@pytest.mark.parametrize("code", [100, 199, 300, 301, 302, 307, 304, 400, 401, 403, 404, 418, 500, 502, 504, 599, 999])
def test_everything_else_is_tried_again(code: int) -> None:
    """Redirects and other 4xx are failures like 5xx: misconfigurations get repaired."""
    assert verdict(Answered(status_code=code)) == Retry(due_at=NOW + 2, reason=f"HTTP {code}")


@pytest.mark.parametrize(("attempt", "pause"), [(1, 2), (2, 10), (3, 60), (4, 60), (50, 60)])
def test_the_last_pause_repeats(attempt: int, pause: float) -> None:
    """The pauses follow the attempts, and the last one repeats."""
    assert verdict(Failed(reason="reset"), attempt=attempt) == Retry(due_at=NOW + pause, reason="reset")


@given(dice=st.floats(0, 1, exclude_max=True), attempt=st.integers(1, 40))
def test_jitter_is_added_only(dice: float, attempt: int) -> None:
    """No pause is shorter than the schedule says, and none is longer by more than a fifth."""
    judged = verdict(Failed(reason="x"), attempt=attempt, dice=dice)
    assert isinstance(judged, Retry)
    pause = PAUSES[min(attempt, 3) - 1]
    assert pause <= judged.due_at - NOW <= pause * 1.2 + 1e-6


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("", 2),
        ("120", 120),
        (" 120 ", 120),
        ("1", 2),
        ("0", 2),
        ("3600", 3600),
        ("86400", 3600),
        ("9" * 400, 3600),
        ("-5", 2),
        ("soon", 2),
        ("1.5", 2),
        ("²", 2),
        ("Mon, 12 Jan 1970 13:56:40 GMT", 600),
        ("Mon, 12 Jan 1970 13:56:40 -0000", 600),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 2),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("99 Jan 00:00:00 0001 999999999999999999999", 2),
    ],
)
def test_retry_after(code: int, header: str, pause: float) -> None:
    """429 and 503 may ask for patience, up to an hour, in seconds or with a date; never for haste."""
    assert verdict(Answered(status_code=code, retry_after=header)) == Retry(due_at=NOW + pause, reason=f"HTTP {code}")


def test_retry_after_belongs_to_429_and_503() -> None:
    """Other failures follow the schedule, whatever they ask for."""
    assert verdict(Answered(status_code=500, retry_after="120")) == Retry(due_at=NOW + 2, reason="HTTP 500")


@given(st.text())
def test_any_retry_after_is_some_patience(header: str) -> None:
    """No header value raises or asks for negative patience."""
    assert retry_after_seconds(header, now=NOW) >= 0


def test_410_says_the_receiver_is_gone() -> None:
    """410 is no failure like the others: the assignment is to be disabled, the delivery waits for its return."""
    assert verdict(Answered(status_code=410)) == Gone(due_at=NOW + 2, reason="HTTP 410")


def test_expires_at_the_age_limit() -> None:
    """A failure at or after the age limit is the last one; before it there is one more try."""
    assert verdict(Failed(reason="no answer"), age=DAY) == Expired(reason="no answer")
    assert verdict(Answered(status_code=500), age=DAY + 1) == Expired(reason="HTTP 500")
    assert isinstance(verdict(Failed(reason="no answer"), age=DAY - 1), Retry)


def test_a_refused_destination_is_dead() -> None:
    """What may not be called will not be callable later."""
    assert verdict(Refused(reason="127.0.0.1 is a loopback address")) == Dead(
        reason="refused destination: 127.0.0.1 is a loopback address"
    )


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (Answered(status_code=204), "2xx"),
        (Answered(status_code=301), "3xx"),
        (Answered(status_code=410), "4xx"),
        (Answered(status_code=503), "5xx"),
        (Answered(status_code=101), "other-status"),
        (Answered(status_code=999), "other-status"),
        (Failed(reason="no answer"), "no-answer"),
        (Failed(reason="our fault", requested=False), "not-sent"),
        (Refused(reason="metadata"), "refused"),
        (None, "not-sent"),
    ],
)
def test_each_attempt_has_a_word(outcome: Outcome | None, result: str) -> None:
    """Few words for all that may happen, so that they can be counted."""
    assert result_of(outcome) == result
