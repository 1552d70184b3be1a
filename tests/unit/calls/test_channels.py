"""The picture of the PBX: channels, Local pairs, dials and bridges."""

import pytest

from amibridge.ami.description import DESTINATION
from amibridge.ami.snapshot import ListedChannel
from amibridge.calls import channels as module
from amibridge.calls.attribution import ChannelKind
from amibridge.calls.channel import Channel, is_number
from tests.unit.calls.pbx import RING, RINGING, UP, Picture, ami, channel_name, labels


def in_bridge_of(channel: Channel) -> list[str]:
    """The labels of all that are in the bridge of this one."""
    return labels(channel.bridge.channels.values()) if channel.bridge else []


def listed(label: str, **facts: str) -> ListedChannel:
    """A line of a listing: a channel that is Up."""
    known = {"uniqueid": label, "linkedid": "caller", "channel": channel_name(label)} | facts
    return ListedChannel(state=6, **known)


@pytest.mark.parametrize(
    ("label", "kind", "real"),
    [
        ("201", ChannelKind.LEG, True),
        ("trunk", ChannelKind.OUTSIDE, True),
        ("x;1", ChannelKind.LOCAL, False),
        ("Recorder", ChannelKind.HELPER, False),
    ],
)
def test_kinds(label: str, kind: ChannelKind, *, real: bool) -> None:
    """Phones and trunks are somebody; Local halves and Asterisk's helpers are not."""
    channel = Picture().see(label)
    assert (channel.kind, channel.real) == (kind, real)


def test_channels_that_are_there() -> None:
    """All that were seen and have not ended are there, each under its Uniqueid."""
    picture = Picture()
    for label in ("201", "202", "x;1"):
        picture.see(label)
    assert picture.channels.end("202") is not None
    assert labels(picture.channels) == ["201", "x;1"]
    assert len(picture.channels) == 2
    assert picture.channels.get("201") is picture.see("201")
    assert picture.channels.get("202") is None


def test_events_that_name_no_channel() -> None:
    """Without a Uniqueid or a name there is no channel."""
    channels = Picture().channels
    assert channels.see(ami("Newchannel", channel="PJSIP/201-00000001")) is None
    assert channels.see(ami("Newchannel", uniqueid="1")) is None
    assert len(channels) == 0


def test_the_destination_of_a_dial_has_headers_of_its_own() -> None:
    """Of a dial's headers and variables those with ``Dest`` are the dialled channel's."""
    event = ami(
        "DialBegin", uniqueid="201", channel="PJSIP/201-00000001", exten="600", ChanVariable="CALLAPIID=theirs",
        destuniqueid="202", destchannel="PJSIP/202-00000001", destexten="s", destlinkedid="201",
        destchannelstate=RINGING, DestChanVariable="CALLAPIID=ours",
    )  # fmt: skip
    seen = Picture().channels.see(event, DESTINATION)
    assert seen is not None
    assert (seen.extension, seen.exten, seen.linkedid, seen.rang, seen.call_api_id) == ("202", "s", "201", True, "ours")


def test_what_an_event_does_not_say_stays() -> None:
    """A channel keeps its state, its Linkedid and its CALLAPIID when an event has none."""
    picture = Picture()
    picture.see("201", linkedid="7", channelstate=UP, ChanVariable="CALLAPIID=order-1")
    channel = picture.see("201", ChanVariable="CALLAPIID=")
    assert (channel.linkedid, channel.up, channel.call_api_id) == ("7", True, "order-1")


def test_a_channel_that_rang_once_has_rung() -> None:
    """Ringing is remembered when the state is another one."""
    picture = Picture()
    assert [picture.see("201", channelstate=state).rang for state in (RING, RINGING, UP)] == [False, True, True]


def test_the_number_is_the_first_one() -> None:
    """Later Extens are the dialplan's own names; only a phone off the hook has its number when the number is there."""
    picture = Picture()
    for label, first in (("201", "202"), ("203", "s"), ("204", ""), ("trunk", "s")):
        picture.see(label, channelstate=RING, exten=first)
    numbers = {
        label: picture.see(label, channelstate=RING, exten="600").dialled_number
        for label in ("201", "203", "204", "trunk")
    }
    assert numbers == {"201": "202", "203": "600", "204": "600", "trunk": "s"}
    assert [picture.see(label).has_dialled_number for label in ("201", "trunk")] == [True, False]
    picture.see("205", channelstate=UP, exten="s")
    assert not picture.see("205", channelstate=UP, exten="600").has_dialled_number


