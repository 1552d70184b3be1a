"""The connection below an answer that goes on, for what ASGI has no word for."""

import asyncio
import socket
from contextlib import suppress
from typing import Final, Protocol

UNSENT_BYTES: Final = 64 * 1024
"""What the kernel holds for a client that follows a stream (it doubles that); beyond, we notice who does not read."""
VANISHED_MILLISECONDS: Final = 60_000
"""A client that has vanished without a word is given up so long after something was sent to it."""
PARTING_SECONDS: Final = 10.0
"""A client that did not read may still read why it was dropped, for so long."""


class Cycle(Protocol):
    """uvicorn's state of one request."""

    disconnected: bool


class Connection:
    """One request's connection.

    Args:
        transport: It.
        cycle: The request on it.
    """

    def __init__(self, transport: asyncio.Transport, cycle: Cycle) -> None:
        self._transport, self._cycle = transport, cycle

    def keep_little(self) -> None:
        """Let little wait in the kernel for a client that does not read."""
        found = self._transport.get_extra_info("socket")
        if found is not None:
            # It may be closed already (uvloop says ValueError); a Unix socket knows no vanished peers.
            with suppress(OSError, ValueError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_BYTES)
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, VANISHED_MILLISECONDS)

    def hang_up(self, last: bytes) -> None:
        """End a chunked answer whose reader is stuck; it gets these last bytes, should it read on soon."""
        self._cycle.disconnected = True
        if not self._transport.is_closing():
            self._transport.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(last), last))
            self._transport.close()
            asyncio.get_running_loop().call_later(PARTING_SECONDS, self._transport.abort)
