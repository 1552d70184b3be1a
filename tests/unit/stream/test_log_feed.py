"""The log as administrators follow it."""

import asyncio
import io
import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest
import structlog

from amibridge import logs
from amibridge.stream.feeds import LogFeed
from amibridge.stream.frames import FrameReader
from amibridge.stream.hub import Hub
from amibridge.stream.ring import Ring
from amibridge.stream.selection import Beginning, LogSelection, UnknownPositionError

ALL = LogSelection()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How to log."""

    level: str = "info"
    format: str = "json"


@pytest.fixture
async def told_by() -> Hub:
    """A hub that the log of this process is told to."""
    hub = Hub(heartbeat_seconds=60)
    hub.begin(0)
    logs.configure(Choice(), io.StringIO(), tap=hub.logged)
    return hub


async def sent(hub: Hub, selection: LogSelection, chunks: int = 2) -> tuple[list[dict[str, Any]], str]:
    """What is sent at once, the event's name added to its data; and the last id."""
    reader, found = FrameReader(), []
    frames = LogFeed.open(hub, selection).frames()
    try:
        for _ in range(chunks):
            async with asyncio.timeout(0.05):
                chunk = await anext(frames)
            for line in chunk.decode().split("\n"):
                found += [{"frame": frame.event, **frame.data} for frame in reader.read(line)]
    except (TimeoutError, StopAsyncIteration):
        pass
    return found, reader.last_id


def numbers(found: list[dict[str, Any]]) -> list[int]:
    """Which lines."""
    return [line["count"] for line in found if line["frame"] == "log"]


async def test_lines(told_by: Hub) -> None:
    """They are the log's own, with the fields that it may write and no others."""
    structlog.get_logger().warning("disk_full", reason="\x1b no\nroom", password="canary", count=1)
    ((line,), last_id) = await sent(told_by, replace(ALL, beginning=Beginning(before=5)))
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "frame": "log",
        "level": "warning",
        "event": "disk_full",
        "reason": "\x1b no\nroom",
        "password": "(withheld)",
        "count": 1,
    }
    assert last_id == f"{told_by.boot}-1"


async def test_filters(told_by: Hub) -> None:
    """By extension, event and level."""
    log = structlog.get_logger()
    log.info("call_event", extension="210", count=1)
    log.info("call_event", extension="220", count=2)
    log.warning("delivery_failed", extension="210", count=3)
    log.error("disk_full", count=4)
    every = replace(ALL, beginning=Beginning(before=1000))
    assert numbers((await sent(told_by, every))[0]) == [1, 2, 3, 4]
    assert numbers((await sent(told_by, replace(every, extension="210")))[0]) == [1, 3]
    assert numbers((await sent(told_by, replace(every, event="call_event")))[0]) == [1, 2]
    assert numbers((await sent(told_by, replace(every, level="warning")))[0]) == [3, 4]
    assert numbers((await sent(told_by, replace(every, level="info", beginning=Beginning(before=2))))[0]) == [3, 4]
    assert numbers((await sent(told_by, replace(ALL, beginning=Beginning(since=0.0))))[0]) == [1, 2, 3, 4]
    assert numbers((await sent(told_by, replace(ALL, beginning=Beginning(since=4e9))))[0]) == []
    assert numbers((await sent(told_by, ALL))[0]) == []


async def test_going_on(told_by: Hub) -> None:
    """After an id as long as the lines are kept; else a gap is told. An id of a former process is a gap too."""
    told_by.lines = Ring(3)
    for number in range(1, 6):
        structlog.get_logger().info("call_event", count=number)

    async def after(last_id: str) -> tuple[list[str], list[int]]:
        found, _ = await sent(told_by, replace(ALL, beginning=Beginning(last_id=last_id)), 3)
        return [line["frame"] for line in found if line["frame"] != "log"], numbers(found)

    assert await after(f"{told_by.boot}-4") == ([], [5])
    assert await after(f"{told_by.boot}-1") == (["gap"], [3, 4, 5])
    assert await after("00000000-4") == (["gap"], [3, 4, 5])
    assert await after(f"{told_by.boot}-99") == ([], [])
    with pytest.raises(UnknownPositionError):
        await after("4")


async def test_other_threads(told_by: Hub) -> None:
    """What a library's thread logs comes too."""
    thread = threading.Thread(target=lambda: structlog.get_logger().info("call_event", count=7))
    thread.start()
    thread.join()
    await asyncio.sleep(0)
    assert numbers((await sent(told_by, replace(ALL, beginning=Beginning(before=1))))[0]) == [7]


async def test_following_says_nothing_by_itself(told_by: Hub) -> None:
    """The log cannot feed itself: who follows it adds no line, however many come."""
    structlog.get_logger().info("call_event", count=1)
    for _ in range(3):
        await sent(told_by, replace(ALL, beginning=Beginning(before=10)))
    assert told_by.lines.last == 1
