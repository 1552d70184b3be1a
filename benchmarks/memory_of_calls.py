"""What a call costs in memory while it goes on, and what is left of it afterwards.

Calls recorded from a real Asterisk are fed to the tracker as the link would feed them, from bytes, each copy with ids
of its own, up to the moment where most is going on; then all of them end. The alternative is the least that a program
without a tracker keeps: the last event of each channel as a dictionary, as a panoramisk callback gets it.
"""

import argparse
import gc
import json
import re
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from amibridge.ami.message import AmiEvent
from amibridge.ami.replay import read_stream
from amibridge.calls.tracker import Tracker
from tests.replay.reading import TRACES, new_tracker

CALLS: Final = 10_000
LIMIT_BYTES: Final = 8 * 1024
MIX: Final = (
    "22/internal/answered_caller_hangs_up",
    "22/trunk/in_answered",
    "22/trunk/out_answered",
    "22/groups/ring_group_answered",
    "22/local/ring_group_kept",
    "22/attended/by_called",
    "22/queues/answered",
    "22/services/conference",
    "22/services/menu_to_extension",
)
"""Of everything that happens much on a PBX, as much."""

_UNIQUEID: Final = re.compile(rb"(office-\d+)\.(\d+)")
_CHANNEL_NUMBER: Final = re.compile(rb"-[0-9a-f]{8}(?=[\r;])")
_BRIDGE: Final = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def copy_of(stream: bytes, number: int) -> bytes:
    """The same call once more, with channels and bridges of its own."""
    stream = _UNIQUEID.sub(rb"\g<1>%d.\g<2>" % number, stream)
    stream = _BRIDGE.sub(lambda found: b"%08x" % number + found[0][8:], stream)
    return _CHANNEL_NUMBER.sub(lambda found: b"-%08x" % (number * 16 + int(found[0][1:], 16) % 16), stream)


def events_of(stream: bytes, tracker: Tracker) -> list[AmiEvent]:
    """The events of a stream, as the link gives them to the pipeline."""
    return [item for item in read_stream([stream], tracker.wanted) if isinstance(item, AmiEvent)]


def fullest(stream: bytes) -> int:
    """After how many events most channels of a call are there, at the latest such moment."""
    tracker = new_tracker()
    best, place = 0, 0
    for index, event in enumerate(events_of(stream, tracker), start=1):
        tracker.feed(event, event.timestamp)
        if tracker.channels >= best:
            best, place = tracker.channels, index
    return place


class Load:
    """So many calls at once, as many of each kind.

    Args:
        names: The recorded calls.
        calls: How many there are.
    """

    def __init__(self, names: Sequence[str], calls: int) -> None:
        self._streams = [TRACES[name].read_bytes() for name in names]
        self._places = [fullest(stream) for stream in self._streams]
        self._calls = calls

    def _copies(self, tracker: Tracker, *, begin: bool) -> Iterator[AmiEvent]:
        for number in range(self._calls):
            kind = number % len(self._streams)
            events, place = events_of(copy_of(self._streams[kind], number), tracker), self._places[kind]
            yield from events[:place] if begin else events[place:]

    def tracked(self, tracker: Tracker, *, begin: bool) -> None:
        """Feed the first or the second half of each call to a tracker."""
        for event in self._copies(tracker, begin=begin):
            tracker.feed(event, event.timestamp)
            tracker.take_changes()

    def last_events(self, tracker: Tracker) -> dict[str, dict[str, str]]:
        """The last event of each channel that is there when the first halves are over."""
        last: dict[str, dict[str, str]] = {}
        for event in self._copies(tracker, begin=True):
            if event.name == "Hangup":
                last.pop(event.get("uniqueid"), None)
            elif event.get("uniqueid"):
                last[event.get("uniqueid")] = dict(event.headers)
        return last


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Bytes a call."""

    tracker: float
    last_events: float
    left: float
    """When all have ended: the ids of the last channels, a fixed number at most, and empty tables at their largest."""
    things_left: int
    """Channels and participations that are left."""


def measure(names: Sequence[str], calls: int) -> Measured:
    """Memory of so many calls at once."""
    load, tracker = Load(names, calls), new_tracker()
    Load(names, len(names)).tracked(new_tracker(), begin=True)  # whatever is made once is there
    during, _ = traced(lambda: load.tracked(tracker, begin=True))
    after, _ = traced(lambda: load.tracked(tracker, begin=False))
    naive, _ = traced(lambda: load.last_events(tracker))
    return Measured(
        tracker=during / calls,
        last_events=naive / calls,
        left=(during + after) / calls,
        things_left=tracker.channels + tracker.open_participations,
    )


def time_of_an_event(calls: int) -> float:
    """Seconds that the tracker takes for an event of one more call while so many are open."""
    load, tracker = Load(MIX, calls), new_tracker()
    load.tracked(tracker, begin=True)
    more = [events_of(copy_of(TRACES[name].read_bytes(), calls + number), tracker) for number, name in enumerate(MIX)]
    rounds = []
    for _ in range(5):
        started = time.perf_counter()
        for events in more:
            for event in events:
                tracker.feed(event, event.timestamp)
        rounds.append((time.perf_counter() - started) / sum(map(len, more)))
        more = [
            events_of(copy_of(TRACES[name].read_bytes(), calls + 100 * len(rounds) + place), tracker)
            for place, name in enumerate(MIX)
        ]
    return statistics.median(rounds)


def traced(work: Callable[[], object]) -> tuple[int, object]:
    """How many bytes more there are after some work than before it, and what it returned, kept until then."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    kept = work()
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before, kept


def _row(label: str, measured: Measured) -> None:
    ratio = measured.tracker / measured.last_events
    print(f"{label:<40} {measured.tracker:>8,.0f} {measured.last_events:>12,.0f} {ratio:>6.2f} {measured.left:>6,.1f}")


def main(arguments: Sequence[str]) -> int:
    """Print the table; status 1 when a call costs more than it may, or leaves something behind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory_of_calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS, help="how many at once (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="the figures of all kinds together, for programs")
    given = parser.parse_args(arguments)
    calls = given.calls
    if given.json:
        microseconds = time_of_an_event(calls) * 1e6
        tracemalloc.start()
        load, tracker = Load(MIX, calls), new_tracker()
        during, _ = traced(lambda: load.tracked(tracker, begin=True))
        after, _ = traced(lambda: load.tracked(tracker, begin=False))
        left = (during + after) / calls
        print(json.dumps({"bytes": during / calls, "left": left, "microseconds": microseconds}))
        return 0
    tracemalloc.start()
    print(f"{calls:,} calls at once ({calls // 10:,} of one kind): bytes a call\n")
    print(f"{'call':<40} {'tracker':>8} {'last events':>12} {'ratio':>6} {'left':>6}")
    for name in MIX:
        _row(name, measure([name], calls // 10))
    together = measure(MIX, calls)
    _row("all of these, as many of each", together)
    fine = together.tracker <= LIMIT_BYTES and not together.things_left
    print(f"\nAt most {LIMIT_BYTES:,} bytes a call, no channel and no participation left: {'yes' if fine else 'NO'}")
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
