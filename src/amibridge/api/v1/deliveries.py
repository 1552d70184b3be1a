"""Deliveries with their attempts, as far as the account reaches."""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Request

from amibridge.accounts.access import is_id
from amibridge.api.answers import Answer
from amibridge.api.body import WholeBody
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.errors import ApiError
from amibridge.api.v1.pages import page
from amibridge.api.v1.parameters import CURSOR, EXTENSION, LIMIT, before_id_of, choice_of, limit_of
from amibridge.api.v1.reach import CurrentReach, Reach
from amibridge.api.v1.schemas import DeliveryPage, DeliveryWithAttempts
from amibridge.calls.events import iso_utc
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import DeliveryQuery, StoredAttempt, StoredDelivery
from amibridge.errors import NotFineError

PATH: Final = "/v1/deliveries"

DeliveryId = Annotated[
    str, Path(alias="deliveryId", description="The delivery's id, as the list gives it.", examples=["17"])
]


async def list_deliveries(request: Request, reach: CurrentReach) -> Answer:
    """List what was sent, is to be sent or was given up, the newest first."""
    parameters = query_of(request)
    query = DeliveryQuery(
        numbers=reach.numbers_of(parameters),
        state=choice_of(parameters, "state", DeliveryState),
        assignment_id=parameters.get("assignment_id"),
        limit=limit_of(parameters),
        before_id=before_id_of(parameters),
    )
    found = await reach.dependencies.deliveries.list_deliveries(query)
    return page(request, _LISTS, [_entry(one) for one in found.deliveries], found.next_before_id)


async def find_delivery(delivery_id: DeliveryId, reach: CurrentReach) -> StoredDelivery:
    """The delivery that the path names.

    Raises:
        ApiError: There is none within reach.
    """
    found = await reach.dependencies.deliveries.show(int(delivery_id)) if is_id(delivery_id) else None
    extension = found.event.extension if found is not None and found.event is not None else ""
    if found is None or not reach.covers(extension):
        raise reach.hide("there is no such delivery: see GET /v1/deliveries")
    return found


CurrentDelivery = Annotated[StoredDelivery, Depends(find_delivery)]


async def show_delivery(delivery: CurrentDelivery, reach: CurrentReach) -> Answer:
    """Show one, with what became of each attempt."""
    return await _shown(reach, delivery)


async def retry_delivery(delivery: CurrentDelivery, reach: CurrentReach, _body: WholeBody) -> Answer:
    """Try one again now: one that waits for its next attempt, or was given up."""
    try:
        await reach.dependencies.deliveries.retry(delivery.delivery_id)
    except NotFineError as error:
        raise ApiError(status=409, code="delivery_final", message=str(error)) from None
    reach.dependencies.on_change()
    return await _shown(reach, await find_delivery(str(delivery.delivery_id), reach))


def add_routes(app: FastAPI) -> None:
    """Put the routes below /v1."""
    app.add_api_route(PATH, **_LISTS.route("Deliveries", list_deliveries))
    app.add_api_route(f"{PATH}/{{deliveryId}}", **_SHOWS.route("Deliveries", show_delivery))
    app.add_api_route(f"{PATH}/{{deliveryId}}/retry", methods=["POST"], **_RETRIES.route("Deliveries", retry_delivery))


_LISTS: Final = Documented(
    success=DeliveryPage,
    success_text="One page.",
    codes=("extension_invalid", "state_invalid", "limit_invalid", "cursor_invalid"),
    parameters={
        "state": {
            "description": "Only deliveries that stand there.",
            "schema": {"type": "string", "enum": [str(state) for state in DeliveryState]},
        },
        "extension": EXTENSION,
        "assignment_id": {"description": "Only deliveries for this assignment.", "schema": {"type": "string"}},
        "limit": LIMIT,
        "cursor": CURSOR,
    },
)
_SHOWS: Final = Documented(
    success=DeliveryWithAttempts, success_text="The delivery and its attempts.", codes=("no_such_thing",)
)
_RETRIES: Final = Documented(
    success=DeliveryWithAttempts,
    success_text="The delivery as it stands now.",
    codes=("no_such_thing", "request_too_large", "delivery_final"),
)


async def _shown(reach: Reach, delivery: StoredDelivery) -> Answer:
    attempts = await reach.dependencies.deliveries.attempts(delivery.delivery_id)
    return Answer({**_entry(delivery), "attempts": [_attempt(one) for one in attempts]})


def _entry(delivery: StoredDelivery) -> dict[str, Any]:
    return {
        "id": delivery.delivery_id,
        "state": str(delivery.state),
        "reason": delivery.reason,
        "assignment_id": delivery.assignment_id,
        "origin": delivery.origin,
        "attempt_count": delivery.attempts,
        "created_at": iso_utc(delivery.created_at),
        "due_at": iso_utc(delivery.due_at),
        "settled_at": iso_utc(delivery.settled_at),
        "event": None if delivery.event is None else delivery.event.as_json(),
    }


def _attempt(attempt: StoredAttempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "started_at": iso_utc(attempt.started_at),
        "duration_seconds": round(attempt.duration_seconds, 6),
        "status_code": attempt.status_code,
        "reason": attempt.reason,
    }
