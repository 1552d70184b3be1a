"""A participation as the store keeps it over restarts."""

from typing import NamedTuple

from amibridge.calls.events import CallEvent


class ParticipationRecord(NamedTuple):
    """One open participation: enough to tell its remaining events after a restart."""

    participation_id: str
    """``event_id`` of its Dial event: one participation has exactly one."""
    dial: CallEvent
    """The Dial event that was told; its caller's fields and number are repeated by all later events."""
    answered: bool
    legs: tuple[str, ...]
    """Uniqueids of its open legs."""
    first_uniqueid: str
    called_extension: str
    """CalledExtension as known by now (an OUT participation learns it when it is connected)."""
    facts: str = "{}"
    """What else the tracker needs, as JSON; opaque to the store."""
