"""The PBX's own listing against what is known: after a lost link, at start, and after the PBX has booted."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from tests.unit.calls.pbx import DOWN, OUTGOING, RING, RINGING, UP, Pbx

QUEUE = Extension(number="650", kind=ExtensionKind.QUEUE, service="support")


def ringing(*called: str) -> Pbx:
    """201 has called, and these ring."""
    pbx = Pbx()
    pbx.call("201", "600")
    for label in called:
        pbx.ring("201", label)
    return pbx


def recovered(*told: str) -> list[str]:
    """These, as a listing tells them."""
    return [f"{one}, recovered" for one in told]


# Calls that nobody told of. --------------------------------------------------------------------------------------


def test_a_call_found_in_a_listing() -> None:
    """A call that was there before the daemon: Dials and answers at once, so that its Hangups will be right."""
    pbx = Pbx()
    lines = [
        pbx.line("202", linkedid="201", exten="202", data=OUTGOING, bridge="b"),
        pbx.line("201", exten="202", runs="Dial", bridge="b"),
    ]
    assert pbx.settle(*lines) == recovered("201 dial-out", "202 dial-in", "202 answer-in", "201 answer-out")
    assert {(event.call_id, event.caller_extension, event.called_number) for event in pbx.told} == {
        ("201", "201", "202")
    }
    assert pbx.settle(*lines) == []
    assert pbx.settle() == recovered("201 hangup ANSWER", "202 hangup ANSWER")
    assert pbx.is_quiet


@pytest.mark.parametrize(
    "facts",
    [
        {"label": "201", "exten": "s"},
        {"label": "201", "exten": "202", "channelstate": DOWN},
        {"label": "201", "linkedid": "gone", "exten": "202"},
        {"label": "201", "data": OUTGOING},
        {"label": "201", "data": OUTGOING, "linkedid": "gone"},
        {"label": "trunk", "exten": "202"},
        {"label": "x;1", "data": OUTGOING},
        {"label": "Snoop", "data": OUTGOING},
    ],
    ids=[
        "no number",
        "not yet dialling",
        "made for another",
        "called by the PBX",
        "its caller is gone",
        "outside",
        "local",
        "helper",
    ],
)
def test_a_listed_channel_that_tells_nothing(facts: dict[str, str]) -> None:
    """Who has called, or was called by whom, cannot be told of every channel; it is there, and ends unheard."""
    pbx = Pbx()
    assert pbx.settle(pbx.line(**facts)) == []
    assert pbx.tracker.channels == 1
    assert pbx.hangup(facts["label"]) == []
    assert pbx.is_quiet


def test_a_ringing_phone_found_in_a_listing() -> None:
    """A dialled leg is rung for the caller that its Linkedid names, also through a Local pair."""
    pbx = Pbx()
    told = pbx.settle(
        pbx.line("201", exten="600", channelstate=RING, runs="Dial"),
        pbx.line("x;1", linkedid="201", data=OUTGOING),
        pbx.line("x;2", linkedid="201", channelstate=RING),
        pbx.line("202", linkedid="201", channelstate=RINGING, data=OUTGOING),
    )
    assert told == recovered("201 dial-out", "202 dial-in")
    assert pbx.talk("202", "201") == ["202 answer-in", "201 answer-out"]


def test_a_phone_that_a_page_has_called() -> None:
    """Who was called for a pager has received nothing yet; when it is connected, it has."""
    pbx = Pbx()
    pager = {"exten": "*80", "runs": "Page"}
    paged = {"linkedid": "201", "runs": "AppDial2", "data": OUTGOING}
    assert pbx.settle(pbx.line("201", **pager), pbx.line("202", **paged)) == recovered("201 dial-out")
    told = pbx.settle(pbx.line("201", bridge="b", **pager), pbx.line("202", bridge="b", **paged))
    assert told == recovered("202 dial-in", "202 answer-in", "201 answer-out")


@pytest.mark.parametrize("data", ["", OUTGOING])
def test_a_phone_called_for_another_call(data: str) -> None:
    """A channel that was made for somebody else's call places none; when it is connected, it has received one."""
    pbx = Pbx()
    pbx.settle(pbx.line("201", linkedid="gone", exten="202", channelstate=DOWN, data=data))
    assert pbx.state("201", RING) == []
    assert pbx.talk("201", "trunk") == ["201 dial-in", "201 answer-in"]


def test_a_phone_off_the_hook() -> None:
    """A caller whose number is still to come when it is listed, be its call merged into another, places its call."""
    pbx = Pbx()
    for label in ("201", "202"):
        pbx.call(label, "s")
    pbx.lose_link()
    assert pbx.settle(pbx.line("201"), pbx.line("202", linkedid="merged")) == []
    told = [pbx.say("Newstate", label, exten="203") for label in ("201", "202")]
    assert told == [["201 dial-out"], ["202 dial-out"]]


