"""What followers are sent: everything that they may see, once, in order, and told when something is missing."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amibridge.calls.events import EventType
from amibridge.stream import feeds, hub
from amibridge.stream.hub import Hub
from amibridge.stream.ring import Ring
from amibridge.stream.selection import Beginning, CallSelection, TooManyFollowersError, UnknownPositionError
from tests.unit.stream.bench import EVERYTHING, Follower, MemoryJournal, settled


def small(kept: int = 4) -> Hub:
    """A hub that keeps little."""
    made = Hub(heartbeat_seconds=60)
    made.begin(0)
    made.events = Ring(kept)
    made.deliveries = Ring(kept)
    return made


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("commit"), st.integers(1, 6)),
        st.tuples(st.just("tell"), st.just(0)),
        st.tuples(st.just("read"), st.integers(1, 3)),
        st.tuples(st.just("cut"), st.just(0)),
        st.tuples(st.just("other"), st.just(0)),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(steps=STEPS, chunk=st.integers(1, 3), kept=st.integers(1, 5))
def test_no_hole_and_no_repeat(steps: list[tuple[str, int]], chunk: int, kept: int) -> None:
    """However commits, telling, reading and lost connections are interleaved: each event once, in order, none left out.

    Between its commit and its telling an event is seen by those who read the journal, and by nobody else.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(feeds, "CHUNK_ENTRIES", chunk)
        asyncio.run(_interleaved(steps, kept))


async def _interleaved(steps: list[tuple[str, int]], kept: int) -> None:
    told_by, journal = small(kept), MemoryJournal()
    committed = []
    # Some happened before anybody came.
    told_by.told([journal.commit()])
    follower, other = Follower(told_by, journal), Follower(told_by, journal)
    await follower.connect()
    await follower.read()
    for step, count in steps:
        if step == "commit":
            committed += [journal.commit() for _ in range(count)]
        elif step == "tell":
            told_by.told(committed)
            committed = []
        elif step == "read":
            await follower.read(count)
        elif step == "cut":
            await follower.cut()
            # Meanwhile something happens that nobody follows.
            committed.append(journal.commit())
            told_by.told(committed)
            committed = []
            await follower.connect()
        else:
            await other.connect()
            await other.cut()
    told_by.told(committed)
    told_by.close()
    await follower.cut()
    told_by.closing = False
    await follower.connect()
    while len(follower.ids) < journal.last_id - 1:
        await follower.read(10)
    assert follower.ids == list(range(2, journal.last_id + 1))
    assert "gap" not in follower.kinds
    await follower.cut()
    assert told_by.clients == 0


async def test_who_falls_behind_reads_the_journal() -> None:
    """Nobody is dropped because it is slow; it costs a page of the journal."""
    told_by, journal = small(4), MemoryJournal()
    follower = Follower(told_by, journal)
    await follower.connect()
    for _ in range(50):
        told_by.told([journal.commit()])
    await follower.read(10)
    assert follower.ids == [*range(1, 51)]
    assert journal.pages == 1


async def test_with_nobody_following_nothing_is_kept() -> None:
    """Telling costs next to nothing then."""
    told_by, journal = small(), MemoryJournal()
    told_by.told([journal.commit(), journal.commit()])
    told_by.settled(*settled(journal.entries[0]))
    assert (told_by.events.start, told_by.events.last, told_by.deliveries.last) == (2, 2, 0)


async def test_before_the_first_event_a_position_is_known() -> None:
    """Who is cut off before anything happened comes back without a hole."""
    told_by, journal = small(), MemoryJournal()
    told_by.told([journal.commit()])
    follower = Follower(told_by, journal)
    await follower.connect()
    await follower.read()
    assert (follower.reader.last_id, follower.received) == ("1", [])
    await follower.cut()
    told_by.told([journal.commit()])
    await follower.connect()
    await follower.read(2)
    assert follower.ids == [2]


async def test_heartbeats_carry_the_position() -> None:
    """Who wants little and hears nothing for long knows where it stands all the same."""
    told_by, journal = Hub(heartbeat_seconds=0.005), MemoryJournal()
    told_by.begin(0)
    follower = Follower(told_by, journal, CallSelection(extension="999"))
    await follower.connect()
    for _ in range(3):
        told_by.told([journal.commit()])
    await follower.read(2)
    assert (follower.reader.last_id, follower.ids) == ("3", [])
    await follower.cut()


async def test_what_is_forgotten_is_told() -> None:
    """An id older than what is kept: a gap is said once, then everything that is left."""
    told_by, journal = small(), MemoryJournal()
    told_by.told([journal.commit() for _ in range(9)])
    journal.forget(4)
    follower = Follower(told_by, journal)
    follower.reader.last_id = "2"
    await follower.connect()
    await follower.read(3)
    assert follower.kinds == ["gap", *["call-event"] * 5]
    assert follower.received[0].data["after"] == "2"
    assert follower.ids == [5, 6, 7, 8, 9]


