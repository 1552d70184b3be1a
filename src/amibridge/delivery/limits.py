"""How many requests an origin may have under way, by what it made of the former ones; pure state, no clock.

Each failure halves an origin's limit, each answer adds one to it: a receiver that hangs, breaks or is overrun is soon
tried by one request at a time (the probe), and one that has come back has its full limit again after a few round trips.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from amibridge.delivery.policy import Answered, Failed, Outcome

PROBE: Final = 1
"""The limit of an origin that fails: somebody must find out when it is back."""
SAID_AGAIN_SECONDS: Final = 60.0
"""That an origin fails is news at most this often, however often it comes and goes."""


def origin_works(outcome: Outcome | None) -> bool | None:
    """Whether an origin works, by what one attempt came to; None: that says nothing of it.

    No answer in time, no connection, 5xx and 429 are failures of the origin. Any other status is an answer: it may be
    bad news for one assignment (404, 410, a redirect), but it came from a receiver that has time to give it.
    """
    match outcome:
        case Answered(status_code=code):
            return code < HTTPStatus.INTERNAL_SERVER_ERROR and code != HTTPStatus.TOO_MANY_REQUESTS
        case Failed(requested=True):
            return False
        case _:
            return None


@dataclass(slots=True)
class _Narrowed:
    limit: int
    said: bool
    """That it fails has been told, and not yet that it works again."""
    changed_at: float


class OriginLimits:
    """The limit of each origin; those that are not narrowed cost nothing.

    Args:
        most: The limit of an origin that works, at least 1.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._narrowed: dict[str, _Narrowed] = {}
        self._down: dict[str, float] = {}
        """When each origin failed whose latest outcome is a failure (Unix seconds), the longest ago first."""
        self._said_at: dict[str, float] = {}
        """When it was told last that an origin fails, Unix seconds."""

    def limit(self, origin: str) -> int:
        """How many requests to it may be under way at once; never 0."""
        known = self._narrowed.get(origin)
        return known.limit if known else self.most

    def narrowed(self) -> Mapping[str, int]:
        """The origins whose limit is lower than that of the others, and their limits."""
        return {origin: known.limit for origin, known in self._narrowed.items()}

    @property
    def down(self) -> Collection[str]:
        """The origins that have failed and not answered since, those first that failed longest ago."""
        return self._down.keys()

    def failing(self) -> Sequence[str]:
        """The origins that are down to the probe."""
        return [origin for origin, known in self._narrowed.items() if known.limit == PROBE]

    def failed(self, origin: str, at: float) -> bool:
        """It has failed, at ``at`` (Unix seconds); returns whether that it fails, down to the probe, is news."""
        self._down.pop(origin, None)
        self._down[origin] = at  # behind those that have waited longer for their turn
        known = self._narrowed.get(origin)
        if known is None:
            if self.most == PROBE:
                return False
            known = self._narrowed[origin] = _Narrowed(self.most, said=False, changed_at=at)
        known.limit, known.changed_at = max(PROBE, known.limit // 2), at
        if known.limit > PROBE or known.said or self._was_said_lately(origin, at):
            return False
        known.said, self._said_at[origin] = True, at
        return True

    def answered(self, origin: str, at: float) -> bool:
        """It has answered, at ``at`` (Unix seconds); returns whether that it works again is news."""
        self._down.pop(origin, None)
        known = self._narrowed.get(origin)
        if known is None:
            return False
        news, known.said = known.said, False
        known.limit, known.changed_at = known.limit + 1, at
        if known.limit >= self.most:
            del self._narrowed[origin]
        return news

    def forget_before(self, at: float) -> None:
        """Forget what was learned before that of origins of which nothing has been heard since."""
        for origin in [origin for origin, known in self._narrowed.items() if known.changed_at < at]:
            del self._narrowed[origin]
        for origin in [origin for origin, failed_at in self._down.items() if failed_at < at]:
            del self._down[origin]
        for origin in [origin for origin, said_at in self._said_at.items() if said_at < at]:
            del self._said_at[origin]

    def _was_said_lately(self, origin: str, at: float) -> bool:
        said_at = self._said_at.get(origin)
        # A clock that was set back must not silence it.
        return said_at is not None and 0 <= at - said_at < SAID_AGAIN_SECONDS
