"""The battery of the API: what is sent to it in bad faith, while calls go on whose notifications all arrive."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import cycle
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio
from schemathesis import GenerationMode

from tests.api.test_openapi import attack
from tests.api.wire import RawAnswer, all_answers, chunked
from tests.fakes.daemon import PATIENCE
from tests.process.house import WHERE, House, house

BODY_LIMIT_BYTES: Final = 65_536
WRONG_TOKENS_A_MINUTE: Final = 10
LORISES: Final = 200
"""More connections than are served at once."""
DRIP_SECONDS: Final = 0.5
"""From byte to byte."""
EXAMPLES_OF_OPERATION: Final = 3
"""tests/api tries more of them, on a server without calls."""
DRAFT: Final = {"method": "1", "url": "http://crm.example/"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house of all tests of this file."""
    async with house(tmp_path_factory.mktemp("house")) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outsider(home: House) -> str:
    """The token of a user who has an extension, and none of those that the calls are between."""
    run = home.daemon.command
    organization = await run("account", "add", "--kind", "organization", "--name", "Acme")
    owner, other = [
        await run("account", "add", "--kind", "user", "--parent", organization, "--name", name)
        for name in ("Anna", "Otto")
    ]
    await run("extension", "add", "201", "--owner", owner, "--keep-assignments")
    await run("extension", "add", "210", "--owner", other)
    return await run("token", "issue", "--account", other)


async def said(home: House, *parts: bytes, hang_up: bool = False) -> list[RawAnswer]:
    """The answers to some bytes until the server closes; the parts arrive one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", home.daemon.port)
    received = bytearray()

    async def receive() -> None:
        with suppress(ConnectionError):  # the server need not take what it has refused already
            while data := await reader.read(65536):
                received.extend(data)

    receiving = asyncio.create_task(receive())
    try:
        with suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.01)
            if hang_up:
                writer.write_eof()
        await asyncio.wait_for(receiving, PATIENCE)
    finally:
        receiving.cancel()
        writer.close()
    return await all_answers(bytes(received))


def request(home: House, method: str, path: str, *fields: str, body: bytes = b"", host: str = "localhost") -> bytes:
    """A request of an administrator, after which the connection is closed."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {home.token}", "Connection: close"]
    return "\r\n".join((*lines, *fields, "", "")).encode() + body


def sized(home: House, method: str, path: str, body: bytes) -> bytes:
    """The same, with a body whose length is true."""
    return request(home, method, path, f"Content-Length: {len(body)}", body=body)


async def held(home: House) -> list[dict[str, Any]]:
    """The assignments of 201."""
    entry: list[dict[str, Any]] = (await home.ask("GET", WHERE))["entry"]
    return entry


MALFORMED: Final = {
    "nothing": b"",
    "cut": b'{"type": "0", "method',
    "an array": b"[]",
    "null": b"null",
    "a text": b'"type"',
    "two objects": b"{}{}",
    "single quotes": b"{'type': '0'}",
    "NaN": b'{"type": NaN, "method": "1", "url": "http://crm.example/"}',
    "infinite": b'{"type": 1e999, "method": "1", "url": "http://crm.example/"}',
    "a long number": b'{"type": %b}' % (b"9" * 60_000),
    "a long fraction": b'{"method": 1.%b}' % (b"0" * 60_000),
    "deep arrays": b"[" * 60_000,
    "deep objects": b'{"a":' * 12_000,
    "deep and whole": b'{"url": %b%b}' % (b"[" * 30_000, b"]" * 30_000),
    "not UTF-8": b'{"note": "\xff\xfe", "url": "\xc0\xaf"}',
    "UTF-16": '{"type": "0", "method": "1", "url": "http://crm.example/"}'.encode("utf-16"),
    "NULs": bytes(1000),
    "a surrogate": b'{"url": "http://crm.example/\\ud800", "note": "\\udfff"}',
    "NUL in a text": b'{"url": "http://crm.example/\\u0000"}',
    "a line end in a text": b'{"url": "http://crm.example/\\r\\nX-Evil: 1"}',
    "objects for texts": b'{"url": {"$ne": ""}, "method": {"a": 1}, "note": [[]]}',
    "truth for texts": b'{"url": true, "method": false, "status": true}',
    "a form": b"type=0&method=1&url=http://crm.example/",
    "XML": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}


