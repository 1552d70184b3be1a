"""The directory of extensions, as far as the account reaches."""

from dataclasses import asdict
from typing import Any, Final

from fastapi import FastAPI, Request

from amibridge.accounts.access import is_extension_number
from amibridge.api.answers import Answer
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.places import ExtensionNumber
from amibridge.api.v1.pages import page
from amibridge.api.v1.parameters import CURSOR, LIMIT, choice_of, limit_of, wrong
from amibridge.api.v1.reach import CurrentReach
from amibridge.api.v1.schemas import DeclaredExtension, ExtensionPage
from amibridge.calls.directory import Extension, ExtensionKind

PATH: Final = "/v1/extensions"


async def list_extensions(request: Request, reach: CurrentReach) -> Answer:
    """List the declared extensions, by number."""
    parameters = query_of(request)
    limit, cursor = limit_of(parameters), parameters.get("cursor", "")
    if cursor and not is_extension_number(cursor):
        raise wrong("cursor", "must be taken from the 'next' of the page before")
    kind = choice_of(parameters, "kind", ExtensionKind)
    shown = [
        one
        for one in reach.dependencies.directory.all()
        if one.number > cursor and kind in {None, one.kind} and reach.covers(one.number)
    ]
    more = shown[limit - 1].number if len(shown) > limit else None
    return page(request, _LISTS, [_entry(one) for one in shown[:limit]], more)


async def show_extension(number: ExtensionNumber, reach: CurrentReach) -> Answer:
    """Show one declared extension."""
    declared = reach.dependencies.directory.get(number)
    if declared is None or not reach.covers(number):
        raise reach.hide("no such extension is declared: see GET /v1/extensions")
    return Answer(_entry(declared))


def add_routes(app: FastAPI) -> None:
    """Put the routes below /v1."""
    app.add_api_route(PATH, **_LISTS.route("Directory", list_extensions))
    app.add_api_route(f"{PATH}/{{extension}}", **_SHOWS.route("Directory", show_extension))


_LISTS: Final = Documented(
    success=ExtensionPage,
    success_text="One page.",
    codes=("limit_invalid", "cursor_invalid", "kind_invalid"),
    parameters={
        "kind": {
            "description": "Only extensions of this kind.",
            "schema": {"type": "string", "enum": [str(kind) for kind in ExtensionKind]},
        },
        "limit": LIMIT,
        "cursor": CURSOR,
    },
)
_SHOWS: Final = Documented(success=DeclaredExtension, success_text="The extension.", codes=("no_such_thing",))


def _entry(extension: Extension) -> dict[str, Any]:
    return asdict(extension)
