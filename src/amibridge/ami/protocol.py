"""Framing of an AMI byte stream: bytes in, frames out. No I/O; the same frames however the bytes were split.

Theory of operation. A stream is a banner line and then messages, each ended by a blank line. A message is judged by its
size and its first line; an event that nobody wants is dropped there, before it is decoded. The first message that
cannot be AMI is the last thing that is read of a connection: whoever lost a piece of the stream knows nothing of what
follows, so the link is given up and made again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from amibridge.ami.message import AmiEvent, read_event

MAX_LINE_BYTES: Final = 64 * 1024
MAX_MESSAGE_BYTES: Final = 256 * 1024
MAX_HEADERS: Final = 1000
_SMALL_BYTES: Final = 2 * MAX_HEADERS
"""A message of so many bytes is within all bounds, whatever is in it: a header takes two at least."""
_UNWANTED_LIMIT: Final = 512

_EVENT_BYTES: Final = 160
"""What an event takes beside its characters."""
_WIDEST_BYTES: Final = 4
"""Of a character, in a text in which one is beyond ASCII: such as an emoji makes all others as wide as itself."""

LISTING_ITEM: Final = "CoreShowChannel"
LISTING_END: Final = "CoreShowChannelsComplete"
_LISTING: Final = frozenset({LISTING_ITEM, LISTING_END})

_EOL: Final = b"\r\n"
_BLANK_LINE: Final = b"\r\n\r\n"
_EVENT: Final = b"Event: "
_BANNER: Final = re.compile(rb"Asterisk Call Manager/(\d{1,4}(?:\.\d{1,4}){1,3})[ \t]{0,8}")
_BANNER_LIMIT_BYTES: Final = 128
_FIRST_LINE: Final = re.compile(rb"([A-Za-z][A-Za-z0-9_-]*):[ \t]*([^\r\n]*)(?:\r\n|\Z)")
_ASTERISK_13_AMI: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The peer is an Asterisk manager."""

    version: str
    """``11.0.0``."""

    @property
    def branch(self) -> str:
        """What it is in words of those who installed it: AMI 11 came with Asterisk 22, 9 with 20, and so on."""
        major = int(self.version.partition(".")[0])
        return f"Asterisk {major + 11}" if major >= _ASTERISK_13_AMI else f"AMI {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Events that somebody wants, one behind the other: as many at once as a busy PBX writes at once."""

    events: Sequence[AmiEvent]
    size_bytes: int
    """About what they take in memory; rather more than less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A response to an action, or one event of a listing that an action asked for."""

    message: AmiEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """What was read is no AMI; nothing that follows can be relied on."""

    reason: str


Frame: TypeAlias = Banner | Heard | Answered | Damaged

NO_BANNER: Final = Damaged(reason="the peer does not greet as an Asterisk manager does")
OVERSIZED: Final = Damaged(
    reason=(
        f"a message with a line above {MAX_LINE_BYTES // 1024} KiB, above {MAX_MESSAGE_BYTES // 1024} KiB in all,"
        f" or with more than {MAX_HEADERS} headers"
    ),
)
GARBAGE: Final = Damaged(reason="bytes between messages that are no message")


class Splitter:
    """Cuts a stream at its blank lines, however it arrives."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._searched = 0

    @property
    def rest(self) -> bytes:
        """The start of the message that is not complete."""
        return bytes(self._waiting)

    @property
    def overlong(self) -> bool:
        """Whether the incomplete message is above every bound already."""
        return len(self._waiting) > MAX_MESSAGE_BYTES + len(_EOL) + len(_BLANK_LINE)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that these bytes complete, without the blank lines behind them."""
        if self._waiting:
            self._waiting += data
            if self._waiting.find(_BLANK_LINE, self._searched) < 0:
                self._keep_searching()
                return []
            data = bytes(self._waiting)
        *blocks, rest = data.split(_BLANK_LINE)
        self._waiting = bytearray(rest)
        self._keep_searching()
        return blocks

    def clear(self) -> None:
        """Forget the incomplete message."""
        self._waiting = bytearray()
        self._searched = 0

    def _keep_searching(self) -> None:
        self._searched = max(0, len(self._waiting) - len(_BLANK_LINE) + 1)


