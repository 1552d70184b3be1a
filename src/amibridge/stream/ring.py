"""The latest entries of something that grows, for readers who each know how far they are. Pure."""

from collections import deque
from typing import Final, Generic, TypeVar

T = TypeVar("T")

FIRST: Final = 0


class Ring(Generic[T]):
    """Keeps the last entries; no reader costs anything here, however slow it is.

    Args:
        size: How many are kept.
        start: The position of what came before the first one.

    Attributes:
        start: Everything after this position is kept.
        last: The position of the newest entry, kept or not.
    """

    def __init__(self, size: int, start: int = FIRST) -> None:
        self._size = size
        self._kept: deque[tuple[int, T]] = deque()
        self.start = self.last = start

    def add(self, position: int, entry: T) -> None:
        """Keep an entry; positions ascend, and those that are left out are of nobody's interest."""
        self._kept.append((position, entry))
        self.last = position
        if len(self._kept) > self._size:
            self.start, _ = self._kept.popleft()

    def skip_to(self, position: int) -> None:
        """Keep nothing up to there: nobody reads."""
        self._kept.clear()
        self.start = self.last = position

    def after(self, position: int, limit: int) -> list[tuple[int, T]] | None:
        """The next entries after a position, so many at most; None when not all of them are kept any more."""
        if position < self.start:
            return None
        if position >= self.last:
            return []
        missing = 0
        for known, _ in reversed(self._kept):
            if known <= position:
                break
            missing += 1
        first = len(self._kept) - missing
        return [self._kept[number] for number in range(first, min(first + limit, len(self._kept)))]
