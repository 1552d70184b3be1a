"""What a follower wants, and from where on; what cannot be is said in one line. Pure."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from amibridge.calls.events import EventType
from amibridge.errors import UnavailableError, UsageError
from amibridge.stream.shown import LEVELS

MOST_BEFORE: Final = 1000
"""So many entries of the past at most come before the present."""

_EVENT_ID: Final = re.compile(r"[0-9]{1,18}")
_LINE_ID: Final = re.compile(r"(?P<boot>[0-9a-f]{8})-(?P<number>[0-9]{1,18})")


class UnknownPositionError(UsageError):
    """A last event id that no stream of this kind ever gave."""

    def __str__(self) -> str:
        return "the last event id must be one that this stream gave: send it as it came, or none"


class TooManyFollowersError(UnavailableError):
    """Nobody else may follow at the moment."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        if not self.limit:
            return "streams are switched off by api.stream_clients = 0"
        return f"{self.limit} clients follow already: end one, or raise api.stream_clients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """From where on; the first that is given counts, and without any it is now."""

    last_id: str = ""
    """After the entry of this id."""
    since: float | None = None
    """Unix seconds: from what was recorded then."""
    before: int = 0
    """With so many of the last entries."""


NOW: Final = Beginning()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSelection:
    """Which call events and deliveries."""

    covers: Callable[[str], bool] = lambda _: True
    """Whether an extension may be seen, now."""
    numbers: Callable[[], AbstractSet[str] | None] = lambda: None
    """The extensions to look for in the journal, now; None: all."""
    is_welcome: Callable[[], bool] = lambda: True
    """Whether whoever follows may still do so, now."""
    extension: str | None = None
    event_type: EventType | None = None
    deliveries: bool = False
    beginning: Beginning = NOW

    def wants(self, extension: str, event_type: EventType) -> bool:
        """Whether something of that extension and type is wanted, and may be seen."""
        return self.extension in {None, extension} and self.event_type in {None, event_type} and self.covers(extension)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSelection:
    """Which lines of the log."""

    is_welcome: Callable[[], bool] = lambda: True
    extension: str | None = None
    event: str | None = None
    level: str = LEVELS[0]
    """That level, and worse."""
    beginning: Beginning = NOW


def event_position(text: str) -> int:
    """The journal's id that a last event id is.

    Raises:
        UnknownPositionError: It is none.
    """
    if not _EVENT_ID.fullmatch(text):
        raise UnknownPositionError(text)
    return int(text)


def line_position(text: str, boot: str) -> int | None:
    """The number of the log line that a last event id is; None: it is of another process.

    Raises:
        UnknownPositionError: It is none.
    """
    found = _LINE_ID.fullmatch(text)
    if found is None:
        raise UnknownPositionError(text)
    return int(found["number"]) if found["boot"] == boot else None
