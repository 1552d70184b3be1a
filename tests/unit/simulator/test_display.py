"""What a person sees: columns that line up, at any width, and nothing that wraps."""

import json
import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.simulator.display import (
    Arrival,
    CallBoard,
    Introduction,
    heading,
    introduction,
    note,
    parties,
    plain,
    plain_arrival,
    plain_event,
    story,
)

EVENT = CallEvent(
    event_id="e1",
    type=EventType.ANSWER_IN,
    extension="202",
    call_id="1.0",
    flow=CallFlow.IN,
    status=CallStatus.ANSWER,
    caller_id_num="201",
    caller_id_name="Anna Abel",
    caller_extension="201",
    called_extension="202",
    called_number="202",
)
ARRIVAL = Arrival(event_id="e1", what="POST", latency_seconds=0.0042)
FACTS = Introduction(
    pbx="127.0.0.1:36631",
    ami_version="11.0.0",
    api_url="http://127.0.0.1:40441/uapi",
    token="t" * 43,
    receiver_url="http://127.0.0.1:35813",
    assignments=30,
)


def board(*events: CallEvent) -> CallBoard:
    """A board with these events, a second apart."""
    board = CallBoard(story(1, 8, "201 calls 202."))
    for number, event in enumerate(events):
        board.event(event, number)
    return board


def test_introduction_fits() -> None:
    """At 80 columns nothing of the introduction wraps, and the secret is not in its representation."""
    lines = introduction(FACTS, ends_by_itself=False)
    assert max(line.cell_len for line in lines) <= 80
    assert "t" * 43 not in repr(FACTS)


def test_ctrl_c_is_mentioned_where_it_is_needed() -> None:
    """A demo that ends by itself does not ask for Ctrl-C."""
    asked = [any("Ctrl-C" in line.plain for line in introduction(FACTS, ends_by_itself=by)) for by in (True, False)]
    assert asked == [False, True]


def test_curl_can_be_pasted() -> None:
    """The command stands whole and unindented in the introduction, and is one that a shell understands."""
    shown = "\n".join(plain(introduction(FACTS, ends_by_itself=True)))
    assert f"\n{FACTS.curl}" in shown
    command, header, authorization, data, body, url = shlex.split(FACTS.curl.replace("\\\n", ""))
    assert (command, header, data) == ("curl", "-H", "-d")
    assert authorization == f"Authorization: Bearer {'t' * 43}"
    assert json.loads(body) == {"type": "3", "method": "1", "url": "http://127.0.0.1:35813/mine"}
    assert url == "http://127.0.0.1:40441/uapi/extensions/@me/202/phoneCallEvents"


def test_row_before_and_after_its_notification() -> None:
    """A row says at once what happened; its notification is filled in when it arrives."""
    one = board(EVENT)
    assert plain(one.lines(80))[1] == "   0.00  202   answer-in   ANSWER       Anna Abel 201 → 202  …"
    one.arrival(ARRIVAL)
    assert plain(one.lines(80))[1] == "   0.00  202   answer-in   ANSWER       Anna Abel 201 → 202  ✓ POST     4.2 ms"


def test_notification_may_be_first() -> None:
    """A notification that arrives before its event is shown with it."""
    one = board()
    one.arrival(ARRIVAL)
    one.event(EVENT, 0)
    assert "✓ POST     4.2 ms" in one.lines(80)[1].plain


def test_further_notifications_have_lines_of_their_own() -> None:
    """An assignment of the person's own, and an attempt that failed, stand below the event's row."""
    one = board(EVENT)
    one.arrival(replace(ARRIVAL, own=False, what="POST /mine"))
    one.arrival(replace(ARRIVAL, problem="connection refused"))
    one.arrival(ARRIVAL)
    lines = [line.strip() for line in plain(one.lines(100))]
    assert lines[1].endswith("✓ POST     4.2 ms")
    assert lines[2:] == ["✓ POST /mine  4.2 ms", "✗ POST  connection refused"]


def test_a_late_notification_names_its_event() -> None:
    """Far below its event, a notification says whose it is."""
    assert note(ARRIVAL, 80, EVENT).plain.strip() == "answer-in of 202  ✓ POST  4.2 ms"


def test_board_knows_its_events() -> None:
    """A board says which events are its own."""
    assert "e1" in board(EVENT)
    assert "e2" not in board(EVENT)


def test_columns_line_up() -> None:
    """Each column begins where its heading does."""
    one = board(EVENT)
    one.arrival(ARRIVAL)
    for width in (80, 100, 120):
        head, row = heading(width).plain, one.lines(width)[1].plain
        for name, value in (("ext", "202"), ("event", "answer-in"), ("status", "ANSWER"), ("call", "Anna")):
            assert head.index(name) == row.index(value), (width, name)
        assert head.index("notification") == row.index("✓")


texts = st.text(max_size=90)


@given(name=texts, caller=texts, called=texts, dialled=texts, width=st.integers(40, 300))
def test_nothing_wraps(name: str, caller: str, called: str, dialled: str, width: int) -> None:
    """Whatever a caller is called, no row is wider than the terminal (80 columns at least)."""
    event = EVENT._replace(caller_id_name=name, caller_extension=caller, called_extension=called, called_number=dialled)
    one = board(event)
    one.arrival(ARRIVAL)
    one.arrival(replace(ARRIVAL, problem=name))
    assert max(line.cell_len for line in one.lines(width)) <= max(width, 80)
    assert not any(character in line.plain for line in one.lines(width) for character in "\n\r\x1b")


@pytest.mark.parametrize(
    ("changes", "width", "shown"),
    [
        ({}, 40, "Anna Abel 201 → 202"),
        ({}, 18, "201 → 202"),
        ({"called_number": "600"}, 40, "Anna Abel 201 → 202 (600)"),
        ({"called_number": "600"}, 20, "Anna Abel 201 → 202"),
        ({"called_number": "600"}, 18, "201 → 202 (600)"),
        ({"called_extension": "", "called_number": "03055512345"}, 40, "Anna Abel 201 → 03055512345"),
        ({"called_extension": "", "called_number": "03055512345"}, 12, "201 → 03055…"),
        ({"caller_extension": "", "caller_id_num": "4930", "caller_id_name": ""}, 40, "4930 → 202"),
        ({"caller_extension": "", "caller_id_num": "", "caller_id_name": ""}, 40, "withheld → 202"),
    ],
)
def test_parties(changes: dict[str, str], width: int, shown: str) -> None:
    """Who calls whom, with the name and the dialled number where there is room for them."""
    assert parties(EVENT._replace(**changes), width) == shown  # type: ignore[arg-type]  # texts alone


def test_plain_lines() -> None:
    """In a file, an event and its notification are two lines that line up."""
    assert plain_event(EVENT, 1.5) == ("   1.50  call event    202   answer-in   ANSWER       Anna Abel 201 -> 202")
    assert plain_arrival(ARRIVAL, EVENT, 1.5) == (
        "   1.50  notification  202   answer-in   POST         delivered in 4.2 ms"
    )
    assert plain_arrival(replace(ARRIVAL, problem="refused"), None, 1.5) == (
        "   1.50  notification  e1  POST         FAILED: refused"
    )


def test_story_is_one_line() -> None:
    """A story stands below the columns of time and extension."""
    assert story(1, 8, "201 calls 202.").plain == "    1/8  201 calls 202."
