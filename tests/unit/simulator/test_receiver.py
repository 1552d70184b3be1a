"""The demo's receiver: it tells of every notification, however it was sent."""

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from amibridge.simulator.receiver import Notification, Receiver


@pytest.fixture
def told() -> list[Notification]:
    """What the receiver told of."""
    return []


@pytest.fixture
async def receiver(told: list[Notification]) -> AsyncIterator[Receiver]:
    """An open receiver."""
    async with Receiver(told.append) as receiver:
        yield receiver


async def test_post(receiver: Receiver, told: list[Notification]) -> None:
    """A POST's parameters are those of its form and its query."""
    before = time.time()
    async with aiohttp.ClientSession() as client:
        answer = await client.post(
            f"{receiver.url}/201?tenant=7",
            data={"CallID": "a.1", "CallerIDName": "Zoë"},
            headers={"webhook-attempt": "2"},
        )
    assert answer.status == 204
    [notification] = told
    assert (notification.method, notification.path, notification.attempt) == ("POST", "/201", 2)
    assert notification.parameters == {"tenant": "7", "CallID": "a.1", "CallerIDName": "Zoë"}
    assert before <= notification.arrived_at <= time.time()


async def test_get(receiver: Receiver, told: list[Notification]) -> None:
    """A GET's parameters are those of its query; without a header it is the first attempt."""
    async with aiohttp.ClientSession() as client:
        answer = await client.get(f"{receiver.url}/", params={"CallID": "a.1", "CalledDID": ""})
    assert answer.status == 204
    assert (told[0].method, told[0].attempt, told[0].parameters) == ("GET", 1, {"CallID": "a.1", "CalledDID": ""})


async def test_other_methods(receiver: Receiver, told: list[Notification]) -> None:
    """Nothing else is a notification."""
    async with aiohttp.ClientSession() as client:
        answer = await client.put(f"{receiver.url}/201")
    assert answer.status == 405
    assert told == []