@pytest.mark.parametrize("data", ["", OUTGOING])
def test_a_phone_that_the_pbx_dials(data: str) -> None:
    """That nobody dialled it is known from its events; no listing tells otherwise."""
    pbx = ringing()
    pbx.new("202", of="201")
    pbx.dial("", "202")
    pbx.lose_link()
    assert pbx.settle(pbx.line("201"), pbx.line("202", data=data)) == []
    assert pbx.say("Newstate", "202", channelstate=RING, exten="203") == []


def test_a_phone_of_nobody_knows_which_call() -> None:
    """A phone that talks and has dialled no number has received the call of whom it talks with."""
    pbx = Pbx()
    told = pbx.settle(pbx.line("201", bridge="b"), pbx.line("trunk", exten="0309", bridge="b"))
    assert told == recovered("201 dial-in", "201 answer-in")


@pytest.mark.parametrize("retrieved", [False, True])
def test_who_is_parked_talks_to_nobody(*, retrieved: bool) -> None:
    """Two callers in the bridge where the parked wait are not connected; one that was fetched from there is."""
    pbx = Pbx()
    told = pbx.settle(
        pbx.line("201", exten="202", bridge="b", runs="Park"),
        pbx.line("205", exten="701", bridge="b", runs="ParkedCall" if retrieved else "Park"),
        pbx.line("Announcer", bridge="b"),
    )
    assert len([one for one in told if "answer" in one]) == (2 if retrieved else 0)


# Calls that went on unheard. -------------------------------------------------------------------------------------


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize(
    ("state", "called", "status"), [(RING, True, "NOANSWER"), (UP, False, "ANSWER"), (RING, False, "CANCEL")]
)
def test_ended_while_nobody_listened(state: str, status: str, *, called: bool, restart: bool) -> None:
    """What is told of a call whose end nobody saw is the same after a lost link and after a restart."""
    pbx = ringing(*(["202"] if called else []))
    pbx.state("201", state)
    pbx.lose(restart=restart)
    expected = [f"201 hangup {status}", *(["202 hangup NOANSWER"] if called else [])]
    assert pbx.settle() == recovered(*expected)
    assert pbx.is_quiet


@pytest.mark.parametrize("restart", [False, True])
def test_what_became_of_a_dialled_leg(*, restart: bool) -> None:
    """The caller of a call that rang meanwhile still learns from the rung phone how it ended."""
    pbx = ringing("202")
    pbx.lose(restart=restart)
    assert pbx.settle(pbx.line("201"), pbx.line("202", data=OUTGOING)) == []
    pbx.dial_end("201", "202", "BUSY")
    assert [*pbx.hangup("202", "17"), *pbx.hangup("201", "17")] == ["202 hangup BUSY", "201 hangup BUSY"]


def test_what_was_heard_of_a_leg_that_is_gone() -> None:
    """The DialEnd that came before the link was lost says how it ended."""
    pbx = ringing("202")
    pbx.dial_end("201", "202", "BUSY")
    pbx.lose_link()
    assert pbx.settle(pbx.line("201")) == recovered("202 hangup BUSY")


@pytest.mark.parametrize("restart", [False, True])
def test_a_transferer_rung_anew(*, restart: bool) -> None:
    """Who sent its call away, and is rung in it again, has ended that part first, be its channel known or not."""
    pbx = ringing("202")
    pbx.talk("201", "202")
    sent = {"transfereruniqueid": "202", "transfereeuniqueid": "201", "extension": "203", "result": "Success"}
    pbx.say("BlindTransfer", "202", **sent)
    pbx.lose(restart=restart)
    if restart:
        assert pbx.ring("201", "202.b") == ["202 hangup ANSWER", "202 dial-in"]
        assert [*pbx.state("202", UP), *pbx.settle(*map(pbx.line, ("201", "202", "202.b"))), *pbx.hangup("202")] == []
    else:
        told = pbx.settle(pbx.line("201"), pbx.line("202.b", linkedid="201", data=OUTGOING))
        assert told == recovered("202 hangup ANSWER", "202 dial-in")
    assert [*pbx.hangup("202.b", "18"), *pbx.hangup("201")] == ["202 hangup NOANSWER", "201 hangup ANSWER"]
    assert pbx.is_quiet


def test_one_phone_for_another() -> None:
    """When another phone of the extension rings meanwhile, its participation goes on with that one."""
    pbx = ringing("202")
    pbx.lose_link()
    pbx.line("202.b", linkedid="201")
    assert pbx.settle(pbx.line("201"), pbx.line("202.b", data=OUTGOING)) == []
    assert pbx.hangup("202.b", "17") == ["202 hangup BUSY"]