async def test_an_id_of_another_store() -> None:
    """One that was never given: it is told, and the present begins."""
    told_by, journal = small(), MemoryJournal()
    told_by.told([journal.commit()])
    follower = Follower(told_by, journal)
    follower.reader.last_id = "4711"
    await follower.connect()
    told_by.told([journal.commit()])
    await follower.read(3)
    assert (follower.kinds, follower.ids) == (["gap", "call-event"], [2])


@pytest.mark.parametrize("last_id", ["x", "-1", "1.5", "9" * 19, " 1", "1b-2"])
async def test_malformed_ids(last_id: str) -> None:
    """What no stream ever gave is refused."""
    selection = replace(EVERYTHING, beginning=Beginning(last_id=last_id))
    with pytest.raises(UnknownPositionError):
        await Follower(small(), MemoryJournal(), selection).connect()


async def test_beginnings() -> None:
    """With some of the last entries that are wanted, or with all since a time."""
    told_by, journal = small(), MemoryJournal()
    told_by.told([journal.commit("210" if number % 2 else "220") for number in range(10)])
    last = Follower(told_by, journal, CallSelection(extension="210", beginning=Beginning(before=2)))
    since = Follower(told_by, journal, replace(EVERYTHING, beginning=Beginning(since=8.0)))
    later = Follower(told_by, journal, replace(EVERYTHING, beginning=Beginning(since=99.0)))
    for one in (last, since, later):
        await one.connect()
        await one.read(2)
    assert (last.ids, since.ids, later.ids) == ([8, 10], [8, 9, 10], [])


async def test_what_is_wanted_and_may_be_seen() -> None:
    """Extension, type and reach hold for what comes from memory and for what comes from the journal."""
    told_by, journal = small(2), MemoryJournal()
    reach = {"210"}
    selection = CallSelection(
        covers=lambda number: number in reach, numbers=lambda: reach, event_type=EventType.DIAL_IN
    )
    follower = Follower(told_by, journal, selection)
    await follower.connect()
    told_by.told([journal.commit("220"), journal.commit("210"), journal.commit("210", EventType.HANGUP)])
    await follower.read(2)
    reach.add("220")
    told_by.told([journal.commit("220")])
    await follower.read(1)
    reach.clear()
    told_by.told([journal.commit("210")])
    await follower.read(1)
    assert follower.ids == [2, 4]


async def test_deliveries_come_after_their_events() -> None:
    """Only when they are asked for."""
    told_by, journal = small(), MemoryJournal()
    with_them, without = Follower(told_by, journal, replace(EVERYTHING, deliveries=True)), Follower(told_by, journal)
    for one in (with_them, without):
        await one.connect()
        await one.read()
    told_by.told([journal.commit()])
    told_by.settled(*settled(journal.entries[0]))
    for one in (with_them, without):
        await one.read(2)
    assert with_them.kinds == ["call-event", "delivery"]
    assert with_them.reader.last_id == "1"
    assert with_them.received[1].data["state"] == "delivered"
    assert without.kinds == ["call-event"]


async def test_too_many_deliveries_are_a_gap() -> None:
    """They are not in the journal by their order; who is too slow for them is told."""
    told_by, journal = small(2), MemoryJournal()
    follower = Follower(told_by, journal, replace(EVERYTHING, deliveries=True))
    await follower.connect()
    await follower.read()
    told_by.told([journal.commit()])
    for _ in range(5):
        told_by.settled(*settled(journal.entries[0]))
    await follower.read(3)
    assert follower.kinds == ["call-event", "gap", "delivery", "delivery"]


async def test_ends() -> None:
    """The last word is why: the daemon stops, or the token is worthless."""
    told_by, journal = small(), MemoryJournal()
    welcome = [True]
    follower = Follower(told_by, journal, replace(EVERYTHING, is_welcome=lambda: welcome[-1]))
    staying = Follower(told_by, journal)
    for one in (follower, staying):
        await one.connect()
        await one.read()
    welcome.append(False)
    told_by.told([journal.commit()])
    assert await follower.read(3)
    assert [frame.data["reason"] for frame in follower.received] == [feeds.UNWELCOME]
    told_by.close()
    assert await staying.read(3)
    assert staying.received[-1].data["reason"] == feeds.STOPPING


async def test_no_places() -> None:
    """Where nobody may follow, there is nobody to end: it says which setting it is."""
    with pytest.raises(TooManyFollowersError, match=r"^streams are switched off by api\.stream_clients = 0$"):
        Hub(limit=0).enter()


async def test_places() -> None:
    """There are so many; each is given back."""
    told_by = Hub(limit=1)
    told_by.enter()
    with pytest.raises(TooManyFollowersError, match="1 clients follow already"):
        told_by.enter()
    told_by.enter(spare=1)
    told_by.leave()
    told_by.leave()
    told_by.enter()
    assert told_by.clients == 1


def test_numbers_are_bounded() -> None:
    """What is kept for followers has a bound, whatever happens."""
    assert max(hub.EVENTS_KEPT, hub.DELIVERIES_KEPT, hub.LINES_KEPT) <= 1000
