"""What happens, as it happens: call events as far as the account reaches, deliveries and the log for administrators."""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.errors import ApiError, too_many_followers
from amibridge.api.event_stream import EventStream
from amibridge.api.v1.parameters import EXTENSION, TIME, TYPE, event_type_of, time_of, wrong
from amibridge.api.v1.reach import CurrentReach, Reach
from amibridge.stream.selection import (
    MOST_BEFORE,
    Beginning,
    CallSelection,
    LogSelection,
    TooManyFollowersError,
    UnknownPositionError,
)
from amibridge.stream.shown import LEVELS

EVENTS_PATH: Final = "/stream/events"
LOGS_PATH: Final = "/stream/logs"

_NUMBER: Final = re.compile(r"[0-9]{1,4}")


async def stream_events(request: Request, reach: CurrentReach) -> Response:
    """Follow call events as they happen, and deliveries.

    The answer is Server-Sent Events and does not end: `call-event` with an entry of the journal, `delivery` with what
    an attempt came to, `gap`, `dropped` and `bye` with a `reason`.
    """
    parameters = query_of(request)
    deliveries = _flag(parameters, "deliveries")
    if deliveries:
        reach.require_everything()
    selection = CallSelection(
        covers=reach.covers,
        numbers=lambda: reach.numbers_of({}),
        is_welcome=reach.is_still_valid,
        extension=reach.extension_of(parameters),
        event_type=event_type_of(parameters),
        deliveries=deliveries,
        beginning=_beginning(request, parameters),
    )
    return await _followed(request, reach, selection)


async def stream_logs(request: Request, reach: CurrentReach) -> Response:
    """Follow the log; for administrators.

    The answer is Server-Sent Events and does not end: `log` with a line of the log, `gap`, `dropped` and `bye` with a
    `reason`.
    """
    reach.require_everything()
    parameters = query_of(request)
    level = parameters.get("level", LEVELS[0])
    if level not in LEVELS:
        raise wrong("level", f"must be one of {', '.join(LEVELS)}")
    selection = LogSelection(
        is_welcome=reach.is_still_valid,
        extension=reach.extension_of(parameters),
        event=parameters.get("event"),
        level=level,
        beginning=_beginning(request, parameters),
    )
    return await _followed(request, reach, selection)


def add_routes(app: FastAPI) -> None:
    """Serve both streams."""
    app.add_api_route(EVENTS_PATH, **_EVENTS.route("Streams", stream_events))
    app.add_api_route(LOGS_PATH, **_LOGS.route("Streams", stream_logs))


async def _followed(request: Request, reach: Reach, selection: CallSelection | LogSelection) -> EventStream:
    streams = reach.dependencies.streams
    with ExitStack() as place:
        try:
            place.enter_context(streams.place())
            if isinstance(selection, CallSelection):
                frames = await streams.call_events(selection)
            else:
                frames = await streams.log_lines(selection)
        except UnknownPositionError as error:
            raise ApiError(status=400, code="lasteventid_invalid", message=str(error)) from None
        except TooManyFollowersError as error:
            raise too_many_followers(str(error)) from None
        return EventStream(frames, place=place.pop_all(), streams=streams, request=request)


def _beginning(request: Request, parameters: Mapping[str, str]) -> Beginning:
    text = parameters.get("last", "0")
    if _NUMBER.fullmatch(text) is None or int(text) > MOST_BEFORE:
        raise wrong("last", f"must be 0 to {MOST_BEFORE}")
    return Beginning(
        last_id=request.headers.get("last-event-id") or parameters.get("lastEventId", ""),
        since=time_of(parameters, "since"),
        before=int(text),
    )


def _flag(parameters: Mapping[str, str], name: str) -> bool:
    text = parameters.get(name, "0")
    if text not in {"0", "1"}:
        raise wrong(name, "must be 0 or 1")
    return text == "1"


_BEGINNING: Final[Mapping[str, Mapping[str, Any]]] = {
    "Last-Event-ID": {
        "in": "header",
        "description": "Go on after what had this id: nothing is left out, nothing comes twice.",
        "schema": {"type": "string"},
    },
    "lastEventId": {
        "description": "The same, for programs that cannot set headers.",
        "schema": {"type": "string"},
    },
    "since": {**TIME, "description": "Begin with what was recorded then."},
    "last": {
        "description": "Begin with so many of the last entries.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MOST_BEFORE, "default": 0},
    },
}
_CODES: Final = ("extension_invalid", "lasteventid_invalid", "since_invalid", "last_invalid")
_EVENTS: Final = Documented(
    success=None,
    success_text="Events, until somebody ends it.",
    codes=(*_CODES, "type_invalid", "deliveries_invalid"),
    parameters={
        "extension": EXTENSION,
        "type": TYPE,
        "deliveries": {
            "description": "1: also what becomes of notifications; administrators only.",
            "schema": {"type": "integer", "enum": [0, 1], "default": 0},
        },
        **_BEGINNING,
    },
)
_LOGS: Final = Documented(
    success=None,
    success_text="Lines, until somebody ends it.",
    codes=(*_CODES, "level_invalid"),
    parameters={
        "extension": EXTENSION,
        "level": {
            "description": "Only lines of this level, and worse ones.",
            "schema": {"type": "string", "enum": list(LEVELS), "default": LEVELS[0]},
        },
        "event": {"description": "Only lines of this event.", "schema": {"type": "string"}},
        **_BEGINNING,
    },
)
