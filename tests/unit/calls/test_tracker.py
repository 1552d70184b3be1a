"""What recorded calls do not show: the edges of the tracker."""

from dataclasses import replace

import pytest

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel, Snapshot
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory, Extension
from amibridge.calls.events import CallStatus
from amibridge.calls.records import ParticipationRecord
from amibridge.calls.tracker import Tracker
from amibridge.settings import ExtensionsSettings


def new_tracker() -> Tracker:
    """Default attribution, nothing declared."""
    return Tracker(Attribution.from_settings(ExtensionsSettings()), Directory())


def newchannel(uniqueid: str, name: str, state: str = "4", **headers: str) -> AmiEvent:
    """A channel appears."""
    return AmiEvent(
        "Newchannel",
        {"uniqueid": uniqueid, "linkedid": uniqueid, "channel": name, "channelstate": state, **headers},
    )


def listed(
    uniqueid: str, name: str, *, linkedid: str = "", state: int = 6, data: str = "", bridge: str = "", runs: str = ""
) -> ListedChannel:
    """A line of a listing."""
    return ListedChannel(
        uniqueid=uniqueid,
        linkedid=linkedid or uniqueid,
        channel=name,
        state=state,
        exten="202",
        application=runs,
        application_data=data,
        bridge_id=bridge,
    )


def test_unknown_events_mean_nothing() -> None:
    """An event that the tracker does not read, or whose channel is unknown, tells nothing and leaves nothing."""
    tracker = new_tracker()
    for name in [*sorted(tracker.wanted), "VarSet", ""]:
        assert tracker.feed(AmiEvent(name, {}), None) == []
        assert tracker.feed(AmiEvent(name, {"uniqueid": "1", "destuniqueid": "2", "cause": "x"}), None) == []
    assert (tracker.channels, tracker.open_participations) == (0, 0)


def test_rename_before_the_call() -> None:
    """A channel that is renamed before its dial is rung as the extension of its new name."""
    tracker = new_tracker()
    tracker.feed(newchannel("1", "PJSIP/201-00000001", exten="202"), None)
    tracker.feed(newchannel("2", "PJSIP/lobby-00000002", "0"), None)
    tracker.feed(AmiEvent("Rename", {"uniqueid": "2", "channel": "x", "newname": "PJSIP/202-00000002"}), None)
    dial = AmiEvent(
        "DialBegin",
        {"uniqueid": "1", "channel": "PJSIP/201-00000001", "destuniqueid": "2", "destchannel": "PJSIP/202-00000002"},
    )
    assert [told.extension for told in tracker.feed(dial, None)] == ["202"]


def test_a_dial_of_a_channel_that_is_gone() -> None:
    """A DialBegin whose destination has hung up already still lets its caller place the call."""
    tracker = new_tracker()
    tracker.feed(AmiEvent("Hangup", {"uniqueid": "2"}), None)
    dial = {"uniqueid": "1", "channel": "PJSIP/201-00000001", "channelstate": "4", "exten": "202"}
    dial |= {"destuniqueid": "2", "destchannel": "PJSIP/202-00000002"}
    assert [told.type.label for told in tracker.feed(AmiEvent("DialBegin", dial), None)] == ["dial-out"]


def test_a_call_found_in_a_listing() -> None:
    """A call that was there before the daemon: Dials and answers at once, so that its Hangups will be right."""
    tracker = new_tracker()
    snapshot = Snapshot(
        channels=(
            listed("1", "PJSIP/201-00000001", bridge="b"),
            listed("2", "PJSIP/202-00000002", linkedid="1", data="(Outgoing Line)", bridge="b"),
            listed("3", "PJSIP/203-00000003", linkedid="gone", data="(Outgoing Line)"),
            listed("4", "PJSIP/204-00000004", data="(Outgoing Line)"),
            listed("5", "PJSIP/205-00000005", linkedid="gone"),
            listed("6", "Local/x@y-00000001;1", data="(Outgoing Line)"),
        ),
    )
    told = tracker.settle(snapshot, 5.0)
    assert [(event.extension, event.type.label, event.recovered) for event in told] == [
        ("201", "dial-out", True),
        ("202", "dial-in", True),
        ("202", "answer-in", True),
        ("201", "answer-out", True),
    ]
    assert tracker.settle(snapshot, 6.0) == []
    ended = tracker.settle(Snapshot(channels=()), 7.0)
    assert [(event.extension, event.status) for event in ended] == [
        ("201", CallStatus.ANSWER),
        ("202", CallStatus.ANSWER),
    ]


