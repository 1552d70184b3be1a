"""Call events as rows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.store.rows import decode, event_of, event_row
from tests.unit.store.samples import event

TEXT = st.text(st.characters(codec="utf-8"))


@given(
    st.builds(
        CallEvent,
        event_id=TEXT,
        type=st.sampled_from(EventType),
        extension=TEXT,
        call_id=TEXT,
        flow=st.sampled_from(CallFlow),
        status=st.sampled_from(CallStatus),
        caller_id_name=TEXT,
        at=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        recovered=st.booleans(),
    )
)
def test_an_event_comes_back_as_it_was(told: CallEvent) -> None:
    """Whatever an event says, its row says the same, through JSON too."""
    assert event_of(event_row(told)) == told
    assert event_of(json.loads(json.dumps(event_row(told)))) == told


@pytest.mark.parametrize(
    ("column", "value"),
    [("type", 9), ("flow", "UP"), ("status", None), ("call_id", None), ("caller_id_name", decode(b"Zo\xeb"))],
)
def test_a_damaged_row_is_no_event(column: str, value: object) -> None:
    """What does not read back exactly is refused, so that it is never sent."""
    with pytest.raises((TypeError, ValueError)):
        event_of(event_row(event()) | {column: value})


def test_an_unknown_time_stays_unknown() -> None:
    """Nobody invents when it happened."""
    assert event_of(event_row(event()._replace(at=None))).at is None
