"""The receivers of docs/examples, as programs: they take what amibridge signs, nothing else, and nothing twice."""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import pytest
from yarl import URL

from amibridge.assignments.resource import Method
from amibridge.calls.events import EventType
from amibridge.delivery.request import NotificationRequest, build_request
from tests.fakes.daemon import PATIENCE, environment, free_port
from tests.unit.delivery.samples import HOOK, event

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEWER: Final = "whsec_wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w=="
"""As long as a secret may be, 64 bytes."""

Send = Callable[[NotificationRequest], Awaitable[int]]
"""Gives a request to the receiver, and returns the status that it answers with."""
Printed = Callable[[], Awaitable[list[str]]]
"""The lines about notifications so far."""


def interpreter(name: str) -> str:
    """Where it is; the test is skipped where there is none, but in CI there must be."""
    found = shutil.which(name)
    if found is None:
        assert not os.environ.get("CI"), f"CI has no {name}: .ci/run must install it"
        pytest.skip(f"there is no {name}")
    return found


@asynccontextmanager
async def server(program: tuple[str, ...], secret: str) -> AsyncIterator[tuple[Send, Printed]]:
    """An example that listens itself."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(*program, str(port)), stdout=asyncio.subprocess.PIPE, env=environment(SIGNING_SECRET=secret)
    )
    assert process.stdout is not None
    try:
        async with aiohttp.ClientSession() as client:
            listening = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
            assert listening == f"listening on http://127.0.0.1:{port}\n".encode()

            async def send(request: NotificationRequest) -> int:
                where = urlsplit(request.url)
                url = URL(f"http://127.0.0.1:{port}{where.path}?{where.query}", encoded=True)
                async with client.request(
                    request.method, url, data=request.body or None, headers=request.headers
                ) as answer:
                    return answer.status

            async def printed() -> list[str]:
                process.terminate()
                output, _ = await process.communicate()
                return output.decode().splitlines()

            yield send, printed
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def cgi(folder: Path, secret: str) -> AsyncIterator[tuple[Send, Printed]]:
    """The CGI program, run as a web server runs it."""
    seen, log = folder / "seen", folder / "log"
    seen.mkdir()

    async def send(request: NotificationRequest) -> int:
        where = urlsplit(request.url)
        variables = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        variables |= {"REQUEST_METHOD": request.method, "QUERY_STRING": where.query, "SIGNING_SECRET": secret}
        variables |= {"CONTENT_LENGTH": str(len(request.body)), "SEEN": str(seen), "LOG": str(log)}
        process = await asyncio.create_subprocess_exec(
            *("sh", str(EXAMPLES / "receiver.cgi")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(**variables),
        )
        output, errors = await asyncio.wait_for(process.communicate(request.body), PATIENCE)
        assert (process.returncode, errors) == (0, b"")
        status, head, rest = output.decode().partition("\r\n\r\n")
        assert (status.startswith("Status: "), head, rest) == (True, "\r\n\r\n", "")
        return int(status.split()[1])

    async def printed() -> list[str]:
        return log.read_text().splitlines() if log.exists() else []

    yield send, printed


def receiver(name: str, folder: Path, secret: str) -> AbstractAsyncContextManager[tuple[Send, Printed]]:
    """The example of that name, at work."""
    match name:
        case "receiver.py":
            return server((sys.executable, "-W", "error", str(EXAMPLES / name)), secret)
        case "receiver.js":
            return server((interpreter("node"), str(EXAMPLES / name)), secret)
        case _:
            return cgi(folder, secret)


def signed(call: int, method: Method, *secrets: str, age: int = 0) -> NotificationRequest:
    """A notification as amibridge makes it."""
    return build_request(
        replace(HOOK, method=method),
        event(call, event_type=EventType.HANGUP),
        attempt=1,
        timestamp=int(time.time()) - age,
        call_flow_case="upper",
        extra_parameters=True,
        signing_secrets=secrets,
        version="1.2.3",
    )


def changed(request: NotificationRequest) -> NotificationRequest:
    """The same with another content."""
    return replace(request, url=request.url.replace("+1234", "+1235"), body=request.body.replace(b"+1234", b"+1235"))


@pytest.mark.parametrize("name", sorted(one.name for one in EXAMPLES.glob("receiver.*")))
async def test_takes_what_is_genuine(name: str, tmp_path: Path) -> None:
    """Of both methods, signed by its secret alone or beside another; a repetition is answered, but not done again."""
    async with receiver(name, tmp_path, SECRET) as (send, printed):
        assert await send(signed(1, Method.POST, SECRET)) == 204
        assert await send(signed(2, Method.GET, SECRET)) == 204
        assert await send(signed(3, Method.POST, NEWER, SECRET)) == 204
        assert await send(signed(4, Method.GET, SECRET, NEWER)) == 204
        for call in (1, 2, 3):
            assert await send(signed(call, Method.POST, SECRET)) == 204
        together = [send(signed(5, Method.POST, SECRET)) for _ in range(4)]
        assert set(await asyncio.gather(*together)) == {204}
        lines = await printed()
    assert len(lines) == 5
    if name != "receiver.cgi":
        assert {" ".join(line.split()) for line in lines} == {"210 Hangup CALLING +49 30 1234 -> 210"}


@pytest.mark.parametrize("name", sorted(one.name for one in EXAMPLES.glob("receiver.*")))
async def test_refuses_what_is_not(name: str, tmp_path: Path) -> None:
    """Unsigned, signed by another, changed on the way, or kept back: refused, and nothing is done."""
    async with receiver(name, tmp_path, NEWER) as (send, printed):
        for method in Method:
            genuine = signed(1, method, NEWER)
            assert await send(signed(1, method)) == 401
            assert await send(signed(1, method, SECRET)) == 401
            assert await send(changed(genuine)) == 401
            assert await send(signed(1, method, NEWER, age=400)) == 401
            assert await send(signed(1, method, NEWER, age=-400)) == 401
            for header, value in (
                ("webhook-id", "another"),
                ("webhook-id", "../x"),
                ("webhook-timestamp", "now"),
                ("webhook-timestamp", "1" * 40),
                ("webhook-signature", "v1,"),
                ("webhook-signature", "v1a,* *"),
            ):
                assert await send(replace(genuine, headers={**genuine.headers, header: value})) == 401
            assert await send(signed(10 + method, method, NEWER)) == 204
        assert len(await printed()) == 2


@pytest.mark.parametrize("arguments", [("no-port",), ("9000", "9001"), ("70000",)])
async def test_wrong_use_of_node(arguments: tuple[str, ...]) -> None:
    """It says how it is right, and does not listen without a secret."""
    for secret in (SECRET, ""):
        process = await asyncio.create_subprocess_exec(
            *(interpreter("node"), str(EXAMPLES / "receiver.js"), *(arguments if secret else ())),
            stderr=asyncio.subprocess.PIPE,
            env=environment(SIGNING_SECRET=secret),
        )
        _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 2
        assert errors.startswith(b"usage: ")
