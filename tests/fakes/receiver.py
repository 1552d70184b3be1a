"""A receiver of notifications on a free loopback port: it records what arrives and answers as it is told."""

import asyncio
import gzip
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl

from aiohttp import web

WAIT_SECONDS: Final = 10.0
"""No test waits longer for a request than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request, as it came."""

    method: str
    target: str
    """Path and query exactly as in the request line."""
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    arrived_at: float
    """Seconds of the monotonic clock."""
    client_port: int
    """Tells connections apart."""

    @property
    def query(self) -> str:
        """The raw query."""
        return self.target.partition("?")[2]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the body (POST) or of the query (GET)."""
        return dict(parse_qsl(self.body.decode() if self.method == "POST" else self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to do with one request."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    delay_seconds: float = 0.0
    """Before the status line."""
    drip_seconds: float = 0.0
    """Before each byte of the body."""
    endless: bool = False
    """Repeat the body until the client goes away."""
    reset: bool = False
    """Cut the connection instead of answering."""
    reset_in_body: bool = False
    """Cut the connection after the status line, with a body announced and not sent."""


HUGE_BYTES: Final = 1 << 30
SILENCE: Final = Answer(delay_seconds=3600)
"""Take the request and never answer."""
RESET: Final = Answer(reset=True)
ENDLESS: Final = Answer(body=b"x" * 65536, endless=True)
HUGE: Final = Answer(headers={"Content-Length": str(HUGE_BYTES)}, body=b"x" * 65536, endless=True)
"""A body whose length is announced, and beyond all reason."""


def redirect(to: str, *, status: int = 302) -> Answer:
    """Send the client elsewhere."""
    return Answer(status=status, headers={"Location": to})


def gzip_bomb(*, unfolded_bytes: int = 256 * 1024 * 1024) -> Answer:
    """A small body that would unfold to a big one."""
    return Answer(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(unfolded_bytes), compresslevel=9))


class Receiver:
    """An HTTP server; an async context manager.

    Args:
        tls: Serve HTTPS with it.
        port: A fixed port, for a receiver that comes back; 0: a free one.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.received: list[Received] = []
        self.answers: deque[Answer] = deque()
        """The answers to the next requests, in order; afterwards ``otherwise``."""
        self.otherwise = Answer()
        self.by_path: dict[str, Answer] = {}
        """Answers for paths of their own (without the query); they go before ``answers``."""
        self._tls = tls
        self._port = port
        self._arrival = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Take connections, on the same port as before."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=self._tls).start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """End all connections, whatever is under way on them, and take no more."""
        assert self._runner
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The TCP port."""
        return self._port

    @property
    def address(self) -> str:
        """``127.0.0.1:port``, as ``allow_destinations`` takes it."""
        return f"127.0.0.1:{self._port}"

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:port``."""
        return f"{'https' if self._tls else 'http'}://{self.address}"

    def url(self, target: str = "/hook") -> str:
        """A URL of this receiver."""
        return f"{self.origin}{target}"

    async def wait_for(self, count: int, *, seconds: float = WAIT_SECONDS) -> list[Received]:
        """Wait until that many requests have arrived in all, and return what arrived."""
        async with asyncio.timeout(seconds):
            while len(self.received) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return self.received

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(
            Received(
                method=request.method,
                target=request.raw_path,
                headers=request.headers,
                body=body,
                arrived_at=time.monotonic(),
                client_port=(request.get_extra_info("peername") or ("", 0))[1],
            )
        )
        self._arrival.set()
        answer = self._chosen(request)
        await asyncio.sleep(answer.delay_seconds)
        return await self._answer(request, answer)

    def _chosen(self, request: web.Request) -> Answer:
        return self.by_path.get(request.path) or (self.answers.popleft() if self.answers else self.otherwise)

    async def _answer(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if answer.reset:
            assert request.transport
            request.transport.abort()
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        if not answer.endless:  # else it is what the headers say, or unknown
            response.content_length = len(answer.body) + answer.reset_in_body
        try:
            await response.prepare(request)
            if answer.drip_seconds:
                for byte in answer.body:
                    await asyncio.sleep(answer.drip_seconds)
                    await response.write(bytes([byte]))
            else:
                await response.write(answer.body)
            while answer.endless:
                await response.write(answer.body)
            if answer.reset_in_body:
                assert request.transport
                request.transport.abort()
        except ConnectionError:
            return response  # the client went away first, as it may
        return response
