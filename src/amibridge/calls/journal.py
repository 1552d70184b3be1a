"""The journal of call events and of gaps, as it is asked and as it answers."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from amibridge.calls.events import CallEvent, EventType, iso_utc
from amibridge.calls.hearing import Gap

NEWEST: Final = 2**63 - 1
"""Above every id: the first page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalQuery:
    """Which entries, newest first; what is None does not matter."""

    call_id: str | None = None
    event_type: EventType | None = None
    numbers: AbstractSet[str] | None = None
    """Only entries of these extensions; None: of all."""
    since: float | None = None
    """Unix seconds: events that happened then or later."""
    until: float | None = None
    """Unix seconds: events that happened before."""
    before_id: int = NEWEST
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line of the journal."""

    entry_id: int
    """Ascending in the order of telling."""
    event: CallEvent
    recorded_at: float
    """Unix seconds."""

    def as_json(self) -> dict[str, Any]:
        """The entry as the API and the streams write it."""
        return {"id": self.entry_id, **self.event.as_json(), "recorded_at": iso_utc(self.recorded_at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """One page of the journal."""

    entries: list[JournalEntry]
    """Damaged ones are left out."""
    next_before_id: int | None
    """``before_id`` of the next page; None: this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowQuery:
    """Which entries, the oldest first, for whoever goes on from an entry; what is None does not matter."""

    after_id: int
    """Only entries that were told after this one."""
    event_type: EventType | None = None
    numbers: AbstractSet[str] | None = None
    """Only entries of these extensions; None: of all."""
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowPage:
    """The next entries."""

    entries: list[JournalEntry]
    """Damaged ones are left out."""
    read_to: int
    """What was told up to this entry is in this page or those before it; ``after_id`` of the next one."""
    kept_after: int
    """Nothing that was told after this entry has been forgotten; of what was told before, some may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How far the journal reaches."""

    kept_after: int
    """Nothing that was told after this entry has been forgotten."""
    last_id: int
    """The id that was given last; 0: none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuery:
    """Which gaps, newest first; what is None does not matter."""

    since: float | None = None
    """Unix seconds: gaps that ended then or later."""
    until: float | None = None
    """Unix seconds: gaps that began before."""
    before_id: int = NEWEST
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GapEntry:
    """One gap of the journal."""

    entry_id: int
    """Ascending in the order of recording."""
    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPage:
    """One page of gaps."""

    entries: list[GapEntry]
    next_before_id: int | None
    """``before_id`` of the next page; None: this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPart:
    """One extension's part in a call that has not ended."""

    dial: CallEvent
    """Its Dial event."""
    answered: bool
    called_extension: str
    called_did: str
    call_api_id: str
