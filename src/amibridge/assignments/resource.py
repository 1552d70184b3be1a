"""The PhoneCallEvent resource: one URL assigned to one event type of one extension."""

from dataclasses import dataclass
from enum import IntEnum

from amibridge.calls.events import EventType


class Method(IntEnum):
    """How the URL is called; the numbers are those of the PhoneCallEvents service."""

    GET = 0
    POST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A PhoneCallEvent as the store keeps it."""

    assignment_id: str
    """30 unguessable alphanumeric characters, made by the server."""
    extension: str
    type: EventType
    method: Method
    url: str
    """http or https, at most 2,048 characters, no user:password, no fragment."""
    enabled: bool = True
    note: str = ""
    modified: float
    """Unix seconds of the last change."""
    account_id: int | None = None
    """The account whose token made it."""
    app_id: int | None = None
    """The App whose token made it; its signing secret signs."""
