"""Where everything that is told of meets those who follow: nobody who tells ever waits for anybody who listens."""

import asyncio
import secrets
import threading
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

from amibridge.calls.journal import JournalEntry
from amibridge.delivery.outbox import Delivery, Settlement
from amibridge.stream.bell import Bell
from amibridge.stream.ring import Ring
from amibridge.stream.selection import TooManyFollowersError
from amibridge.stream.shown import ShownDelivery, ShownEvent, ShownLine

EVENTS_KEPT: Final = 1000
"""In memory while somebody follows; older ones come from the journal."""
DELIVERIES_KEPT: Final = 1000
LINES_KEPT: Final = 1000
"""Of the log, whether somebody follows or not."""


class Hub:
    """The fan-out. Each follower reads it at its own pace (``feeds``); it keeps no queue for anybody.

    Args:
        limit: How many may follow at once.
        heartbeat_seconds: A sign of life this often for whoever hears nothing.

    Attributes:
        clients: How many follow.
        dropped: How many were dropped since the start because they did not read.
        closing: The daemon stops: who follows is told, and leaves.
        boot: Distinguishes this process in the ids of log lines.
    """

    def __init__(self, *, limit: int = 32, heartbeat_seconds: float = 15.0) -> None:
        self.limit, self.heartbeat_seconds = limit, heartbeat_seconds
        self.clients = self.dropped = 0
        self.closing = False
        self.boot = secrets.token_hex(4)
        self.events: Ring[ShownEvent] = Ring(EVENTS_KEPT)
        self.deliveries: Ring[ShownDelivery] = Ring(DELIVERIES_KEPT)
        self.lines: Ring[ShownLine] = Ring(LINES_KEPT)
        self.calls_bell, self.log_bell = Bell(), Bell()
        self._line_numbers = count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def begin(self, last_id: int) -> None:
        """Begin in this loop, after the journal's entry of that id."""
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self.events.skip_to(last_id)

    def told(self, entries: Sequence[JournalEntry]) -> None:
        """Call events are committed."""
        if not entries:
            return
        if not self.clients:
            self.events.skip_to(entries[-1].entry_id)
            return
        for entry in entries:
            self.events.add(entry.entry_id, ShownEvent(entry))
        self.calls_bell.ring()

    def settled(self, delivery: Delivery, settlement: Settlement) -> None:
        """What an attempt came to is stored."""
        if self.clients:
            self.deliveries.add(self.deliveries.last + 1, ShownDelivery(delivery, settlement))
            self.calls_bell.ring()

    def logged(self, line: dict[str, Any]) -> None:
        """A line was written to the log, by any thread; never logs anything itself."""
        if self._loop is None or threading.get_ident() == self._thread:
            self._add_line(line)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._add_line, line)

    def _add_line(self, line: dict[str, Any]) -> None:
        number = next(self._line_numbers)
        self.lines.add(number, ShownLine(line, f"{self.boot}-{number}"))
        self.log_bell.ring()

    def enter(self, *, spare: int = 0) -> None:
        """Take a follower's place; each is given back by ``leave``.

        Args:
            spare: So many more places there are for this kind of follower.

        Raises:
            TooManyFollowersError: There is none.
        """
        if self.clients >= self.limit + spare:
            raise TooManyFollowersError(limit=self.limit + spare)
        self.clients += 1

    def leave(self) -> None:
        """Give a follower's place back."""
        self.clients -= 1

    def close(self) -> None:
        """Let all who follow go; may be said twice."""
        self.closing = True
        self.calls_bell.ring()
        self.log_bell.ring()
