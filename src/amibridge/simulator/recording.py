"""Recorded AMI byte streams as timed messages, and each message made fresh for another replay. Pure.

A recording is what Asterisk sent to one listener. The messages about calls are kept as they were, header by header;
what belongs to the recording's own session (its login, its pings, ``FullyBooted``) is left to the simulated PBX.
"""

import math
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from amibridge.errors import UsageError

_BANNER: Final = b"Asterisk Call Manager/"
_OWN_SESSION: Final = frozenset({"FullyBooted", "SuccessfulAuth", "ChallengeSent"})
_UNIQUEID: Final = re.compile(r"(?P<system>.*?)\d+\.\d+")
_MACHINE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One AMI message: its headers in order, repeated ones too."""

    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The first value of that header, an empty text without one; names compare without case."""
        wanted = name.lower()
        return next((value for header, value in self.headers if header.lower() == wanted), "")

    def as_bytes(self) -> bytes:
        """The message as AMI sends it, the blank line included."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"{lines}\r\n".encode(errors="surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedMessage:
    """A recorded message and the silence before it."""

    pause_seconds: float
    """Since the message before, by their ``Timestamp`` headers; 0 for the first."""
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What Asterisk said about one or more calls."""

    name: str
    """The trace it is a copy of, without its ending: ``internal/answered_caller_hangs_up``."""
    version: str
    """The protocol version of its banner: ``11.0.0``."""
    messages: tuple[TimedMessage, ...]


class RecordingError(UsageError):
    """These bytes are no recorded AMI stream."""

    def __init__(self, *, name: str, problem: str) -> None:
        super().__init__(name, problem)
        self.name, self.problem = name, problem

    def __str__(self) -> str:
        return f"{self.name} is no recorded AMI stream: {self.problem}; record one with: amibridge record FILE"


def read_recording(name: str, stream: bytes) -> Recording:
    """The events of a recorded stream, each with the pause before it.

    Raises:
        RecordingError: It does not start with Asterisk's banner, or says nothing about calls.
    """
    banner, _, rest = stream.partition(b"\r\n")
    if not banner.startswith(_BANNER):
        raise RecordingError(name=name, problem=f"it does not start with {_BANNER.decode()!r}")
    *blocks, _half = rest.split(b"\r\n\r\n")
    messages = tuple(_timed(message for message in map(read_message, blocks) if _about_calls(message)))
    if not messages:
        raise RecordingError(name=name, problem="no event of a call is in it")
    version = banner.removeprefix(_BANNER).decode(errors="replace").strip()
    return Recording(name=name, version=version, messages=messages)


def read_message(block: bytes) -> Message:
    """The headers of one message; lines that are none are passed over. Any bytes come out of it as they went in."""
    lines = [line.partition(":") for line in block.decode(errors="surrogateescape").split("\r\n") if ":" in line]
    return Message(headers=tuple((name, value.removeprefix(" ")) for name, _, value in lines))


def _about_calls(message: Message) -> bool:
    """Answers to the recording's own client may be events too: they carry its ActionID."""
    event = message.get("Event")
    return bool(event) and event not in _OWN_SESSION and not message.get("ActionID")


def _timed(messages: Iterable[Message]) -> Iterator[TimedMessage]:
    last: float | None = None
    for message in messages:
        at = _timestamp(message)
        pause = 0.0 if at is None or last is None else max(0.0, at - last)
        last = last if at is None else at
        yield TimedMessage(pause_seconds=pause, message=message)


def _timestamp(message: Message) -> float | None:
    try:
        at = float(message.get("Timestamp"))
    except ValueError:
        return None
    return at if math.isfinite(at) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a replay keeps time.

    The phones of the laboratory in which the calls were recorded decide within a sixth of a second. A pause that long
    is somebody's decision and is stretched, so that a person can follow; a shorter one is the PBX's own and is kept.
    """

    speed: float = 1.0
    """Every pause is divided by it."""
    stretch: float = 8.0
    """Somebody's pause takes this many times as long as recorded."""
    longest_seconds: float = 2.0
    """A stretched pause is cut here."""

    def seconds(self, recorded_seconds: float) -> float:
        """How long to wait where this pause was recorded."""
        human = recorded_seconds >= _MACHINE_SECONDS
        pause = min(recorded_seconds * self.stretch, self.longest_seconds) if human else recorded_seconds
        return pause / self.speed


class FreshIds:
    """Makes each replay's channels and bridges new ones, in the form that Asterisk gives them.

    One instance serves all replays of a simulated PBX: its channel numbers grow as those of a running Asterisk.
    """

    def __init__(self) -> None:
        self._number = 0

    def for_replay(self, started_at: float) -> Callable[[Message, float], Message]:
        """A function that makes one replay's messages fresh: give it the recorded message and the time of sending.

        Args:
            started_at: Unix seconds; the ids carry it, as Asterisk's carry the start of their channel.
        """
        channels: dict[str, str] = {"": ""}
        bridges: dict[str, str] = {"": ""}

        def channel(recorded: str) -> str:
            if recorded not in channels:
                form = _UNIQUEID.fullmatch(recorded)
                channels[recorded] = f"{form['system'] if form else ''}{int(started_at)}.{self._number}"
                self._number += 1
            return channels[recorded]

        def bridge(recorded: str) -> str:
            if recorded not in bridges:
                bridges[recorded] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{recorded} {started_at} {self._number}"))
            return bridges[recorded]

        def fresh(message: Message, at: float) -> Message:
            return Message(headers=tuple((name, value_of(name, value, at)) for name, value in message.headers))

        def value_of(name: str, value: str, at: float) -> str:
            match _kind(name):
                case "channel":
                    return channel(value)
                case "bridge":
                    return bridge(value)
                case "time":
                    return f"{at:.6f}"
                case _:
                    return value

        return fresh


def _kind(header: str) -> str:
    """Whether a header names a channel, a bridge or a time; matched by its ending, because the beginnings are many."""
    name = header.lower()
    if name == "timestamp":
        return "time"
    if name.endswith(("uniqueid", "linkedid")):
        return "bridge" if "bridge" in name else "channel"
    return ""
