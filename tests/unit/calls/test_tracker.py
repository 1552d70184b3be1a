"""What recorded calls do not show: the edges of the tracker."""

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel, Snapshot
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory
from amibridge.calls.events import CallStatus
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
    uniqueid: str, name: str, *, linkedid: str = "", state: int = 6, data: str = "", bridge: str = ""
) -> ListedChannel:
    """A line of a listing."""
    return ListedChannel(
        uniqueid=uniqueid,
        linkedid=linkedid or uniqueid,
        channel=name,
        state=state,
        exten="202",
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
