"""SIP transactions on one UDP socket: retransmission, matching of responses, and deafness to repeated requests."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import cast

from tests.asterisk.lab.sip.message import Request, Response, SipError, parse

FIRST_PAUSE = 0.25
"""Seconds before the first retransmission; doubled each time."""

PATIENCE = 6.0
"""Seconds in which a request must have had some response."""

Address = tuple[str, int]


def new_branch() -> str:
    """A name for a new transaction."""
    return f"z9hG4bK{secrets.token_hex(8)}"


class Transport(asyncio.DatagramProtocol):
    """One socket: requests go out, and come in at ``handle``."""

    def __init__(self, handle: Callable[[Request, Address], None]) -> None:
        self._handle = handle
        self._udp: asyncio.DatagramTransport | None = None
        self._waiting: dict[tuple[str, str], asyncio.Queue[Response]] = {}
        self._replies: dict[tuple[str, str], Response | None] = {}
        self.stray_success: Callable[[Response], None] = lambda _response: None

    @classmethod
    async def open(cls, handle: Callable[[Request, Address], None], host: str) -> "Transport":
        """Bind a free port of ``host``."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(lambda: cls(handle), local_addr=(host, 0))
        return protocol

    @property
    def socket(self) -> asyncio.DatagramTransport:
        """The open socket."""
        if self._udp is None:
            raise SipError("the phone is switched off")
        return self._udp

    @property
    def local(self) -> Address:
        """The address that peers reach this socket at."""
        host, port, *_ = self.socket.get_extra_info("sockname")
        return host, port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is bound."""
        self._udp = cast("asyncio.DatagramTransport", transport)  # on 3.11 asyncio's own class does not derive from it

    def close(self) -> None:
        """Close the socket; whatever still arrives is lost."""
        if self._udp is not None:
            self._udp.close()
            self._udp = None

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Sort what arrives: a response to its transaction, a new request to the phone, a repeated one to nobody."""
        message = parse(data)
        if isinstance(message, Response):
            queue = self._waiting.get((message.branch, message.method))
            if queue is not None:
                queue.put_nowait(message)
            elif message.method == "INVITE" and 200 <= message.status < 300:
                self.stray_success(message)
        elif isinstance(message, Request):
            key = (message.branch, message.verb)
            if message.verb != "ACK":
                if key in self._replies:
                    if (reply := self._replies[key]) is not None:
                        self.send(reply, addr)
                    return
                self._replies[key] = None
            self._handle(message, addr)

    def send(self, message: Request | Response, to: Address) -> None:
        """Put a message on the wire, once."""
        if self._udp is not None:
            self._udp.sendto(bytes(message), to)

    def reply(self, request: Request, response: Response, to: Address) -> None:
        """Answer a request, and keep the answer for its repetitions."""
        self._replies[request.branch, request.verb] = response
        self.send(response, to)

    async def request(
        self,
        request: Request,
        to: Address,
        provisional: Callable[[Response], Awaitable[None]] | None = None,
        patience: float = PATIENCE,
    ) -> Response:
        """Send a request, repeat it until it is heard, and return its final response.

        Raises:
            SipError: Nobody answered, or the final response did not come within ``patience`` of the last word.
        """
        key = (request.branch, request.verb)
        queue = self._waiting[key] = asyncio.Queue()
        repeating = asyncio.create_task(self._repeat(request, to))
        try:
            while True:
                try:
                    response = await asyncio.wait_for(queue.get(), patience)
                except TimeoutError:
                    raise SipError(f"no response to {request.verb} {request.uri}") from None
                repeating.cancel()
                if response.is_final:
                    return response
                patience = 60.0
                if provisional is not None:
                    await provisional(response)
        finally:
            repeating.cancel()
            del self._waiting[key]

    async def _repeat(self, message: Request | Response, to: Address) -> None:
        pause = FIRST_PAUSE
        while True:
            self.send(message, to)
            await asyncio.sleep(pause)
            pause *= 2

    def reply_until(self, request: Request, response: Response, to: Address) -> "asyncio.Task[None]":
        """Answer an INVITE with 200 and repeat that; the caller cancels the task when the ACK is there."""
        self._replies[request.branch, request.verb] = response
        return asyncio.create_task(self._repeat(response, to))
