"""The bounded inbox between the link, which never waits, and the pipeline, which may."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsArrived:
    """The PBX told something: what was read at once."""

    events: Sequence[AmiEvent]
    arrived_at: float
    """Unix seconds, our clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingAsked:
    """We asked the PBX for all its channels; what it told before is older than its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The PBX listed all its channels; events that it told before the listing's end come before it."""

    snapshot: Snapshot
    at: float
    """Unix seconds, our clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp:
    """The PBX accepted our login; what follows was told in this session."""

    at: float
    """Unix seconds, our clock."""
    version: str
    """AMI's version, as in the banner: ``11.0.0``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillUp:
    """The PBX answered a ping: what it told before that has come before this."""

    at: float
    """Unix seconds, our clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost:
    """The session is over; what the PBX tells until the next ``LinkUp`` is lost."""

    at: float
    """When the PBX was heard last, which may be long before its silence was noticed; Unix seconds, our clock."""
    reason: str


Item: TypeAlias = EventsArrived | ListingAsked | Listed | LinkUp | StillUp | LinkLost


class Inbox:
    """What the link received and the pipeline has not taken yet, in order; one reader.

    Args:
        max_items: So many may wait, each event counted.
        max_bytes: So much may they take, as given to ``put``.
    """

    def __init__(self, *, max_items: int = 65_536, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._max_items, self._max_bytes = max_items, max_bytes
        self._waiting: deque[tuple[Item, int, int]] = deque()
        """Each with how many it counts as, and what it takes."""
        self._count = self._bytes = 0
        self._filled = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()
        self._closed = False

    def __len__(self) -> int:
        return self._count

    @property
    def size_bytes(self) -> int:
        """What the waiting items take."""
        return self._bytes

    def put(self, item: Item, size_bytes: int = 0) -> bool:
        """Add an item behind all others.

        Returns:
            False, and nothing is added, when that would pass a bound. A ``LinkLost`` always fits: there is at most one
            for each time that ``wait_for_room`` was waited for.
        """
        count = len(item.events) if isinstance(item, EventsArrived) else 1
        fits = self._count + count <= self._max_items and self._bytes + size_bytes <= self._max_bytes
        if not fits and not isinstance(item, LinkLost):
            return False
        self._filled.set()
        self._waiting.append((item, count, size_bytes))
        self._count += count
        self._bytes += size_bytes
        if self._more_than_half():
            self._roomy.clear()
        return True

    def close(self) -> None:
        """Nothing more will be put in; the reader gets what is left, and then nothing."""
        self._closed = True
        self._filled.set()

    async def get_batch(self, limit: int) -> list[Item]:
        """Take the oldest items; waits for the first, and only for that.

        Args:
            limit: So many at most, each event counted; more when events that were read at once are more.

        Returns:
            The items; none once the inbox is closed and empty.
        """
        await self._filled.wait()
        waiting, room = self._waiting, limit
        items: list[Item] = []
        while waiting and (not items or waiting[0][1] <= room):
            item, count, size_bytes = waiting.popleft()
            items.append(item)
            room -= count
            self._count -= count
            self._bytes -= size_bytes
        if not waiting and not self._closed:
            self._filled.clear()
        if not self._more_than_half():
            self._roomy.set()
        return items

    async def wait_for_room(self) -> None:
        """Wait until at most half of the inbox is taken: a session that begins earlier would end at once."""
        await self._roomy.wait()

    def _more_than_half(self) -> bool:
        return self._count * 2 > self._max_items or self._bytes * 2 > self._max_bytes
