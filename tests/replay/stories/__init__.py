"""What each scripted call must tell: written from its script and the rules, before it was ever replayed.

A row is a call event. ``-`` stands for an empty text; ``call`` is a letter for each distinct CallID;
``api=`` and ``name=`` (which comes last, and reaches to the end of the line) add what must be said
about the call's API id and the caller's name. The scripts are in tests/asterisk/lab/calls, the dialplan
that they meet in tests/asterisk/lab/etc/extensions.conf.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.replay.stories import (
    agents,
    attended,
    blind,
    chains,
    chan_sip,
    dials,
    failed,
    forwards,
    groups,
    internal,
    local,
    originate,
    parking,
    pickup,
    queues,
    redirects,
    services,
    trunk,
)

COLUMNS = (
    "call", "extension", "event", "flow", "status", "caller_num", "caller_ext", "called_ext", "number", "did",
)  # fmt: skip

JSON_KEYS = {
    "event": "event",
    "status": "status",
    "caller_num": "caller_id_num",
    "caller_ext": "caller_extension",
    "called_ext": "called_extension",
    "number": "called_number",
    "did": "called_did",
    "name": "caller_id_name",
    "api": "call_api_id",
}
"""Where ``amibridge replay`` writes what a column says."""

TYPES = {"dial-in": 0, "dial-out": 1, "hangup": 2, "answer-in": 3, "answer-out": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """An extension as the directory declares it for all these calls."""

    number: str
    kind: str = "phone"
    did: str = ""
    service: str = ""
    name: str = ""


DIRECTORY = (
    Declared(number="201", name="Anna Abel"),
    Declared(number="202", name="Bert Braun"),
    Declared(number="203", name="Carla Conrad", did="49301234503"),
    Declared(number="204", name="Dora Dietz"),
    Declared(number="205", name="Emil Ernst"),
    # 206 is a phone that nobody declared
    Declared(number="207", name="Gerda Graf"),
    Declared(number="208", name="Hans Horn"),
    Declared(number="209", name="Ida Immel"),
    Declared(number="0003*210", name="Jan Jung"),
    Declared(number="0003*211", name="Kira Klein"),
    Declared(number="650", kind="queue", service="support", name="Support"),
    Declared(number="651", kind="queue", service="single", name="One agent"),
    # 652 is a queue that nobody declared
    Declared(number="653", kind="queue", service="locals", name="Agents through Local channels"),
    Declared(number="654", kind="queue", service="empty", name="No agents"),
    Declared(number="660", kind="conference", service="meeting", name="Meeting"),
    # 661 is a conference that nobody declared
    Declared(number="670", kind="ivr", service="menu", name="Menu"),
    # 671 is a menu that nobody declared
    Declared(number="673", kind="ivr", service="night-menu", name="Menu at night"),
    Declared(number="690", kind="queue", service="announced", name="Agents hear who is coming"),
    Declared(number="691", kind="queue", service="exiting", name="Left by a key"),
    Declared(number="695", kind="queue", service="turns", name="One agent after the other"),
    Declared(number="696", kind="queue", service="penalties", name="First and second choice"),
    Declared(number="697", kind="queue", service="accepted", name="Agents accept by a key"),
    Declared(number="0003*250", kind="queue", service="customer-3-support", name="Support of a customer"),
    Declared(number="672", kind="ivr", service="sub-menu", name="Menu below the menu"),
)

TRUNKS = ("provider-*",)
"""The setting ``extensions.trunks`` of these calls."""

STORIES: Mapping[str, str] = {
    f"{module.__name__.rpartition('.')[2]}/{name}": story
    for module in (
        agents,
        attended,
        blind,
        chains,
        dials,
        failed,
        forwards,
        groups,
        internal,
        local,
        originate,
        parking,
        pickup,
        queues,
        redirects,
        services,
        trunk,
    )
    for name, story in module.STORIES.items()
}
"""By the name of the scripted call."""


Row: TypeAlias = dict[str, str]
Participation: TypeAlias = tuple[str, str, str]


def story_on(variant: str, name: str) -> list[Row]:
    """What a scripted call tells on a variant of the PBX: ``22``, ``16``, ``16-chan_sip``."""
    told = {**STORIES, **(chan_sip.STORIES if variant.endswith("-chan_sip") else {})}
    return parse(told[name])


def parse(story: str) -> list[Row]:
    """The rows of a story, each as its columns; ``name`` and ``api`` only where the row says something about them."""
    rows = []
    for told in filter(None, map(str.strip, story.splitlines())):
        line, named, name = told.partition(" name=")
        line, identified, api = line.partition(" api=")
        columns = line.split()
        if len(columns) != len(COLUMNS) or columns[2] not in TYPES:
            raise ValueError(f"not a row of a story: {told}")
        row = dict(zip(COLUMNS, map(_text, columns), strict=True))
        if identified:
            row["api"] = _text(api)
        if named:
            row["name"] = name
        rows.append(row)
    return rows


def _text(column: str) -> str:
    return "" if column == "-" else column


def mismatch(expected: Sequence[Row], actual: Sequence[Mapping[str, object]]) -> list[str]:
    """What is wrong with the call events told, in sentences; nothing when they are exactly the ones expected.

    Each participation (extension, call, flow) must have its events in their order, with every column; there must be
    no other event; and each letter stands for one CallID.

    Args:
        expected: The rows of a story, from ``parse``.
        actual: JSON objects as ``amibridge replay`` prints them, in the order told.
    """
    letters = list(dict.fromkeys(row["call"] for row in expected))
    ids = list(dict.fromkeys(str(event["call_id"]) for event in actual))
    wrong = [] if len(expected) == len(actual) else [f"{len(actual)} events were told, not {len(expected)}"]
    if len(letters) != len(ids):
        wrong.append(f"{len(ids)} call ids were told, not {len(letters)}: {', '.join(ids)}")
    called = dict(zip(ids, letters, strict=False))

    wanted: dict[Participation, list[Row]] = defaultdict(list)
    for row in expected:
        wanted[row["extension"], row["call"], row["flow"]].append(row)
    told: dict[Participation, list[Mapping[str, object]]] = defaultdict(list)
    for event in actual:
        letter = called.get(str(event["call_id"]), str(event["call_id"]))
        told[str(event["extension"]), letter, str(event["flow"])].append(event)

    for key in dict.fromkeys([*wanted, *told]):
        wrong += _participation(" ".join(key), wanted[key], told[key])
    return wrong + _forms(actual)


def _participation(key: str, wanted: Sequence[Row], told: Sequence[Mapping[str, object]]) -> list[str]:
    said, meant = ([str(event["event"]) for event in told], [row["event"] for row in wanted])
    if said != meant:
        return [f"{key}: told {' '.join(said) or 'nothing'}, not {' '.join(meant) or 'nothing'}"]
    return [
        f"{key} {row['event']}: {column} is {event[JSON_KEYS[column]]!r}, not {row[column]!r}"
        for row, event in zip(wanted, told, strict=True)
        for column in JSON_KEYS
        if column in row and event[JSON_KEYS[column]] != row[column]
    ]


def _forms(actual: Sequence[Mapping[str, object]]) -> list[str]:
    """What must hold for each event, whatever the story."""
    odd = [event for event in actual if event["type"] != TYPES.get(str(event["event"]))]
    wrong = [f"type {event['type']} is not {event['event']}" for event in odd]
    wrong += [f"{event['event']} of {event['extension']} is marked recovered" for event in actual if event["recovered"]]
    ids = [str(event["event_id"]) for event in actual]
    return wrong + [f"event id {name} was told more than once" for name in dict.fromkeys(ids) if ids.count(name) > 1]
