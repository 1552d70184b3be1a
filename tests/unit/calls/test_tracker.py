"""The tracker as a whole: which events it reads, in which order it tells, and what it remembers."""

import re
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.calls.directory import Directory, Extension, ExtensionKind
from amibridge.calls.events import CallEvent
from amibridge.calls.tracker import SILENT_SECONDS, Tracker
from tests.unit.calls.pbx import RING, UP, Pbx, channel_name, new_attribution, talking

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")
CONFERENCE = Extension(number="660", kind=ExtensionKind.CONFERENCE, service="meeting")
IVR = Extension(number="670", kind=ExtensionKind.IVR, service="menu")


# What is read. ---------------------------------------------------------------------------------------------------


def test_unknown_events_mean_nothing() -> None:
    """An event that the tracker does not read, or whose channel is unknown, tells nothing and leaves nothing."""
    pbx = Pbx(IVR)
    for name in [*sorted(pbx.tracker.wanted), "VarSet", ""]:
        assert pbx.say(name) == []
        assert pbx.say(name, uniqueid="1", destuniqueid="2", cause="x", result="Success", desttype="App") == []
    assert pbx.is_quiet


@pytest.mark.parametrize(
    "event",
    [
        "AgentComplete", "BridgeLeave", "ConfbridgeLeave", "Hangup", "HangupRequest", "NewCallerid",
        "QueueCallerLeave", "Rename",
    ],
)  # fmt: skip
def test_no_channel_begins_with_an_end(event: str) -> None:
    """An event that speaks of an end does not make a channel out of one that was never seen."""
    pbx = Pbx()
    assert pbx.say(event, "201", channelstate=RING, exten="202", newname=channel_name("202")) == []
    assert pbx.is_quiet


def test_steps_are_wanted_while_an_ivr_is_declared() -> None:
    """What is wanted changes with the directory, and is the same object as long as it is the same."""
    directory = Directory()
    tracker = Tracker(new_attribution(), directory)
    without = tracker.wanted
    assert "Newexten" not in without
    assert tracker.wanted is without
    directory.put(IVR)
    assert tracker.wanted == without | {"Newexten"}
    assert tracker.wanted is tracker.wanted
    directory.remove(IVR.number)
    assert tracker.wanted is without


def test_the_order_of_one_moment() -> None:
    """What one AMI event tells is told by kind, then by extension."""
    pbx = Pbx(CONFERENCE)
    pbx.new("209")
    pbx.dial("", "209")
    assert pbx.say("ConfbridgeJoin", "209", conference="meeting") == [
        "209 dial-out",
        "660 dial-in",
        "660 answer-in",
        "209 answer-out",
    ]
    assert pbx.hangup("209") == ["209 hangup ANSWER", "660 hangup ANSWER"]


def test_what_is_there() -> None:
    """Channels and open participations are counted."""
    pbx = talking()
    assert (pbx.tracker.channels, pbx.tracker.open_participations) == (2, 2)
    pbx.hangup("202")
    assert (pbx.tracker.channels, pbx.tracker.open_participations) == (1, 1)


def test_the_calls_that_go_on() -> None:
    """Each open participation is shown as it is now, in the order of telling, until it ends."""
    pbx = Pbx(Extension(number="600", did="0600"), Extension(number="202", did="0302"))
    pbx.call("201", "600")
    pbx.ring("201", "202")
    assert [(part.dial, part.answered) for part in pbx.tracker.open_parts()] == [(told, False) for told in pbx.told]
    pbx.say("Newstate", "201", ChanVariable="CALLAPIID=order-1")
    pbx.talk("201", "202")
    for part in pbx.tracker.open_parts():
        assert (part.answered, part.called_extension, part.called_did) == (True, "202", "0302")
        assert part.call_api_id == "order-1"
    pbx.hangup("201")
    assert [part.dial.extension for part in pbx.tracker.open_parts()] == ["202"]