def test_hangup_of_a_leg_known_only_from_the_store() -> None:
    """A leg that hangs up before the first listing after a restart ends its participation as it happens."""
    first = new_tracker()
    first.feed(newchannel("1", "PJSIP/201-00000001", exten="202"), 1.0)
    second = new_tracker()
    second.restore(first.take_changes().open)
    told = second.feed(AmiEvent("Hangup", {"uniqueid": "1", "cause": "16"}), 2.0)
    assert [(event.type.label, event.recovered, event.at) for event in told] == [("hangup", False, 2.0)]
    changes = second.take_changes()
    assert (len(changes.open), len(changes.ended)) == (0, 1)


def test_a_restart_keeps_what_became_of_a_dialled_leg() -> None:
    """The caller of a call that rang over a restart still learns from the rung phone how it ended."""
    first = new_tracker()
    first.feed(newchannel("1", "PJSIP/201-00000001", exten="202"), 1.0)
    dial = AmiEvent(
        "DialBegin",
        {"uniqueid": "1", "channel": "PJSIP/201-00000001", "linkedid": "1", "destlinkedid": "1"}
        | {"destuniqueid": "2", "destchannel": "PJSIP/202-00000002", "destchannelstate": "5"},
    )
    first.feed(dial, 1.5)
    second = new_tracker()
    second.restore(first.take_changes().open)
    caller, called = listed("1", "PJSIP/201-00000001", state=4), listed(
        "2", "PJSIP/202-00000002", linkedid="1", state=5, data="(Outgoing Line)",
    )  # fmt: skip
    assert second.settle(Snapshot(channels=(caller, called)), 2.0) == []
    second.feed(AmiEvent("DialEnd", {"destuniqueid": "2", "dialstatus": "BUSY"}), 3.0)
    told = second.feed(AmiEvent("Hangup", {"uniqueid": "2", "cause": "17"}), 3.0)
    told += second.feed(AmiEvent("Hangup", {"uniqueid": "1", "cause": "17"}), 3.0)
    assert [(event.extension, event.status) for event in told] == [("202", CallStatus.BUSY), ("201", CallStatus.BUSY)]


def restored(*facts: str) -> tuple[Tracker, list[str]]:
    """A tracker that took up participations with these facts, and the ids of those that it could not."""
    tracker = new_tracker()
    dial = tracker.feed(newchannel("1", "PJSIP/201-00000001", exten="202"), None)[0]
    records = [
        ParticipationRecord(
            participation_id=f"p{number}",
            dial=replace(dial, call_id=f"c{number}"),
            answered=False,
            legs=(f"{number}.1",),
            first_uniqueid=f"{number}.1",
            called_extension="",
            facts=one,
        )
        for number, one in enumerate(facts)
    ]
    fresh = new_tracker()
    return fresh, fresh.restore(records)


@pytest.mark.parametrize("damaged", ["", "{", "[]", "3", '{"ended": ["LATE"]}', '{"rung": 3}'])
def test_a_damaged_participation_is_left_out(damaged: str) -> None:
    """One that cannot be read does not keep the others from being taken up, and is ended in the store."""
    tracker, ids = restored("{}", damaged)
    assert ids == ["p1"]
    assert tracker.open_participations == 1
    assert (tracker.take_changes().ended, tracker.take_changes().ended) == (("p1",), ())


@pytest.mark.parametrize(
    ("cause", "status"), [("3", "CHANUNAVAIL"), ("17", "BUSY"), ("0", "CANCEL"), ("", "CANCEL"), ("9" * 5000, "CANCEL")]
)
def test_a_hangup_before_the_listing_counts(cause: str, status: str) -> None:
    """A leg that ends after a restart and before the listing ends with the cause that the PBX tells."""
    tracker, _ = restored("{}")
    told = tracker.feed(AmiEvent("Hangup", {"uniqueid": "0.1", "channel": "PJSIP/201-00000001", "cause": cause}), None)
    assert [(event.status, event.recovered) for event in told] == [(CallStatus(status), False)]


