"""The inbox between link and pipeline."""

import asyncio

import pytest

from amibridge.ami.inbox import EventsArrived, Inbox, Item, LinkLost, LinkUp
from amibridge.ami.message import AmiEvent

LOST = LinkLost(at=2.0, reason="cut")


def event(*numbers: int) -> EventsArrived:
    """Events that can be told from others."""
    return EventsArrived(events=[AmiEvent(str(number), {}) for number in numbers], arrived_at=1.0)


def names(items: list[Item]) -> list[str]:
    """The items in short."""
    return [
        " ".join(event.name for event in item.events) if isinstance(item, EventsArrived) else type(item).__name__
        for item in items
    ]


async def test_order() -> None:
    """What is put first is taken first, in batches of at most that many."""
    inbox = Inbox()
    inbox.put(LinkUp(at=1.0, version="11.0.0"))
    for number in range(4):
        assert inbox.put(event(number), 100)
    assert (len(inbox), inbox.size_bytes) == (5, 400)
    assert names(await inbox.get_batch(3)) == ["LinkUp", "0", "1"]
    assert names(await inbox.get_batch(3)) == ["2", "3"]
    assert (len(inbox), inbox.size_bytes) == (0, 0)


async def test_each_event_counts() -> None:
    """Events that were read at once stay together, and count as so many."""
    inbox = Inbox(max_items=6)
    assert inbox.put(event(0, 1, 2))
    assert inbox.put(event(3, 4))
    assert not inbox.put(event(5, 6))
    assert inbox.put(event(5))
    assert len(inbox) == 6
    assert names(await inbox.get_batch(4)) == ["0 1 2"]
    assert names(await inbox.get_batch(1)) == ["3 4"]
    assert names(await inbox.get_batch(1)) == ["5"]
    assert len(inbox) == 0


async def test_waits_for_the_first() -> None:
    """A reader of an empty inbox waits, and gets what comes."""
    inbox = Inbox()
    reading = asyncio.create_task(inbox.get_batch(10))
    await asyncio.sleep(0)
    assert not reading.done()
    inbox.put(event(1))
    assert names(await reading) == ["1"]


async def test_a_reader_that_is_cancelled_takes_nothing() -> None:
    """Nothing is lost with a reader."""
    inbox = Inbox()
    reading = asyncio.create_task(inbox.get_batch(10))
    await asyncio.sleep(0)
    inbox.put(event(1))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert names(await inbox.get_batch(10)) == ["1"]


@pytest.mark.parametrize("inbox", [lambda: Inbox(max_items=2), lambda: Inbox(max_bytes=200)])
async def test_bounds(inbox: type[Inbox]) -> None:
    """At a bound nothing more is taken in, except the word that the link is lost."""
    full = inbox()
    assert [full.put(event(number), 100) for number in range(4)] == [True, True, False, False]
    assert full.put(LOST)
    assert names(await full.get_batch(10)) == ["0", "1", "LinkLost"]
    assert full.put(event(5), 100)


async def test_room() -> None:
    """There is room again when half of it is."""
    inbox = Inbox(max_items=4)
    await asyncio.wait_for(inbox.wait_for_room(), 1)
    for number in range(4):
        inbox.put(event(number))
    waiting = asyncio.create_task(inbox.wait_for_room())
    await inbox.get_batch(1)
    await asyncio.sleep(0)
    assert not waiting.done()
    await inbox.get_batch(1)
    await asyncio.wait_for(waiting, 1)


async def test_closed() -> None:
    """A closed inbox gives what is left, and then nothing, at once, for ever."""
    inbox = Inbox()
    reading = asyncio.create_task(inbox.get_batch(10))
    await asyncio.sleep(0)
    inbox.close()
    assert await reading == []
    inbox = Inbox()
    inbox.put(event(1))
    inbox.close()
    assert names(await inbox.get_batch(10)) == ["1"]
    assert [await inbox.get_batch(10), await inbox.get_batch(10)] == [[], []]