# Channels. -------------------------------------------------------------------------------------------------------


def test_rename_before_the_call() -> None:
    """A channel that is renamed before its dial is rung as the extension of its new name."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.new("lobby")
    assert pbx.say("Rename", "lobby", newname=channel_name("202")) == []
    assert pbx.say("Rename", "lobby") == []
    assert pbx.dial("201", "lobby") == ["202 dial-in"]


def test_a_dial_of_a_channel_that_is_gone() -> None:
    """A DialBegin whose destination has hung up already still lets its caller place the call."""
    pbx = Pbx()
    pbx.hangup("202")
    assert pbx.dial("201", "202", channelstate=RING, exten="202") == ["201 dial-out"]


def test_a_dial_of_the_pbx_itself_ends() -> None:
    """Nobody is sent anywhere by it."""
    pbx = Pbx()
    pbx.new("202")
    pbx.dial("", "202")
    assert pbx.dial_end("", "202", "CANCEL", exten="203") == []


def test_a_second_dial_end_does_not_count() -> None:
    """The first word on a dial is the last one, also when the caller is gone by then."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", "BUSY")
    assert pbx.dial_end("201", "202", "CANCEL") == []
    assert pbx.hangup("201") == ["201 hangup BUSY"]
    assert pbx.dial_end("201", "202", "ANSWER") == []
    assert pbx.hangup("202") == ["202 hangup BUSY"]


@pytest.mark.parametrize("event", ["BridgeEnter", "QueueCallerJoin", "ConfbridgeJoin", "Newexten", "Newchannel"])
def test_nothing_new_of_the_dead(event: str) -> None:
    """A late event of a channel that hung up tells nothing."""
    pbx = Pbx(QUEUE, CONFERENCE, IVR)
    pbx.call("201", "650")
    pbx.hangup("201")
    where = {"queue": "support", "conference": "meeting", "context": "menu", "bridgeuniqueid": "b"}
    assert pbx.say(event, "201", **where) == []
    assert pbx.is_quiet


def test_a_stale_bridge_leave() -> None:
    """Who is in another bridge by then does not leave that one."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.enter("201", "new")
    assert pbx.leave("201", "old") == []
    assert pbx.enter("202", "new") == ["202 answer-in", "201 answer-out"]
    pbx.leave("202", "new")
    assert pbx.leave("202", "new") == []


def test_a_picked_up_call_that_is_gone() -> None:
    """A Pickup whose target has ended changes nothing."""
    pbx = Pbx()
    pbx.call("203", "*8")
    assert pbx.say("Pickup", "203", targetuniqueid="202") == []


# Silence, and what the store has. --------------------------------------------------------------------------------


def test_silence() -> None:
    """Four hours without a word from any leg of an open call ask for a listing, also after a restart."""
    pbx = Pbx()
    assert not pbx.tracker.is_silent(1e9)
    pbx.call("203", "600")
    assert not pbx.tracker.is_silent(1e9)
    pbx.hangup("203")
    pbx.at = 1000.0
    pbx.call("201", "202")
    pbx.at = 2000.0
    pbx.state("201", RING)
    assert not pbx.tracker.is_silent(2000 + SILENT_SECONDS)
    assert pbx.tracker.is_silent(2001 + SILENT_SECONDS)
    pbx.restart()
    assert not pbx.tracker.is_silent(1000 + SILENT_SECONDS)
    assert pbx.tracker.is_silent(1001 + SILENT_SECONDS)


@pytest.mark.parametrize(
    ("cause", "status"), [("3", "CHANUNAVAIL"), ("17", "BUSY"), ("0", "CANCEL"), ("", "CANCEL"), ("9" * 5000, "CANCEL")]
)
def test_a_hangup_before_the_listing_counts(cause: str, status: str) -> None:
    """A leg that ends after a restart and before the listing ends with the cause that the PBX tells, as it happens."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.restart()
    pbx.at = 2.0
    assert pbx.hangup("201", cause) == [f"201 hangup {status}"]
    assert pbx.told[-1].at == 2.0
    assert pbx.is_quiet


