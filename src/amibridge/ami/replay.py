"""A recorded AMI stream, read again: events, listings and breaks, in order, without a PBX."""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from amibridge.ami.listing import list_is_whole
from amibridge.ami.message import AmiEvent
from amibridge.ami.protocol import (
    LISTING_END,
    LISTING_ITEM,
    OVERSIZED,
    Answered,
    Banner,
    Damaged,
    Names,
    Splitter,
    read_banner,
    read_frame,
    wanted_names,
)
from amibridge.ami.snapshot import Snapshot, read_snapshot
from amibridge.errors import UsageError

_BANNER: Final = re.compile(rb"(?m)(?:^Asterisk Call Manager/[0-9.]+|Asterisk Call Manager/[0-9.]+(?=\r\nResponse: ))")
"""A banner is a line of its own, or stands behind what was cut off, before a login's answer. Callers, who may call
themselves what they like, are in the middle of a message."""

_GREETING: Final = b"Asterisk Call Manager/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBroken:
    """From here on another session, or what a damaged place left readable."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfMessage:
    """The stream ends within a message, which is not read."""

    size_bytes: int


Replayed: TypeAlias = Banner | AmiEvent | Snapshot | LinkBroken | HalfMessage


class NoStreamError(UsageError):
    """These bytes are nothing that an Asterisk manager sends."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return f"no AMI stream: {self.problem}; record one with: amibridge record FILE"


def read_stream(chunks: Iterable[bytes], wanted: frozenset[str]) -> Iterator[Replayed]:
    """Read a recorded stream, however it is cut into chunks.

    A second banner is a lost link. So is a damaged place, behind which reading goes on with the next whole message.

    Args:
        chunks: The stream, from its beginning.
        wanted: Names of the events that are yielded.

    Raises:
        NoStreamError: There is neither a banner nor a message in what was read until the first damage, or the end.
    """
    splitter, reader = Splitter(), _Reader(wanted_names(wanted))
    for chunk in chunks:
        for block in splitter.feed(chunk):
            yield from reader.read(block)
        if splitter.overlong:
            splitter.clear()
            yield from reader.broken(OVERSIZED.reason)
    yield from reader.end(splitter.rest)


class _Reader:
    """What is known of the stream between two messages."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._listings: dict[str, list[AmiEvent]] = {}
        self._blank = True
        """Whether nothing has come yet, not even an empty message."""
        self._any = False
        self._messages = False
        """Whether there was a whole message, and not only a banner."""
        self._whole = False
        """Whether something readable has come since the last break."""

    def read(self, block: bytes) -> Iterator[Replayed]:
        """One whole message, with the banners in it."""
        self._blank = False
        part = yield from self._banners(block)
        frame = read_frame(part, self._names)
        match frame:
            case Damaged(reason=reason):
                yield from self.broken(reason)
            case AmiEvent():
                self._any = self._messages = self._whole = True
                yield frame
            case Answered(message=message):
                self._any = self._messages = self._whole = True
                yield from self._listed(message)
            case None if part:
                self._any = self._messages = self._whole = True

    def end(self, rest: bytes) -> Iterator[Replayed]:
        """The end of the stream, with what is left of its last message."""
        part = (yield from self._banners(rest)).strip(b"\r\n")
        if not self._any or (not self._messages and _is_text(rest)):
            raise NoStreamError(problem=_problem(rest, empty=self._blank and not rest))
        if part:
            yield HalfMessage(size_bytes=len(part))

    def broken(self, reason: str) -> Iterator[Replayed]:
        """A break; one is as good as many."""
        if not self._any:
            raise NoStreamError(problem=reason)
        if self._whole:
            yield LinkBroken(reason=reason)
        self._whole = False
        self._listings.clear()

    def _banners(self, block: bytes) -> Generator[Replayed, None, bytes]:
        """Yield the banners in a block; returns what follows the last one."""
        if _GREETING not in block:
            return block
        start = 0
        for found in _BANNER.finditer(block):
            banner = read_banner(found[0])
            if banner is not None:
                if self._any:
                    yield from self.broken("another session begins")
                self._any = self._whole = True
                yield banner
                start = found.end()
        return block[start:]

    def _listed(self, message: AmiEvent) -> Iterator[Snapshot]:
        action_id = message.get("actionid")
        if message.name == LISTING_ITEM:
            self._listings.setdefault(action_id, []).append(message)
        elif message.name == LISTING_END:
            listed = self._listings.pop(action_id, [])
            if list_is_whole(message, LISTING_END):
                yield read_snapshot(listed)


def _is_text(start: bytes) -> bool:
    """Whether these are lines of a text file, none of which ends as AMI's do."""
    return b"\n" in start and b"\r\n" not in start


def _problem(start: bytes, *, empty: bool) -> str:
    if empty:
        return "it is empty"
    if _is_text(start):
        return "its lines end in LF alone, so it was edited or sent as text"
    return "it has no banner and no message"
