"""The calls that go on, as far as the account reaches."""

from typing import Any, Final

from fastapi import FastAPI, Request

from amibridge.api.answers import Answer
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.v1.pages import page
from amibridge.api.v1.parameters import EXTENSION
from amibridge.api.v1.reach import CurrentReach
from amibridge.api.v1.schemas import LiveCallPage
from amibridge.calls.events import iso_utc
from amibridge.calls.journal import OpenPart

PATH: Final = "/v1/calls"


async def list_calls(request: Request, reach: CurrentReach) -> Answer:
    """List the calls that go on, each with the extensions that take part in it."""
    number = reach.extension_of(query_of(request))
    calls: dict[str, list[dict[str, Any]]] = {}
    for part in reach.dependencies.open_parts():
        if number in {None, part.dial.extension} and reach.covers(part.dial.extension):
            calls.setdefault(part.dial.call_id, []).append(_entry(part))
    return page(request, _LISTS, [{"call_id": call_id, "parts": parts} for call_id, parts in calls.items()])


def add_routes(app: FastAPI) -> None:
    """Put the route below /v1."""
    app.add_api_route(PATH, **_LISTS.route("Calls", list_calls))


_LISTS: Final = Documented(
    success=LiveCallPage,
    success_text="All of them.",
    codes=("extension_invalid",),
    parameters={"extension": EXTENSION},
)


def _entry(part: OpenPart) -> dict[str, Any]:
    dial = part.dial
    return {
        "extension": dial.extension,
        "flow": str(dial.flow),
        "state": "answered" if part.answered else "calling",
        "since": iso_utc(dial.at),
        "caller_id_num": dial.caller_id_num,
        "caller_id_name": dial.caller_id_name,
        "caller_extension": dial.caller_extension,
        "called_extension": part.called_extension,
        "called_number": dial.called_number,
        "called_did": part.called_did,
        "call_api_id": part.call_api_id,
    }
