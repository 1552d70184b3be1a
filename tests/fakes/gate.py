"""The way to a receiver, where connections are cut and bytes are held up as a test says."""

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from tests.fakes.receiver import Receiver

_CHUNK_BYTES: Final = 65536
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER that makes of a close a reset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """What becomes of one connection."""

    reset_after_bytes: int | None = None
    """Of the request; 0: as soon as it is connected. The receiver gets none of it."""
    reset_answer: bool = False
    """As soon as the receiver begins to answer; nothing of the answer passes."""
    drip_seconds: float = 0.0
    """Before each byte of the answer."""


class Gate:
    """Passes connections on to a receiver; an async context manager.

    Args:
        receiver: Where to.
        mishaps: Of the first connections, in order; those after them pass unharmed.
    """

    def __init__(self, receiver: Receiver, *mishaps: Mishap) -> None:
        self._receiver = receiver
        self._mishaps = deque(mishaps)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, target: str) -> str:
        """A URL of the receiver, by this way."""
        assert self._server
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{target}"

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="gate")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mishap = self._mishaps.popleft() if self._mishaps else Mishap()
        try:
            # Either side may go away at any time.
            with suppress(OSError, asyncio.IncompleteReadError):
                if mishap.reset_after_bytes is None:
                    await self._pass(reader, writer, mishap)
                else:
                    await reader.readexactly(mishap.reset_after_bytes)
                    _reset(writer)
        finally:
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mishap: Mishap) -> None:
        answers, requests = await asyncio.open_connection("127.0.0.1", self._receiver.port)
        there = asyncio.create_task(_forward(reader, requests), name="gate: requests")
        back = asyncio.create_task(_back(answers, writer, mishap), name="gate: answers")
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            requests.close()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        writer.write(data)
        await writer.drain()


async def _back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mishap: Mishap) -> None:
    while data := await reader.read(1 if mishap.drip_seconds else _CHUNK_BYTES):
        if mishap.reset_answer:
            _reset(writer)
            return
        await asyncio.sleep(mishap.drip_seconds)
        writer.write(data)
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
