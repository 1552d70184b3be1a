"""CallStatus of a Hangup: what the end of a call looked like from one extension's side."""

from collections.abc import Collection
from typing import Final

from amibridge.calls.events import CallStatus

_BY_DIAL_STATUS: Final = {
    "BUSY": CallStatus.BUSY,
    "CANCEL": CallStatus.CANCEL,
    "CHANUNAVAIL": CallStatus.CHANUNAVAIL,
    "CONGESTION": CallStatus.CONGESTION,
    # answered by hand but never connected: a confirmation that was not given
    "ANSWER": CallStatus.NOANSWER,
    "CONTINUE": CallStatus.NOANSWER,
}
"""First DialEnd of a leg; every other DialStatus, NOANSWER included, leaves the word to the hangup cause."""

_CALL_REJECTED: Final = 21
_BY_CAUSE: Final = {
    1: CallStatus.CONGESTION,
    3: CallStatus.CONGESTION,
    17: CallStatus.BUSY,
    18: CallStatus.NOANSWER,
    19: CallStatus.NOANSWER,
    20: CallStatus.CHANUNAVAIL,
    26: CallStatus.CANCEL,
    27: CallStatus.CHANUNAVAIL,
    28: CallStatus.CONGESTION,
    34: CallStatus.CONGESTION,
    38: CallStatus.CONGESTION,
    42: CallStatus.CONGESTION,
}
"""Q.850 causes as Asterisk reports them in ``Hangup``; 21 depends on whether the phone rang."""

_UNREACHED_CAUSES: Final = frozenset({3, 20})
"""Causes of a caller whose Dial found no device to make a channel for."""

_WORST_FIRST: Final = (CallStatus.CANCEL, CallStatus.BUSY, CallStatus.NOANSWER, CallStatus.CONGESTION)


def by_cause(cause: int, *, rang: bool) -> CallStatus | None:
    """The status that a hangup cause stands for, None when it says nothing of the outcome (0, 16, unknown ones)."""
    if cause == _CALL_REJECTED:
        return CallStatus.BUSY if rang else CallStatus.CONGESTION
    return _BY_CAUSE.get(cause)


def leg_status(*, dial_status: str, cause: int, rang: bool) -> CallStatus:
    """The status of a dialled leg that was never connected.

    Args:
        dial_status: DialStatus of its first DialEnd, empty when there was none (a second one does not count).
        cause: Its hangup cause, 0 when unknown.
        rang: Whether it was ever in state Ringing.
    """
    told = _BY_DIAL_STATUS.get(dial_status)
    return told or by_cause(cause, rang=rang) or CallStatus.NOANSWER


def combined(statuses: Collection[CallStatus]) -> CallStatus:
    """One status for several unanswered legs: given up while one was still open, else the first that applies."""
    return next((status for status in _WORST_FIRST if status in statuses), CallStatus.CHANUNAVAIL)


def caller_status(*, dialled: Collection[CallStatus], cause: int, was_up: bool) -> CallStatus:
    """The status of a caller that was never connected.

    Args:
        dialled: The statuses of the legs that were dialled for it.
        cause: Its own hangup cause.
        was_up: Whether an application answered its channel.
    """
    if dialled:
        return combined(dialled)
    if was_up:
        return CallStatus.ANSWER
    if cause in _UNREACHED_CAUSES:
        return CallStatus.CHANUNAVAIL
    return by_cause(cause, rang=False) or CallStatus.CANCEL
