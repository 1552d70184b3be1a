"""What the service manager hears from the daemon: that more time is needed, signs of life, and how it goes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, NoReturn

import structlog

from amibridge.health import Health
from amibridge.logs import escaped
from amibridge.service_manager import ServiceManager

STARTING_SECONDS: Final = 60.0
"""So long the service manager is asked to wait, each time."""
STATUS_SECONDS: Final = 2.0
"""How often it is looked whether the line that ``systemctl status`` shows is still right."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def more_time(manager: ServiceManager, status: str) -> AsyncIterator[None]:
    """Meanwhile a start is not given up, however long it takes: a big store is looked through at the disk's pace.

    Args:
        manager: Who waits.
        status: Why it takes so long.
    """

    async def ask() -> NoReturn:
        while True:
            manager.ask_for_time(STARTING_SECONDS, status)
            await asyncio.sleep(STARTING_SECONDS / 2)

    asking = asyncio.create_task(ask(), name="asking for time")
    try:
        yield
    finally:
        asking.cancel()


async def give_signs_of_life(manager: ServiceManager, writer_answers: Callable[[], Awaitable[None]]) -> NoReturn:
    """Tell the watchdog twice in its interval that the event loop, which runs this, and the store's writer are alive.

    Args:
        manager: Its ``watchdog_seconds`` are not 0.
        writer_answers: Returns once the writer has been through all that waited for it.
    """
    pause = manager.watchdog_seconds / 2
    while True:
        try:
            async with asyncio.timeout(pause / 2):
                await writer_answers()
        except TimeoutError:
            log.error("store_writer_silent", seconds=pause / 2, cure="look at the disk that the store is on")  # noqa: TRY400 - a wait has no story
            continue
        manager.tell(WATCHDOG="1")
        await asyncio.sleep(pause)


async def keep_status(manager: ServiceManager, status: Callable[[], Awaitable[str]]) -> NoReturn:
    """Tell how it goes, whenever that has changed."""
    told = ""
    while True:
        line = await status()
        if line != told:
            manager.tell(STATUS=line)
            told = line
        await asyncio.sleep(STATUS_SECONDS)


def status_line(*, pbx: str, calls: int, to_deliver: str, health: Health) -> str:
    """How it goes, in one line for ``systemctl status``.

    Args:
        pbx: Where the link is on its way.
        calls: How many calls go on.
        to_deliver: How many notifications are not at their receivers yet, or why nobody knows.
        health: Whether the daemon does its work.
    """
    counted = f"PBX {pbx}; calls: {calls}; notifications to deliver: {to_deliver}"
    return escaped("; ".join((counted, *(f"not ready: {reason}" for reason in health.reasons))))
