"""The PhoneCallEvents routes: each a way to name assignments, and one of four things to do with them."""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request

from amibridge.api.answers import Answer
from amibridge.api.body import WholeBody, read_object
from amibridge.api.callers import query_of
from amibridge.api.documented import LIST_PARAMETERS, Documented, Handler
from amibridge.api.links import list_url
from amibridge.api.places import (
    EventTarget,
    Target,
    event_by_id,
    event_by_type_and_id,
    type_or_event,
    type_to_create,
    whole_place,
)
from amibridge.api.schemas import (
    DeletedEvent,
    PhoneCallEvent,
    PhoneCallEventList,
    PhoneCallEventToCreate,
    PhoneCallEventToUpdate,
)
from amibridge.api.service import Events
from amibridge.assignments.listing import COUNT_DEFAULT, Neighbour, list_query_of

BASES: Final = ("/uapi", "/unifiedapi", "")
"""The same routes stand below each; the first one is documented."""
COLLECTION: Final = "/extensions/{userId}/{extension}/phoneCallEvents"

All = Annotated[Target, Depends(whole_place)]
OfTypeToCreate = Annotated[Target, Depends(type_to_create)]
TypeOrEvent = Annotated[Target, Depends(type_or_event)]
EventById = Annotated[EventTarget, Depends(event_by_id)]
EventByTypeAndId = Annotated[EventTarget, Depends(event_by_type_and_id)]


async def create(request: Request, target: All, events: Events) -> Answer:
    """Assign a URL to an event of an extension; the type is in the body."""
    return await _create(request, target, events)


async def create_of_type(request: Request, target: OfTypeToCreate, events: Events) -> Answer:
    """Assign a URL to an event of an extension; the type is in the path."""
    return await _create(request, target, events)


async def list_all(request: Request, target: All, events: Events) -> Answer:
    """List what is assigned to an extension."""
    return _list(request, target, events)


async def list_some(request: Request, target: TypeOrEvent, events: Events) -> Answer:
    """List what is assigned to a type of event of an extension, or one by its id."""
    return _list(request, target, events)


async def list_one(request: Request, target: EventByTypeAndId, events: Events) -> Answer:
    """Show one, as a list of one."""
    return _list(request, target, events)


async def update_by_id(request: Request, target: EventById, events: Events) -> Answer:
    """Change one, by its id alone."""
    return await _update(request, target, events)


async def update(request: Request, target: EventByTypeAndId, events: Events) -> Answer:
    """Change one."""
    return await _update(request, target, events)


async def delete_all(target: All, events: Events, _body: WholeBody) -> Answer:
    """Delete everything that is assigned to an extension."""
    return await _delete(target, events)


async def delete_some(target: TypeOrEvent, events: Events, _body: WholeBody) -> Answer:
    """Delete everything that is assigned to a type of event of an extension, or one by its id."""
    return await _delete(target, events)


async def delete_one(target: EventByTypeAndId, events: Events, _body: WholeBody) -> Answer:
    """Delete one."""
    return await _delete(target, events)


_CREATES: Final = Documented(
    success=PhoneCallEvent,
    success_text="The new assignment.",
    body=PhoneCallEventToCreate,
    codes=(
        *("user_invalid", "extension_invalid", "pcet_type_invalid", "request_invalid", "pce_id_invalid"),
        *("pce_method_invalid", "pce_url_invalid", "pce_status_invalid", "pce_note_invalid"),
    ),
)
_LISTS: Final = Documented(
    success=PhoneCallEventList,
    success_text="One page.",
    parameters=LIST_PARAMETERS,
    codes=(
        *("user_invalid", "extension_invalid", "pce_type_invalid", "pce_id_invalid", "count_invalid"),
        *("startindex_invalid", "filterby_invalid", "filterop_invalid", "filtervalue_invalid", "fields_invalid"),
        "sortorder_invalid",
    ),
)
_UPDATES: Final = Documented(
    success=PhoneCallEvent,
    success_text="The assignment as it is now.",
    body=PhoneCallEventToUpdate,
    codes=(
        *("user_invalid", "extension_invalid", "pce_type_invalid", "pce_id_invalid", "request_invalid"),
        *("pce_method_invalid", "pce_url_invalid", "pce_status_invalid", "pce_note_invalid"),
    ),
)
_DELETES: Final = Documented(
    success=list[DeletedEvent],
    success_text="What is gone.",
    codes=("user_invalid", "extension_invalid", "pce_type_invalid", "pce_id_invalid", "request_too_large"),
)

_ROUTES: Final[tuple[tuple[str, str, Handler, Documented], ...]] = (
    ("POST", "", create, _CREATES),
    ("GET", "", list_all, _LISTS),
    ("DELETE", "", delete_all, _DELETES),
    ("POST", "/{typeOrId}", create_of_type, _CREATES),
    ("GET", "/{typeOrId}", list_some, _LISTS),
    ("PUT", "/{typeOrId}", update_by_id, _UPDATES),
    ("DELETE", "/{typeOrId}", delete_some, _DELETES),
    ("GET", "/{type}/{id}", list_one, _LISTS),
    ("PUT", "/{type}/{id}", update, _UPDATES),
    ("DELETE", "/{type}/{id}", delete_one, _DELETES),
)


def add_routes(app: FastAPI) -> None:
    """Put the routes below each base."""
    for base in BASES:
        for method, path, handler, documented in _ROUTES:
            app.add_api_route(
                f"{base}{COLLECTION}{path}",
                methods=[method],
                include_in_schema=base == BASES[0],
                **documented.route("PhoneCallEvents", handler),
            )


async def _create(request: Request, target: Target, events: Events) -> Answer:
    assignment = await events.create(target, await read_object(request))
    return Answer(assignment.as_json(target.place.link_to(assignment)))


def _list(request: Request, target: Target, events: Events) -> Answer:
    parameters = query_of(request)
    query = list_query_of(parameters)
    page = events.page(target, query)
    answer: dict[str, Any] = {
        "entry": [_entry(one.as_json(target.place.link_to(one)), query.fields) for one in page.entries],
        "startIndex": query.start_index,
        "itemsPerPage": query.count,
        "totalResults": page.total,
    }
    for name, other in (("next", page.next), ("prev", page.previous)):
        if other is not None:
            answer[name] = _page_url(request, target, parameters, other)
    return Answer(answer)


async def _update(request: Request, target: EventTarget, events: Events) -> Answer:
    assignment = await events.update(target, await read_object(request))
    return Answer(assignment.as_json(target.place.link_to(assignment)))


async def _delete(target: Target, events: Events) -> Answer:
    gone = await events.delete(target)
    return Answer([{"id": one.assignment_id, "type": str(int(one.type))} for one in gone])


def _entry(resource: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: resource[name] for name in fields if name in resource}


def _page_url(request: Request, target: Target, parameters: dict[str, str], page: Neighbour) -> str:
    """The URL of another page of the same list."""
    count = {"count": str(page.count)} if "count" in parameters or page.count != COUNT_DEFAULT else {}
    where = target.place.collection_url + str(request.scope["path"]).partition("/phoneCallEvents")[2]
    return list_url(where, parameters, LIST_PARAMETERS, **count, startIndex=str(page.start_index))