CALLER, CALLED, OTHER = "PJSIP/201-00000001", "PJSIP/202-00000002", "PJSIP/203-00000003"


def about(name: str, uniqueid: str, channel: str, **headers: str) -> AmiEvent:
    """An event about a channel of the first call."""
    known = {"uniqueid": uniqueid, "linkedid": "1", "channel": channel}
    return AmiEvent(name, known | headers)


def dial(
    name: str, uniqueid: str, channel: str, *, source: tuple[str, str] = ("1", CALLER), **headers: str
) -> AmiEvent:
    """A dial from the caller, or from another channel, to that one."""
    known = {"destuniqueid": uniqueid, "destlinkedid": "1", "destchannel": channel}
    return about(name, source[0], source[1], **known, **headers)


def play(tracker: Tracker, *events: AmiEvent) -> list[str]:
    """What is told, in short."""
    return [
        f"{told.type.label} {told.extension} {told.status}" for event in events for told in tracker.feed(event, None)
    ]


def ringing(tracker: Tracker, *called: tuple[str, str]) -> None:
    """201 dials, and these ring."""
    tracker.feed(newchannel("1", CALLER, exten="600"), None)
    for uniqueid, channel in called:
        tracker.feed(about("Newchannel", uniqueid, channel, channelstate="0"), None)
        tracker.feed(dial("DialBegin", uniqueid, channel), None)
        tracker.feed(about("Newstate", uniqueid, channel, channelstate="5"), None)


def test_nobody_gave_up() -> None:
    """A leg that was cancelled because another one was picked up is no dial that its caller gave up (cause 26)."""
    tracker = new_tracker()
    ringing(tracker, ("2", CALLED), ("3", OTHER))
    told = play(
        tracker,
        dial("DialEnd", "2", CALLED, dialstatus="CANCEL"),
        about("Hangup", "2", CALLED, cause="26"),
        dial("DialEnd", "3", OTHER, dialstatus="CONTINUE"),
        about("Hangup", "3", OTHER, cause="16"),
        about("Hangup", "1", CALLER, cause="16"),
    )
    assert told == ["hangup 202 CANCEL", "hangup 203 NOANSWER", "hangup 201 NOANSWER"]


def test_answered_elsewhere_while_it_waits_for_a_confirmation() -> None:
    """Who picked up and has not confirmed when another one answers gets CANCEL, however late it leaves.

    The dial that was ended stands at the other end of a Local pair.
    """
    tracker = new_tracker()
    one, two = "Local/202@confirmed-00000000;1", "Local/202@confirmed-00000000;2"
    tracker.feed(newchannel("1", CALLER, exten="600"), None)
    for uniqueid, half in (("11", one), ("12", two)):
        tracker.feed(about("Newchannel", uniqueid, half, channelstate="4"), None)
    tracker.feed(dial("DialBegin", "11", one), None)
    tracker.feed(about("Newchannel", "2", CALLED, channelstate="0"), None)
    assert play(tracker, dial("DialBegin", "2", CALLED, source=("12", two))) == ["dial-in 202 CALLING"]
    told = play(
        tracker,
        dial("DialEnd", "11", one, dialstatus="CANCEL"),
        about("Hangup", "11", one, cause="26"),
        about("Hangup", "1", CALLER, cause="16"),
        dial("DialEnd", "2", CALLED, source=("12", two), dialstatus="ANSWER"),
        about("Hangup", "2", CALLED, cause="16"),
        about("Hangup", "12", two, cause="26"),
    )
    assert told == ["hangup 201 CANCEL", "hangup 202 CANCEL"]


def talking(*uniqueids: str) -> list[ListedChannel]:
    """Those of the first call who are in one bridge now."""
    channels = {"1": CALLER, "2": CALLED, "3": OTHER}
    return [
        listed(one, channels[one], linkedid="1", bridge="b", data="" if one == "1" else "(Outgoing Line)")
        for one in uniqueids
    ]


