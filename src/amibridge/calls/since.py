"""What events have told since the link came up: that is newer than a line of a listing."""


class Since:
    """Uniqueids, by what has been told of them."""

    def __init__(self) -> None:
        self.appeared: set[str] = set()
        """First seen since then: a listing made before they appeared cannot show them."""
        self.described: set[str] = set()
        """Of which any event has told."""
        self.moved: set[str] = set()
        """That have entered or left a bridge."""
        self.visited: set[str] = set()
        """That have entered or left a service."""

    def forget(self, uniqueid: str) -> None:
        """A channel is gone for good."""
        self.appeared.discard(uniqueid)
        self.described.discard(uniqueid)
        self.moved.discard(uniqueid)
        self.visited.discard(uniqueid)

    def clear(self) -> None:
        """Nothing is newer than the next listing."""
        for known in (self.appeared, self.described, self.moved, self.visited):
            known.clear()
