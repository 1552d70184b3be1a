"""What one follower is sent: from where it left off, without a hole and without a repeat, until it leaves.

Whoever has fallen behind what is kept in memory reads the journal until it has caught up. Both are in the order of the
commits and know the same ids, so that it does not matter when a follower goes from one to the other.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from amibridge.calls.events import iso_utc
from amibridge.calls.journal import FollowQuery, JournalQuery
from amibridge.stream.bell import Bell
from amibridge.stream.frames import BYE, GAP, frame, position
from amibridge.stream.hub import Hub
from amibridge.stream.ports import FollowedJournal, Journal
from amibridge.stream.selection import CallSelection, LogSelection, event_position, line_position
from amibridge.stream.shown import LEVELS, ShownEvent, ShownLine

CHUNK_ENTRIES: Final = 100
"""So many entries are put together at a time; more wait where they are."""

STOPPING: Final = "amibridge stops: connect again"
UNWELCOME: Final = "the token is not valid any more"
_FORGOTTEN: Final = "some of what happened since is forgotten: it is older than store.retention_days"
_UNKNOWN: Final = "that id is newer than anything in the store, which was replaced: what happened since is not known"
_OVERRUN: Final = "more happened than is kept for followers: read faster"
_OTHER_PROCESS: Final = "that id is of a former process, whose lines are in the journal of the system alone"


@dataclass(slots=True, kw_only=True)
class CallFeed:
    """Call events, and deliveries when they are asked for.

    Args:
        hub: What happens now.
        followed: What happened before.
        selection: What is wanted.
        start: After which entry to begin.
        gap: What to say of it before.
    """

    hub: Hub
    followed: FollowedJournal
    selection: CallSelection
    start: int
    gap: str = ""
    _told_gap: int = 0

    @classmethod
    async def open(cls, hub: Hub, followed: FollowedJournal, journal: Journal, selection: CallSelection) -> "CallFeed":
        """Find out where to begin.

        Raises:
            UnknownPositionError: The last event id is none.
            StoreError: The store cannot be read.
        """
        beginning = selection.beginning
        # What was committed meanwhile and not told yet is still to come, and is not left out either way.
        now = hub.events.last
        if beginning.last_id:
            start = event_position(beginning.last_id)
            extent = await followed.extent()
            if start > extent.last_id:
                return cls(hub=hub, followed=followed, selection=selection, start=extent.last_id, gap=_UNKNOWN)
        elif beginning.since is not None:
            first = await followed.first_since(beginning.since)
            start = now if first is None else first - 1
        elif beginning.before:
            page = await journal.journal(_newest(selection))
            start = page.entries[-1].entry_id - 1 if page.entries else now
        else:
            start = now
        return cls(hub=hub, followed=followed, selection=selection, start=start)

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """What to send, until the follower must go."""
        hub, at, deliveries_at = self.hub, self.start, self.hub.deliveries.last
        pulse = _Pulse(hub.heartbeat_seconds)
        yield position(str(at), retry=True)
        if self.gap:
            yield _gap(self.gap, at)
        while not (parting := _parting(hub, welcome=self.selection.is_welcome())):
            kept = hub.events.after(at, CHUNK_ENTRIES)
            if kept is None:
                at, chunk = await self._from_journal(at)
                if not self.selection.is_welcome():
                    continue
            elif kept:
                at, chunk = kept[-1][0], self._wanted(kept)
            elif self.selection.deliveries and deliveries_at != hub.deliveries.last:
                deliveries_at, chunk = self._deliveries(deliveries_at)
            elif pulse.is_due():
                chunk = position(str(at))
            else:
                await pulse.wait(hub.calls_bell)
                continue
            if chunk:
                pulse.beat()
                yield chunk
        yield parting

    def _wanted(self, kept: list[tuple[int, ShownEvent]]) -> bytes:
        return b"".join(one.frame for _, one in kept if self.selection.wants(one.extension, one.event_type))

    async def _from_journal(self, at: int) -> tuple[int, bytes]:
        selection = self.selection
        numbers = selection.numbers() if selection.extension is None else {selection.extension}
        query = FollowQuery(after_id=at, event_type=selection.event_type, numbers=numbers, limit=CHUNK_ENTRIES)
        page = await self.followed.after(query)
        gap = b""
        if at < page.kept_after and self._told_gap < page.kept_after:
            self._told_gap = page.kept_after
            gap = _gap(_FORGOTTEN, at)
        found = [(entry.entry_id, ShownEvent(entry)) for entry in page.entries]
        return page.read_to, gap + self._wanted(found)

    def _deliveries(self, at: int) -> tuple[int, bytes]:
        """What became of attempts; of an event that was sent before, since events are looked for first."""
        kept = self.hub.deliveries.after(at, CHUNK_ENTRIES)
        if kept is None:
            return self.hub.deliveries.start, frame(GAP, {"reason": _OVERRUN, "deliveries": True})
        wanted = [one.frame for _, one in kept if self.selection.wants(one.extension, one.event_type)]
        return kept[-1][0], b"".join(wanted)


@dataclass(slots=True, kw_only=True)
class LogFeed:
    """Lines of the log.

    Args:
        hub: Has the latest.
        selection: What is wanted.
        start: After which line to begin.
        gap: What to say of it before.
    """

    hub: Hub
    selection: LogSelection
    start: int
    gap: str = ""

    @classmethod
    def open(cls, hub: Hub, selection: LogSelection) -> "LogFeed":
        """Find out where to begin.

        Raises:
            UnknownPositionError: The last event id is none.
        """
        beginning, lines = selection.beginning, hub.lines
        if beginning.last_id:
            start = line_position(beginning.last_id, hub.boot)
            if start is None:
                return cls(hub=hub, selection=selection, start=lines.start, gap=_OTHER_PROCESS)
            return cls(hub=hub, selection=selection, start=min(start, lines.last))
        kept = lines.after(lines.start, lines.last - lines.start) or []
        wanted = [(number, line) for number, line in kept if _is_wanted(selection, line)]
        if beginning.since is not None:
            # Both are ISO 8601 in UTC, so that they compare as text.
            since = (iso_utc(beginning.since) or "").replace("+00:00", "Z")
            wanted = [(number, line) for number, line in wanted if line.timestamp >= since]
        else:
            wanted = wanted[len(wanted) - min(beginning.before, len(wanted)) :]
        return cls(hub=hub, selection=selection, start=wanted[0][0] - 1 if wanted else lines.last)

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """What to send, until the follower must go."""
        hub, at = self.hub, self.start
        pulse = _Pulse(hub.heartbeat_seconds)
        yield position(f"{hub.boot}-{at}", retry=True)
        if self.gap:
            yield _gap(self.gap, f"{hub.boot}-{at}")
        while not (parting := _parting(hub, welcome=self.selection.is_welcome())):
            kept = hub.lines.after(at, CHUNK_ENTRIES)
            if kept is None:
                chunk, at = _gap(_OVERRUN, f"{hub.boot}-{at}"), hub.lines.start
            elif kept:
                at = kept[-1][0]
                chunk = b"".join(line.frame for _, line in kept if _is_wanted(self.selection, line))
            elif pulse.is_due():
                chunk = position(f"{hub.boot}-{at}")
            else:
                await pulse.wait(hub.log_bell)
                continue
            if chunk:
                pulse.beat()
                yield chunk
        yield parting


class _Pulse:
    """When a follower needs a sign of life."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self.beat()

    def beat(self) -> None:
        """Something is sent."""
        self._due_at = self._loop.time() + self._seconds

    def is_due(self) -> bool:
        """Whether nothing was sent for long."""
        return self._loop.time() >= self._due_at

    async def wait(self, bell: Bell) -> None:
        """Wait until something happens or a sign is due."""
        await bell.heard(self._due_at - self._loop.time())


def _parting(hub: Hub, *, welcome: bool) -> bytes:
    """The last thing that is said; empty as long as the follower may stay."""
    if hub.closing:
        return frame(BYE, {"reason": STOPPING})
    return b"" if welcome else frame(BYE, {"reason": UNWELCOME})


def _gap(reason: str, after: object) -> bytes:
    return frame(GAP, {"reason": reason, "after": str(after)})


def _newest(selection: CallSelection) -> JournalQuery:
    numbers = selection.numbers() if selection.extension is None else {selection.extension}
    return JournalQuery(numbers=numbers, event_type=selection.event_type, limit=selection.beginning.before)


def _is_wanted(selection: LogSelection, line: ShownLine) -> bool:
    return (
        selection.extension in {None, line.extension}
        and selection.event in {None, line.event}
        and line.weight >= LEVELS.index(selection.level)
    )
