"""The times in which the PBX was not heard; they are about all extensions, so administrators alone see them."""

from typing import Any, Final

from fastapi import FastAPI, Request

from amibridge.api.answers import Answer
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.v1.pages import page
from amibridge.api.v1.parameters import CURSOR, LIMIT, TIME, before_id_of, limit_of, time_of
from amibridge.api.v1.reach import CurrentReach
from amibridge.api.v1.schemas import GapPage
from amibridge.calls.events import iso_utc
from amibridge.calls.journal import GapEntry, GapQuery

PATH: Final = "/v1/gaps"


async def list_gaps(request: Request, reach: CurrentReach) -> Answer:
    """List when the PBX was not heard, and what a listing of its channels settled afterwards, the newest first."""
    reach.require_everything()
    parameters = query_of(request)
    query = GapQuery(
        since=time_of(parameters, "since"),
        until=time_of(parameters, "until"),
        limit=limit_of(parameters),
        before_id=before_id_of(parameters),
    )
    found = await reach.dependencies.journal.gaps(query)
    return page(request, _LISTS, [_entry(one) for one in found.entries], found.next_before_id)


def add_routes(app: FastAPI) -> None:
    """Put the route below /v1."""
    app.add_api_route(PATH, **_LISTS.route("Calls", list_gaps))


_LISTS: Final = Documented(
    success=GapPage,
    success_text="One page.",
    codes=("since_invalid", "until_invalid", "limit_invalid", "cursor_invalid"),
    parameters={
        "since": {**TIME, "description": "Only gaps that ended then or later."},
        "until": {**TIME, "description": "Only gaps that began before."},
        "limit": LIMIT,
        "cursor": CURSOR,
    },
)


def _entry(entry: GapEntry) -> dict[str, Any]:
    gap = entry.gap
    return {
        "id": entry.entry_id,
        "lost_at": iso_utc(gap.lost_at),
        "back_at": iso_utc(gap.back_at),
        "duration_seconds": round(gap.back_at - gap.lost_at, 3),
        "reason": gap.reason,
        "began": gap.began,
        "answered": gap.answered,
        "ended": gap.ended,
    }
