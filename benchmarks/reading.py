"""Reading a stream: link and tracker against their peers, at full speed and at the pace of a busy PBX."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.report import Report
from benchmarks.sessions import Script, ours, theirs
from benchmarks.streams import END, Line, events_in, messages, paced_lines, repeated, write_script
from benchmarks.streams import tracker as new_tracker

EVENTS: Final = 300_000
"""So many at least are read of the unfiltered stream; of the filtered one as many as its calls have."""
STREAMS: Final = ("unfiltered", "filtered")
PACE_PER_SECOND: Final = 4800.0
PACE_SECONDS: Final = 12.0
PACED_ROUNDS: Final = 2
ONCE: Final = {"panoramisk on uvloop, one no-op handler", "basicami", "pyami_asterisk, one no-op handler"}
CACOFONISK: Final = "cacofonisk over panoramisk"

Session = Callable[[], dict[str, float]]


def _script(name: str, folder: Path) -> Script:
    path = folder / f"{name}.script"
    copies = -(-EVENTS // len(messages("unfiltered")))
    stream = repeated(name, copies)
    if not path.exists():
        write_script(path, [Line(at=0.0, data=one + END) for one in stream.split(END)[:-1]])
    return Script(path=path, events=events_in(stream))


def _rounds(report: Report, group: str, rounds: int, events: int, sessions: Mapping[str, Session]) -> None:
    """Interleaved, so that whatever else the machine does troubles all alike; what is no gate runs once."""
    for number in range(rounds):
        for name, session in sessions.items():
            if number and name in ONCE:
                continue
            report.add(group, name, events / _whole(session(), name)["cpu_seconds"], "events per CPU second")


def _whole(facts: dict[str, float], name: str) -> dict[str, float]:
    """The facts of a session that was read to its end.

    Raises:
        RuntimeError: The client heard nothing: its figure would be that of doing nothing.
    """
    if not facts["heard"]:
        raise RuntimeError(f"{name} heard nothing of the stream")
    return facts


def link(report: Report, folder: Path, python: Path, rounds: int) -> None:
    """From the socket to events."""
    for name in STREAMS:
        _link(report, name, _script(name, folder), python, rounds)


def _link(report: Report, name: str, script: Script, python: Path, rounds: int) -> None:
    group, needed = f"1. Link, {name} stream", sorted(new_tracker().wanted)
    sessions: Mapping[str, Session] = {
        "floor: counts messages": lambda: ours("count", script),
        "floor: a dictionary of each message": lambda: ours("dictionary", script),
        "amibridge": lambda: ours("link", script),
        "amibridge, a header of each needed event read": lambda: ours("link-and-read", script),
        "panoramisk, one no-op handler": lambda: theirs("panoramisk", script, python),
        "panoramisk, the needed handlers": lambda: theirs("panoramisk", script, python, needed),
        "panoramisk on uvloop, one no-op handler": lambda: theirs("panoramisk-uvloop", script, python),
        "basicami": lambda: theirs("basicami", script, python),
        "pyami_asterisk, one no-op handler": lambda: theirs("pyami_asterisk", script, python),
    }
    _rounds(report, group, rounds, script.events, sessions)
    for other, limit in _LINK_LIMITS[name].items():
        report.hold(f"{group}: amibridge / {other}", group, "amibridge", limit, at_least=True, over=other)


_LINK_LIMITS: Final[Mapping[str, Mapping[str, float]]] = {
    "unfiltered": {
        "panoramisk, one no-op handler": 6.0,
        "panoramisk, the needed handlers": 15.0,
        "floor: counts messages": 0.25,
    },
    "filtered": {"panoramisk, one no-op handler": 2.5},
}
_TRACKER_LIMITS: Final[Mapping[str, float]] = {"unfiltered": 5.0, "filtered": 3.0}


def tracker(report: Report, folder: Path, python: Path, rounds: int) -> None:
    """From the socket to call events."""
    for name in STREAMS:
        script, group = _script(name, folder), f"2. Tracker, {name} stream"
        _rounds(report, group, rounds, script.events, _trackers(script, python))
        limit = _TRACKER_LIMITS[name]
        report.hold(f"{group}: amibridge / cacofonisk", group, "amibridge", limit, at_least=True, over=CACOFONISK)


def _trackers(script: Script, python: Path) -> Mapping[str, Session]:
    return {"amibridge": lambda: ours("tracker", script), CACOFONISK: lambda: theirs("cacofonisk", script, python)}


def paced(report: Report, folder: Path, python: Path) -> None:
    """The same at the pace of a busy PBX, where waking up costs most."""
    path = folder / "paced.script"
    lines = paced_lines("unfiltered", PACE_PER_SECOND, PACE_SECONDS)
    write_script(path, lines)
    script = Script(path=path, events=len(lines), options=("--keep-time",))
    group = f"2. Tracker, paced at {PACE_PER_SECOND:,.0f} events a second"
    for _ in range(PACED_ROUNDS):
        for name, session in _trackers(script, python).items():
            facts = _whole(session(), name)
            report.add(group, name, 100 * facts["cpu_seconds"] / PACE_SECONDS, "% of a core")
    report.hold(f"{group}: CPU, amibridge / cacofonisk", group, "amibridge", 0.5, over=CACOFONISK)
