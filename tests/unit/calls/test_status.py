"""CallStatus of a Hangup, as a table."""

from itertools import combinations

import pytest

from amibridge.calls.events import CallStatus as Status
from amibridge.calls.status import by_cause, caller_status, combined, leg_status


@pytest.mark.parametrize(
    ("dial_status", "cause", "rang", "status"),
    [
        ("BUSY", 17, True, Status.BUSY),
        ("BUSY", 0, False, Status.BUSY),
        ("CONGESTION", 34, False, Status.CONGESTION),
        ("CHANUNAVAIL", 20, False, Status.CHANUNAVAIL),
        ("CANCEL", 26, True, Status.CANCEL),
        ("CANCEL", 17, True, Status.CANCEL),
        ("ANSWER", 16, True, Status.NOANSWER),
        ("ANSWER", 26, True, Status.NOANSWER),
        ("CONTINUE", 17, True, Status.NOANSWER),
        ("NOANSWER", 0, False, Status.NOANSWER),
        ("NOANSWER", 16, True, Status.NOANSWER),
        ("NOANSWER", 21, True, Status.BUSY),
        ("NOANSWER", 21, False, Status.CONGESTION),
        ("NOANSWER", 1, False, Status.CONGESTION),
        ("NOANSWER", 20, False, Status.CHANUNAVAIL),
        ("GOTO:x", 17, False, Status.BUSY),
        ("", 26, True, Status.CANCEL),
        ("", 0, False, Status.NOANSWER),
        ("", 999, True, Status.NOANSWER),
    ],
)
def test_leg_status(dial_status: str, cause: int, rang: bool, status: Status) -> None:  # noqa: FBT001 - table column
    """The first DialEnd speaks where it can, then the cause; what says nothing was not answered."""
    assert leg_status(dial_status=dial_status, cause=cause, rang=rang) is status


@pytest.mark.parametrize(
    ("causes", "status"),
    [
        ((17,), Status.BUSY),
        ((18, 19), Status.NOANSWER),
        ((26,), Status.CANCEL),
        ((1, 3, 28, 34, 38, 42), Status.CONGESTION),
        ((20, 27), Status.CHANUNAVAIL),
        ((0, 16, 31, 127), None),
    ],
)
def test_causes(causes: tuple[int, ...], status: Status | None) -> None:
    """The causes of the table, and those that say nothing."""
    assert {by_cause(cause, rang=True) for cause in causes} == {status}


def test_several_legs_give_the_first_that_applies() -> None:
    """CANCEL before BUSY before NOANSWER before CONGESTION before CHANUNAVAIL, for every pair."""
    order = [Status.CANCEL, Status.BUSY, Status.NOANSWER, Status.CONGESTION, Status.CHANUNAVAIL]
    assert [combined({one, other}) for one, other in combinations(order, 2)] == [
        one for one, _ in combinations(order, 2)
    ]


@pytest.mark.parametrize(
    ("dialled", "cause", "was_up", "status"),
    [
        ({Status.NOANSWER}, 16, True, Status.NOANSWER),
        ({Status.NOANSWER, Status.BUSY}, 17, False, Status.BUSY),
        (set(), 16, True, Status.ANSWER),
        (set(), 3, False, Status.CHANUNAVAIL),
        (set(), 20, False, Status.CHANUNAVAIL),
        (set(), 1, False, Status.CONGESTION),
        (set(), 28, False, Status.CONGESTION),
        (set(), 16, False, Status.CANCEL),
        (set(), 0, False, Status.CANCEL),
    ],
)
def test_caller_status(dialled: set[Status], cause: int, was_up: bool, status: Status) -> None:  # noqa: FBT001 - table column
    """A caller takes what became of the legs dialled for it, else what an application or its own cause says."""
    assert caller_status(dialled=dialled, cause=cause, was_up=was_up) is status
