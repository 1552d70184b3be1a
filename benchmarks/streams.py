"""The recorded streams, repeated with ids of their own, and single calls out of them."""

import lzma
import random
import re
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from amibridge.ami.message import AmiEvent, read_event
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory
from amibridge.calls.events import CallEvent
from amibridge.calls.tracker import Tracker
from amibridge.settings import ExtensionsSettings

FOLDER: Final = Path(__file__).parent / "streams"
END: Final = b"\r\n\r\n"

_UNIQUEID: Final = re.compile(rb"(office-\d+)\.(\d+)")
_CHANNEL_NUMBER: Final = re.compile(rb"-([0-9a-f]{8})(?=[\r;])")
_BRIDGE: Final = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIMESTAMP: Final = re.compile(rb"\r\nTimestamp: ([0-9.]+)")
_OF_OTHERS: Final = (b"Response:", b"Asterisk Call Manager/", b"Event: FullyBooted")
_CHANNELS_A_COPY: Final = 1 << 16
"""More than one recording has."""


@cache
def messages(name: str) -> tuple[bytes, ...]:
    """The events of a recorded stream, each with the blank line behind it; nothing of the recorder's own session."""
    whole = lzma.decompress((FOLDER / f"{name}.ami.xz").read_bytes()).split(END)[:-1]
    return tuple(one + END for one in whole if not one.lstrip().startswith(_OF_OTHERS) and b"\r\nActionID: " not in one)


def fresh(data: bytes, number: int) -> bytes:
    """The same once more, with channels and bridges of its own; number 0 leaves it as it is."""
    if not number:
        return data
    data = _UNIQUEID.sub(rb"\g<1>%d.\g<2>" % number, data)
    data = _BRIDGE.sub(lambda found: b"%08x" % number + found[0][8:], data)
    first = number * _CHANNELS_A_COPY
    return _CHANNEL_NUMBER.sub(lambda found: b"-%08x" % ((first + int(found[1], 16)) & 0xFFFFFFFF), data)


def repeated(name: str, copies: int) -> bytes:
    """The stream so many times, one after the other."""
    once = b"".join(messages(name))
    return b"".join(fresh(once, number) for number in range(copies))


def events_in(stream: bytes) -> int:
    """How many messages a stream has."""
    return stream.count(END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that is sent at a moment."""

    at: float
    """Seconds from the beginning."""
    data: bytes


def paced_lines(name: str, per_second: float, seconds: float) -> list[Line]:
    """The stream in its own rhythm, made faster or slower until so many events come in a second."""
    once = messages(name)
    times = _times(once)
    length = times[-1] - times[0]
    factor = len(once) / length / per_second
    lines: list[Line] = []
    number = 0
    while not lines or lines[-1].at < seconds:
        start = number * length * factor
        lines += [
            Line(at=start + (at - times[0]) * factor, data=fresh(one, number))
            for at, one in zip(times, once, strict=True)
            if start + (at - times[0]) * factor < seconds
        ]
        number += 1
        if start >= seconds:
            break
    return lines


def _times(once: Sequence[bytes]) -> list[float]:
    """When each was told; never earlier than the one before it."""
    times: list[float] = []
    last = 0.0
    for message in once:
        found = _TIMESTAMP.search(message)
        last = max(last, float(found[1])) if found else last
        times.append(last)
    return times


def write_script(path: Path, lines: Iterable[Line]) -> None:
    """Write what ``feeder`` sends, and when."""
    with path.open("wb") as file:
        for line in lines:
            file.write(struct.pack("<dI", line.at, len(line.data)))
            file.write(line.data)


def read_script(path: Path) -> Iterator[Line]:
    """What ``write_script`` wrote."""
    data = path.read_bytes()
    place = 0
    while place < len(data):
        at, size = struct.unpack_from("<dI", data, place)
        place += 12
        yield Line(at=at, data=data[place : place + size])
        place += size


def tracker() -> Tracker:
    """A tracker with the default settings and nothing declared, as after installation."""
    return Tracker(Attribution.from_settings(ExtensionsSettings()), Directory())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call out of a stream."""

    messages: tuple[bytes, ...]
    offsets: tuple[float, ...]
    """Seconds from its first message."""
    told: tuple[tuple[CallEvent, ...], ...]
    """What the tracker tells at each message."""

    @property
    def extensions(self) -> set[str]:
        """Whose parts it has."""
        return {event.extension for told in self.told for event in told}


def ordinary_calls(name: str) -> list[RecordedCall]:
    """The answered calls between two extensions: six call events each."""
    groups: dict[str, list[bytes]] = {}
    for message in messages(name):
        event = read_event(message.strip(b"\r\n"))
        linked = event.get("linkedid") or event.get("destlinkedid")
        if linked:
            groups.setdefault(linked, []).append(message)
    calls = [_call(group) for group in groups.values()]
    return [one for one in calls if sum(map(len, one.told)) == 6 and one.offsets[-1] < 5]  # noqa: PLR2004


def _call(group: Sequence[bytes]) -> RecordedCall:
    follows, times = tracker(), _times(group)
    told: list[tuple[CallEvent, ...]] = []
    for message in group:
        event: AmiEvent = read_event(message.strip(b"\r\n"))
        told.append(tuple(follows.feed(event, event.timestamp)))
    return RecordedCall(messages=tuple(group), offsets=tuple(at - times[0] for at in times), told=tuple(told))


Expected = Mapping[str, int]
"""Which line of the script leads to which notification, ``call|type|extension``."""


def traffic(name: str, rate: float, seconds: float, *, seed: int = 1) -> tuple[list[Line], Expected]:
    """Ordinary calls that come as calls come, so many in a second on average, each with ids of its own.

    They are of today: the tracker asks again for the channels of a call of which nothing was heard for hours.
    """
    now = time.time()
    calls, chance = ordinary_calls(name), random.Random(seed)
    lines: list[tuple[Line, list[str]]] = []
    for number in range(1, int(rate * seconds) + 1):
        call, start = chance.choice(calls), chance.uniform(0, seconds)
        for message, offset, told in zip(call.messages, call.offsets, call.told, strict=True):
            keys = [
                f"{fresh(event.call_id.encode(), number).decode()}|{int(event.type)}|{event.extension}"
                for event in told
            ]
            at = start + offset
            data = _TIMESTAMP.sub(b"\r\nTimestamp: %.6f" % (now + at), fresh(message, number), count=1)
            lines.append((Line(at=at, data=data), keys))
    lines.sort(key=lambda line: line[0].at)
    expected = {key: place for place, (_, keys) in enumerate(lines) for key in keys}
    return [line for line, _ in lines], expected


def listing(channels: int) -> bytes:
    """The recorded listing of channels, repeated to so many; without ActionIDs, which are the asker's."""
    once = lzma.decompress((FOLDER / "listing.ami.xz").read_bytes())
    once = re.sub(rb"ActionID: [^\r]*\r\n", b"ActionID: @ACTION@\r\n", once)
    copies = channels // events_in(once) + 1
    lines = b"".join(fresh(once, number) for number in range(copies)).split(END)[:channels]
    return b"".join(line + END for line in lines)