async def test_malformed_and_hostile_json(home: House) -> None:
    """Each is a 400 of the one shape, and changes nothing."""
    before = await held(home)
    async with home.calling():
        for name, body in MALFORMED.items():
            for method, path in (("POST", f"{WHERE}/0"), ("PUT", f"{WHERE}/{before[0]['id']}")):
                (answer,) = await said(home, sized(home, method, path, body))
                assert (answer.status, bool(answer.code)) == (400, True), (name, method, answer)
        assert await held(home) == before


async def test_a_body_over_the_limit(home: House) -> None:
    """It is refused, also before it is there, and never kept; one that just fits is taken."""
    before = await held(home)
    large, endless = b" " * (BODY_LIMIT_BYTES + 1), b"10000\r\n%b\r\n" % bytes(0x10000)
    create = f"{WHERE}/0"
    async with home.calling():
        for parts in (
            (sized(home, "POST", create, large),),
            (request(home, "POST", create, f"Content-Length: {1 << 30}"), b" " * BODY_LIMIT_BYTES, b" "),
            (request(home, "POST", create, f"Content-Length: {1 << 62}"), b" " * BODY_LIMIT_BYTES, b" "),
            (request(home, "POST", create, "Transfer-Encoding: chunked", body=chunked(large, 4096)),),
            (request(home, "POST", create, "Transfer-Encoding: chunked"), *[endless] * 64),
        ):
            (answer, *more) = await said(home, *parts)
            assert (answer.short, more) == ("413 request_too_large", []), parts[0][:200]
        (fits,) = await said(home, sized(home, "POST", create, json.dumps(DRAFT).encode().ljust(BODY_LIMIT_BYTES)))
        assert fits.status == 200
        await home.ask("DELETE", f"{WHERE}/{fits.body['id']}")
        assert await held(home) == before


async def test_lying_lengths(home: House) -> None:
    """A body that is shorter, longer or otherwise than announced makes no assignment."""
    before = await held(home)
    body, create = json.dumps(DRAFT).encode(), f"{WHERE}/0"
    length = len(body)
    async with home.calling():
        assert (
            await said(home, request(home, "POST", create, f"Content-Length: {length + 1}", body=body), hang_up=True)
            == []
        )
        for fields in (
            (f"Content-Length: {length - 1}",),
            ("Content-Length: -1",),
            (f"Content-Length: {length}", f"Content-Length: {length + 1}"),
            (f"Content-Length: {length}", "Transfer-Encoding: chunked"),
            (f"Content-Length: {length:#x}",),
            ("Content-Length: 0",),
            (f"Content-Length: {'9' * 40}",),
            ("Transfer-Encoding: chunked",),
            ("Transfer-Encoding: gzip",),
        ):
            answers = await said(home, request(home, "POST", create, *fields, body=body), hang_up=True)
            assert {answer.short for answer in answers} == {"400 request_invalid"}, fields
        wrong = b"%x\r\n%b\r\n0\r\n\r\n" % (length - 3, body)
        (answer,) = await said(home, request(home, "POST", create, "Transfer-Encoding: chunked", body=wrong))
        assert answer.short == "400 request_invalid"
        assert await held(home) == before


async def test_slow_loris(home: House) -> None:
    """Who never ends a request is put out after ten seconds; programs that were there before are served meanwhile."""

    async def drip() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", home.daemon.port)
        closed = asyncio.ensure_future(reader.read())
        with suppress(ConnectionError):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
            for byte in cycle(b"X-Slow: a\r\n"):
                if (await asyncio.wait([closed], timeout=DRIP_SECONDS))[0]:
                    break
                writer.write(bytes([byte]))
            assert await closed == b""
        writer.close()

    headers = {"Authorization": f"Bearer {home.token}"}
    one = aiohttp.TCPConnector(limit=1)
    async with home.calling(), aiohttp.ClientSession(home.daemon.url, headers=headers, connector=one) as program:
        async with program.get(WHERE) as answer:
            await answer.read()
        drips = [asyncio.create_task(drip()) for _ in range(LORISES)]
        refused = 0
        async with asyncio.timeout(PATIENCE):
            while not all(task.done() for task in drips):
                async with program.get(WHERE) as answer:  # on the connection that it has kept
                    assert (answer.status, (await answer.json())["totalResults"]) == (200, 5)
                refused += (await home.answer("GET", WHERE))[0] == 503
                await asyncio.sleep(DRIP_SECONDS)
        for task in drips:
            task.cancel()
        assert [task.exception() for task in drips] == [None] * LORISES
        assert refused
        await home.ask("GET", WHERE)


