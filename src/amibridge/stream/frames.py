"""Server-Sent Events on the wire (WHATWG HTML, section 9.2): written here, read by ``amibridge tail``. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from amibridge.logs import json_line

RETRY_MILLISECONDS: Final = 3000
"""So long should a client wait until it connects again."""
CALL_EVENT: Final = "call-event"
DELIVERY: Final = "delivery"
LOG: Final = "log"
GAP: Final = "gap"
BYE: Final = "bye"
DROPPED: Final = "dropped"


def frame(event: str, data: object, event_id: str = "") -> bytes:
    """An event; its data is JSON on one line, which holds no line break whatever is in it."""
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {event}\ndata: {json_line(data)}\n\n".encode(errors="backslashreplace")


def position(event_id: str, *, retry: bool = False) -> bytes:
    """Where a client stands, without an event: what it sends as Last-Event-ID when it comes back."""
    return f"id: {event_id}\n{f'retry: {RETRY_MILLISECONDS}' if retry else ':'}\n\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a reader has received."""

    event: str
    """Empty: only a position."""
    data: Any
    event_id: str


class FrameReader:
    """Reads frames out of lines.

    Attributes:
        last_id: Where to go on after a lost connection; empty: nothing was said of it.
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = self._next_id = last_id
        self._event = ""
        self._data: list[str] = []

    def read(self, line: str) -> Iterator[Frame]:
        """Take one line, without its end; gives the frame that it completes, if any.

        Raises:
            ValueError: The data is no JSON.
        """
        if line:
            name, _, value = line.partition(":")
            self._take(name, value.removeprefix(" "))
            return
        # Not before: of half a frame nothing was received.
        self.last_id = self._next_id
        event, data, self._event, self._data = self._event, self._data, "", []
        if data:
            yield Frame(event=event, data=json.loads("\n".join(data)), event_id=self.last_id)

    def _take(self, name: str, value: str) -> None:
        match name:
            case "event":
                self._event = value
            case "data":
                self._data.append(value)
            case "id":
                self._next_id = value
