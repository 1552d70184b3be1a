"""What the PBX is doing: its channels, Local pairs, dials and bridges, as far as AMI has told."""

from collections import OrderedDict
from collections.abc import Iterator
from sys import intern
from typing import Final

from amibridge.ami.description import CHANNEL, DescribedBridge, Description
from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel
from amibridge.calls.attribution import Attribution, ChannelKind
from amibridge.calls.channel import Bridge, Channel, is_number
from amibridge.calls.since import Since

_REMEMBERED_ENDS: Final = 16_384
"""How many ended Uniqueids are remembered, so that a late or repeated event does not raise the dead."""

_BY_KEY: Final = 0
"""Priority of a caller who has left a dial or a queue by a key: the Exten is the key, no number."""

_PRESENTATION_BITS: Final = 0x60
_PRESENTATION_PROHIBITED: Final = 0x20


class Channels:
    """All channels that are there; reading an event changes them, nothing here decides what is told.

    Args:
        attribution: Which channels are legs of which extension.

    Attributes:
        since: What events have told of them since the link came up.
    """

    def __init__(self, attribution: Attribution) -> None:
        self._attribution = attribution
        self.since = Since()
        self._by_uniqueid: dict[str, Channel] = {}
        self._locals: dict[str, Channel] = {}
        self._bridges: dict[str, Bridge] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_uniqueid)

    def __iter__(self) -> Iterator[Channel]:
        return iter(list(self._by_uniqueid.values()))

    def get(self, uniqueid: str) -> Channel | None:
        """The channel of that Uniqueid while it is there."""
        return self._by_uniqueid.get(uniqueid)

    def see(self, event: AmiEvent, description: Description = CHANNEL, *, may_appear: bool = True) -> Channel | None:
        """The channel that an event's headers describe, brought up to date, made when it was not known.

        Args:
            event: Any event with a channel's headers.
            description: Which headers: the channel's own, or those of a dial's destination.
            may_appear: False for an event that can be a channel's last: no reason to believe in one never seen before.

        Returns:
            None when the event names no channel, or one that has already hung up.
        """
        name, state, number, person, account_code, context, exten, uniqueid, linkedid, variables = description.of(event)
        channel, since = self._by_uniqueid.get(uniqueid), self.since
        if channel is None:
            if not may_appear:
                return None
            channel = self._appear(uniqueid, name, account_code=account_code, context=context)
            if channel is None:
                return None
            since.appeared.add(channel.uniqueid)
        since.described.add(channel.uniqueid)
        if state is not None:
            channel.enter_state(state)
        # Of a text that many channels have there is one copy: a PBX has few names and contexts, and many events.
        if linkedid and linkedid != channel.linkedid:
            channel.linkedid = intern(linkedid)
        channel.caller_id_num, channel.caller_id_name, channel.exten = intern(number), intern(person), intern(exten)
        if not channel.dialled_number or channel.collects_digits:
            channel.dialled_number = channel.exten
        if variables:
            channel.call_api_id = variables.get("CALLAPIID") or channel.call_api_id
        return channel

    @staticmethod
    def present(channel: Channel, event: AmiEvent) -> None:
        """Note how a channel's number is to be presented, which a NewCallerid tells."""
        presentation = event.number("cid-callingpres")
        if presentation is not None:
            channel.withheld = presentation & _PRESENTATION_BITS == _PRESENTATION_PROHIBITED

    def list(self, listed: ListedChannel, *, described: bool, moved: bool, connects: bool) -> Channel | None:
        """The channel of one line of a listing, brought up to date; None when it has already hung up.

        Args:
            listed: The line.
            described: An event of this session has told of the channel: that counts more than the line.
            moved: The same for the bridge that it is in.
            connects: False when it shows that its bridge connects nobody.
        """
        channel = self._by_uniqueid.get(listed.uniqueid) or self._appear(
            listed.uniqueid,
            listed.channel,
            account_code=listed.account_code,
            context=listed.context,
        )
        if channel is None:
            return None
        if not described:
            channel.linkedid = listed.linkedid or channel.linkedid
            channel.enter_state(listed.state)
            channel.caller_id_num, channel.caller_id_name = listed.caller_id_num, listed.caller_id_name
            channel.context, channel.exten = listed.context, listed.exten
        if not channel.dialled_number:
            channel.dialled_number = listed.exten
        if moved:
            pass
        elif listed.bridge_id and not channel.gave_up:
            # In a bridge where people wait, everybody runs an application for waiting; a helper runs none at all.
            connects = connects and channel.kind is not ChannelKind.HELPER
            bridge = self._enter(channel, listed.bridge_id, connects=connects)
            bridge.connects = bridge.connects or connects
        else:
            self.leave(channel)
        return channel

    def enter(self, channel: Channel, bridge: DescribedBridge, *, connects: bool = True) -> None:
        """Put a channel into the bridge that a BridgeEnter names.

        Args:
            channel: The channel.
            bridge: The bridge; without an id it changes nothing.
            connects: False for a bridge that is known to connect nobody; holding bridges never do.
        """
        if bridge.uniqueid:
            holding = "holding" in bridge.technology or "holding" in bridge.type
            self._enter(channel, bridge.uniqueid, connects=connects and not holding)

    def leave(self, channel: Channel) -> None:
        """Take a channel out of its bridge; an empty bridge is forgotten."""
        bridge = channel.bridge
        if bridge is None:
            return
        channel.bridge = None
        bridge.channels.pop(channel.uniqueid, None)
        if not bridge.channels:
            self._bridges.pop(bridge.uniqueid, None)

    def swap(self, channel: Channel, for_channel: Channel) -> None:
        """Put a channel into the bridge where another one is, in its place; out of its own in any case."""
        self.leave(channel)
        bridge = for_channel.bridge
        if bridge is not None:
            self._enter(channel, bridge.uniqueid, connects=bridge.connects)
            self.leave(for_channel)

    def end(self, uniqueid: str) -> Channel | None:
        """Forget a channel for good; returns it as it was, None when it was not known."""
        self._ended[uniqueid] = None
        if len(self._ended) > _REMEMBERED_ENDS:
            self._ended.popitem(last=False)
        channel = self._by_uniqueid.pop(uniqueid, None)
        if channel is None:
            return None
        self.leave(channel)
        self._locals.pop(channel.name, None)
        channel.gone = True
        if channel.dial_source is not None:
            channel.dial_source.dialling.pop(uniqueid, None)
        return channel

    def dial(self, source: Channel | None, channel: Channel, event: AmiEvent) -> None:
        """Note a DialBegin: who dials whom, and from where."""
        channel.dialled = True
        channel.dial_string = event.get("dialstring") or channel.dial_string
        if source is not None:
            channel.dial_exten = source.exten
            source.taken = False
            self.hand_over(channel, source)

    def end_dial(self, event: AmiEvent) -> Channel | None:
        """Note a DialEnd; returns the channel whose dial it ends, None when that is not known or has ended before."""
        source = self.get(event.get("uniqueid"))
        channel = self.get(event.get("destuniqueid"))
        status = event.get("dialstatus")
        if source is not None and status == "ANSWER":
            source.taken = True
        if channel is None or channel.dial_status:
            return None
        channel.dial_status = status
        channel.forwarded = event.get("forward") != ""
        exten = event.get("exten")
        if channel.dial_source is source and source is not None and status == "CANCEL" and exten != channel.dial_exten:
            # The caller has been sent away from this dial, or has left it by a key: nobody gave up.
            if event.number("priority") != _BY_KEY:
                source.send_to(exten)
            channel.forwarded = channel.forwarded or is_number(exten)
        return channel

    @staticmethod
    def hand_over(channel: Channel, source: Channel) -> None:
        """Make ``source`` the one for whom a channel is dialled, instead of whoever was it."""
        if channel.dial_source is not None:
            channel.dial_source.dialling.pop(channel.uniqueid, None)
        channel.dial_source = source
        source.dialling[channel.uniqueid] = channel

    def rename(self, channel: Channel, name: str, event: AmiEvent) -> None:
        """Give a channel its new name and apply the attribution rules again (``Rename``)."""
        self._locals.pop(channel.name, None)
        channel.name = name
        attributed = self._attribution.attribute(
            name,
            account_code=event.get("accountcode"),
            context=event.get("context"),
        )
        channel.kind, channel.extension = attributed.kind, attributed.extension
        self._pair(channel)

    def _appear(self, uniqueid: str, name: str, *, account_code: str, context: str) -> Channel | None:
        if not uniqueid or not name or uniqueid in self._ended:
            return None
        attributed = self._attribution.attribute(name, account_code=account_code, context=context)
        uniqueid = intern(uniqueid)
        channel = self._by_uniqueid[uniqueid] = Channel(uniqueid, name, attributed)
        self._pair(channel)
        return channel

    def _pair(self, channel: Channel) -> None:
        if channel.kind is not ChannelKind.LOCAL:
            return
        self._locals[channel.name] = channel
        other = channel.name[:-1] + ("2" if channel.name.endswith(";1") else "1")
        channel.other = self._locals.get(other)
        if channel.other is not None:
            channel.other.other = channel

    def _enter(self, channel: Channel, bridge_id: str, *, connects: bool) -> Bridge:
        if channel.bridge is not None and channel.bridge.uniqueid != bridge_id:
            self.leave(channel)
        bridge = self._bridges.get(bridge_id)
        if bridge is None:
            bridge = self._bridges[bridge_id] = Bridge(bridge_id, connects=connects)
        if channel.bridge is not bridge:
            bridge.channels[channel.uniqueid] = channel
            channel.bridge, channel.entered_exten = bridge, channel.exten
        return bridge
