"""Calls and deliveries that a store has, for the routes that show them."""

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.delivery.outbox import DeliveryState, NewDelivery, Settlement
from amibridge.store.calls import CallBatch
from tests.api.service import Service

NOW = 1_795_342_272.0
"""2026-11-22T10:11:12Z."""


def event(extension: str, number: int, event_type: EventType = EventType.DIAL_IN) -> CallEvent:
    """The call event of that number: it happens so many seconds after the first one."""
    return CallEvent(
        event_id=f"{number:040x}",
        type=event_type,
        extension=extension,
        call_id=f"office-1.{number}",
        flow=CallFlow.IN,
        status=CallStatus.CALLING,
        caller_id_num="201",
        caller_id_name="Zoë",
        called_extension=extension,
        called_number=extension,
        at=NOW + number,
    )


async def happen(service: Service, *events: CallEvent) -> None:
    """Write them into the journal."""
    await service.calls.record(CallBatch(events=events, recorded_at=NOW + 1000))


async def deliver(
    service: Service, told: CallEvent, assignment_id: str, state: DeliveryState = DeliveryState.PENDING
) -> int:
    """An event, its delivery to an assignment, and a first attempt that came to that; returns the delivery's id."""
    new = NewDelivery(
        event=told, assignment_id=assignment_id, origin="https://crm.example", created_at=NOW, at_once=True
    )
    (row,) = await service.calls.record(CallBatch(events=[told], deliveries=[new], recorded_at=NOW))
    assert row is not None
    settlement = Settlement(
        delivery_id=row.delivery_id,
        attempt=1,
        state=state,
        due_at=NOW + 60 if state is DeliveryState.PENDING else None,
        reason="" if state is DeliveryState.DELIVERED else "HTTP 503",
        status_code=204 if state is DeliveryState.DELIVERED else 503,
        started_at=NOW,
        duration_seconds=0.25,
    )
    await service.outbox.settle([settlement])
    return row.delivery_id


def outgoing(told: CallEvent) -> CallEvent:
    """The same, as a call that the extension places."""
    return told._replace(flow=CallFlow.OUT, type=EventType.DIAL_OUT)
