"""Raw connections to the API, for what no HTTP client would send."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from tests.api.service import Service

WAIT_SECONDS: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class RawAnswer:
    """One answer as it came."""

    status: int
    headers: dict[str, str]
    """By name in lower case."""
    body: Any
    """What the JSON says; None: there is none."""

    @property
    def code(self) -> str:
        """The error's code; empty when it is none."""
        return self.body["error"]["code"] if isinstance(self.body, dict) and "error" in self.body else ""

    @property
    def short(self) -> str:
        """Status and code: ``200``, ``400 pce_id_invalid``."""
        return f"{self.status} {self.code}".strip()


@asynccontextmanager
async def connected(service: Service) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A raw connection."""
    host, _, port = service.server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """Everything until the server closes."""
    async with asyncio.timeout(WAIT_SECONDS):
        return await reader.read()


async def sent(service: Service, *parts: bytes) -> bytes:
    """The answer to some bytes, until the server closes; the parts arrive one after the other."""
    async with connected(service) as (reader, writer):
        for part in parts:
            writer.write(part)
            if len(parts) > 1:
                await asyncio.sleep(0.002)
        return await until_closed(reader)


async def answer_on(reader: asyncio.StreamReader, *, to_head: bool = False) -> RawAnswer:
    """The next answer on a connection that may go on."""
    async with asyncio.timeout(WAIT_SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
        line, *fields = head.decode().strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        length = 0 if to_head else int(headers.get("content-length", "0"))
        body = await reader.readexactly(length)
    return RawAnswer(status=int(line.split(" ")[1]), headers=headers, body=json.loads(body) if body else None)


async def all_answers(data: bytes) -> list[RawAnswer]:
    """The answers in everything that a connection brought."""
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    answers = []
    while not reader.at_eof():
        answers.append(await answer_on(reader))
    return answers


async def told(service: Service, *parts: bytes) -> list[str]:
    """What is answered to some bytes, in short, until the server closes."""
    return [answer.short for answer in await all_answers(await sent(service, *parts))]


def request(
    service: Service,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    who: str | None = "administrator",
    version: str = "1.1",
    headers: Iterable[str] = (),
) -> bytes:
    """A request with everything that it needs; a Content-Length for its body unless it is chunked."""
    fields = ["Host: localhost", *headers]
    if who is not None:
        fields.append(f"Authorization: Bearer {service.people.tokens[who]}")
    if body and not any(field.lower().startswith(("transfer-encoding", "content-length")) for field in fields):
        fields.append(f"Content-Length: {len(body)}")
    return "\r\n".join((f"{method} {path} HTTP/{version}", *fields, "", "")).encode() + body


def chunked(body: bytes, size: int = 7) -> bytes:
    """A body in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
