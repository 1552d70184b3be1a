"""The open participations: how they are found, and what the store is told of them."""

import pytest

from amibridge.calls.book import Book, Changes
from amibridge.calls.channel import Channel
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id
from amibridge.calls.legs import Participation, Trigger
from amibridge.calls.records import ParticipationRecord
from tests.unit.calls.pbx import Pbx, Picture, short

DIAL_OUT = CallEvent(
    event_id="out",
    type=EventType.DIAL_OUT,
    extension="201",
    call_id="201",
    flow=CallFlow.OUT,
    status=CallStatus.CALLING,
    called_number="600",
)
DIAL_IN = DIAL_OUT._replace(event_id="in", type=EventType.DIAL_IN, extension="202", flow=CallFlow.IN)


def start(book: Book, dial: CallEvent, leg: str, service: ExtensionKind = ExtensionKind.PHONE) -> Participation:
    """A participation that has begun."""
    its_id = event_id(uniqueid=leg, extension=dial.extension, flow=dial.flow, event_type=dial.type)
    one = Participation(leg, dial._replace(event_id=its_id), service=service)
    assert len(book.start(one, 1.0, recovered=False)) == 1
    return one


def leg(label: str) -> Channel:
    """A channel that was busy."""
    channel = Picture().see(label)
    channel.dial_status = "BUSY"
    return channel


def summary(changes: Changes) -> tuple[list[tuple[str, bool]], int]:
    """Who is open and answered, and how many have ended."""
    return [(record.dial.extension, record.answered) for record in changes.open], len(changes.ended)


# How they are found. ---------------------------------------------------------------------------------------------


def test_found_by_leg_and_by_key() -> None:
    """A phone's participation is found by each of its legs and by its key, until it has ended."""
    book = Book()
    called, caller = start(book, DIAL_IN, "202"), start(book, DIAL_OUT, "201")
    book.join(called, leg("202.b"))
    assert [book.of_leg(label) for label in ("202", "202.b", "201", "203")] == [called, called, caller, None]
    assert [book.caller(label) for label in ("202", "201", "203")] == [None, caller, None]
    assert [book.open_under(one.key) for one in (called, caller)] == [called, caller] == list(book)
    book.leg_left(called, "202")
    assert short(book.end(called, 2.0, recovered=False)) == ["202 hangup NOANSWER"]
    assert [book.of_leg("202"), book.open_under(called.key), len(book)] == [None, None, 1]


def test_found_by_the_caller_who_visits() -> None:
    """A channel's visits are found by it, all of them or those of one kind; they are nobody's legs."""
    book = Book()
    queue = start(book, DIAL_IN._replace(extension="650"), "201", ExtensionKind.QUEUE)
    menu = start(book, DIAL_IN._replace(extension="670"), "201", ExtensionKind.IVR)
    assert book.visits("201") == [queue, menu]
    assert book.visits("201", ExtensionKind.IVR) == [menu]
    assert [book.visits("201", ExtensionKind.CONFERENCE), book.visits("203"), book.of_leg("201")] == [[], [], None]
    for number, one in enumerate((queue, menu)):
        book.end(one, 2.0, recovered=False)
        assert len(book.visits("201")) == 1 - number


def test_visits_move_with_the_call() -> None:
    """When another channel takes a caller's place, the visits are its own; a channel without any has none to give."""
    book = Book()
    visit = start(book, DIAL_IN, "201", ExtensionKind.QUEUE)
    book.move_visits(leg("203"), leg("204"))
    book.move_visits(leg("201"), leg("202"))
    assert (book.visits("201"), book.visits("202"), book.visits("204")) == ([], [visit], [])
    assert (visit.root and visit.root.uniqueid, visit.legs) == ("202", {"202"})
    assert book.end(visit, 2.0, recovered=False)
    assert book.visits("202") == []


def test_the_caller_hears_of_whom_it_has_dialled() -> None:
    """What became of a dialled channel is its caller's; nobody's when the caller has ended, or never was."""
    book = Book()
    caller = start(book, DIAL_OUT, "201")
    busy, late = leg("202"), leg("203")
    for channel in (busy, late):
        book.rings(caller, channel, "")
    book.dialled_ended(busy)
    book.dialled_ended(busy)
    assert [(told.status, told.called_extension) for told in book.end(caller, 2.0, recovered=False)] == [
        (CallStatus.BUSY, "")
    ]
    book.take_changes()
    book.dialled_ended(late)
    assert not book.take_changes()


