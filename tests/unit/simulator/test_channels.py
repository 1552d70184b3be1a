"""The listing of the simulated PBX: it never contradicts the events that it sent."""

from amibridge.simulator.channels import ChannelList
from amibridge.simulator.playlist import SCENES, load
from amibridge.simulator.recording import Message


def event(name: str, uniqueid: str, **headers: str) -> Message:
    """An event of that channel."""
    return Message(headers=(("Event", name), ("Uniqueid", uniqueid), *headers.items()))


def test_lists_what_is_up() -> None:
    """A channel is listed from Newchannel to Hangup, with the state, application and bridge of its latest events."""
    channels = ChannelList()
    channels.apply(event("Newchannel", "1", Channel="PJSIP/201-00000001", ChannelState="4", Exten="202"))
    channels.apply(event("Newexten", "1", Channel="PJSIP/201-00000001", Application="Dial", AppData="PJSIP/202"))
    channels.apply(event("BridgeEnter", "1", Channel="PJSIP/201-00000001", ChannelState="6", BridgeUniqueid="b"))
    [listed] = map(dict, channels.listed())
    assert listed["Channel"] == "PJSIP/201-00000001"
    assert listed["ChannelState"] == "6"
    assert (listed["Application"], listed["ApplicationData"], listed["BridgeId"]) == ("Dial", "PJSIP/202", "b")
    channels.apply(event("BridgeLeave", "1", BridgeUniqueid="b"))
    assert dict(channels.listed()[0])["BridgeId"] == ""
    channels.apply(event("Hangup", "1"))
    assert channels.listed() == []


def test_events_of_others_change_nothing() -> None:
    """What belongs to no listed channel is no channel."""
    channels = ChannelList()
    channels.apply(event("Newstate", "9"))
    channels.apply(Message(headers=(("Event", "BridgeCreate"),)))
    assert len(channels) == 0


def test_every_recording_leaves_nothing_up() -> None:
    """Recorded calls end: after each of them the PBX has no channel."""
    for scene in SCENES:
        channels = ChannelList()
        most = 0
        for timed in load(scene).messages:
            channels.apply(timed.message)
            most = max(most, len(channels))
        assert most >= 2, scene.recording
        assert len(channels) == 0, scene.recording
