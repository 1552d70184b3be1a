"""The PBX's channels at one moment, from a ``CoreShowChannels`` listing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol


class Headers(Protocol):
    """What can be asked for a header by its name in lower case."""

    def get(self, header: str, default: str = "", /) -> str:
        """The header's value, or ``default`` when there is none."""


_STATES: Final = frozenset(map(str, range(11)))
"""Asterisk's channel states, as they are sent."""


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


def read_channel(event: Headers) -> ListedChannel:
    """The channel that a ``CoreShowChannel`` event lists."""
    state = event.get("channelstate")
    return ListedChannel(
        uniqueid=event.get("uniqueid"),
        linkedid=event.get("linkedid"),
        channel=event.get("channel"),
        state=int(state) if state in _STATES else 0,
        context=event.get("context"),
        exten=event.get("exten"),
        account_code=event.get("accountcode"),
        caller_id_num=event.get("calleridnum"),
        caller_id_name=event.get("calleridname"),
        application=event.get("application"),
        application_data=event.get("applicationdata"),
        bridge_id=event.get("bridgeid"),
    )


def read_snapshot(listed: Iterable[Headers]) -> Snapshot:
    """The snapshot of a listing's ``CoreShowChannel`` events; one without a Uniqueid is no channel."""
    return Snapshot(channels=tuple(channel for channel in map(read_channel, listed) if channel.uniqueid))
