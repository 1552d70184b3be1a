"""Where a request points: an account's view of an extension, and there a type, an event, or all of them."""

import re
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Path, Request

from amibridge.accounts.access import Ownership, refusal_of
from amibridge.api.callers import Caller, CurrentCaller
from amibridge.api.dependencies import ApiDependencies, Dependencies
from amibridge.api.errors import ApiError, refused, unknown_event
from amibridge.api.links import url_here
from amibridge.assignments.resource import Assignment
from amibridge.assignments.validation import TYPES, event_type_of
from amibridge.calls.events import EventType

_LOOKS_LIKE_TYPE: Final = re.compile(r"[0-9]{1,2}")

UserId = Annotated[
    str,
    Path(
        alias="userId",
        description="`@me` or `@viewer`: the account of the token; `@owner`: the owner of the extension; "
        "else the id of the account that owns the extension.",
        examples=["@me"],
    ),
]
ExtensionNumber = Annotated[
    str,
    Path(alias="extension", description="The extension's number, short or extended.", examples=["210", "0003*210"]),
]
TypePath = Annotated[
    str,
    Path(alias="type", description=f"The event type: {TYPES}.", examples=["0"]),
]
TypeOrIdPath = Annotated[
    str,
    Path(
        alias="typeOrId",
        description=f"One or two digits are an event type: {TYPES}. Anything else is an event's id.",
        examples=["0"],
    ),
]
IdPath = Annotated[
    str,
    Path(
        alias="id",
        description="The event's id, as create and list give it.",
        examples=["NqeyDRqo4FtabZ8sWc2kLmP7vXu1Qy"],
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An extension that the caller may touch."""

    caller: Caller
    extension: str
    collection_url: str
    """The absolute URL of its phoneCallEvents, as the caller spelt host, base and userId."""

    def link_to(self, assignment: Assignment) -> str:
        """The absolute URL of one of its assignments."""
        return f"{self.collection_url}/{int(assignment.type)}/{assignment.assignment_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which assignments of a place are meant."""

    place: Place
    event_type: EventType | None = None
    """None: all types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTarget(Target):
    """One assignment."""

    assignment: Assignment


async def find_place(
    request: Request, user_id: UserId, number: ExtensionNumber, caller: CurrentCaller, dependencies: Dependencies
) -> Place:
    """The extension that the path names.

    Raises:
        ApiError: The caller may not touch it.
    """
    refusal = refusal_of(
        caller.account,
        user_id=user_id,
        number=number,
        find_account=dependencies.accounts.account,
        find_ownership=lambda wanted: _ownership(dependencies, wanted),
    )
    if refusal is not None:
        raise refused(refusal)
    base = str(request.scope["path"]).partition("/extensions/")[0]
    path = f"{base}/extensions/{quote(user_id, safe='@')}/{quote(number, safe='*')}/phoneCallEvents"
    return Place(caller=caller, extension=number, collection_url=url_here(request, path))


CurrentPlace = Annotated[Place, Depends(find_place)]


async def whole_place(place: CurrentPlace) -> Target:
    """All assignments of the extension."""
    return Target(place=place)


async def type_to_create(place: CurrentPlace, text: TypeOrIdPath) -> Target:
    """The type that a new assignment is to have.

    Raises:
        ApiError: There is no such type.
    """
    return Target(place=place, event_type=_type_of(text, code="pcet_type_invalid"))


async def type_or_event(place: CurrentPlace, text: TypeOrIdPath, dependencies: Dependencies) -> Target:
    """All assignments of a type, or one by its id alone.

    Raises:
        ApiError: There is no such type or assignment.
    """
    if _LOOKS_LIKE_TYPE.fullmatch(text):
        return Target(place=place, event_type=_type_of(text, code="pce_type_invalid"))
    return _event(place, text, None, dependencies)


async def event_by_id(target: Annotated[Target, Depends(type_or_event)]) -> EventTarget:
    """One assignment by its id alone.

    Raises:
        ApiError: There is no such assignment, or the path names a type and no id.
    """
    if not isinstance(target, EventTarget):
        raise unknown_event("an update needs an id: send it as the last segment of the path")
    return target


async def event_by_type_and_id(
    place: CurrentPlace, type_text: TypePath, event_id: IdPath, dependencies: Dependencies
) -> EventTarget:
    """One assignment by its type and id.

    Raises:
        ApiError: There is no such type or assignment.
    """
    return _event(place, event_id, _type_of(type_text, code="pce_type_invalid"), dependencies)


def _ownership(dependencies: ApiDependencies, number: str) -> Ownership:
    declared = dependencies.directory.get(number)
    # What was assigned before an extension was removed from the directory can still be seen and deleted.
    exists = (
        declared is not None
        or dependencies.accept == "matching"
        or bool(dependencies.assignments.index.of_extension(number))
    )
    return Ownership(exists=exists, owner_id=declared.owner_id if declared else None)


def _type_of(text: str, *, code: str) -> EventType:
    event_type = event_type_of(text)
    if event_type is None:
        raise ApiError(status=400, code=code, message=f"the type in the path is none of the five: send {TYPES}")
    return event_type


def _event(place: Place, event_id: str, event_type: EventType | None, dependencies: ApiDependencies) -> EventTarget:
    assignment = dependencies.assignments.index.get(event_id)
    if assignment is None or assignment.extension != place.extension or event_type not in {None, assignment.type}:
        raise unknown_event()
    return EventTarget(place=place, event_type=assignment.type, assignment=assignment)
