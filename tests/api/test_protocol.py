"""Bounds on connections, and answers to what is no HTTP, over raw sockets."""

import asyncio
import json
import re
from contextlib import suppress

import pytest

from amibridge.api import protocol
from tests.api.service import EVENTS, Service
from tests.api.wire import WAIT_SECONDS, connected, sent, until_closed


def parsed(answer: bytes) -> tuple[int, dict[str, str], str]:
    """Status, headers and the error's code of the one answer in there."""
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    assert len(body) == int(headers["content-length"])
    return int(line.split(" ")[1]), headers, json.loads(body)["error"]["code"]


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nBroken\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_malformed_http(service: Service, data: bytes) -> None:
    """It is answered in the error shape, and the connection ends; the next one works."""
    status, headers, code = parsed(await sent(service, data))
    assert (status, code) == (400, "request_invalid")
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-request-id"]
    assert (await service.ask("GET", "/healthz", who=None)).status == 200


async def test_a_host_is_needed_once(service: Service) -> None:
    """Two Host headers, or none, are nobody's honest request."""
    for hosts in (b"", b"Host: localhost\r\nHost: evil.example\r\n", b"Host: evil.example\r\n"):
        answer = await sent(service, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + hosts + b"\r\n")
        assert parsed(answer)[::2] in {(403, "host_invalid"), (400, "request_invalid")}


async def test_endless_headers(service: Service) -> None:
    """A head of more than 64 KiB is refused while it arrives."""
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    for endless in (b"X: " + b"a" * 70_000, b"X: a\r\n" * 12_000):
        status, _, code = parsed(await sent(service, head + endless))
        assert (status, code) == (413, "request_too_large")


async def test_an_endless_body_is_not_read(service: Service) -> None:
    """413 comes as soon as the limit is passed, whatever length was declared."""
    token = service.people.tokens["alice"]
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n".encode()
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    for framing in (b"Content-Length: 99999999999\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5):
        async with connected(service) as (reader, writer), asyncio.timeout(WAIT_SECONDS):
            writer.write(head + framing)
            assert (await reader.readline()).split()[1] == b"413"


async def test_slow_heads_bodies_and_idlers_are_cut_off(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends nothing, half a head, half a body, or drips line ends, holds no connection for long."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "IDLE_SECONDS", 0.2)
    token = service.people.tokens["alice"]
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    body = f"PUT {EVENTS}/0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n\r\n{{"
    post = (
        f"POST {EVENTS}/0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n\r\n{{"
    )
    early = b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
    for data in (b"", whole[:20], body.encode(), post.encode(), whole + b"\r\n", whole + whole[:20], early):
        async with connected(service) as (reader, writer):
            writer.write(data)
            answer = await until_closed(reader)
            assert answer.count(b"HTTP/1.1") <= 1
    assert len(service.assignments.index) == 0


async def test_a_dripping_head_is_cut_off(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not prolong the deadline."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    async with connected(service) as (reader, writer):
        closed = asyncio.create_task(until_closed(reader))
        for byte in b"GET /healthz HTTP/1.1\r\n" * 10:
            if closed.done():
                break
            writer.write(bytes([byte]))
            await asyncio.sleep(0.02)
        with suppress(ConnectionResetError):  # a byte came after the end
            assert await closed == b""


async def test_a_connection_serves_many_requests(service: Service) -> None:
    """Also pipelined ones, also after an early answer to a body that nobody reads."""
    early = b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{       }"
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    answer = await sent(service, early + whole + b"\r\n" + whole + b"Connection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"404", b"200", b"200"]


async def test_upgrades_are_ignored(service: Service) -> None:
    """There are no websockets and no HTTP/2: the request is answered as it is."""
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    assert (await sent(service, upgrade)).startswith(b"HTTP/1.1 200")


async def test_too_many_connections(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit a connection gets 503 and ends; far beyond it ends at once; afterwards all is well."""
    monkeypatch.setattr(protocol, "CONNECTIONS_LIMIT", 2)
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with connected(service) as (first, held), connected(service):
        held.write(whole)
        assert (await first.readline()).split()[1] == b"200"
        status, headers, code = parsed(await sent(service, whole))
        assert (status, code, headers["connection"]) == (503, "service_unavailable", "close")
        async with connected(service), connected(service):
            with suppress(ConnectionError):
                assert await sent(service, b"") == b""
    assert (await service.ask("GET", "/healthz", who=None)).status == 200


async def test_a_program_that_hangs_up_changes_nothing(service: Service) -> None:
    """Half a create is none."""
    token = service.people.tokens["alice"]
    head = f"POST {EVENTS}/0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 50\r\n\r\n"
    async with connected(service) as (_, writer):
        writer.write(head.encode() + b'{"method": "1", "url": "http://crm.example/"}')
        await writer.drain()
    assert (await service.ask("GET", EVENTS)).body["totalResults"] == 0