@pytest.mark.parametrize("number", ["202", "+4930", "*8", "#1"])
def test_numbers_that_somebody_is_sent_to(number: str) -> None:
    """What is sent to a number was sent to that number, whatever the dialplan calls its next step."""
    channel = Picture().see("201")
    channel.send_to(number)
    channel.send_to("hangup-handler")
    assert channel.sent_to == number
    assert is_number(number)


@pytest.mark.parametrize("name", ["", "s", "h", "park 202", "2o2"])
def test_names_of_the_dialplan(name: str) -> None:
    """The dialplan's own names are no numbers."""
    assert not is_number(name)


@pytest.mark.parametrize(
    ("headers", "presented"),
    [
        ({"calleridnum": "0301", "calleridname": "Ann"}, ("0301", "Ann")),
        ({"calleridnum": "<unknown>", "calleridname": "<unknown>"}, ("", "")),
        ({"calleridnum": "anonymous", "calleridname": "Ann"}, ("", "")),
        ({"calleridnum": "0301", "calleridname": "Anonymous"}, ("0301", "")),
        ({"calleridnum": "0301", "cid_callingpres": "0 (Presentation Allowed, Not Screened)"}, ("0301", "")),
        ({"calleridnum": "0301", "cid_callingpres": "35 (Presentation Prohibited, Network Number)"}, ("", "")),
        ({"calleridnum": "0301", "cid_callingpres": "67 (Number Unavailable)"}, ("0301", "")),
        ({"calleridnum": "0301", "cid_callingpres": "garbage"}, ("0301", "")),
    ],
)
def test_caller_id_as_presented(headers: dict[str, str], presented: tuple[str, str]) -> None:
    """A withheld or anonymous caller is empty, also when the number itself is in the headers."""
    assert Picture().see("trunk", **headers).presented_caller_id() == presented


def test_a_caller_id_withheld_once_stays_withheld() -> None:
    """Later events repeat the number, but not that it is withheld."""
    picture = Picture()
    picture.see("trunk", calleridnum="0301", cid_callingpres="32 (Presentation Prohibited)")
    assert picture.see("trunk", calleridnum="0301").presented_caller_id() == ("", "")


def test_halves_of_a_pair_find_each_other() -> None:
    """In whatever order they are seen; an ended half is still known, but no longer there."""
    picture = Picture()
    two, one, stranger = picture.see("x;2"), picture.see("x;1"), picture.see("y;1")
    assert (one.peer, two.peer, stranger.peer) == (two, one, None)
    picture.channels.end("x;2")
    assert (one.peer, one.other) == (None, two)


@pytest.mark.parametrize("technology", ["holding_bridge", "softmix"])
def test_only_holding_bridges_connect_nobody(technology: str) -> None:
    """Who waits in a holding bridge talks to nobody."""
    bridge = Picture().enter("201", "b", technology).bridge
    assert bridge is not None
    assert bridge.connects is (technology != "holding_bridge")


def test_entering_another_bridge_leaves_the_first() -> None:
    """A lost BridgeLeave does not leave a channel in two bridges; an event without a bridge id changes nothing."""
    picture = Picture()
    phone, other = picture.enter("201", "a"), picture.enter("202", "a")
    picture.enter("201", "b")
    picture.enter("201", "")
    picture.enter("201", "b")
    assert (in_bridge_of(phone), in_bridge_of(other)) == (["201"], ["202"])


def test_leaving() -> None:
    """Who leaves is in no bridge; leaving again, or from nowhere, changes nothing; an empty bridge is forgotten."""
    picture = Picture()
    phone, other = picture.enter("201", "a", "holding_bridge"), picture.enter("202", "a", "holding_bridge")
    picture.channels.leave(phone)
    picture.channels.leave(phone)
    assert (phone.bridge, in_bridge_of(other)) == (None, ["202"])
    picture.channels.end("202")
    again = picture.enter("201", "a").bridge
    assert again is not None
    assert again.connects