# What the store is told. -----------------------------------------------------------------------------------------


def test_changes_are_told_once() -> None:
    """What has changed since the last time is told as it is now; what has not is not told again."""
    book = Book()
    assert not book.take_changes()
    called, caller = start(book, DIAL_IN, "202"), start(book, DIAL_OUT, "201")
    assert summary(book.take_changes()) == ([("202", False), ("201", False)], 0)
    assert not book.take_changes()
    book.take(called, Trigger.CONNECTED, 2.0)
    changes = book.take_changes()
    assert changes
    assert summary(changes) == ([("202", True)], 0)
    book.touch(caller)
    book.end(called, 3.0, recovered=False)
    changes = book.take_changes()
    assert (summary(changes)[0], changes.ended) == ([("201", False)], (called.dial.event_id,))


def test_a_short_call_never_was_in_the_store() -> None:
    """One that started and ended since the last time has only ended."""
    book = Book()
    book.end(start(book, DIAL_IN, "202"), 2.0, recovered=False)
    changes = book.take_changes()
    assert changes
    assert summary(changes) == ([], 1)


def test_the_store_has_the_dial_as_it_was_told() -> None:
    """A record's Dial is the event that was told, its time included; the time tells how old a call is."""
    pbx = Pbx()
    pbx.at = 1000.0
    pbx.call("201", "202")
    (record,) = pbx.stored
    assert record.dial == pbx.told[0]
    assert (record.participation_id, record.dial.at, record.legs) == (pbx.told[0].event_id, 1000.0, ("201",))


def test_the_store_is_told_of_every_leg_and_dial() -> None:
    """A phone that joins, one that leaves, and how a dial went, are known after a restart at any moment."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.ring("201", "202.b")
    assert {record.legs for record in pbx.stored} == {("201",), ("202", "202.b")}
    pbx.dial_end("201", "202", "BUSY")
    pbx.hangup("202", "17")
    assert {record.legs for record in pbx.stored} == {("201",), ("202.b",)}
    pbx.restart()
    assert [*pbx.hangup("202.b"), *pbx.hangup("201")] == ["202 hangup BUSY", "201 hangup BUSY"]


# A restart. ------------------------------------------------------------------------------------------------------


def stored(number: int, facts: str) -> ParticipationRecord:
    """A call of 201 as the store has it."""
    return ParticipationRecord(
        participation_id=f"p{number}",
        dial=DIAL_OUT._replace(event_id=f"p{number}", call_id=f"c{number}"),
        answered=False,
        legs=(f"201.{number}",),
        first_uniqueid=f"201.{number}",
        called_extension="",
        facts=facts,
    )


def test_taken_up() -> None:
    """Phones' participations are found by their legs again, services' by their callers; that is no change."""
    first = Book()
    visit = start(first, DIAL_IN._replace(extension="650"), "201", ExtensionKind.QUEUE)
    start(first, DIAL_OUT, "201")
    book = Book()
    assert book.restore(first.take_changes().open) == []
    assert not book.take_changes()
    assert [one.key for one in book.visits("201", ExtensionKind.QUEUE)] == [visit.key]
    caller = book.caller("201")
    assert caller is not None
    assert caller.dial.called_number == "600"
    assert len(book) == 2


@pytest.mark.parametrize("damaged", ["", "{", "[]", "3", '{"ended": ["LATE"]}', '{"rung": 3}', '{"service": "fax"}'])
def test_a_damaged_participation_is_left_out(damaged: str) -> None:
    """One that cannot be read does not keep the others from being taken up, and is ended in the store."""
    book = Book()
    assert book.restore([stored(0, "{}"), stored(1, damaged), stored(2, "{}")]) == ["p1"]
    assert [one.dial.event_id for one in book] == ["p0", "p2"]
    assert (book.take_changes().ended, book.take_changes().ended) == (("p1",), ())
