"""``amibridge replay``: the translation, offline."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from amibridge.ami.message import AmiEvent
from amibridge.ami.replay import HalfMessage, LinkBroken, NoStreamError, Replayed, read_stream
from amibridge.ami.snapshot import Snapshot
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory
from amibridge.calls.events import CallEvent
from amibridge.calls.tracker import Tracker
from amibridge.cli.common import ConfigOption, say, settings_of
from amibridge.errors import AmibridgeError, SettingsError, UsageError, reason_of
from amibridge.logs import json_line
from amibridge.settings import Settings
from amibridge.store.extensions import read_directory

STANDARD_INPUT: Final = "-"
_CHUNK_BYTES: Final = 256 * 1024


class UnreadableTraceError(UsageError):
    """The trace cannot be read."""

    def __init__(self, *, trace: str, problem: str) -> None:
        super().__init__(trace, problem)
        self.trace, self.problem = trace, problem

    def __str__(self) -> str:
        return (
            f"{self.trace} cannot be read ({self.problem}): name a file that 'amibridge record' wrote, or - for input"
        )


def replay(
    trace: Annotated[str, typer.Argument(metavar="TRACE", help="A recorded AMI stream; - for standard input.")],
    config: ConfigOption = None,
) -> None:
    """Print the call events of a recorded AMI stream, one JSON object a line."""
    settings, directory = _surroundings(config)
    tracker = Tracker(Attribution.from_settings(settings.extensions), directory)
    try:
        for item in read_stream(_chunks(trace), tracker.wanted):
            _print(_told(tracker, item))
    except NoStreamError as error:
        raise UsageError(f"{_named(trace)}: {error}") from error


def _told(tracker: Tracker, item: Replayed) -> list[CallEvent]:
    match item:
        case AmiEvent():
            return tracker.feed(item, item.timestamp)
        case Snapshot():
            return tracker.settle(item, None)
        case LinkBroken(reason=reason):
            say(f"the link was lost here: {reason}")
            tracker.link_lost()
        case HalfMessage(size_bytes=size_bytes):
            say(f"the last message is not complete, its {size_bytes} bytes are ignored")
    return []


def _print(told: list[CallEvent]) -> None:
    """Write events at once: whoever reads a live stream waits for them. JSON is UTF-8, whatever the terminal is."""
    for event in told:
        sys.stdout.buffer.write(json_line(event.as_json()).encode() + b"\n")
    if told:
        sys.stdout.buffer.flush()


def _surroundings(config: Path | None) -> tuple[Settings, Directory]:
    """Settings and directory; what nobody asked for by name may be unreadable."""
    try:
        settings = settings_of(config)
    except SettingsError as error:
        if config is not None:
            raise
        say(f"going on with the default settings: {error}")
        settings = Settings()
    store = Path(settings.store.path)
    if _is_missing(store):
        return settings, Directory()
    try:
        return settings, asyncio.run(read_directory(store))
    except AmibridgeError as error:
        if config is not None:
            raise
        say(f"going on without the directory of extensions: {error}")
        return settings, Directory()


def _is_missing(path: Path) -> bool:
    """Whether there is nothing there; where that may not be looked at, something is."""
    try:
        return not path.exists()
    except PermissionError:
        return False


def _chunks(trace: str) -> Iterator[bytes]:
    """The trace's bytes as they come."""
    try:
        if trace == STANDARD_INPUT:
            yield from iter(lambda: os.read(sys.stdin.fileno(), _CHUNK_BYTES), b"")
            return
        with Path(trace).open("rb") as file:
            yield from iter(lambda: file.read(_CHUNK_BYTES), b"")
    except (OSError, ValueError) as error:
        problem = reason_of(error)
        raise UnreadableTraceError(trace=_named(trace), problem=problem) from error


def _named(trace: str) -> str:
    return "standard input" if trace == STANDARD_INPUT else trace