async def test_token_guessing(home: House) -> None:
    """After some wrong tokens an address is told to wait; a right one passes all the same."""
    before = await held(home)
    fields = "Host: localhost\r\nConnection: close\r\n"
    async with home.calling():
        answers = []
        for number in range(3 * WRONG_TOKENS_A_MINUTE):
            guess = f"{number:043}"
            in_head = f"DELETE {WHERE} HTTP/1.1\r\n{fields}Authorization: Bearer {guess}\r\n\r\n"
            in_query = f"GET {WHERE}?accessRequestToken={guess} HTTP/1.1\r\n{fields}\r\n"
            answers += await said(home, (in_head if number % 2 else in_query).encode())
            assert await held(home) == before
        assert [answer.short for answer in answers[:WRONG_TOKENS_A_MINUTE]] == [
            "401 access_denied"
        ] * WRONG_TOKENS_A_MINUTE
        later = answers[WRONG_TOKENS_A_MINUTE:]
        assert {answer.short for answer in later} == {"429 too_many_requests"}
        assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in later)


@pytest.mark.parametrize(
    ("host", "fields"),
    [
        ("evil.example", ()),
        ("evil.example:{port}", ()),
        ("127.0.0.1.evil.example", ()),
        ("localhost.evil.example:{port}", ()),
        ("localhost@evil.example", ()),
        ("10.0.0.1", ()),
        ("", ()),
        ("localhost", ("Origin: https://evil.example",)),
        ("localhost", ("Origin: null",)),
    ],
)
async def test_a_foreign_host(home: House, host: str, fields: tuple[str, ...]) -> None:
    """A page of somebody else's that a browser here has loaded reaches nothing, whatever token it knows."""
    before = await held(home)
    body = json.dumps(DRAFT).encode()
    async with home.calling():
        for method, path in (
            *(("GET", one) for one in ("/healthz", "/readyz", "/openapi.json", WHERE, "/v1/call-events")),
            ("POST", f"{WHERE}/0"),
            ("PUT", f"{WHERE}/{before[0]['id']}"),
            ("DELETE", WHERE),
            ("POST", "/oauth/token"),
        ):
            name = host.format(port=home.daemon.port)
            length = f"Content-Length: {len(body)}"
            (answer,) = await said(home, request(home, method, path, length, *fields, body=body, host=name))
            assert answer.status in {400, 403}, (method, path, answer)
            assert answer.code in {"host_invalid", "request_invalid"}, (method, path, answer)
        assert await held(home) == before


async def test_another_accounts_assignments(home: House, outsider: str) -> None:
    """They can be neither seen nor changed, by whatever way, and look like those that do not exist."""
    before = await held(home)
    one, nothing = before[0]["id"], "A" * 30
    ways = [
        ("GET", ""),
        ("POST", "/0"),
        ("POST", ""),
        ("DELETE", ""),
        ("DELETE", "/2"),
        *((method, f"/{known}") for method in ("GET", "PUT", "DELETE") for known in (one, nothing)),
        *((method, f"/{before[0]['type']}/{one}") for method in ("GET", "PUT", "DELETE")),
        ("POST", f"/{before[0]['type']}/{one}/test"),
    ]
    async with home.calling():
        for user in ("@me", "@owner", "1", "3"):
            for method, rest in ways:
                path = WHERE.replace("@me", user) + rest
                status, answer = await home.answer(method, path, DRAFT | {"type": "0"}, token=outsider)
                assert (status, answer["error"]["code"]) == (403, "access_denied"), (method, path)
        for path in ("/v1/call-events", "/v1/calls", "/v1/deliveries"):
            assert (await home.ask("GET", path, token=outsider))["entry"] == [], path
        assert await held(home) == before


async def test_hostile_requests_made_from_the_document(home: House, outsider: str) -> None:
    """None is answered with a 5xx, and nobody else's notifications are missed."""
    async with home.calling():
        headers = {"Authorization": f"Bearer {outsider}"}
        assert await asyncio.to_thread(
            attack, home.daemon.url, headers, GenerationMode.NEGATIVE, examples=EXAMPLES_OF_OPERATION
        )
