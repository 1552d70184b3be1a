"""The journal as those read it who follow what happens: from an entry on, the oldest first."""

from typing import Final

from amibridge.calls.journal import Extent, FollowPage, FollowQuery
from amibridge.store.database import Store
from amibridge.store.queries import load
from amibridge.store.rows import entries_of
from amibridge.store.scope import as_bound, is_few

_SQL: Final = load("following")


class FollowedJournal:
    """Reads what is committed; ids are given in the order of the commits, so that nothing turns up behind a reader.

    Args:
        store: Where it is kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def extent(self) -> Extent:
        """How far it reaches now."""
        ((last_id, kept_after),) = await self._store.read(_SQL["extent"])
        return Extent(last_id=last_id, kept_after=kept_after)

    async def first_since(self, since: float) -> int | None:
        """The first entry that was recorded then (Unix seconds) or later; None: there is none."""
        rows = await self._store.read(_SQL["first_since"], {"since": since})
        return rows[0]["id"] if rows else None

    async def after(self, query: FollowQuery) -> FollowPage:
        """The next entries."""
        # Asked before the entries, so that they hold everything up to there.
        extent = await self.extent()
        bound = {
            "after_id": query.after_id,
            "numbers": as_bound(query.numbers),
            "type": query.event_type,
            "limit": query.limit,
        }
        name = "events_of_extensions_after" if is_few(query.numbers) else "events_after"
        rows = await self._store.read(_SQL[name], bound)
        read_to = rows[-1]["id"] if rows else query.after_id
        if len(rows) < query.limit:
            read_to = max(read_to, extent.last_id)
        return FollowPage(entries=entries_of(rows), read_to=read_to, kept_after=extent.kept_after)
