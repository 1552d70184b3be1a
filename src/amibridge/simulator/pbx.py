"""The simulated PBX: an AMI server on loopback that replays recorded calls to whoever has logged in."""

import asyncio
import secrets
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from amibridge.simulator.channels import ChannelList
from amibridge.simulator.manager import After, Session
from amibridge.simulator.recording import FreshIds, Message, Pace, Recording, read_message

_BACKLOG_BYTES: Final = 1 << 20
"""What may wait for a client that reads slowly; Asterisk drops such clients too."""


class SimulatedPbx:
    """An AMI server; ``async with`` opens and closes it, ``play`` makes a recorded call happen now."""

    def __init__(self, *, username: str, secret: str, version: str = "11.0.0", refusal_seconds: float = 1.0) -> None:
        """Set up without opening a socket.

        Args:
            username: The one AMI user.
            secret: Its secret.
            version: The protocol version in the banner; 11 is Asterisk 22.
            refusal_seconds: How long a refused login waits for its answer, as Asterisk lets it.
        """
        self._username, self._secret = username, secret
        self.version = version
        """The protocol version in the banner."""
        self._refusal_seconds = refusal_seconds
        self._channels = ChannelList()
        self._ids = FreshIds()
        self._listeners: set[asyncio.StreamWriter] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._somebody_listens = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.port = 0
        """The TCP port, once it is open."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def listener(self) -> None:
        """Wait until somebody is logged in."""
        await self._somebody_listens.wait()

    async def play(self, recording: Recording, pace: Pace) -> None:
        """Let the recorded calls happen now: new channels, today's time, everybody who is logged in hears of it."""
        fresh = self._ids.for_replay(time.time())
        for timed in recording.messages:
            await asyncio.sleep(pace.seconds(timed.pause_seconds))
            message = fresh(timed.message, time.time())
            self._channels.apply(message)
            for listener in list(self._listeners):
                self._send(listener, message)

    def _send(self, writer: asyncio.StreamWriter, *messages: Message) -> None:
        writer.write(b"".join(message.as_bytes() for message in messages))
        if writer.transport.get_write_buffer_size() > _BACKLOG_BYTES:
            self._listeners.discard(writer)
            writer.transport.abort()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.create_task(self._serve(reader, writer), name="AMI session")
        self._sessions.add(session)
        session.add_done_callback(self._sessions.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(
            username=self._username,
            secret=self._secret,
            challenge=str(secrets.randbelow(10**9)),
            version=self.version,
            channels=self._channels,
        )
        try:
            writer.write(f"Asterisk Call Manager/{self.version}\r\n".encode())
            # A client that is gone, or that sends what is no message, has ended its session.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._converse(session, reader, writer)
        finally:
            self._listeners.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _converse(self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            block = await reader.readuntil(b"\r\n\r\n")
            answer = session.answer(read_message(block), time.time())
            if answer.after is After.REFUSED:
                await asyncio.sleep(self._refusal_seconds)
            self._send(writer, *answer.messages)
            if answer.after is After.LOGGED_IN:
                self._listeners.add(writer)
                self._somebody_listens.set()
            await writer.drain()
            if answer.after in {After.REFUSED, After.OVER}:
                return