@pytest.mark.parametrize("restart", [False, True])
def test_answered_elsewhere_while_nobody_listened(*, restart: bool) -> None:
    """A leg that is gone while its caller talks to somebody else was not the one that answered."""
    tracker = new_tracker()
    ringing(tracker, ("2", CALLED), ("3", OTHER))
    tracker.link_lost()
    if restart:
        records = tracker.take_changes().open
        tracker = new_tracker()
        tracker.restore(records)
    told = tracker.settle(Snapshot(channels=tuple(talking("1", "3"))), None)
    assert [f"{event.type.label} {event.extension} {event.status}" for event in told] == [
        "answer-in 203 ANSWER",
        "answer-out 201 ANSWER",
        "hangup 202 CANCEL",
    ]


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize(
    ("state", "called", "status"), [("4", True, "NOANSWER"), ("6", False, "ANSWER"), ("4", False, "CANCEL")]
)
def test_ended_while_nobody_listened(state: str, status: str, *, called: bool, restart: bool) -> None:
    """What is told of a call whose end nobody saw is the same after a lost link and after a restart."""
    tracker = new_tracker()
    ringing(tracker, *([("2", CALLED)] if called else []))
    tracker.feed(about("Newstate", "1", CALLER, channelstate=state), None)
    tracker.link_lost()
    if restart:
        records = tracker.take_changes().open
        tracker = new_tracker()
        tracker.restore(records)
    told = tracker.settle(Snapshot(channels=()), None)
    statuses = {event.extension: str(event.status) for event in told}
    assert statuses == ({"201": status, "202": "NOANSWER"} if called else {"201": status})


def test_late_events_do_not_raise_the_dead() -> None:
    """A leg that a listing ended after a restart stays ended, whatever is still told of it."""
    tracker, _ = restored("{}")
    assert len(tracker.settle(Snapshot(channels=()), None)) == 1
    late = [newchannel("0.1", CALLER, exten="202"), about("Newstate", "0.1", CALLER, channelstate="4", exten="202")]
    assert play(tracker, *late) == []
    assert (tracker.channels, tracker.open_participations) == (0, 0)


def test_the_did_is_that_of_the_called_extension() -> None:
    """At the end of an unanswered call the one extension that was rung has its own DID, not that of the number."""
    directory = Directory([Extension(number="600", did="0999"), Extension(number="202", did="0302")])
    tracker = Tracker(Attribution.from_settings(ExtensionsSettings()), directory)
    (dialled,) = tracker.feed(newchannel("1", CALLER, exten="600"), None)
    assert (dialled.called_extension, dialled.called_did) == ("600", "0999")
    tracker.feed(about("Newchannel", "2", CALLED, channelstate="0"), None)
    tracker.feed(dial("DialBegin", "2", CALLED), None)
    tracker.feed(about("Hangup", "2", CALLED, cause="17"), None)
    tracker = _over_a_restart(tracker, directory)
    (ended,) = tracker.feed(about("Hangup", "1", CALLER, cause="17"), None)
    assert (ended.called_extension, ended.called_did) == ("202", "0302")


def _over_a_restart(tracker: Tracker, directory: Directory) -> Tracker:
    again = Tracker(Attribution.from_settings(ExtensionsSettings()), directory)
    assert again.restore(tracker.take_changes().open) == []
    return again


def test_events_are_newer_than_a_listing() -> None:
    """What an event told in this session is not undone by a line of a listing that was made before it."""
    tracker = new_tracker()
    ringing(tracker, ("2", CALLED))
    tracker.link_lost()
    bridge = {"bridgeuniqueid": "b", "channelstate": "6"}
    assert play(tracker, about("BridgeEnter", "2", CALLED, **bridge)) == []
    stale = [listed("1", CALLER, state=4), listed("2", CALLED, linkedid="1", state=5, data="(Outgoing Line)")]
    assert tracker.settle(Snapshot(channels=tuple(stale)), None) == []
    assert play(tracker, about("BridgeEnter", "1", CALLER, **bridge)) == [
        "answer-in 202 ANSWER",
        "answer-out 201 ANSWER",
    ]


@pytest.mark.parametrize("retrieved", [False, True])
def test_who_is_parked_talks_to_nobody(*, retrieved: bool) -> None:
    """Two callers in the bridge where the parked wait are not connected; one that was fetched from there is."""
    tracker = new_tracker()
    second = listed("5", "PJSIP/205-00000005", bridge="b", runs="ParkedCall" if retrieved else "Park")
    told = tracker.settle(Snapshot(channels=(listed("1", CALLER, bridge="b", runs="Park"), second)), None)
    assert sum("answer" in event.type.label for event in told) == (2 if retrieved else 0)
