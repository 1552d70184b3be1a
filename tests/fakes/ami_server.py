"""A scripted AMI server on loopback: says what a test tells it to, and remembers what it was told."""

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
CHALLENGE = "840415273"
PATIENCE = 10.0
"""Seconds until a test that waits for something gives up."""

Headers = dict[str, str]


def block(**headers: str) -> bytes:
    """A message of these headers."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"


@dataclass(kw_only=True)
class Script:
    """How the server behaves; may be changed while it runs."""

    banner: bytes = BANNER
    username: str = "amibridge"
    secret: str = "s3cret"
    challenges: bool = True
    """Whether it offers an MD5 login."""
    may_list: bool = True
    channels: Sequence[Headers] = ()
    """Headers of each channel in the listing."""
    list_end: str = "Complete"
    """The EventList header of the listing's end."""
    with_login: bytes = b""
    """Sent in one piece with the acceptance of a login."""
    before_listing: bytes = b""
    """Sent in one piece with a listing, before its end."""
    after_listing: bytes = b""
    """Sent in one piece with a listing, behind it."""
    mute: frozenset[str] = frozenset()
    """Names of actions that are never answered, in lower case; ``*`` for all."""
    answers: Mapping[str, Callable[[Headers], bytes]] = field(default_factory=dict)
    """What else is answered, by the action's name in lower case; each is given the action."""
    core: Headers = field(default_factory=lambda: {"AsteriskVersion": "22.5.1", "SystemName": "office"})


class AmiServer:
    """The server; ``async with`` opens and closes it.

    Attributes:
        script: How it behaves.
        port: Its TCP port.
        received: All bytes that clients sent, a buffer for each connection, in order of connecting.
    """

    def __init__(self, script: Script | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.script = script or Script()
        self._tls = tls
        self.port = 0
        self.received: list[bytearray] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._logged_in: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.shut()

    async def listen(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """End all connections and take no more."""
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def actions(self) -> list[Headers]:
        """The actions of all clients, with header names in lower case."""
        return [_read(part) for stream in self.received for part in bytes(stream).split(b"\r\n\r\n")[:-1]]

    def count(self, action: str) -> int:
        """How often an action was asked for."""
        return sum(headers.get("action", "").lower() == action.lower() for headers in self.actions)

    async def asked(self, action: str, times: int = 1) -> None:
        """Wait until an action was asked for so often, over all connections."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.count(action) >= times)

    async def connected(self, times: int = 1) -> None:
        """Wait until so many connections were made."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.received) >= times)

    def push(self, data: bytes) -> None:
        """Send bytes to all clients that are logged in."""
        for writer in self._logged_in:
            writer.write(data)

    def cut(self) -> None:
        """Reset all connections."""
        for writer in self._writers:
            writer.transport.abort()

    def hang_up(self) -> None:
        """Close all connections behind what was sent."""
        for writer in self._writers:
            writer.close()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="scripted AMI session")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        received = bytearray()
        self.received.append(received)
        try:
            writer.write(self.script.banner)
            await self._tell_waiting()
            with suppress(OSError, asyncio.IncompleteReadError):
                while action := await reader.readuntil(b"\r\n\r\n"):
                    received += action
                    goes_on = self._answer(_read(action), writer)
                    await self._tell_waiting()
                    if not goes_on:
                        break
                    await writer.drain()
        finally:
            self._writers.discard(writer)
            self._logged_in.discard(writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _tell_waiting(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _answer(self, action: Headers, writer: asyncio.StreamWriter) -> bool:
        """Answer an action; False ends the connection."""
        name = action.get("action", "").lower()
        if {name, "*"} & self.script.mute:
            return True
        own = {"ActionID": action.get("actionid", "")}
        if name in self.script.answers:
            writer.write(self.script.answers[name](action))
            return True
        match name:
            case "challenge" if self.script.challenges:
                writer.write(block(Response="Success", **own, Challenge=CHALLENGE))
            case "login":
                return self._login(action, own, writer)
            case "logoff":
                writer.write(block(Response="Goodbye", **own, Message="Thanks for all the fish."))
                return False
            case "ping":
                writer.write(block(Response="Success", **own, Ping="Pong", Timestamp="1800000000.000000"))
            case "coresettings":
                writer.write(block(Response="Success", **own, **self.script.core))
            case "coreshowchannels" if self.script.may_list:
                writer.write(self._listing(own))
            case "coreshowchannels":
                writer.write(block(Response="Error", **own, Message="Permission denied"))
            case _:
                writer.write(block(Response="Error", **own, Message="Invalid/unknown command"))
        return True

    def _login(self, action: Headers, own: Headers, writer: asyncio.StreamWriter) -> bool:
        key = hashlib.md5(f"{CHALLENGE}{self.script.secret}".encode(), usedforsecurity=False).hexdigest()
        proven = action.get("key") == key if "key" in action else action.get("secret") == self.script.secret
        if not proven or action.get("username") != self.script.username:
            writer.write(block(Response="Error", **own, Message="Authentication failed"))
            return False
        accepted = block(Response="Success", **own, Message="Authentication accepted")
        self._logged_in.add(writer)
        writer.write(accepted + self.script.with_login)
        return True

    def _listing(self, own: Headers) -> bytes:
        script = self.script
        start = block(Response="Success", **own, EventList="start", Message="Channels will follow")
        items = b"".join(block(Event="CoreShowChannel", **own, **channel) for channel in script.channels)
        count = str(len(script.channels))
        end = block(Event="CoreShowChannelsComplete", **own, EventList=script.list_end, ListItems=count)
        return start + items + script.before_listing + end + script.after_listing


def _read(part: bytes) -> Headers:
    lines = [line.partition(": ") for line in part.decode().split("\r\n") if line]
    return {name.lower(): value for name, _, value in lines}
