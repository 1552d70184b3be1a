"""What programs do with PhoneCallEvents: create, list, update, delete; a request that fails changes nothing."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from weakref import WeakValueDictionary

from fastapi import Depends, Request

from amibridge.api.dependencies import ApiDependencies
from amibridge.api.errors import unknown_event
from amibridge.api.places import EventTarget, Target
from amibridge.assignments.listing import ListQuery, Page, page_of
from amibridge.assignments.resource import Assignment
from amibridge.assignments.validation import change_of, draft_of
from amibridge.errors import NotFineError


class PhoneCallEvents:
    """The assignments, as programs manage them.

    Args:
        dependencies: Where they are kept.
    """

    def __init__(self, dependencies: ApiDependencies) -> None:
        self._book = dependencies.assignments
        self._on_change = dependencies.on_change
        self._clock = dependencies.clock
        self._new_id = dependencies.new_id
        self._updating: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._deleting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, target: Target, body: Mapping[str, Any]) -> Assignment:
        """Make the assignment that a body describes.

        Raises:
            InvalidRequestError: The body does not describe one.
            StoreError: It could not be kept.
        """
        draft = draft_of(body, path_type=target.event_type)
        caller = target.place.caller
        assignment = Assignment(
            assignment_id=self._new_id(),
            extension=target.place.extension,
            type=draft.type,
            method=draft.method,
            url=draft.url,
            enabled=draft.enabled,
            note=draft.note,
            modified=self._clock(),
            account_id=caller.account.account_id,
            app_id=caller.token.app_id,
        )
        await self._book.create(assignment)
        self._on_change()
        return assignment

    def page(self, target: Target, query: ListQuery) -> Page:
        """The page of the target's assignments that was asked for."""
        return page_of(self._meant(target), query)

    async def update(self, target: EventTarget, body: Mapping[str, Any]) -> Assignment:
        """Change what a body names; two programs that change different fields at once both succeed.

        Raises:
            ApiError: The assignment was deleted meanwhile.
            InvalidRequestError: The body does not describe a change.
            StoreError: It could not be kept.
        """
        assignment_id = target.assignment.assignment_id
        async with self._updating.setdefault(assignment_id, asyncio.Lock()):
            (current,) = self._meant(target)
            changed = change_of(body, current=current).applied_to(current, at=self._clock())
            if changed is not current:
                try:
                    await self._book.update(changed)
                except NotFineError:
                    raise unknown_event() from None
                self._on_change()
            return changed

    async def delete(self, target: Target) -> list[Assignment]:
        """Delete the target's assignments; returns them: of two programs that delete the same one, one is told so.

        Raises:
            ApiError: The one that is meant was deleted meanwhile.
            StoreError: The change could not be kept; all of them are still there.
        """
        async with self._deleting.setdefault(target.place.extension, asyncio.Lock()):
            gone = self._meant(target)
            if gone:
                await self._book.delete([assignment.assignment_id for assignment in gone])
                self._on_change()
            return gone

    def _meant(self, target: Target) -> list[Assignment]:
        if not isinstance(target, EventTarget):
            return self._book.index.of_extension(target.place.extension, target.event_type)
        current = self._book.index.get(target.assignment.assignment_id)
        if current is None:
            raise unknown_event()
        return [current]


def service_of(request: Request) -> PhoneCallEvents:
    """The one that this app has."""
    found: PhoneCallEvents = request.app.state.phone_call_events
    return found


Events = Annotated[PhoneCallEvents, Depends(service_of)]