def test_who_is_dialled_for_whom() -> None:
    """A dial belongs to its source, until it is handed over to another one or the dialled channel ends."""
    picture = Picture()
    caller, other = picture.see("201", exten="600"), picture.see("203")
    called = picture.dial("201", "202", dialstring="202")
    assert (called.dial_source, called.dial_exten, called.dial_string) == (caller, "600", "202")
    picture.channels.hand_over(called, other)
    assert (list(caller.dialling), list(other.dialling)) == ([], ["202"])
    picture.dial("201", "202")
    assert (list(caller.dialling), list(other.dialling), called.dial_string) == (["202"], [], "202")
    picture.channels.end("202")
    assert caller.dialling == {}


def test_a_dial_by_the_pbx_itself() -> None:
    """An originated channel is dialled, but for nobody."""
    called = Picture().dial("", "202", dialstring="202")
    assert (called.dialled, called.dial_source, called.dial_exten) == (True, None, "")


def test_rename_applies_the_rules_again() -> None:
    """A renamed channel is what its new name says, Local pairs included."""
    picture = Picture()
    channel, half = picture.see("trunk"), picture.see("x;1")
    picture.channels.rename(channel, channel_name("201"), ami("Rename"))
    assert (channel.kind, channel.extension) == (ChannelKind.LEG, "201")
    picture.channels.rename(channel, channel_name("x;2"), ami("Rename"))
    assert half.peer is channel


def test_a_renamed_half_is_another_one() -> None:
    """It is found under its new name, and no longer under the old one."""
    picture = Picture()
    half = picture.see("x;1")
    picture.channels.rename(half, channel_name("y;1"), ami("Rename"))
    assert (picture.see("x;2").peer, picture.see("y;2").peer) == (None, half)


def test_the_dead_are_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event or a listing of a channel that hung up shows no new channel, for as long as it is remembered."""
    monkeypatch.setattr(module, "_REMEMBERED_ENDS", 2)
    channels = Picture().channels
    event = ami("Newstate", uniqueid="201", channel=channel_name("201"))
    assert channels.end("201") is None
    assert channels.see(event) is None
    assert channels.list(listed("201"), described=False, moved=False, connects=True) is None
    channels.end("202")
    channels.end("203")
    assert channels.see(event) is not None


def test_a_listing_shows_a_channel() -> None:
    """What a line says of a channel that no event has told of is what is known of it."""
    line = listed("201", exten="600", context="phones", caller_id_num="201", bridge_id="b")
    channel = Picture().channels.list(line, described=False, moved=False, connects=True)
    assert channel is not None
    assert (channel.extension, channel.linkedid, channel.up) == ("201", "caller", True)
    assert (channel.dialled_number, channel.presented_caller_id()) == ("600", ("201", ""))
    assert in_bridge_of(channel) == ["201"]


def test_events_count_more_than_a_listing() -> None:
    """What an event told of a channel, or of its moves, is not undone by a line that was made before."""
    picture = Picture()
    channel = picture.see("201", channelstate=RINGING, linkedid="7", exten="600")
    picture.enter("201", "a")
    line = listed("201", exten="s", bridge_id="b")
    picture.channels.list(line, described=True, moved=True, connects=True)
    assert (channel.state, channel.linkedid, channel.dialled_number) == (5, "7", "600")
    assert channel.bridge is not None
    assert channel.bridge.uniqueid == "a"
    picture.channels.list(line, described=True, moved=False, connects=True)
    assert channel.bridge.uniqueid == "b"
    picture.channels.list(listed("201"), described=False, moved=False, connects=True)
    assert channel.bridge is None


def test_a_listed_bridge_connects_when_one_of_its_members_does() -> None:
    """Where people wait everybody waits; Asterisk's helpers say nothing of that."""
    picture = Picture()
    waiting = picture.channels.list(listed("201", bridge_id="b"), described=False, moved=False, connects=False)
    assert waiting is not None
    assert waiting.bridge is not None
    picture.channels.list(listed("Announcer", bridge_id="b"), described=False, moved=False, connects=True)
    assert not waiting.bridge.connects
    picture.channels.list(listed("202", bridge_id="b"), described=False, moved=False, connects=True)
    assert waiting.bridge.connects
