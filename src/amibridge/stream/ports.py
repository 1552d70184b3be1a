"""What the streams need of the rest of the house: ports, implemented by the store and wired by the daemon."""

from typing import Protocol

from amibridge.calls.journal import Extent, FollowPage, FollowQuery, JournalPage, JournalQuery


class FollowedJournal(Protocol):
    """The journal from an entry on."""

    async def extent(self) -> Extent:
        """How far it reaches now."""
        ...

    async def first_since(self, since: float) -> int | None:
        """The first entry that was recorded then (Unix seconds) or later; None: there is none."""
        ...

    async def after(self, query: FollowQuery) -> FollowPage:
        """The next entries."""
        ...


class Journal(Protocol):
    """The journal backwards."""

    async def journal(self, query: JournalQuery) -> JournalPage:
        """A page of it, the newest first."""
        ...
