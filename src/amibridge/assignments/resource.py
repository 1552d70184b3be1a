"""The PhoneCallEvent resource: one URL assigned to one event type of one extension."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

from amibridge.calls.events import EventType

VALUE_FIELDS: Final = ("type", "id", "method", "url", "status", "note", "modified")
"""The resource's fields that hold one value each, as programs name them."""
FIELDS: Final = (*VALUE_FIELDS, "links")
"""All its fields."""


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

    def values(self) -> dict[str, str]:
        """The text of each field that has a value, as programs get it."""
        values = {
            "type": str(int(self.type)),
            "id": self.assignment_id,
            "method": str(int(self.method)),
            "url": self.url,
            "status": "1" if self.enabled else "0",
            "note": self.note,
            "modified": datetime.fromtimestamp(self.modified, UTC).isoformat(timespec="seconds"),
        }
        return values if self.note else {name: value for name, value in values.items() if name != "note"}

    def as_json(self, self_link: str) -> dict[str, Any]:
        """The resource as the API writes it; a field without a value is left out."""
        return {**self.values(), "links": {"self": self_link}}
