"""The PBX's channels at one moment, from a ``CoreShowChannels`` listing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChannel:
    """One channel of the listing; texts are empty where the PBX says nothing."""

    uniqueid: str
    linkedid: str
    channel: str
    state: int
    """ChannelState: 0 down, 4 ring, 5 ringing, 6 up."""
    context: str = ""
    exten: str = ""
    account_code: str = ""
    caller_id_num: str = ""
    caller_id_name: str = ""
    application: str = ""
    application_data: str = ""
    bridge_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All channels that the PBX listed, in its order."""

    channels: tuple[ListedChannel, ...]
