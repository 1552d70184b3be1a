"""A link, the scripted PBX in front of it and the inbox behind it, for one test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from pydantic import SecretStr

from amibridge.ami.facts import LinkState
from amibridge.ami.inbox import EventsArrived, Inbox, Item, LinkLost, LinkUp, StillUp
from amibridge.ami.link import Link
from amibridge.ami.pauses import Pauses
from amibridge.settings import AmiSettings
from tests.fakes.ami_server import PATIENCE, AmiServer

WANTED = frozenset({"Newchannel", "Hangup"})


def settings_for(server: AmiServer, *, ping_seconds: float = 60, tls_ca_file: str = "") -> AmiSettings:
    """Settings that lead to the scripted PBX."""
    return AmiSettings(
        host="localhost" if tls_ca_file else "127.0.0.1",
        port=server.port,
        username="amibridge",
        secret=SecretStr("s3cret"),
        ping_seconds=ping_seconds,
        tls=bool(tls_ca_file),
        tls_ca_file=tls_ca_file,
    )


def one_by_one(item: Item) -> list[Item]:
    """Events that were read at once, each by itself; any other item as it is."""
    if not isinstance(item, EventsArrived):
        return [item]
    return [EventsArrived(events=[event], arrived_at=item.arrived_at) for event in item.events]


@dataclass(kw_only=True)
class Bench:
    """What a test needs of a running link."""

    server: AmiServer
    link: Link
    inbox: Inbox
    task: asyncio.Task[None]
    taken: list[Item] = field(default_factory=list)
    """What was received, event by event, answers to pings left out."""
    alive: list[StillUp] = field(default_factory=list)

    async def until(self, enough: Callable[[list[Item]], bool]) -> list[Item]:
        """Everything that was received so far, as soon as it is enough."""
        async with asyncio.timeout(PATIENCE):
            while not enough(self.taken):
                items = [one for item in await self.inbox.get_batch(100) for one in one_by_one(item)]
                self.alive += [item for item in items if isinstance(item, StillUp)]
                self.taken += [item for item in items if not isinstance(item, StillUp)]
        return self.taken

    async def take(self, count: int) -> list[Item]:
        """The first so many items."""
        return (await self.until(lambda items: len(items) >= count))[:count]

    async def up(self, times: int = 1) -> None:
        """Wait until the link came up so often."""
        await self.until(lambda items: sum(isinstance(item, LinkUp) for item in items) >= times)

    async def lost(self) -> LinkLost:
        """Wait until the link is lost."""
        items = await self.until(lambda items: any(isinstance(item, LinkLost) for item in items))
        return next(item for item in items if isinstance(item, LinkLost))

    async def state(self, wanted: LinkState) -> None:
        """Wait until the link is in that state."""
        async with asyncio.timeout(PATIENCE):
            while self.link.state is not wanted:  # noqa: ASYNC110 - the state is for health, which asks now and then
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop the link as the daemon does."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


@asynccontextmanager
async def bench(
    server: AmiServer,
    *,
    settings: AmiSettings | None = None,
    inbox: Inbox | None = None,
    wanted: Callable[[], frozenset[str]] = lambda: WANTED,
    is_stale: Callable[[], bool] = lambda: False,
    tap: Callable[[bytes], None] | None = None,
    pause_seconds: float = 0.02,
    refused_seconds: float = 60,
    listing_pause_seconds: float = 60,
) -> AsyncIterator[Bench]:
    """A running link to the scripted PBX, which hardly pauses."""
    box = Inbox() if inbox is None else inbox
    link = Link(
        settings or settings_for(server),
        box,
        wanted,
        is_stale=is_stale,
        tap=tap,
        pauses=Pauses(pause_seconds, pause_seconds),
        refused_pauses=Pauses(refused_seconds, refused_seconds),
        listing_pauses=Pauses(listing_pause_seconds, listing_pause_seconds),
    )
    task = asyncio.create_task(link.run(), name="link")
    running = Bench(server=server, link=link, inbox=box, task=task)
    try:
        yield running
    finally:
        await running.stop()
