"""From the body of a request to what an assignment is to be; the first fault is told with what to send instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from amibridge.assignments.resource import Assignment, Method
from amibridge.assignments.url import fault_of
from amibridge.calls.events import EventType
from amibridge.errors import AmibridgeError

NOTE_LIMIT: Final = 1024
"""The longest note, in characters."""
TYPES: Final = "0 (Dial-In), 1 (Dial-Out), 2 (Hangup), 3 (Answer-In) or 4 (Answer-Out)"
"""How messages name the types."""

_NOT_IN_NOTES: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class InvalidRequestError(AmibridgeError):
    """What a program sent cannot be used; the code is the API's, the text says what to send instead."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new assignment, before it has an id."""

    type: EventType
    method: Method
    url: str
    enabled: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an update changes; None: stays."""

    method: Method | None
    url: str | None
    enabled: bool | None
    note: str | None

    def applied_to(self, assignment: Assignment, *, at: float) -> Assignment:
        """The assignment after the update; the same one when nothing is different.

        Args:
            assignment: As it is.
            at: Unix seconds of the change.
        """
        changed = replace(
            assignment,
            method=assignment.method if self.method is None else self.method,
            url=assignment.url if self.url is None else self.url,
            enabled=assignment.enabled if self.enabled is None else self.enabled,
            note=assignment.note if self.note is None else self.note,
        )
        return assignment if changed == assignment else replace(changed, modified=at)


def event_type_of(text: str) -> EventType | None:
    """The type that a path or body names; None when it is none."""
    return EventType(int(text)) if text in {"0", "1", "2", "3", "4"} else None


def draft_of(body: Mapping[str, Any], *, path_type: EventType | None) -> Draft:
    """What a create asks for.

    Args:
        body: The JSON object that was sent.
        path_type: The type in the path, when there is one.

    Raises:
        InvalidRequestError: The first fault, in the order type, id, method, url, status, note.
    """
    event_type = _type(body, code="pcet_type_invalid", path_type=path_type)
    if event_type is None:
        raise InvalidRequestError(code="pcet_type_invalid", message=f"type is missing: send {TYPES}, in path or body")
    if _sent(body, "id"):
        raise InvalidRequestError(code="pce_id_invalid", message="leave out id: the server makes it")
    method, url = _method(body), _url(body)
    if method is None:
        raise InvalidRequestError(code="pce_method_invalid", message="method is missing: send 0 (GET) or 1 (POST)")
    if url is None:
        raise InvalidRequestError(code="pce_url_invalid", message="url is missing: send the URL to call")
    enabled = _enabled(body)
    return Draft(
        type=event_type,
        method=method,
        url=url,
        enabled=True if enabled is None else enabled,
        note=_note(body) or "",
    )


def change_of(body: Mapping[str, Any], *, current: Assignment) -> Change:
    """What an update asks for; what programs send back unchanged is accepted.

    Args:
        body: The JSON object that was sent.
        current: The assignment that it is for.

    Raises:
        InvalidRequestError: The first fault, in the order type, id, method, url, status, note.
    """
    _type(body, code="pce_type_invalid", path_type=current.type)
    if _sent(body, "id") and _text(body["id"]) != current.assignment_id:
        raise InvalidRequestError(code="pce_id_invalid", message="id cannot change: leave it out of the body")
    return Change(method=_method(body), url=_url(body), enabled=_enabled(body), note=_note(body))


def _sent(body: Mapping[str, Any], field: str) -> bool:
    return body.get(field) is not None


def _text(value: object) -> str | None:
    """A string or a number as text; None for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _type(body: Mapping[str, Any], *, code: str, path_type: EventType | None) -> EventType | None:
    if not _sent(body, "type"):
        return path_type
    sent = event_type_of(_text(body["type"]) or "")
    if sent is None:
        raise InvalidRequestError(code=code, message=f"type is none of the five: send {TYPES}")
    if path_type is not None and sent is not path_type:
        message = f"type is {int(sent)} in the body but {int(path_type)} by the path: leave it out of the body"
        raise InvalidRequestError(code=code, message=message)
    return sent


def _method(body: Mapping[str, Any]) -> Method | None:
    if not _sent(body, "method"):
        return None
    text = _text(body["method"])
    if text not in {"0", "1"}:
        raise InvalidRequestError(code="pce_method_invalid", message="method is unknown: send 0 (GET) or 1 (POST)")
    return Method(int(text))


def _url(body: Mapping[str, Any]) -> str | None:
    if not _sent(body, "url"):
        return None
    url = body["url"]
    if not isinstance(url, str):
        raise InvalidRequestError(code="pce_url_invalid", message="url is no text: send the URL to call as a string")
    fault = fault_of(url)
    if fault is not None:
        raise InvalidRequestError(code="pce_url_invalid", message=f"url {fault}")
    return url


def _enabled(body: Mapping[str, Any]) -> bool | None:
    if not _sent(body, "status"):
        return None
    text = _text(body["status"])
    if text not in {"0", "1"}:
        message = "status is unknown: send 1 (enabled) or 0 (disabled)"
        raise InvalidRequestError(code="pce_status_invalid", message=message)
    return text == "1"


def _note(body: Mapping[str, Any]) -> str | None:
    if not _sent(body, "note"):
        return None
    note = _text(body["note"])
    if note is None or _NOT_IN_NOTES.search(note):
        message = "note is no plain text: send a string without control characters"
        raise InvalidRequestError(code="pce_note_invalid", message=message)
    if len(note) > NOTE_LIMIT:
        message = f"note is longer than {NOTE_LIMIT} characters: send a shorter one"
        raise InvalidRequestError(code="pce_note_invalid", message=message)
    return note
