"""amibridge reading one AMI session to its end, and two floors: ``python -m benchmarks.client WHAT PORT``.

The same measure as in ``peers``: the process's own time from before it connects until it sees the stream's end.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, cast

import uvloop

from amibridge import logs
from amibridge.ami.inbox import EventsArrived, Inbox, LinkLost, LinkUp, Listed
from amibridge.ami.link import Link
from amibridge.pipeline import BATCH_ITEMS
from amibridge.settings import AmiSettings, LoggingSettings
from benchmarks.streams import tracker as new_tracker

Facts = dict[str, float]
_END: Final = b"\r\n\r\n"


async def link(port: int) -> Facts:
    """From the socket to typed events, of which nothing but the name is asked, as by a no-op handler."""
    heard = 0
    wanted = new_tracker().wanted
    async for items in _items(port, lambda: wanted):
        for item in items:
            if isinstance(item, EventsArrived):
                heard += sum(1 for event in item.events if event.name)
    return {"heard": heard}


async def link_and_read(port: int) -> Facts:
    """The same, with a header of each event asked for, and so all of them read."""
    heard = 0
    wanted = new_tracker().wanted
    async for items in _items(port, lambda: wanted):
        for item in items:
            if isinstance(item, EventsArrived):
                heard += sum(1 for event in item.events if event.get("uniqueid", "none"))
    return {"heard": heard}


async def tracker(port: int) -> Facts:
    """From the socket to call events, with the changes that the store would be given."""
    follows = new_tracker()
    heard = told = changes = 0
    settled_seconds = started = 0.0
    async for items in _items(port, lambda: follows.wanted):
        for item in items:
            match item:
                case EventsArrived(events=events, arrived_at=arrived_at):
                    for event in events:
                        told += len(follows.feed(event, event.timestamp or arrived_at))
                    heard += len(events)
                case LinkUp():
                    started = time.perf_counter()
                case Listed(snapshot=snapshot, at=at):
                    follows.settle(snapshot, at)
                    settled_seconds = time.perf_counter() - started
        changed = follows.take_changes()
        changes += len(changed.open) + len(changed.ended)
    return {
        "heard": heard,
        "told": told,
        "changes": changes,
        "settled_seconds": settled_seconds,
        "channels": follows.channels,
        "open_participations": follows.open_participations,
    }


class _Items:
    """What the link puts into its inbox, until the session ends."""

    def __init__(self, port: int, wanted: Callable[[], frozenset[str]]) -> None:
        self._inbox = Inbox()
        settings = AmiSettings(port=port, username="benchmark", secret="none", reconnect_seconds=60)
        self._task = asyncio.create_task(Link(settings, self._inbox, wanted).run())
        self._over = False

    def __aiter__(self) -> "_Items":
        return self

    async def __anext__(self) -> Sequence[object]:
        if self._over:
            raise StopAsyncIteration
        items = await self._inbox.get_batch(BATCH_ITEMS)
        if isinstance(items[-1], LinkLost):
            self._over = True
            self._task.cancel()
        return items


_items = _Items


class Floor(asyncio.Protocol):
    """The least that reads a session: logs in, and counts the messages."""

    def __init__(self) -> None:
        self.over = asyncio.get_running_loop().create_future()
        self.heard = 0
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log in."""
        cast("asyncio.WriteTransport", transport).write(b"Action: Login\r\nUsername: benchmark\r\nSecret: none\r\n\r\n")

    def connection_lost(self, _error: Exception | None) -> None:
        """The stream has ended."""
        self.over.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Take the whole messages."""
        *messages, self._rest = (self._rest + data).split(_END)
        self.take(messages)

    def take(self, messages: Sequence[bytes]) -> None:
        """Count them."""
        self.heard += len(messages)


class DictionaryFloor(Floor):
    """The same, and a dictionary of each message."""

    def take(self, messages: Sequence[bytes]) -> None:
        """Read all headers of all messages."""
        for message in messages:
            headers: dict[str, str] = {}
            for line in message.decode("utf-8", "replace").split("\r\n"):
                name, colon, value = line.partition(": ")
                if colon:
                    headers[name] = value
            if headers:
                self.heard += 1


async def floor(port: int, protocol: type[Floor]) -> Facts:
    """One of the floors."""
    _, made = await asyncio.get_running_loop().create_connection(protocol, "127.0.0.1", port)
    await made.over
    return {"heard": made.heard}


def main(arguments: Sequence[str]) -> int:
    """Read one session to its end, and print what it took as a line of JSON."""
    run: dict[str, Callable[[int], Awaitable[Facts]]] = {
        "link": link,
        "link-and-read": link_and_read,
        "tracker": tracker,
        "count": lambda port: floor(port, Floor),
        "dictionary": lambda port: floor(port, DictionaryFloor),
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks.client", description=__doc__)
    parser.add_argument("what", choices=run)
    parser.add_argument("port", type=int)
    parser.add_argument("--profile", help="where to write a cProfile")
    given = parser.parse_args(arguments)
    logs.configure(LoggingSettings(level="error"), sys.stderr)

    async def measured() -> Facts:
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        facts = await run[given.what](given.port)
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return facts | {"cpu_seconds": cpu, "seconds": time.monotonic() - started}

    def read() -> Facts:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(measured())

    if given.profile:
        import cProfile  # noqa: PLC0415

        profile = cProfile.Profile()
        facts = profile.runcall(read)
        profile.dump_stats(given.profile)
    else:
        facts = read()
    print(json.dumps(facts), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
