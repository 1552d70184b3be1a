"""A clock that does not jump by itself: when somebody sets the host's, it goes on until it is told to follow."""

import time
from collections.abc import Callable
from typing import Final

STEP_SECONDS: Final = 1.0
"""Smaller differences are no step: time daemons make them good bit by bit."""


class SteadyClock:
    """Unix seconds for whoever counts pauses and ages.

    Args:
        wall: The host's time, Unix seconds; may be set.
        steady: Seconds that nobody sets.

    Attributes:
        followed_seconds: By how much it has jumped until now, because it was told to.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = wall() - steady()
        self.followed_seconds = 0.0

    def __call__(self) -> float:
        """Now."""
        return self._steady() + self._ahead

    def step_seconds(self) -> float:
        """By how much the host's clock was set since; 0 when it was not."""
        ahead = self._wall() - self._steady()
        step = ahead - self._ahead
        if abs(step) >= STEP_SECONDS:
            return step
        self._ahead = ahead
        return 0.0

    def follow(self, step_seconds: float) -> None:
        """Jump by that much."""
        self._ahead += step_seconds
        self.followed_seconds += step_seconds
