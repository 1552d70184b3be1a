"""Reads the query parameters of ``/v1``; unknown ones are ignored."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from amibridge.api.errors import ApiError
from amibridge.assignments import validation
from amibridge.assignments.validation import TYPES
from amibridge.calls.events import EventType
from amibridge.calls.journal import NEWEST

LIMIT_DEFAULT: Final = 100
LIMIT_MOST: Final = 1000

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_UNIX_SECONDS: Final = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")

LIMIT: Final[Mapping[str, Any]] = {
    "description": "Entries of a page.",
    "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
}
CURSOR: Final[Mapping[str, Any]] = {
    "description": "Where the page begins; it stands in the `next` of the page before.",
    "schema": {"type": "string"},
}
EXTENSION: Final[Mapping[str, Any]] = {
    "description": "Only what is about this extension.",
    "schema": {"type": "string", "pattern": r"^[0-9]{1,15}(\*[0-9]{1,15})?$"},
}
TYPE: Final[Mapping[str, Any]] = {
    "description": f"Only events of this type: {TYPES}.",
    "schema": {"type": "integer", "enum": [*range(5)]},
}
TIME: Final[Mapping[str, Any]] = {"schema": {"type": "string", "examples": ["2026-11-22T10:11:12Z", "1795342272"]}}

Choice = TypeVar("Choice", bound=StrEnum)


def limit_of(parameters: Mapping[str, str]) -> int:
    """How many entries a page may have.

    Raises:
        ApiError: It is not 1 to 1000.
    """
    text = parameters.get("limit")
    if text is None:
        return LIMIT_DEFAULT
    if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= LIMIT_MOST:
        raise wrong("limit", f"must be 1 to {LIMIT_MOST}")
    return int(text)


def before_id_of(parameters: Mapping[str, str]) -> int:
    """The id before which a page of something newest first begins.

    Raises:
        ApiError: The cursor is none.
    """
    text = parameters.get("cursor")
    if text is None:
        return NEWEST
    if _NUMBER.fullmatch(text) is None:
        raise wrong("cursor", "must be taken from the 'next' of the page before")
    return int(text)


def event_type_of(parameters: Mapping[str, str]) -> EventType | None:
    """The event type that is asked for; None where none is.

    Raises:
        ApiError: It is none of the five.
    """
    text = parameters.get("type")
    found = None if text is None else validation.event_type_of(text)
    if text is not None and found is None:
        raise wrong("type", f"must be one of {TYPES}")
    return found


def time_of(parameters: Mapping[str, str], name: str) -> float | None:
    """A time in Unix seconds; None where none is asked for.

    A ``+`` that was not percent-encoded, and so arrived as a space, is understood.

    Raises:
        ApiError: It is none.
    """
    text = parameters.get(name)
    if text is None:
        return None
    if _UNIX_SECONDS.fullmatch(text):
        return float(text)
    try:
        time = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise wrong(name, "must be a time such as 2026-11-22T10:11:12Z, or Unix seconds") from None


def choice_of(parameters: Mapping[str, str], name: str, choices: type[Choice]) -> Choice | None:
    """One of several values; None where none is asked for.

    Raises:
        ApiError: It is none of them.
    """
    text = parameters.get(name)
    if text is None:
        return None
    try:
        return choices(text)
    except ValueError:
        raise wrong(name, f"must be one of {', '.join(choices)}") from None


def wrong(name: str, what_is_right: str) -> ApiError:
    """What a wrong parameter comes to."""
    return ApiError(status=400, code=f"{name.replace('_', '')}_invalid", message=f"{name} {what_is_right}")
