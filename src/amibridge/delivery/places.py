"""How many requests may be under way: in all, and to one origin; and which deliveries are still open."""

from collections import Counter
from collections.abc import Mapping, Sequence

from amibridge.delivery.limits import OriginLimits


class Places:
    """The places for requests: neither one origin nor those that are known to fail take the last ones from the others.

    An origin may have as many places as are free after that: the first one half of all, the next one half of what is
    left, and so on (the dynamic thresholds by which switches share a buffer: Choudhury and Hahne, 1998).
    Those that are down (failed, and not answered since) have no more than half of all together, however many they are.

    Args:
        total: Places in all.
        per_origin: Places of one origin that works; never more than half of all.
    """

    def __init__(self, *, total: int, per_origin: int) -> None:
        self._total = total
        self._of_the_down = max(1, total // 2)
        self.limits = OriginLimits(min(per_origin, max(1, total // 2)))
        self._taken: Counter[str] = Counter()

    @property
    def free(self) -> int:
        """How many places are free."""
        return self._total - self._taken.total()

    @property
    def claimable(self) -> int:
        """How many of them may be taken in one step, by whomever."""
        return _half(self.free)

    @property
    def per_origin(self) -> int:
        """How many of them an origin may take in one step that has none, and of which nothing bad is known."""
        return min(self.limits.most, self.claimable)

    @property
    def scarce(self) -> bool:
        """Whether an origin that is not down waits only until others give back theirs."""
        free = self.free
        return free <= 0 or any(free <= taken < self.limits.limit(one) for one, taken in self._taken.items())

    @property
    def down(self) -> Sequence[str]:
        """The origins that are down, in the order in which it is their turn."""
        return tuple(self.limits.down)

    @property
    def down_room(self) -> int:
        """How many places these may take together."""
        down = self.limits.down
        return max(0, self._of_the_down - sum(taken for origin, taken in self._taken.items() if origin in down))

    def room(self) -> Mapping[str, int]:
        """The same for the origins that have some, or may not have as many; 0: they have as many as they may have."""
        origins = {*self._taken, *self.limits.narrowed(), *self.limits.down}
        down_room = self.down_room
        return {origin: self._room(origin, down_room) for origin in origins}

    def has_room(self, origin: str) -> bool:
        """Whether a request to that origin may begin now."""
        return self._room(origin, self.down_room) > 0

    def take(self, origin: str) -> None:
        """Take a place; the caller has asked for room."""
        self._taken[origin] += 1

    def give_back(self, origin: str) -> None:
        """Give a place back."""
        self._taken[origin] -= 1
        if not self._taken[origin]:
            del self._taken[origin]

    def _room(self, origin: str, down_room: int) -> int:
        taken = self._taken[origin]
        room = max(0, min(self.limits.limit(origin) - taken, _half(self.free - taken)))
        return min(room, down_room) if origin in self.limits.down else room


def _half(places: int) -> int:
    """At least as many as are left then."""
    return (places + 1) // 2


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
