"""What the service manager hears, by a manager that only remembers and a loop in real time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from amibridge import service_report
from amibridge.health import Fault, Health, Part
from amibridge.service_report import give_signs_of_life, keep_status, more_time, status_line
from tests.fakes.service_manager import RememberingManager


@asynccontextmanager
async def running(coroutine: Awaitable[None]) -> AsyncIterator[None]:
    """Meanwhile that runs."""
    task = asyncio.ensure_future(coroutine)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_signs_of_life_need_the_writer() -> None:
    """None while it does not answer, which the log says; again when it does."""
    manager, free = RememberingManager(watchdog_seconds=0.2), asyncio.Event()

    async def answers() -> None:
        await free.wait()

    with capture_logs() as lines:
        async with running(give_signs_of_life(manager, answers)):
            await asyncio.sleep(0.5)
            assert manager.told == []
            free.set()
            await asyncio.sleep(0.5)
    assert {tuple(facts.items()) for facts in manager.told} == {(("WATCHDOG", "1"),)}
    assert len(manager.told) >= 3
    assert {line["event"] for line in lines} == {"store_writer_silent"}


async def test_a_writer_that_fails_is_no_sign_of_life() -> None:
    """What it raises ends the daemon."""

    async def answers() -> None:
        raise OSError

    manager = RememberingManager(watchdog_seconds=0.2)
    with pytest.raises(OSError, match=r"^$"):
        await give_signs_of_life(manager, answers)
    assert manager.told == []


async def test_the_status_is_told_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not over and over again."""
    monkeypatch.setattr(service_report, "STATUS_SECONDS", 0.0)
    manager, lines = RememberingManager(watchdog_seconds=0.2), iter(["PBX up", "PBX up", "PBX waiting"])
    done = asyncio.Event()

    async def status() -> str:
        line = next(lines, "")
        if not line:
            done.set()
            await asyncio.Event().wait()
        return line

    async with running(keep_status(manager, status)):
        await done.wait()
    assert manager.told == [{"STATUS": "PBX up"}, {"STATUS": "PBX waiting"}]


async def test_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for again and again, and no more once the start goes on, however that ended."""
    monkeypatch.setattr(service_report, "STARTING_SECONDS", 0.1)
    manager = RememberingManager(watchdog_seconds=0.2)

    async def start() -> None:
        async with more_time(manager, "opening the store"):
            await asyncio.sleep(0.3)
            raise OSError

    with pytest.raises(OSError, match=r"^$"):
        await start()
    count = len(manager.told)
    await asyncio.sleep(0.2)
    assert manager.told[0] == {"EXTEND_TIMEOUT_USEC": "100000", "STATUS": "opening the store"}
    assert count == len(manager.told) >= 3


def test_the_status_line() -> None:
    """It says how it goes and what is wrong; what a peer said cannot forge another fact."""
    well = Health()
    ill = Health(faults=(Fault(part=Part.LINK, reason="the PBX is not heard (waiting): no\nREADY=1"),))
    assert status_line(pbx="up", calls=3, to_deliver="12", health=well) == (
        "PBX up; calls: 3; notifications to deliver: 12"
    )
    assert status_line(pbx="waiting", calls=0, to_deliver="0", health=ill) == (
        "PBX waiting; calls: 0; notifications to deliver: 0; not ready: the PBX is not heard (waiting): no\\x0aREADY=1"
    )