class Framer:
    """Reads one connection's stream.

    Args:
        wanted: Gives the names of the events that are decoded, the same object as long as they are the same; others
            are skipped by their first line. Asked at each piece of the stream, so that a change holds from then on.
        always: Names of those that are decoded whatever ``wanted`` gives.
    """

    def __init__(self, wanted: Callable[[], frozenset[str]], always: frozenset[str] = frozenset()) -> None:
        self._wanted, self._always = wanted, always
        self._known: frozenset[str] = frozenset()
        self._names = wanted_names(always)
        self._judged: dict[bytes, str] = {}
        """First lines of events, and their names, empty for one that nobody wants: one look-up judges an event."""
        self._splitter = Splitter()
        self._greeting = b""
        self._greeted = False
        self._damaged = False
        self._ascii = True
        """Whether what was read last is ASCII."""
        self._has_nul = False
        """Whether a NUL has come: the message that it is in is damaged."""
        self._kept = 0
        self.skipped = 0
        """Events that nobody wants."""
        self.received_bytes = 0
        """Of all that was read."""

    @property
    def received(self) -> int:
        """Messages that were whole, skipped ones included."""
        return self._kept + self.skipped

    def feed(self, data: bytes) -> list[Frame]:
        """Read the next bytes; never raises.

        Returns:
            What they complete, in order. A ``Damaged`` is the last frame there is.
        """
        if self._damaged:
            return []
        self.received_bytes += len(data)
        frames: list[Frame] = []
        if not self._greeted:
            data = self._greet(data, frames)
        if self._greeted:
            self._read(data, frames)
        if frames and isinstance(frames[-1], Damaged):
            self._damaged = True
            self._splitter.clear()
        return frames

    def _greet(self, data: bytes, frames: list[Frame]) -> bytes:
        """Read the banner; returns what follows it."""
        self._greeting, end, rest = (self._greeting + data).partition(_EOL)
        banner = read_banner(self._greeting) if end else None
        if banner is not None:
            self._greeted = True
            frames.append(banner)
        elif end or len(self._greeting) > _BANNER_LIMIT_BYTES:
            self._greeting = b""
            frames.append(NO_BANNER)
        return rest

    def _read(self, data: bytes, frames: list[Frame]) -> None:
        wanted = self._wanted()
        if wanted is not self._known:
            self._want(wanted)
        self._has_nul = self._has_nul or b"\0" in data
        # A message may have begun in what was read before.
        was_ascii, self._ascii = self._ascii, data.isascii()
        width = 1 if was_ascii and self._ascii else _WIDEST_BYTES
        judged = {} if self._has_nul else self._judged
        events: list[AmiEvent] = []
        size_bytes = 0
        for block in self._splitter.feed(data):
            end = block.find(_EOL)
            name = judged.get(block[:end]) if end > 0 else None
            if name is not None and len(block) <= _SMALL_BYTES:
                if name:
                    events.append(AmiEvent.unread(name, block))
                    size_bytes += len(block)
                else:
                    self.skipped += 1
                continue
            frame = read_frame(block, self._names)
            if isinstance(frame, AmiEvent):
                events.append(frame)
                size_bytes += len(block)
            elif frame is not None:
                self._heard(events, size_bytes * width, frames)
                events, size_bytes = [], 0
                self._kept += 1
                frames.append(frame)
                if isinstance(frame, Damaged):
                    return
            elif len(block) > len(_EOL):
                self._skip(block)
        self._heard(events, size_bytes * width, frames)
        if self._splitter.overlong:
            frames.append(OVERSIZED)

    def _want(self, wanted: frozenset[str]) -> None:
        self._known, self._names = wanted, wanted_names(wanted | self._always)
        self._judged = {_EVENT + sent: name for sent, name in self._names.items() if name not in _LISTING}

    def _heard(self, events: list[AmiEvent], size_bytes: int, frames: list[Frame]) -> None:
        if events:
            self._kept += len(events)
            frames.append(Heard(events=events, size_bytes=size_bytes + _EVENT_BYTES * len(events)))

    def _skip(self, block: bytes) -> None:
        """Pass over an event, and remember its name: most of a busy PBX's events are of few kinds that nobody wants."""
        self.skipped += 1
        line = block.partition(_EOL)[0]
        if line.startswith(_EVENT) and line[len(_EVENT) :].isalnum() and len(self._judged) < _UNWANTED_LIMIT:
            self._judged[line] = ""


Names: TypeAlias = Mapping[bytes, str]
"""Event names as they are sent, and as text."""


def wanted_names(wanted: frozenset[str]) -> Names:
    """Event names as ``read_frame`` takes them; those of the channel listing are always among them."""
    return {name.encode(): name for name in wanted | _LISTING}


def read_banner(line: bytes) -> Banner | None:
    """The banner, from its line; None from any other line."""
    matched = _BANNER.fullmatch(line)
    return Banner(version=matched[1].decode()) if matched else None


def read_frame(block: bytes, names: Names) -> AmiEvent | Answered | Damaged | None:
    """Judge and read one whole message; None for an event that nobody wants, and for no message at all.

    An empty line before a message is harmless: Asterisk writes one after each ``TestEvent``.
    """
    if block.startswith(_EOL):
        block = block.removeprefix(_EOL)
    if len(block) > _SMALL_BYTES and _oversized(block):
        return OVERSIZED
    if not block:
        return None
    if block.startswith(_EVENT) and b"\0" not in block:
        end = block.find(_EOL)
        sent = block[len(_EVENT) :] if end < 0 else block[len(_EVENT) : end]
        name = names.get(sent)
        if name is None:
            if sent.isalnum():
                return None
        elif name not in _LISTING:
            return AmiEvent.unread(name, block)
    return _read_frame(block, names)


def _read_frame(block: bytes, names: Names) -> AmiEvent | Answered | Damaged | None:
    first = _FIRST_LINE.match(block)
    if first is None or b"\0" in block:
        return GARBAGE
    if first[1].lower() != b"event":
        return Answered(message=read_event(block))
    if first[2].strip() not in names:
        return None
    event = read_event(block)
    if event.name in _LISTING:
        return Answered(message=event)
    return event


def _oversized(block: bytes) -> bool:
    return (
        len(block) > MAX_MESSAGE_BYTES
        or block.count(_EOL) >= MAX_HEADERS
        or (len(block) > MAX_LINE_BYTES and max(map(len, block.split(_EOL))) > MAX_LINE_BYTES)
    )
