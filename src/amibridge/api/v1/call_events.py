"""The journal of call events, as far as the account reaches."""

from typing import Any, Final

from fastapi import FastAPI, Request

from amibridge.api.answers import Answer
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.v1.pages import page
from amibridge.api.v1.parameters import CURSOR, EXTENSION, LIMIT, TIME, before_id_of, limit_of, time_of, wrong
from amibridge.api.v1.reach import CurrentReach
from amibridge.api.v1.schemas import CallEventPage
from amibridge.assignments.validation import TYPES, event_type_of
from amibridge.calls.events import EventType, iso_utc
from amibridge.calls.journal import JournalEntry, JournalQuery

PATH: Final = "/v1/call-events"


async def list_call_events(request: Request, reach: CurrentReach) -> Answer:
    """List what happened, the newest first."""
    parameters = query_of(request)
    query = JournalQuery(
        numbers=reach.numbers_of(parameters),
        call_id=parameters.get("call_id"),
        event_type=_type_of(parameters.get("type")),
        since=time_of(parameters, "since"),
        until=time_of(parameters, "until"),
        limit=limit_of(parameters),
        before_id=before_id_of(parameters),
    )
    found = await reach.dependencies.journal.journal(query)
    return page(request, _LISTS, [_entry(one) for one in found.entries], found.next_before_id)


def add_routes(app: FastAPI) -> None:
    """Put the route below /v1."""
    app.add_api_route(PATH, **_LISTS.route("Calls", list_call_events))


_LISTS: Final = Documented(
    success=CallEventPage,
    success_text="One page.",
    codes=("extension_invalid", "type_invalid", "since_invalid", "until_invalid", "limit_invalid", "cursor_invalid"),
    parameters={
        "extension": EXTENSION,
        "call_id": {"description": "Only the events of this call.", "schema": {"type": "string"}},
        "type": {
            "description": f"Only events of this type: {TYPES}.",
            "schema": {"type": "integer", "enum": [*range(5)]},
        },
        "since": {**TIME, "description": "Only events that happened then or later."},
        "until": {**TIME, "description": "Only events that happened before."},
        "limit": LIMIT,
        "cursor": CURSOR,
    },
)


def _type_of(text: str | None) -> EventType | None:
    event_type = None if text is None else event_type_of(text)
    if text is not None and event_type is None:
        raise wrong("type", f"must be one of {TYPES}")
    return event_type


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {"id": entry.entry_id, **entry.event.as_json(), "recorded_at": iso_utc(entry.recorded_at)}
