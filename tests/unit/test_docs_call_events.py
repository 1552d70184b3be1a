"""docs/call-events.md is true: its pictures and tables are held against the recorded calls and their stories.

A picture is a code block whose first line names the parties, and at its end the recorded call. Below stands a row for
each call event, in the order in which ``amibridge replay`` tells them; further rows say what people do. Lifelines and
events are drawn here, from the recording, and the page must have them exactly so; what people do is the page's own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from amibridge.calls.events import CallEvent, CallStatus, EventType
from amibridge.delivery.request import parameters
from tests.replay.reading import new_tracker, read_trace
from tests.replay.stories import DIRECTORY, STORIES, parse
from tests.replay.test_properties import feed

PAGE: Final = (Path(__file__).parents[2] / "docs" / "call-events.md").read_text()
WIDTH: Final = 80
"""The columns of a picture, at most."""
OUTSIDE: Final = "outside"
"""The party of whom nothing is told."""
NAMES: Final = {
    EventType.DIAL_IN: "Dial-In",
    EventType.DIAL_OUT: "Dial-Out",
    EventType.HANGUP: "Hangup",
    EventType.ANSWER_IN: "Answer-In",
    EventType.ANSWER_OUT: "Answer-Out",
}
EVENT: Final = re.compile(
    rf"(?P<extension>\S+) +(?P<name>{'|'.join(NAMES.values())}) +(?P<flow>IN|OUT) +(?P<status>\w+)$"
)

Told = tuple[str, str, str, str]
"""Extension, name of the event, flow, status."""


@cache
def recorded(call: str) -> Sequence[CallEvent]:
    """What is told of a recorded call, in order."""
    return feed(new_tracker(), read_trace(f"22/{call}"))


def told(event: CallEvent) -> Told:
    """An event as a picture shows it."""
    return event.extension, NAMES[event.type], event.flow.value, event.status.value


def blocks() -> Iterator[tuple[str, str]]:
    """The pictures, by the recorded calls that their first lines name."""
    for block in re.findall(r"^```\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE):
        caption = re.search(r"  (?P<call>[a-z]+/[a-z_]+)$", block.partition("\n")[0])
        if caption:
            yield caption["call"], block


PICTURES: Final = dict(blocks())


class Picture:
    """Draws a recorded call.

    Args:
        call: Its group and name.
        parties: Who has a lifeline, from left to right.
    """

    def __init__(self, call: str, parties: Sequence[str]) -> None:
        self._call, self._parties = call, parties
        self._events = recorded(call)
        ids = list(dict.fromkeys(event.call_id for event in self._events))
        self._marks = {one: chr(ord("A") + place) if len(ids) > 1 else "●" for place, one in enumerate(ids)}
        self._open: Counter[str] = Counter()
        self._head = "".join(f" {party} " for party in parties)
        self._column = {}
        for place, party in enumerate(parties):
            before = sum(len(one) + 2 for one in parties[:place])
            self._column[party] = before + 1 + (len(party) - 1) // 2

    def draw(self, actions: Sequence[tuple[str, bool]]) -> str:
        """The picture.

        Args:
            actions: What people do, row by row, and whether the row has an event.
        """
        waiting = list(self._events)
        rows = []
        for action, has_event in actions:
            event = waiting.pop(0) if has_event and waiting else None
            rows.append((self._lines(event), action, event))
        rows += [(self._lines(event), "", event) for event in waiting]
        wide = max(len(action) for _, action, _ in rows)
        extension = max((len(event.extension) for event in self._events), default=0)
        drawn = []
        for lines, action, event in rows:
            text = "{:<{}} {:<10} {:<3} {}".format(told(event)[0], extension, *told(event)[1:]) if event else ""
            drawn.append(f"{lines}  {action:<{wide}}  {text}".rstrip())
        head = f"{self._head}  {self._call:>{max(map(len, drawn)) - len(self._head) - 2}}"
        return "\n".join([head, *drawn])

    def _lines(self, event: CallEvent | None) -> str:
        """The lifelines of one row: open parts, the event's mark, and from whom it comes."""
        if event is not None:
            self._open[event.extension] += {"Dial": 1, "Hang": -1}.get(NAMES[event.type][:4], 0)
        row = [" "] * len(self._head)
        for party, column in self._column.items():
            row[column] = "┊" if party == OUTSIDE else " │║"[min(self._open[party], 2)]
        if event is not None:
            self._arrow(row, event)
            row[self._column[event.extension]] = self._marks[event.call_id]
        return "".join(row)

    def _arrow(self, row: list[str], event: CallEvent) -> None:
        """A call comes from its caller, an answer from whoever has answered."""
        sources = {EventType.DIAL_IN: event.caller_extension, EventType.ANSWER_OUT: event.called_extension}
        source = sources.get(event.type)
        if source is None or (not source and OUTSIDE not in self._parties):
            return
        begin, end = self._column[source or OUTSIDE], self._column[event.extension]
        step = 1 if begin < end else -1
        for column in range(begin + step, end, step):
            row[column] = {" ": "─", "║": "╫"}.get(row[column], "┼")
        if begin != end:
            row[end - step] = ">" if step > 0 else "<"


