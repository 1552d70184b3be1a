"""The journal of call events, as far as the account reaches."""

from typing import Final

from fastapi import FastAPI, Request

from amibridge.api.answers import Answer
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.v1.pages import page
from amibridge.api.v1.parameters import (
    CURSOR,
    EXTENSION,
    LIMIT,
    TIME,
    TYPE,
    before_id_of,
    event_type_of,
    limit_of,
    time_of,
)
from amibridge.api.v1.reach import CurrentReach
from amibridge.api.v1.schemas import CallEventPage
from amibridge.calls.journal import JournalQuery

PATH: Final = "/v1/call-events"


async def list_call_events(request: Request, reach: CurrentReach) -> Answer:
    """List what happened, the newest first."""
    parameters = query_of(request)
    query = JournalQuery(
        numbers=reach.numbers_of(parameters),
        call_id=parameters.get("call_id"),
        event_type=event_type_of(parameters),
        since=time_of(parameters, "since"),
        until=time_of(parameters, "until"),
        limit=limit_of(parameters),
        before_id=before_id_of(parameters),
    )
    found = await reach.dependencies.journal.journal(query)
    return page(request, _LISTS, [one.as_json() for one in found.entries], found.next_before_id)


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
        "type": TYPE,
        "since": {**TIME, "description": "Only events that happened then or later."},
        "until": {**TIME, "description": "Only events that happened before."},
        "limit": LIMIT,
        "cursor": CURSOR,
    },
)
