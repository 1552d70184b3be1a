"""Several things at once until one of them is over."""

import asyncio

import pytest

from amibridge.first_of import first_of


async def until(event: asyncio.Event, ended: list[str]) -> None:
    """Wait for something, and note when that ends."""
    try:
        await event.wait()
    finally:
        ended.append("waiting")


async def test_the_others_are_ended() -> None:
    """All of it is over when it returns."""
    ended: list[str] = []
    await first_of(until(asyncio.Event(), ended), asyncio.sleep(0))
    assert ended == ["waiting"]


async def test_what_one_raises() -> None:
    """It is raised, once the others have ended."""

    async def fail() -> None:
        raise ValueError("lost")

    ended: list[str] = []
    with pytest.raises(ValueError, match="lost"):
        await first_of(until(asyncio.Event(), ended), fail())
    assert ended == ["waiting"]


async def test_cancelled() -> None:
    """Nothing goes on behind."""
    ended: list[str] = []
    task = asyncio.create_task(first_of(until(asyncio.Event(), ended), until(asyncio.Event(), ended)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["waiting", "waiting"]