def test_up_once_is_stored() -> None:
    """That an application answered the caller is known over a restart."""
    pbx = Pbx()
    pbx.call("201", "*97")
    pbx.state("201", UP)
    pbx.restart()
    assert pbx.hangup("201") == ["201 hangup ANSWER"]


# Any input. ------------------------------------------------------------------------------------------------------

LABELS = ("201", "202", "202.b", "trunk", "x;1", "x;2", "y;1", "y;2", "CBAnn")
NAMES = tuple(sorted(Tracker(new_attribution(), Directory([IVR])).wanted))
EVENTS = st.fixed_dictionaries(
    {"event": st.sampled_from(NAMES), "label": st.sampled_from(LABELS), "dest": st.sampled_from(("", *LABELS))},
    optional={
        "channelstate": st.sampled_from("0456"),
        "exten": st.sampled_from(("202", "650", "s")),
        "linkedid": st.sampled_from(LABELS),
        "context": st.sampled_from(("phones", "menu")),
        "dialstatus": st.sampled_from(("ANSWER", "BUSY", "CANCEL")),
        "bridgeuniqueid": st.sampled_from("ab"),
        "bridgecreator": st.just("ConfBridge"),
        "bridgename": st.just("meeting"),
        "queue": st.just("support"),
        "conference": st.just("meeting"),
        "transfereeuniqueid": st.sampled_from(LABELS),
        "secondtransfereruniqueid": st.sampled_from(LABELS),
        "targetuniqueid": st.sampled_from(LABELS),
        "transfereruniqueid": st.sampled_from(LABELS),
        "origtransfereruniqueid": st.sampled_from(LABELS),
        "desttype": st.sampled_from(("App", "Threeway")),
        "destapp": st.sampled_from(("ConfBridge", "Dial")),
        "result": st.just("Success"),
        "newname": st.sampled_from([channel_name(label) for label in LABELS]),
    },
)


@given(events=st.lists(EVENTS, max_size=40), breaks=st.lists(st.integers(0, 40), max_size=3), restart=st.booleans())
def test_any_input(events: list[dict[str, str]], breaks: list[int], *, restart: bool) -> None:
    """Whatever is sent: one Dial first, at most one answer, one Hangup last; and nothing is left in the end."""
    pbx = Pbx(QUEUE, CONFERENCE, IVR)
    over: set[str] = set()
    """Who ended before a restart: neither the daemon nor the PBX knows them any more."""
    for number, event in enumerate(events):
        pbx.at = 1000.0 + number
        if number in breaks:
            pbx.lose(restart=restart)
            over |= {one["label"] for one in events[:number] if restart and one["event"] == "Hangup"}
        begun = {one["label"] for one in events[: max(0, *filter(number.__ge__, breaks), 0)] if restart}
        if over & {event["label"], event["dest"]} or (event["event"] == "Newchannel" and event["label"] in begun):
            continue
        pbx.say(**event)
    pbx.settle()
    pbx.settle()
    assert pbx.is_quiet
    assert_rule_one(pbx.told)


def assert_rule_one(told: list[CallEvent]) -> None:
    """Each Dial has its Hangup, with at most one answer between them; of a phone there is one at a time."""
    assert len({event.event_id for event in told}) == len(told)
    so_far: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for event in told:
        so_far[event.extension, event.call_id, event.flow].append(event.type.label.partition("-")[0])
    for (extension, _, _), events in so_far.items():
        if extension in {"201", "202"}:
            assert re.fullmatch("(dial (answer )?hangup )*", "".join(f"{event} " for event in events))
        for number in range(len(events)):
            counts = Counter(events[: number + 1])
            assert counts["dial"] >= max(counts["answer"], counts["hangup"])
        assert counts["dial"] == counts["hangup"]