def test_late_events_do_not_raise_the_dead() -> None:
    """A leg that a listing has ended stays ended, whatever is still told of it."""
    pbx = ringing()
    pbx.restart()
    assert len(pbx.settle()) == 1
    assert [*pbx.call("201", "600"), *pbx.state("201", RING), *pbx.settle(pbx.line("201"))] == []
    assert pbx.is_quiet


# What is newer than the listing. ---------------------------------------------------------------------------------


def test_events_are_newer_than_a_listing() -> None:
    """What an event told in this session is not undone by a line of a listing that was made before it."""
    pbx = ringing("202")
    pbx.lose_link()
    stale = [pbx.line("201"), pbx.line("202", data=OUTGOING)]
    assert pbx.enter("202", "b", channelstate=UP) == []
    assert pbx.settle(*stale) == []
    assert pbx.enter("201", "b") == ["202 answer-in", "201 answer-out"]


def test_who_left_a_bridge_since() -> None:
    """A listing does not put anybody back into a bridge that was left since."""
    pbx = ringing()
    pbx.enter("201", "b")
    pbx.lose_link()
    stale = pbx.line("201", bridge="b")
    pbx.leave("201", "b")
    assert pbx.settle(stale) == []
    assert pbx.enter("202", "b") == []


def test_who_appeared_since() -> None:
    """A channel that is not in the listing is there if it came after it; in the next one it must be."""
    pbx = Pbx()
    pbx.lose_link()
    pbx.call("201", "202")
    assert pbx.settle() == []
    assert pbx.settle() == recovered("201 hangup CANCEL")


def test_who_was_heard_of_and_is_gone() -> None:
    """A channel from before the listing that is not in it is gone, though an event has told of it since."""
    pbx = ringing()
    pbx.lose_link()
    pbx.state("201", RING)
    assert pbx.settle() == recovered("201 hangup CANCEL")


def test_who_came_and_went_since() -> None:
    """A channel that ended after a listing was made is not there, though the listing has it."""
    pbx = ringing()
    pbx.lose_link()
    stale = pbx.line("201")
    assert pbx.hangup("201") == ["201 hangup CANCEL"]
    assert pbx.settle(stale) == []
    assert pbx.is_quiet


# The PBX has booted. ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restart", [False, True])
def test_calls_from_before_a_boot_are_over(*, restart: bool) -> None:
    """A call that began before the PBX did is there no more, whatever is known of it; its services end with it."""
    pbx = Pbx(QUEUE)
    pbx.at = 1000.0
    pbx.call("201", "650")
    pbx.say("QueueCallerJoin", "201", queue="support")
    pbx.call("trunk", "0309")
    pbx.say("QueueCallerJoin", "trunk", queue="support")
    pbx.lose(restart=restart)
    pbx.at = 1060.0
    assert pbx.say("FullyBooted", uptime="90") == []
    told = pbx.say("FullyBooted", uptime="20")
    assert told == recovered("201 hangup NOANSWER", "650 hangup NOANSWER", "650 hangup NOANSWER")
    assert pbx.stored == []


def test_calls_since_a_boot_go_on() -> None:
    """What was told of in this session is there, and of a call without a time nobody knows when it began."""
    pbx = Pbx()
    pbx.call("203", "600")
    pbx.at = 1000.0
    for label in ("201", "202"):
        pbx.call(label, "600")
    pbx.lose_link()
    pbx.at = 1060.0
    pbx.state("201", RING)
    assert pbx.say("FullyBooted", uptime="20") == recovered("202 hangup CANCEL")


@pytest.mark.parametrize(("uptime", "at"), [("", 1060.0), ("soon", 1060.0), ("20", None)])
def test_a_boot_of_which_nobody_knows_when(uptime: str, at: float | None) -> None:
    """Without an uptime, or a time, nothing follows from it."""
    pbx = Pbx()
    pbx.at = 1000.0
    pbx.call("201", "600")
    pbx.lose_link()
    pbx.at = at
    assert pbx.say("FullyBooted", uptime=uptime) == []


def test_a_leg_that_waits_for_its_caller_ends_with_the_boot() -> None:
    """Nothing is left of a phone that was called before the PBX booted."""
    pbx = Pbx()
    pbx.at = 1000.0
    pbx.new("202", state=DOWN)
    pbx.dial("", "202")
    pbx.lose_link()
    pbx.at = 1060.0
    assert [*pbx.say("FullyBooted", uptime="20"), *pbx.settle()] == []
    assert pbx.is_quiet
