"""Events, deliveries and assignments to keep."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id
from amibridge.calls.records import ParticipationRecord
from amibridge.delivery.outbox import Delivery, DeliveryState, NewDelivery, Settlement

NOW = 1_700_000_000.123456
HOOK = Assignment(
    assignment_id="a" * 30,
    extension="210",
    type=EventType.DIAL_IN,
    method=Method.POST,
    url="https://crm.example/hook?tenant=7",
    note="Bildschirm für Zoë",
    modified=NOW,
    account_id=7,
    app_id=3,
)
ORIGIN = "https://crm.example:443"


def event(call: int = 1, event_type: EventType = EventType.DIAL_IN, extension: str = "210") -> CallEvent:
    """An event of an extension's n-th call, with a value in every field."""
    return CallEvent(
        event_id=event_id(uniqueid=f"17.{call}", extension=extension, flow=CallFlow.IN, event_type=event_type),
        type=event_type,
        extension=extension,
        call_id=f"17.{call}",
        flow=CallFlow.IN,
        status=CallStatus.CALLING,
        caller_id_num="+44 20 7946 0000",
        caller_id_name="Zoë 📞\x1b[31m",
        caller_extension="211",
        called_extension=extension,
        called_number="0003*210",
        called_did="442079460001",
        call_api_id="api-1",
        at=NOW - 0.3,
        recovered=True,
    )


def new_delivery(told: CallEvent, *, at_once: bool = False, age_seconds: float = 0, hook: str = "") -> NewDelivery:
    """A row of that event for the assignment."""
    return NewDelivery(
        event=told,
        assignment_id=hook or HOOK.assignment_id,
        origin=ORIGIN,
        created_at=NOW - age_seconds,
        at_once=at_once,
    )


def participation(call: int = 1) -> ParticipationRecord:
    """An open participation."""
    told = event(call)
    return ParticipationRecord(
        participation_id=told.event_id,
        dial=told,
        answered=False,
        legs=("17.2", "17.3"),
        first_uniqueid="17.2",
        called_extension="210",
        facts='{"rung": []}',
    )


def settlement(
    delivery: Delivery, state: DeliveryState = DeliveryState.DELIVERED, *, due_at: float | None = None
) -> Settlement:
    """What became of its attempt."""
    delivered = state is DeliveryState.DELIVERED
    return Settlement(
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempt,
        state=state,
        due_at=due_at,
        reason="" if delivered else "HTTP 500",
        status_code=204 if delivered else 500,
        started_at=NOW,
        duration_seconds=0.25,
    )


def another(hook: str, *, url: str = HOOK.url) -> Assignment:
    """An assignment of another id."""
    return replace(HOOK, assignment_id=hook, url=url)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without root's right to open everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def names_in(folder: Path) -> set[str]:
    """The files of a folder."""
    return {file.name for file in folder.iterdir()}
