"""The management API of the real daemon with a large store, asked over sixteen connections at once."""

import asyncio
import json
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.daemons import ASSIGNMENTS, NOBODY, fill, many, numbers
from benchmarks.report import Report
from tests.fakes.daemon import DaemonProcess

CONNECTIONS: Final = 16
SECONDS: Final = 6.0
SIZES: Final = (0, ASSIGNMENTS)
GROUP: Final = "5. API, 16 connections"
LISTS_PER_SECOND: Final = 1000.0
CREATES_PER_SECOND: Final = 500.0
_CREATED: Final = {"type": "0", "method": "1", "url": "https://crm.example/hook", "note": "screen pop"}

Request = Callable[[int], bytes]


def _list(token: str) -> Request:
    known = numbers()
    return lambda number: _request("GET", known[number * 7919 % len(known)], token, b"")


def _create(token: str) -> Request:
    known, body = numbers(), json.dumps(_CREATED).encode()
    return lambda number: _request("POST", known[number * 7919 % len(known)], token, body)


def _request(method: str, extension: str, token: str, body: bytes) -> bytes:
    head = (
        f"{method} /uapi/extensions/@me/{extension}/phoneCallEvents HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _ask(port: int, request: Request, per_second: float | None) -> tuple[float, list[float]]:
    """Ask for a while over all connections; returns answers a second and the seconds that each took.

    Args:
        port: Of the API.
        request: Makes the request of each number.
        per_second: So many, evenly; None: each connection asks again as soon as it has its answer.
    """
    took: list[float] = []
    following = count()
    started = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            number = next(following)
            due = started + number / per_second if per_second else time.perf_counter()
            if due > started + SECONDS or time.perf_counter() > started + 2 * SECONDS:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            # From when it was due: a request that waits for a free connection waits for the API.
            took.append(time.perf_counter() - due)
        writer.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(connection())
    return len(took) / (time.perf_counter() - started), took


async def measure(report: Report, folder: Path) -> None:
    """As fast as it answers, and at the rates that are promised, with an empty and a large store."""
    for size in SIZES:
        daemon = DaemonProcess(folder / f"api-{size}", {"ami": NOBODY, "logging": {"level": "warning"}})
        await fill(daemon.store, many(size), numbers())
        daemon.write_settings()
        token = await daemon.command("token", "issue")
        await daemon.start()
        await daemon.readiness(503)
        for name, request, promised in (
            ("lists", _list(token), LISTS_PER_SECOND),
            ("creates", _create(token), CREATES_PER_SECOND),
        ):
            rate, _ = await _ask(daemon.port, request, None)
            report.add(GROUP, f"{name}, {size:,} assignments: as many as it answers", rate, "requests/s")
            rate, took = await _ask(daemon.port, request, promised)
            label = f"{name}, {size:,} assignments, {promised:.0f}/s asked"
            report.add(GROUP, f"{label}: answered", rate, "requests/s")
            report.add(GROUP, f"{label}: p99", 1000 * sorted(took)[int(0.99 * len(took))], "ms")
        await daemon.stop()
    for name, promised in (("lists", LISTS_PER_SECOND), ("creates", CREATES_PER_SECOND)):
        large = f"{name}, {ASSIGNMENTS:,} assignments"
        report.hold(f"5. {name} a second", GROUP, f"{large}: as many as it answers", promised, at_least=True)
        report.hold(f"5. {name}, p99, ms", GROUP, f"{large}, {promised:.0f}/s asked: p99", 20)
