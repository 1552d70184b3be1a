"""Following over the control socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amibridge.calls.events import EventType
from amibridge.control import following
from amibridge.control.client import NoDaemonError
from amibridge.control.following import Follow, followed
from amibridge.control.operation import Books
from amibridge.control.server import ControlServer
from amibridge.control.wire import socket_path
from amibridge.errors import NotFineError, UnavailableError, UsageError
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.following import FollowedJournal
from amibridge.stream.frames import FrameReader
from amibridge.stream.hub import Hub
from amibridge.stream.streams import Streams
from tests.unit.stream.bench import call_event


class Daemon:
    """A control server with streams behind it.

    Args:
        hub: Who follows is told by it.
        calls: What happens.
        path: Its socket.
    """

    def __init__(self, hub: Hub, calls: CallLog, path: Path) -> None:
        self.hub, self.calls, self.path = hub, calls, path
        self._number = 0

    async def happen(self, extension: str = "210", event_type: EventType = EventType.DIAL_IN) -> None:
        """Commit a call event."""
        self._number += 1
        events = [call_event(self._number, extension, event_type)]
        await self.calls.record(CallBatch(events=events, recorded_at=1.0))

    async def ids(self, count: int, wanted: Follow) -> list[int]:
        """The next call events of a stream."""
        reader = FrameReader()
        found: list[int] = []
        async with asyncio.timeout(5), aclosing(followed(self.path, wanted)) as lines:
            while len(found) < count:
                found += [frame.data["id"] for frame in reader.read(await anext(lines))]
        return found

    async def until_left(self) -> None:
        """Wait until nobody follows."""
        async with asyncio.timeout(5):
            while self.hub.clients:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(store: Store, books: Books, hub: Hub) -> AsyncIterator[Daemon]:
    """A daemon of that hub."""
    calls, journal = CallLog(store, on_recorded=hub.told), FollowedJournal(store)
    hub.begin((await journal.extent()).last_id)
    path = socket_path(store.path)
    server = ControlServer(path, replace(books, streams=Streams(hub, journal, calls)))
    task = asyncio.create_task(server.run())
    await asyncio.wait_for(server.listening.wait(), 5)
    try:
        yield Daemon(hub, calls, path)
    finally:
        hub.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_it_follows(store: Store, books: Books) -> None:
    """What was, then what is; by extension and type; a command that leaves gives its place back."""
    async with running(store, books, Hub()) as daemon:
        await daemon.happen()
        await daemon.happen("220")
        await daemon.happen("210", EventType.HANGUP)
        assert await daemon.ids(3, Follow(before=10)) == [1, 2, 3]
        assert await daemon.ids(2, Follow(before=10, extension="210")) == [1, 3]
        assert await daemon.ids(1, Follow(since=0.0, event_type=EventType.HANGUP)) == [3]
        assert await daemon.ids(1, Follow(last_id="2")) == [3]
        following_on = asyncio.create_task(daemon.ids(1, Follow()))
        async with asyncio.timeout(5):
            while not daemon.hub.clients:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.005)
        await daemon.happen()
        assert await following_on == [4]
        await daemon.until_left()


async def test_refusals(store: Store, books: Books) -> None:
    """In words, with the exit status of their kind."""
    async with running(store, books, Hub(limit=0)) as daemon:
        with pytest.raises(UsageError, match="the last event id must be one that this stream gave"):
            await daemon.ids(1, Follow(last_id="x"))
        with pytest.raises(UsageError, match="the last event id"):
            await daemon.ids(1, Follow(logs=True, last_id="17"))
        for _ in range(following.SPARE_PLACES):
            daemon.hub.enter(spare=following.SPARE_PLACES)
        with pytest.raises(UnavailableError, match="8 clients follow already"):
            await daemon.ids(1, Follow())
        for _ in range(following.SPARE_PLACES):
            daemon.hub.leave()


async def test_nothing_to_follow(daemon: Path) -> None:
    """Where no daemon runs behind the socket."""
    with pytest.raises(NotFineError, match="nothing to follow"):
        await anext(followed(daemon, Follow()))


async def test_no_daemon(tmp_path: Path) -> None:
    """Nobody listens there."""
    with pytest.raises(NoDaemonError):
        await anext(followed(tmp_path / "none.sock", Follow()))


async def test_it_ends_with_the_daemon(store: Store, books: Books) -> None:
    """With a word."""
    async with running(store, books, Hub()) as daemon:
        lines = followed(daemon.path, Follow())
        await anext(lines)
        daemon.hub.close()
        async with asyncio.timeout(5):
            rest = [line async for line in lines]
        assert "event: bye" in rest


async def test_a_command_that_never_reads(store: Store, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is dropped with a reason."""
    monkeypatch.setattr(following, "UNREAD_SECONDS", 0.2)
    async with running(store, books, Hub()) as daemon:
        lines = followed(daemon.path, Follow())
        await anext(lines)
        with capture_logs() as said:
            async with asyncio.timeout(60):
                while not daemon.hub.dropped:
                    big = [call_event(n)._replace(event_id=f"{n}-{daemon.hub.events.last}") for n in range(500)]
                    big = [one._replace(caller_id_name="x" * 4000) for one in big]
                    await daemon.calls.record(CallBatch(events=big, recorded_at=1.0))
                    await asyncio.sleep(0)
            await daemon.until_left()
        assert [line["event"] for line in said] == ["stream_dropped"]
        await lines.aclose()
