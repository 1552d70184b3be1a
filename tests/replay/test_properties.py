"""Rule 1 holds for any order, any start and any damage of what real calls sent."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amibridge.ami.message import AmiEvent
from amibridge.ami.replay import read_stream
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallEvent, EventType
from amibridge.calls.tracker import Tracker
from tests.replay.reading import TRACES, declared, new_tracker, read_trace

NAMES = sorted(TRACES)
TRACE = st.sampled_from(NAMES)
OF_VERSION = {
    version: [name for name in NAMES if name.startswith(f"{version}/")]
    for version in {one.partition("/")[0] for one in NAMES}
}

SERVICES = {one.number for one in declared() if one.kind is not ExtensionKind.PHONE}

DIALS = {EventType.DIAL_IN, EventType.DIAL_OUT}
ANSWERS = {EventType.ANSWER_IN, EventType.ANSWER_OUT}


def feed(tracker: Tracker, events: Sequence[AmiEvent]) -> list[CallEvent]:
    """Everything told for these events."""
    return [told for event in events for told in tracker.feed(event, event.timestamp)]


def assert_rule_one(told: Sequence[CallEvent], *, shared: AbstractSet[str] = frozenset()) -> None:
    """Dial first, at most one answer, at most one Hangup and nothing after it; no event id twice.

    Args:
        told: Everything that was told.
        shared: Services in which several channels of one call may be at once: each has a part of its own there.
    """
    assert len({event.event_id for event in told}) == len(told)
    open_now: dict[tuple[str, str, str], list[set[EventType]]] = defaultdict(list)
    for event in told:
        parts = open_now[event.extension, event.call_id, event.flow]
        if event.type in DIALS:
            assert not parts or event.extension in shared, f"a second Dial: {event}"
            parts.append({event.type})
            continue
        assert parts, f"before its Dial or after its Hangup: {event}"
        if event.type is EventType.HANGUP:
            parts.remove(max(parts, key=len))
        else:
            unanswered = next((part for part in parts if not part & ANSWERS), None)
            assert unanswered is not None, f"a second answer: {event}"
            unanswered.add(event.type)


def assert_nothing_left(tracker: Tracker) -> None:
    """All calls have ended, and the tracker holds nothing of them."""
    assert (tracker.channels, tracker.open_participations) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_every_start_and_every_end(name: str) -> None:
    """Attaching or losing sight at any event of any recorded call keeps rule 1."""
    events = read_trace(name)
    for cut in range(len(events) + 1):
        assert_rule_one(feed(new_tracker(), events[:cut]))
        late = new_tracker()
        assert_rule_one(feed(late, events[cut:]))
        assert_nothing_left(late)


@pytest.mark.parametrize("name", NAMES)
def test_headers_in_any_case(name: str) -> None:
    """Asterisk writes one header in several ways over its versions: how it is written means nothing."""
    head, *lines = TRACES[name].read_bytes().split(b"\r\n")
    expected = feed(new_tracker(), read_trace(name))
    for written in (bytes.upper, bytes.lower, bytes.swapcase):
        tracker = new_tracker()
        stream = b"\r\n".join([head, *(_header(line, written) for line in lines)])
        events = [item for item in read_stream([stream], tracker.wanted) if isinstance(item, AmiEvent)]
        assert feed(tracker, events) == expected


def _header(line: bytes, written: Callable[[bytes], bytes]) -> bytes:
    """A line with its header written so; by ``Event``, always written alike, an event is told from all else."""
    header, colon, value = line.partition(b":")
    return line if header == b"Event" else written(header) + colon + value


@given(name=TRACE, random=st.randoms(use_true_random=False), share=st.floats(0, 1))
def test_any_order(name: str, random: Random, share: float) -> None:
    """Events that swap places, near or far, keep rule 1."""
    events = list(read_trace(name))
    reach = max(1, round(share * len(events)))
    for here in range(len(events)):
        there = min(len(events) - 1, here + random.randrange(reach))
        events[here], events[there] = events[there], events[here]
    assert_rule_one(feed(new_tracker(), events))


@given(name=TRACE, random=st.randoms(use_true_random=False))
def test_repeated_events(name: str, random: Random) -> None:
    """Events that come twice, at once or much later, change nothing that is told, and leave nothing behind."""
    events = list(read_trace(name))
    expected = feed(new_tracker(), events)
    doubled = [event for event in events for _ in range(random.choice((1, 1, 2)))]
    tracker = new_tracker()
    assert feed(tracker, doubled) == expected
    assert feed(tracker, random.sample(events, k=len(events))) == []
    assert_nothing_left(tracker)


@given(name=TRACE, random=st.randoms(use_true_random=False), loss=st.floats(0, 0.9))
def test_lost_events(name: str, random: Random, loss: float) -> None:
    """Whatever is lost, rule 1 holds; as long as each Hangup arrives, every participation ends."""
    events = [event for event in read_trace(name) if event.name == "Hangup" or random.random() >= loss]
    tracker = new_tracker()
    told = feed(tracker, events)
    assert_rule_one(told)
    assert_nothing_left(tracker)
    dials = [event for event in told if event.type in DIALS]
    assert len(dials) == sum(event.type is EventType.HANGUP for event in told)


@given(
    names=st.sampled_from(sorted(OF_VERSION)).flatmap(
        # Two PBXs may give two Local channels one name.
        lambda version: st.lists(st.sampled_from(OF_VERSION[version]), min_size=2, max_size=4, unique=True)
    ),
    random=st.randoms(use_true_random=False),
)
@settings(max_examples=200)
def test_calls_at_the_same_time(names: list[str], random: Random) -> None:
    """Calls that run at the same time tell what each of them tells alone."""
    alone = [feed(new_tracker(), read_trace(name)) for name in names]
    waiting = [list(reversed(read_trace(name))) for name in names]
    mixed = []
    while any(waiting):
        mixed.append(random.choice([one for one in waiting if one]).pop())
    tracker = new_tracker()
    told = feed(tracker, mixed)
    assert sorted(told, key=lambda event: event.event_id) == sorted(
        (event for one in alone for event in one),
        key=lambda event: event.event_id,
    )
    assert_nothing_left(tracker)


def test_recorded_ids_are_distinct() -> None:
    """No two recorded calls share an event id, which the tests above rely on."""
    ids = {name: {event.event_id for event in feed(new_tracker(), read_trace(name))} for name in NAMES}
    assert not [(one, other) for one, other in permutations(NAMES, 2) if ids[one] & ids[other]]


HOSTILE = st.one_of(
    st.text(max_size=40), st.sampled_from(["9" * 5000, "-1", "²", "1e9", "office-1795509528.0", "s", "\x1b[2J"])
)


@given(name=TRACE.filter(read_trace), data=st.data())
def test_hostile_values(name: str, data: st.DataObject) -> None:
    """Whatever stands in any header: nothing is raised, rule 1 holds, and what is told can be written and read.

    A caller whose Uniqueid is damaged is another caller, of the same call.
    """
    events = list(read_trace(name))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(events) - 1))
        headers = dict(events[place].headers)
        headers[data.draw(st.sampled_from(sorted(headers)))] = data.draw(HOSTILE)
        events[place] = AmiEvent(events[place].name, headers)
    told = feed(new_tracker(), events)
    assert_rule_one(told, shared=SERVICES)
    assert [CallEvent.from_json(json.loads(json.dumps(event.as_json()))) for event in told] == told
