"""``amibridge status``."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from amibridge.calls.hearing import Gap
from amibridge.cli import status
from amibridge.cli.report import Mood
from amibridge.control.operation import Books, DaemonFacts
from amibridge.control.server import ControlServer
from amibridge.control.status import Status
from amibridge.control.wire import socket_path
from amibridge.delivery.stored import OutboxCounts, ReceiverFacts
from amibridge.store.database import Store
from tests.unit.cli.conftest import Command
from tests.unit.store.samples import event

NOW = 1_700_000_000.0
NONE = OutboxCounts()
UP = DaemonFacts(
    version="0.1.0",
    pid=4711,
    started_at=NOW - 7200,
    api_url="http://127.0.0.1:8480",
    pbx="up",
    pbx_since=NOW - 90,
    pbx_address="127.0.0.1:5038",
    asterisk="Asterisk 22",
    ami_version="11.0.0",
    last_event_at=NOW - 0.4,
    lag_seconds=0.012,
    assignments=3,
    store_path="/var/lib/amibridge/amibridge.db",
    store_size_bytes=3 << 19,
    store_free_bytes=3 << 30,
    store_reserve_bytes=16 << 20,
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
    assert [line.split()[0] for line in ended.output.splitlines() if not line.startswith(" ")] == [
        "daemon",
        "PBX",
        "calls",
        "deliveries",
        "given",
        "store",
        "API",
    ]
    assert "up for 1.5 min: Asterisk 22 (AMI 11.0.0)" in ended.output
    assert "\x1b" not in ended.output
    assert told["daemon"]["started_at"] == "2023-11-14T20:13:20+00:00"
    assert datetime.fromisoformat(told["daemon"]["pbx_since"]).tzinfo is not None
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


GAP = Gap(lost_at=NOW - 4000, back_at=NOW - 3600, reason="Asterisk closed it")
HOOK = ReceiverFacts(origin="https://crm.example", attempts=9, average_seconds=0.25)
ILL = replace(HOOK, failed=3, waiting=4, last_failed_at=NOW, last_reason="503", average_seconds=1.5)
ILL_TEXT = "3 of 9 attempts failed, 1.5 s on average, 4 waiting; at 2023-11-14 22:13:20Z 503"


@pytest.mark.parametrize(
    ("found", "line", "mood"),
    [
        (Status(daemon=UP, outbox=NONE), "daemon: ready, for 2.0 h (version 0.1.0, process 4711)", Mood.GOOD),
        (Status(daemon=DOWN, outbox=NONE), "daemon: not ready, for 2.0 h (version 0.1.0, process 4711)", Mood.BAD),
        (Status(daemon=DOWN, outbox=NONE), ": the PBX is not heard (waiting): no connection\x1b to Asterisk", Mood.BAD),
        (Status(daemon=UP, outbox=NONE), "PBX: up for 1.5 min: Asterisk 22 (AMI 11.0.0) at 127.0.0.1:5038", Mood.GOOD),
        (
            Status(daemon=replace(DOWN, asterisk=""), outbox=NONE),
            "PBX: waiting for 1.5 min, at 127.0.0.1:5038",
            Mood.BAD,
        ),
        (Status(daemon=UP, outbox=NONE), ": last event 400 ms ago, 12 ms late by its own time", Mood.PLAIN),
        (
            Status(daemon=replace(UP, lag_seconds=-3.0), outbox=NONE),
            ": last event 400 ms ago, 3.0 s early by its own time",
            Mood.WARN,
        ),
        (
            Status(daemon=replace(UP, lag_seconds=None, events_heard={"FullyBooted": 1, "Hangup": 1}), outbox=NONE),
            ": last event 400 ms ago, without its time",
            Mood.PLAIN,
        ),
        (
            Status(daemon=replace(UP, lag_seconds=None, events_heard={"FullyBooted": 1}), outbox=NONE),
            ": last event 400 ms ago",
            Mood.PLAIN,
        ),
        (Status(daemon=replace(UP, last_event_at=None), outbox=NONE), ": no event yet", Mood.PLAIN),
        (Status(daemon=replace(UP, inbox_items=1), outbox=NONE), ": 1 message not translated yet", Mood.PLAIN),
        (Status(daemon=UP, outbox=NONE), ": 0 reconnects since the start; it was always heard", Mood.PLAIN),
        (
            Status(daemon=replace(DOWN, asterisk=""), outbox=NONE),
            ": 0 reconnects since the start; it was never heard since then",
            Mood.PLAIN,
        ),
        (
            Status(daemon=replace(DOWN, pbx_lost_at=NOW), outbox=NONE, last_gap=GAP),
            (
                ": 0 reconnects since the start; not heard since 2023-11-14 22:13:20Z; last gap 6.7 min, until "
                "2023-11-14 21:13:20Z: Asterisk closed it"
            ),
            Mood.PLAIN,
        ),
        (
            Status(daemon=UP, outbox=NONE, receivers=(replace(ILL, failing_since=NOW),)),
            f"receivers: https://crm.example fails since 2023-11-14 22:13:20Z: {ILL_TEXT}",
            Mood.BAD,
        ),
        (
            Status(daemon=UP, outbox=NONE, last_gap=GAP),
            ": 0 reconnects since the start; last gap 6.7 min, until 2023-11-14 21:13:20Z: Asterisk closed it",
            Mood.PLAIN,
        ),
        (
            Status(daemon=replace(UP, participations=2, channels=3, events_told=7), outbox=NONE),
            "calls: 2 parts going on, in 3 channels; 7 call events told since the start",
            Mood.PLAIN,
        ),
        (
            Status(daemon=UP, outbox=NONE, last_events=(event(),)),
            "last told: 2023-11-14 22:13:19Z  dial-in     210 <- +44 20 7946 0000  CALLING",
            Mood.PLAIN,
        ),
        (
            Status(daemon=UP, outbox=OutboxCounts(pending=2, delivered=9)),
            "deliveries: 2 waiting, 0 being sent, 9 delivered",
            Mood.PLAIN,
        ),
        (
            Status(daemon=UP, outbox=OutboxCounts(pending=2, earliest_due_at=NOW - 200_000)),
            "deliveries: 2 waiting, 0 being sent, 0 delivered; the oldest has been due for 2.3 d",
            Mood.WARN,
        ),
        (
            Status(daemon=UP, outbox=OutboxCounts(pending=2, earliest_due_at=NOW + 5)),
            "deliveries: 2 waiting, 0 being sent, 0 delivered",
            Mood.PLAIN,
        ),
        (Status(daemon=UP, outbox=OutboxCounts(dead=1, expired=2)), "given up: 1 dead, 2 expired", Mood.WARN),
        (
            Status(daemon=UP, outbox=NONE, receivers=(HOOK,)),
            "receivers: https://crm.example works: 0 of 9 attempts failed, 250 ms on average",
            Mood.PLAIN,
        ),
        (
            Status(daemon=UP, outbox=NONE, receivers=(ILL,)),
            f"receivers: https://crm.example slow: {ILL_TEXT}",
            Mood.WARN,
        ),
        (
            Status(
                daemon=replace(UP, receivers_failing=("https://crm.example",)),
                outbox=NONE,
                receivers=(ReceiverFacts(origin="https://crm.example", waiting=1),),
            ),
            "receivers: https://crm.example: not tried of late, 1 waiting",
            Mood.BAD,
        ),
        (
            Status(daemon=UP, outbox=NONE, receivers=(replace(HOOK, failed=9),)),
            "receivers: https://crm.example fails: 9 of 9 attempts failed, 250 ms on average",
            Mood.BAD,
        ),
        (Status(daemon=UP, outbox=NONE, receivers=(HOOK,) * 7), ": and 2 more", Mood.PLAIN),
        (Status(daemon=UP, outbox=NONE), "store: /var/lib/amibridge/amibridge.db, 1.5 MB", Mood.PLAIN),
        (Status(daemon=UP, outbox=NONE), ": 3.0 GB free on its disk, reserve of 16.0 MB in place", Mood.PLAIN),
        (
            Status(daemon=replace(UP, store_free_bytes=512, store_reserve_bytes=0), outbox=NONE),
            ": 512 bytes free on its disk, no reserve",
            Mood.WARN,
        ),
        (Status(daemon=UP, outbox=NONE), "API: http://127.0.0.1:8480, 3 assignments", Mood.PLAIN),
    ],
)
def test_rows(found: Status, line: str, mood: Mood) -> None:
    """Each thing is said as people say it, and what needs attention has its colour."""
    assert (line, mood) in [(f"{row.name}: {row.text}", row.mood) for row in status.rows_of(found, NOW)]
