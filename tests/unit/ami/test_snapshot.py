"""Listings, read."""

import pytest

from amibridge.ami.message import read_event
from amibridge.ami.snapshot import ListedChannel, Snapshot, read_channel, read_snapshot

CHANNEL = b"""Event: CoreShowChannel
ActionID: 1
Channel: PJSIP/201-00000001
ChannelState: 6
CallerIDNum: 201
CallerIDName: Zo\xc3\xab
AccountCode: sales
Context: phones
Exten: 632
Uniqueid: office-1.1
Linkedid: office-1.0
Application: AppDial
ApplicationData: (Outgoing Line)
BridgeId: b-1""".replace(b"\n", b"\r\n")


def test_channel() -> None:
    """Every field of a listed channel comes from its header."""
    assert read_channel(read_event(CHANNEL)) == ListedChannel(
        uniqueid="office-1.1",
        linkedid="office-1.0",
        channel="PJSIP/201-00000001",
        state=6,
        context="phones",
        exten="632",
        account_code="sales",
        caller_id_num="201",
        caller_id_name="Zoë",
        application="AppDial",
        application_data="(Outgoing Line)",
        bridge_id="b-1",
    )


@pytest.mark.parametrize("state", [b"", b"Up", b"-1", b"99", b"\xd9\xa6", b"6" * 5000])
def test_state_that_is_none(state: bytes) -> None:
    """A state that Asterisk does not have is no state."""
    assert read_channel(read_event(CHANNEL.replace(b"State: 6", b"State: " + state))).state == 0


def test_snapshot() -> None:
    """Channels stay in the PBX's order; one without a Uniqueid cannot be any."""
    blocks = [CHANNEL, CHANNEL.replace(b"office-1.1", b""), CHANNEL.replace(b"office-1.1", b"office-1.2")]
    snapshot = read_snapshot(map(read_event, blocks))
    assert [channel.uniqueid for channel in snapshot.channels] == ["office-1.1", "office-1.2"]


def test_no_channels() -> None:
    """A PBX at rest lists nothing."""
    assert read_snapshot([]) == Snapshot(channels=())
