"""Losing sight of the PBX in the middle of a call: the listing afterwards makes everything right again."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import Snapshot
from amibridge.calls.events import CallEvent, EventType
from tests.replay.listing import listing
from tests.replay.reading import TRACES, new_tracker, read_trace
from tests.replay.stories import DIRECTORY
from tests.replay.test_properties import assert_nothing_left, assert_rule_one, feed

NAMES = sorted(TRACES)
SERVICES = {one.number for one in DIRECTORY if one.kind != "phone"}


def parts(told: list[CallEvent]) -> set[tuple[str, str, str]]:
    """Which extensions had which part in which call, to its end."""
    return {(event.extension, event.call_id, event.flow) for event in told if event.type is EventType.HANGUP}


def ends_of_phones(told: list[CallEvent]) -> set[str]:
    """The event ids of the Hangups of phones."""
    return ends([event for event in told if event.extension not in SERVICES])


def ends(told: list[CallEvent]) -> set[str]:
    """The event ids of the Hangups."""
    return {event.event_id for event in told if event.type is EventType.HANGUP}


def moment(events: Sequence[AmiEvent]) -> float:
    """A second after these events, Unix seconds; FullyBooted alone carries no time."""
    return 1 + max((event.timestamp for event in events if event.timestamp is not None), default=0.0)


@given(name=st.sampled_from(NAMES), data=st.data())
def test_a_gap_anywhere(name: str, data: st.DataObject) -> None:
    """Whatever part of a call is missed, each participation seen before or after the gap gets its one Hangup."""
    events = read_trace(name)
    lost, found = sorted(data.draw(st.tuples(*[st.integers(0, len(events))] * 2)))
    tracker = new_tracker()
    told = feed(tracker, events[:lost])
    tracker.link_lost()
    recovered = tracker.settle(listing(events[:found]), None)
    assert all(event.recovered for event in recovered)
    told += recovered + feed(tracker, events[found:])
    assert_rule_one(told)
    assert_nothing_left(tracker)
    assert len(ends(told)) == sum(event.type in {EventType.DIAL_IN, EventType.DIAL_OUT} for event in told)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_loss_a_listing_tells_nothing(name: str) -> None:
    """A listing that shows what is already known is silent, and what follows is told as if it had not come."""
    events = read_trace(name)
    alone = feed(new_tracker(), events)
    for cut in range(len(events) + 1):
        tracker = new_tracker()
        told = feed(tracker, events[:cut])
        tracker.link_lost()
        assert tracker.settle(listing(events[:cut]), None) == []
        assert told + feed(tracker, events[cut:]) == alone


@pytest.mark.parametrize("name", NAMES)
def test_a_restart_in_the_middle(name: str) -> None:
    """Participations kept over a restart end with the ids that they would have had without it."""
    events = read_trace(name)
    alone = feed(new_tracker(), events)
    for cut in range(len(events) + 1):
        first = new_tracker()
        told = feed(first, events[:cut])
        second = new_tracker()
        second.restore(first.take_changes().open)
        told += second.settle(listing(events[:cut]), moment(events[:cut]))
        told += feed(second, events[cut:])
        assert_rule_one(told)
        assert_nothing_left(second)
        assert ends_of_phones(told) >= ends_of_phones(alone)
        # How many services a channel had visited nobody knows after a restart: their ids differ, nothing else does.
        assert parts(told) >= parts(alone)


@pytest.mark.parametrize("name", NAMES)
def test_the_pbx_lost_every_call(name: str) -> None:
    """An empty listing in the middle of a call ends every participation there was, marked as recovered."""
    events = read_trace(name)
    for cut in range(len(events) + 1):
        tracker = new_tracker()
        told = feed(tracker, events[:cut])
        tracker.link_lost()
        told += tracker.settle(Snapshot(channels=()), None)
        assert_rule_one(told)
        assert_nothing_left(tracker)


def test_what_moves_while_the_list_is_made() -> None:
    """A channel that appears after the link came up is kept although it is not listed; one that hung up stays gone."""
    events = read_trace("22/internal/answered_caller_hangs_up")
    cut = next(index for index, event in enumerate(events) if event.name == "BridgeEnter")
    tracker = new_tracker()
    tracker.link_lost()
    told = feed(tracker, events[:cut])
    assert tracker.settle(Snapshot(channels=()), None) == []
    told += feed(tracker, events[cut:])
    assert tracker.settle(listing(events[:cut]), None) == []
    assert told == feed(new_tracker(), events)
    assert_nothing_left(tracker)
