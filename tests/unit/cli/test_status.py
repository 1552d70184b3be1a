"""``amibridge status``."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from amibridge.cli import status
from amibridge.control.operation import Books, DaemonFacts
from amibridge.control.server import ControlServer
from amibridge.control.status import Status
from amibridge.control.wire import socket_path
from amibridge.delivery.stored import OutboxCounts
from amibridge.store.database import Store
from tests.unit.cli.conftest import Command

NOW = 1_700_000_000.0
UP = DaemonFacts(
    version="0.1.0",
    pid=4711,
    started_at=NOW - 7200,
    api_url="http://127.0.0.1:8480",
    pbx="up",
    pbx_since=NOW - 90,
    asterisk="Asterisk 22",
    last_event_at=NOW - 0.4,
    assignments=3,
)
DOWN = replace(UP, pbx="waiting", not_ready=("the PBX is not heard (waiting): no connection\x1b to Asterisk",))


@contextmanager
def daemon(config: Path, facts: DaemonFacts) -> Iterator[None]:
    """A daemon's control socket, in a thread of its own."""
    path = config.with_name("amibridge.db")
    ready, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        async with Store.open(path) as store:
            books = replace(await Books.open(store), facts=lambda: facts)
            server = ControlServer(socket_path(path), books)
            running = asyncio.create_task(server.run())
            await asyncio.wait_for(server.listening.wait(), 5)
            ready.set()
            await asyncio.to_thread(stop.wait, 10)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_up(amibridge: Command, config: Path) -> None:
    """All is well: status 0, and what a person asks first."""
    with daemon(config, replace(UP, pbx_since=time.time() - 90)):
        ended = amibridge("status")
        told = json.loads(amibridge("status", "--json").output)
    assert (ended.status, ended.errors) == (0, "")
    assert [line.split()[0] for line in ended.output.splitlines()] == [
        "daemon",
        "API",
        "PBX",
        "assignments",
        "deliveries",
        "given",
    ]
    assert "up for 1.5 min, Asterisk 22, last event" in ended.output
    assert told["daemon"]["started_at"] == "2023-11-14T20:13:20+00:00"
    assert told["outbox"]["dead"] == 0


def test_down(amibridge: Command, config: Path) -> None:
    """A daemon that does not hear the PBX is not fine; it says why."""
    with daemon(config, DOWN):
        ended = amibridge("status")
    assert ended.status == 1
    assert "no connection\\x1b to Asterisk" in ended.output


def test_no_daemon(amibridge: Command, config: Path) -> None:
    """Without a daemon: status 1, and how to start one; the store is not touched."""
    ended = amibridge("status")
    assert (ended.status, ended.output) == (1, "")
    assert ended.errors.startswith(f"amibridge: no daemon answers at {config.parent}/amibridge.db.sock: start it with")
    assert not config.with_name("amibridge.db").exists()


@pytest.mark.parametrize(
    ("facts", "outbox", "line"),
    [
        (UP, OutboxCounts(), "daemon 0.1.0, process 4711, for 2.0 h"),
        (UP, OutboxCounts(), "PBX up for 1.5 min, Asterisk 22, last event 0.4 s ago"),
        (replace(UP, last_event_at=None), OutboxCounts(), "PBX up for 1.5 min, Asterisk 22, no event yet"),
        (DOWN, OutboxCounts(), "PBX waiting for 1.5 min"),
        (DOWN, OutboxCounts(), "not ready the PBX is not heard (waiting): no connection\x1b to Asterisk"),
        (UP, OutboxCounts(pending=2, delivered=9), "deliveries 2 waiting, 0 being sent, 9 delivered"),
        (
            UP,
            OutboxCounts(pending=2, earliest_due_at=NOW - 200_000),
            "deliveries 2 waiting (the oldest is 2.3 d overdue), 0 being sent, 0 delivered",
        ),
        (UP, OutboxCounts(pending=2, earliest_due_at=NOW + 5), "deliveries 2 waiting, 0 being sent, 0 delivered"),
        (UP, OutboxCounts(dead=1, expired=2), "given up 1 dead, 2 expired"),
    ],
)
def test_facts(facts: DaemonFacts, outbox: OutboxCounts, line: str) -> None:
    """Spans of time are said as people say them."""
    lines = [f"{name} {text}" for name, text in status._facts(Status(daemon=facts, outbox=outbox), NOW)]
    assert line in lines
