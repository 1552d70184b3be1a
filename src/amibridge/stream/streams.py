"""The streams as the API and the control socket open them."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from amibridge.stream.feeds import CallFeed, LogFeed
from amibridge.stream.hub import Hub
from amibridge.stream.ports import FollowedJournal, Journal
from amibridge.stream.selection import CallSelection, LogSelection


class Streams:
    """Opens streams; whoever opens one holds a place meanwhile.

    Args:
        hub: What happens now.
        followed: The journal from an entry on.
        journal: The journal backwards.
    """

    def __init__(self, hub: Hub, followed: FollowedJournal, journal: Journal) -> None:
        self._hub, self._followed, self._journal = hub, followed, journal

    @contextmanager
    def place(self, *, spare: int = 0) -> Iterator[None]:
        """Hold a follower's place; ``spare`` as for ``Hub.enter``.

        Raises:
            TooManyFollowersError: There is none.
        """
        self._hub.enter(spare=spare)
        try:
            yield
        finally:
            self._hub.leave()

    async def call_events(self, selection: CallSelection) -> AsyncGenerator[bytes, None]:
        """Call events, and deliveries when they are asked for, in pieces to be sent one after the other.

        Raises:
            UnknownPositionError: The last event id is none.
            StoreError: The store cannot be read; also while reading on.
        """
        return (await CallFeed.open(self._hub, self._followed, self._journal, selection)).frames()

    async def log_lines(self, selection: LogSelection) -> AsyncGenerator[bytes, None]:
        """Lines of the log.

        Raises:
            UnknownPositionError: The last event id is none.
        """
        return LogFeed.open(self._hub, selection).frames()

    def count_dropped(self) -> None:
        """Somebody was dropped because it did not read."""
        self._hub.dropped += 1
