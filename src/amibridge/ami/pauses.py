"""How long to wait before the next attempt: growing pauses, never two hosts in step."""

import random
from collections.abc import Callable
from typing import Final

_JITTER: Final = 0.2
"""Up to this share is added."""


class Pauses:
    """The pauses between attempts.

    Args:
        first: Seconds before the second attempt.
        last: No pause is longer, jitter aside.
        factor: Each pause is so many times the one before.
        dice: A number from 0 to 1.
    """

    def __init__(
        self,
        first: float,
        last: float,
        factor: float = 2.0,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._first, self._last, self._factor, self._dice = first, last, factor, dice
        self._next = first

    def next(self) -> float:
        """Seconds to wait now."""
        pause = self._next
        self._next = min(pause * self._factor, self._last)
        return pause * (1 + _JITTER * self._dice())

    def reset(self) -> None:
        """Begin with the first pause again."""
        self._next = self._first