def redrawn(call: str, block: str) -> str:
    """A picture as it must be, with what people do as it is."""
    head, *rows = block.splitlines()
    parties = head.split()[:-1]
    lines = sum(len(party) + 2 for party in parties)
    actions = []
    for row in rows:
        text = row[lines:]
        event = EVENT.search(text)
        actions.append(((text[: event.start()] if event else text).strip(), event is not None))
    return Picture(call, parties).draw(actions)


def tables(column: str) -> Iterator[dict[str, str]]:
    """The rows of all tables that begin with ``recorded`` and have the column, by their columns."""
    heads: list[str] = []
    for line in PAGE.splitlines():
        cells = [cell.strip().strip("`") for cell in line.split("|")[1:-1]]
        if not cells:
            heads = []
        elif not heads:
            heads = cells
        elif heads[0] == "recorded" and column in heads and not line.startswith("|---"):
            yield dict(zip(heads, cells, strict=True))


ENDINGS: Final = list(tables("Hangups"))
CARRIED: Final = list(tables("CalledNumber"))


@pytest.mark.parametrize("call", PICTURES)
def test_a_picture_is_what_was_recorded(call: str) -> None:
    """Lifelines, marks, arrows and events are those of the recording, in its order, within the columns of a page."""
    assert PICTURES[call] == redrawn(call, PICTURES[call])
    assert max(map(len, PICTURES[call].splitlines())) <= WIDTH


@pytest.mark.parametrize("call", PICTURES)
def test_a_picture_tells_its_story(call: str) -> None:
    """The events that stand in a picture are the rows of its story, each of them and no other."""
    shown = Counter(event.groups() for line in PICTURES[call].splitlines() if (event := EVENT.search(line)))
    names = {event_type.label: name for event_type, name in NAMES.items()}
    story = Counter((row["extension"], names[row["event"]], row["flow"], row["status"]) for row in parse(STORIES[call]))
    assert shown == story


@pytest.mark.parametrize("row", ENDINGS, ids=lambda row: str(row["recorded"]))
def test_a_table_has_every_hangup(row: dict[str, str]) -> None:
    """Where a call has no picture, a table has all its Hangups."""
    rows = parse(STORIES[row["recorded"]])
    hangups = [f"{one['extension']} {one['flow']} {one['status']}" for one in rows if one["event"] == "hangup"]
    assert sorted(row["Hangups"].split(", ")) == (sorted(hangups) or ["none"])


@pytest.mark.parametrize("row", CARRIED, ids=lambda row: f"{row['recorded']} {row['event']}")
def test_a_table_has_what_is_carried(row: dict[str, str]) -> None:
    """The parameters of an event are those that its recording tells."""
    events = [event for event in recorded(row["recorded"]) if " ".join(told(event)[:2]) == row["event"]]
    sent = [parameters(event, call_flow_case="upper", extra=True) for event in events]
    shown = {name: value for name, value in row.items() if name not in {"recorded", "event", "why"}}
    assert shown in [{name: one[name] for name in shown} for one in sent]


def test_every_group_of_recorded_calls_appears() -> None:
    """No kind of call is left out, and no recorded call is named that does not exist."""
    shown = {*PICTURES, *(row["recorded"] for row in ENDINGS)}
    assert {call.partition("/")[0] for call in shown} == {call.partition("/")[0] for call in STORIES}
    groups = "|".join({call.partition("/")[0] for call in STORIES})
    assert set(re.findall(rf"\b(?:{groups})/[a-z_]+\b(?!\.)", PAGE)) <= set(STORIES)


def test_every_picture_stands_once() -> None:
    """A second picture of a recorded call would hide the first from these tests."""
    assert [call for call, count in Counter(call for call, _ in blocks()).items() if count > 1] == []


def test_every_parameter_and_status_is_explained() -> None:
    """Each has its line in a table, and so has each service that was declared for these calls."""
    event = recorded("internal/answered_caller_hangs_up")[0]
    sent = parameters(event, call_flow_case="upper", extra=False)
    lines = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    assert [name for name in [*sent, *CallStatus] if f"`{name}`" not in lines] == []
    services = [f"| {one.number} | {one.kind} | `{one.service}` |" for one in DIRECTORY if one.kind != "phone"]
    assert [line for line in services if line not in PAGE] == []


def test_the_contents_lead_to_every_heading() -> None:
    """Each heading is in the contents, and each link within the page leads to one."""
    headings = re.findall(r"^###? (.*)$", PAGE, re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    assert sorted(set(anchors)) == sorted(anchors)
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) == set(anchors)
