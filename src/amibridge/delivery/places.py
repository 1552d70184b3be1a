"""How many requests may be under way: in all, and to one origin; and which deliveries are still open."""

from collections import Counter
from collections.abc import Mapping

from amibridge.delivery.limits import OriginLimits


class Places:
    """The places for requests; no origin gets more than its share, so that a hanging receiver delays only itself.

    Args:
        total: Places in all.
        per_origin: Places of one origin that works; never more than half of all.
    """

    def __init__(self, *, total: int, per_origin: int) -> None:
        self._total = total
        self.limits = OriginLimits(min(per_origin, max(1, total // 2)))
        self._taken: Counter[str] = Counter()

    @property
    def free(self) -> int:
        """How many places are free."""
        return self._total - self._taken.total()

    @property
    def per_origin(self) -> int:
        """How many places an origin may take that has none, and of which nothing bad is known."""
        return self.limits.most

    def room(self) -> Mapping[str, int]:
        """How many more places each origin may take, for the origins that have some or may not have as many."""
        origins = {*self._taken, *self.limits.narrowed()}
        return {origin: max(0, self.limits.limit(origin) - self._taken[origin]) for origin in origins}

    def has_room(self, origin: str) -> bool:
        """Whether a request to that origin may begin now."""
        return self.free > 0 and self._taken[origin] < self.limits.limit(origin)

    def take(self, origin: str) -> None:
        """Take a place; the caller has asked for room."""
        self._taken[origin] += 1

    def give_back(self, origin: str) -> None:
        """The request is over."""
        self._taken[origin] -= 1
        if not self._taken[origin]:
            del self._taken[origin]


class OpenKeys:
    """Which order keys have deliveries that are neither delivered nor given up, as far as this process saw.

    Rows can end elsewhere (a deleted assignment, a command): a key that is wrongly held open costs its next deliveries
    a look into the outbox, no more, and is forgotten when its rows are too old to exist.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._newest: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, key: str) -> bool:
        return key in self._counts

    def add(self, key: str, *, at: float, count: int = 1) -> None:
        """That many more deliveries of a key are open, the newest of them made at ``at`` (Unix seconds)."""
        self._counts[key] += count
        self._newest[key] = max(at, self._newest.get(key, at))

    def close(self, key: str) -> None:
        """One delivery of a key has ended."""
        if self._counts[key] <= 1:
            self._counts.pop(key, None)
            self._newest.pop(key, None)
        else:
            self._counts[key] -= 1

    def forget_before(self, at: float) -> None:
        """Forget the keys whose newest delivery was made before that."""
        for key in [key for key, newest in self._newest.items() if newest < at]:
            del self._newest[key], self._counts[key]
