"""The picture of the PBX: channels, Local pairs, bridges, and the way back along the dials."""

import pytest

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel
from amibridge.calls import channels as module
from amibridge.calls.attribution import Attribution, ChannelKind
from amibridge.calls.channels import Channel, Channels, party, root_caller
from amibridge.settings import ExtensionsSettings


def new_channels() -> Channels:
    """No channels yet, default attribution."""
    return Channels(Attribution.from_settings(ExtensionsSettings()))


def see(channels: Channels, uniqueid: str, name: str, **headers: str) -> Channel:
    """A channel that an event has shown."""
    channel = channels.see(AmiEvent("Newchannel", {"uniqueid": uniqueid, "channel": name, **headers}))
    assert channel is not None
    return channel


def enter(channels: Channels, channel: Channel, bridge: str, technology: str = "simple_bridge") -> None:
    """Put a channel into a bridge."""
    headers = {"bridgeuniqueid": bridge, "bridgetype": "basic", "bridgetechnology": technology}
    channels.enter(channel, AmiEvent("BridgeEnter", headers))


def names(found: list[Channel]) -> list[str]:
    """The names of these channels, sorted."""
    return sorted(channel.name for channel in found)


def test_local_pairs_join_the_bridges_of_their_halves() -> None:
    """Two phones behind a chain of Local pairs are one party, in whatever order the halves were seen and entered."""
    channels = new_channels()
    first, second = see(channels, "1", "PJSIP/201-00000001"), see(channels, "2", "PJSIP/202-00000002")
    chain = [see(channels, str(10 + n), f"Local/x@y-0000000{n // 2};{2 - n % 2}") for n in range(4)]
    enter(channels, chain[1], "a")
    enter(channels, first, "a")
    assert party(first) == [first]
    enter(channels, chain[0], "b")
    enter(channels, chain[3], "b")
    enter(channels, second, "c")
    enter(channels, chain[2], "c")
    assert names(party(first)) == names(party(chain[0])) == ["PJSIP/201-00000001", "PJSIP/202-00000002"]
    channels.end(chain[2].uniqueid)
    assert party(first) == [first]
    assert chain[3].peer is None


def test_a_bridge_seen_twice_is_walked_once() -> None:
    """A Local pair whose halves are in one and the same bridge, or in a ring of bridges, ends the walk."""
    channels = new_channels()
    phone = see(channels, "1", "PJSIP/201-00000001")
    for channel in (phone, see(channels, "2", "Local/x@y-00000001;1"), see(channels, "3", "Local/x@y-00000001;2")):
        enter(channels, channel, "a")
    assert party(phone) == [phone]


def test_who_connects_nobody() -> None:
    """Helpers are nobody, and who waits in a holding bridge talks to nobody."""
    channels = new_channels()
    phone, other = see(channels, "1", "PJSIP/201-00000001"), see(channels, "2", "PJSIP/202-00000002")
    recorder = see(channels, "3", "Recorder/ARI-00000003")
    enter(channels, phone, "a")
    enter(channels, recorder, "a")
    assert party(phone) == [phone]
    enter(channels, phone, "park", "holding_bridge")
    enter(channels, other, "park", "holding_bridge")
    assert party(phone) == []
    assert (recorder.real, recorder.kind) == (False, ChannelKind.HELPER)


def test_entering_another_bridge_leaves_the_first() -> None:
    """A lost BridgeLeave does not leave a channel in two bridges; an event without a bridge id changes nothing."""
    channels = new_channels()
    phone, other = see(channels, "1", "PJSIP/201-00000001"), see(channels, "2", "PJSIP/202-00000002")
    enter(channels, phone, "a")
    enter(channels, other, "a")
    enter(channels, phone, "b")
    enter(channels, phone, "")
    assert party(other) == [other]
    assert party(phone) == [phone]


def test_the_way_back_along_the_dials() -> None:
    """The root caller is found across Local pairs; a chain that is not known to its end, or closes, has none."""
    channels = new_channels()
    caller, target = see(channels, "1", "PJSIP/201-00000001"), see(channels, "2", "PJSIP/202-00000002")
    two = see(channels, "4", "Local/x@y-00000001;2")
    target.dial_source = two
    assert root_caller(target) is None
    one = see(channels, "3", "Local/x@y-00000001;1")
    assert root_caller(target) is None
    one.dial_source = caller
    assert root_caller(target) is caller
    one.dial_source = two
    assert root_caller(target) is None


def test_the_dead_are_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event of a channel that hung up is no new channel, for as long as it is remembered."""
    monkeypatch.setattr(module, "_REMEMBERED_ENDS", 2)
    channels = new_channels()
    event = AmiEvent("Newstate", {"uniqueid": "1", "channel": "PJSIP/201-00000001"})
    assert channels.end("1") is None
    assert channels.see(event) is None
    assert (
        channels.list(
            ListedChannel(uniqueid="1", linkedid="1", channel="PJSIP/201-00000001", state=6),
            described=False,
            moved=False,
        )
        is None
    )
    channels.end("2")
    channels.end("3")
    assert channels.see(event) is not None


def test_events_that_name_no_channel() -> None:
    """Without a Uniqueid or a name there is no channel."""
    channels = new_channels()
    assert channels.see(AmiEvent("Newchannel", {"channel": "PJSIP/201-00000001"})) is None
    assert channels.see(AmiEvent("Newchannel", {"uniqueid": "1"})) is None
    assert len(channels) == 0


@pytest.mark.parametrize(
    ("headers", "presented"),
    [
        ({"calleridnum": "0301", "calleridname": "Ann"}, ("0301", "Ann")),
        ({"calleridnum": "anonymous", "calleridname": "Ann"}, ("", "")),
        ({"calleridnum": "0301", "calleridname": "Anonymous"}, ("0301", "")),
        ({"calleridnum": "0301", "cid-callingpres": "0 (Presentation Allowed, Not Screened)"}, ("0301", "")),
        ({"calleridnum": "0301", "cid-callingpres": "35 (Presentation Prohibited, Network Number)"}, ("", "")),
        ({"calleridnum": "0301", "cid-callingpres": "garbage"}, ("0301", "")),
    ],
)
def test_caller_id_as_presented(headers: dict[str, str], presented: tuple[str, str]) -> None:
    """A withheld or anonymous caller is empty, also when the number itself is in the headers."""
    assert see(new_channels(), "1", "PJSIP/x-00000001", **headers).presented_caller_id() == presented


def test_a_phone_that_dials_digit_by_digit() -> None:
    """A phone off the hook has its number when the number is there; a trunk keeps its first one."""
    channels = new_channels()
    phone = see(channels, "1", "PJSIP/201-00000001", channelstate="4", exten="s")
    trunk = see(channels, "2", "PJSIP/provider-00000002", channelstate="4", exten="s")
    for uniqueid in ("1", "2"):
        see(channels, uniqueid, "-", channelstate="4", exten="202")
    assert (phone.dialled_number, trunk.dialled_number) == ("202", "s")


def test_rename_applies_the_rules_again() -> None:
    """A renamed channel is what its new name says, Local pairs included."""
    channels = new_channels()
    channel = see(channels, "1", "PJSIP/provider-00000001")
    channels.rename(channel, "PJSIP/201-00000002", AmiEvent("Rename", {}))
    assert (channel.kind, channel.extension) == (ChannelKind.LEG, "201")
    half = see(channels, "2", "Local/x@y-00000001;1")
    channels.rename(channel, "Local/x@y-00000001;2", AmiEvent("Rename", {}))
    assert half.peer is channel
