"""What a person sees of a stream."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from amibridge.calls.events import EventType
from amibridge.calls.journal import JournalEntry
from amibridge.cli.following.view import View
from amibridge.delivery.outbox import DeliveryState
from amibridge.stream.frames import Frame, FrameReader
from amibridge.stream.shown import ShownDelivery, ShownEvent
from tests.unit.stream.bench import call_event, settled

AT = 1_795_342_272.5
EVENT = call_event(1)._replace(
    at=AT, caller_id_num="201", caller_id_name="Zo\x1bë", called_extension="210", called_number="600"
)
ENTRY = JournalEntry(entry_id=1, event=EVENT, recorded_at=AT)


def frames(data: bytes) -> Frame:
    """The one frame in that."""
    reader = FrameReader()
    (frame,) = [frame for line in data.decode().split("\n") for frame in reader.read(line)]
    return frame


def rows(frame: Frame, at: float = AT, *, fancy: bool = True) -> list[str]:
    """The rows of a frame on a day."""
    return [row.plain for row in View(datetime.fromtimestamp(at).astimezone().date(), fancy=fancy).rows(frame)]


def test_a_call_event() -> None:
    """When, whose, what, status, who with whom; nothing in it acts on the terminal."""
    (row,) = rows(frames(ShownEvent(ENTRY).frame))
    at = datetime.fromtimestamp(AT).astimezone()
    assert (
        row == f"{at:%H:%M:%S}.500  210       dial-in       CALLING      Zo\N{REPLACEMENT CHARACTER}ë 201 → 210 (600)"
    )
    recovered = JournalEntry(entry_id=1, event=EVENT._replace(recovered=True, at=None), recorded_at=AT)
    (row,) = rows(frames(ShownEvent(recovered).frame), fancy=False)
    assert row.endswith("201 -> 210 (600)  recovered")


@pytest.mark.parametrize(
    ("state", "facts", "shown"),
    [
        (DeliveryState.DELIVERED, {}, "delivered    https://crm.example  250.0 ms"),
        (
            DeliveryState.PENDING,
            {"reason": "HTTP 503\x1b"},
            "waits        https://crm.example  250.0 ms  HTTP 503\\x1b",
        ),
        (DeliveryState.DEAD, {"attempt": 3, "reason": "x"}, "dead         https://crm.example  250.0 ms  attempt 3  x"),
    ],
)
def test_a_delivery(state: DeliveryState, facts: dict[str, Any], shown: str) -> None:
    """Below its event: what it came to, where, how long it took."""
    delivery, settlement = settled(ENTRY, state)
    settlement = replace(settlement, **{"started_at": AT, "attempt": 1, **facts})
    (row,) = rows(frames(ShownDelivery(delivery, settlement).frame))
    at = datetime.fromtimestamp(AT + 0.25).astimezone()
    assert row == f"{at:%H:%M:%S}.750  210       ↳ dial-in     {shown}"


def test_a_line_of_the_log() -> None:
    """What it is about, then its facts; those that say nothing are left out."""
    data = {
        "timestamp": "2026-11-22T10:11:12.25Z",
        "level": "error",
        "event": "disk_full",
        "reason": "\n",
        "name": None,
    }
    (row,) = rows(Frame(event="log", data=data, event_id="1"))
    assert row.split(None, 1)[1] == "error     disk_full  reason=\\x0a"


def test_another_day() -> None:
    """It stands above its first row."""
    day, row = rows(frames(ShownEvent(ENTRY).frame), AT + 3 * 86400)
    assert day == f"{datetime.fromtimestamp(AT).astimezone():%Y-%m-%d}"
    assert EventType.DIAL_IN.label in row


def test_what_is_about_the_stream() -> None:
    """It is no row."""
    assert rows(Frame(event="bye", data={"reason": "x"}, event_id="")) == []
