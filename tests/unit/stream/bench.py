"""A hub between a journal in memory, which forgets, and followers who read at their own pace."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.calls.journal import Extent, FollowPage, FollowQuery, JournalEntry, JournalPage, JournalQuery
from amibridge.delivery.outbox import Delivery, DeliveryState, Settlement
from amibridge.stream.feeds import CallFeed
from amibridge.stream.frames import Frame, FrameReader
from amibridge.stream.hub import Hub
from amibridge.stream.selection import Beginning, CallSelection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

EVERYTHING = CallSelection()


def call_event(number: int, extension: str = "210", event_type: EventType = EventType.DIAL_IN) -> CallEvent:
    """The call event of that number."""
    return CallEvent(
        event_id=f"{number:040x}",
        type=event_type,
        extension=extension,
        call_id=f"office-1.{number}",
        flow=CallFlow.IN,
        status=CallStatus.CALLING,
        caller_id_name="line\nbreak\r\u2028",
        at=float(number),
    )


@dataclass
class MemoryJournal:
    """The journal's port; ``commit`` adds, ``forget`` is the retention."""

    entries: list[JournalEntry] = field(default_factory=list)
    last_id: int = 0
    kept_after: int = 0
    pages: int = 0

    def commit(self, extension: str = "210", event_type: EventType = EventType.DIAL_IN) -> JournalEntry:
        """Add an entry."""
        self.last_id += 1
        event = call_event(self.last_id, extension, event_type)
        entry = JournalEntry(entry_id=self.last_id, event=event, recorded_at=float(self.last_id))
        self.entries.append(entry)
        return entry

    def forget(self, up_to: int) -> None:
        """Forget the oldest entries."""
        self.entries = [entry for entry in self.entries if entry.entry_id > up_to]
        self.kept_after = max(self.kept_after, up_to)

    async def extent(self) -> Extent:
        """See the port."""
        return Extent(kept_after=self.kept_after, last_id=self.last_id)

    async def first_since(self, since: float) -> int | None:
        """See the port."""
        return next((entry.entry_id for entry in self.entries if entry.recorded_at >= since), None)

    async def after(self, query: FollowQuery) -> FollowPage:
        """See the port; others have their turn before it answers."""
        self.pages += 1
        last_id = self.last_id
        found = [
            entry
            for entry in self.entries
            if entry.entry_id > query.after_id
            and query.event_type in {None, entry.event.type}
            and (query.numbers is None or entry.event.extension in query.numbers)
        ][: query.limit]
        kept_after = self.kept_after
        await asyncio.sleep(0)
        read_to = found[-1].entry_id if found else query.after_id
        if len(found) < query.limit:
            read_to = max(read_to, last_id)
        return FollowPage(entries=found, read_to=read_to, kept_after=kept_after)

    async def journal(self, query: JournalQuery) -> JournalPage:
        """See the port."""
        found = [
            entry
            for entry in reversed(self.entries)
            if query.event_type in {None, entry.event.type}
            and (query.numbers is None or entry.event.extension in query.numbers)
        ]
        return JournalPage(entries=found[: query.limit], next_before_id=None)


class Follower:
    """One who follows: a connection that can be cut and made again.

    Args:
        hub: What it follows.
        journal: What happened before.
        selection: What it wants.
    """

    def __init__(self, hub: Hub, journal: MemoryJournal, selection: CallSelection = EVERYTHING) -> None:
        self.hub, self.journal, self.selection = hub, journal, selection
        self.reader = FrameReader()
        self.received: list[Frame] = []
        self._frames: AsyncGenerator[bytes, None] | None = None

    @property
    def ids(self) -> list[int]:
        """The call events that it has received."""
        return [int(frame.data["id"]) for frame in self.received if frame.event == "call-event"]

    @property
    def kinds(self) -> list[str]:
        """What it has received."""
        return [frame.event for frame in self.received]

    async def connect(self) -> None:
        """Connect, from where it was."""
        beginning = self.selection.beginning
        if self.reader.last_id:
            beginning = Beginning(last_id=self.reader.last_id)
        selection = replace(self.selection, beginning=beginning)
        self.hub.enter()
        self._frames = (await CallFeed.open(self.hub, self.journal, self.journal, selection)).frames()

    async def read(self, chunks: int = 1) -> bool:
        """Read so many chunks, as long as there are some at once; returns whether the stream has ended."""
        for _ in range(chunks):
            if self._frames is None:
                return True
            try:
                async with asyncio.timeout(0.02):
                    chunk = await anext(self._frames)
            except TimeoutError:
                # A generator that was cancelled has ended: to go on is to connect again.
                await self.cut()
                await self.connect()
                return False
            except StopAsyncIteration:
                return True
            self.take(chunk)
        return False

    def take(self, chunk: bytes) -> None:
        """Receive that."""
        for line in chunk.decode().split("\n")[:-1]:
            self.received += self.reader.read(line)

    async def cut(self) -> None:
        """Lose the connection."""
        if self._frames is not None:
            await self._frames.aclose()
            self._frames = None
            self.hub.leave()
        self.reader = FrameReader(self.reader.last_id)


def settled(entry: JournalEntry, state: DeliveryState = DeliveryState.DELIVERED) -> tuple[Delivery, Settlement]:
    """What an attempt came to."""
    delivery = Delivery(
        delivery_id=7, event=entry.event, assignment_id="a", origin="https://crm.example", attempt=1, created_at=1.0
    )
    return delivery, Settlement(delivery_id=7, attempt=1, state=state, started_at=1.0, duration_seconds=0.25)
