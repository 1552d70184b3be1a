"""What the PBX is doing: its channels, Local pairs, dials and bridges, as far as AMI has told."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel
from amibridge.calls.attribution import Attributed, Attribution, ChannelKind

STATE_RING: Final = 4
STATE_RINGING: Final = 5
STATE_UP: Final = 6
CAUSE_ANSWERED_ELSEWHERE: Final = 26

_HOLDING_APPLICATIONS: Final = frozenset({"AgentLogin", "BridgeWait", "Park"})
"""Who runs one of these waits in its bridge, which a listing does not say."""

_REMEMBERED_ENDS: Final = 16_384
"""How many ended Uniqueids are remembered, so that a late or repeated event does not raise the dead."""

_PRESENTATION_BITS: Final = 0x60
_PRESENTATION_PROHIBITED: Final = 0x20


class Bridge:
    """A bridge and the channels in it."""

    __slots__ = ("channels", "connects", "uniqueid")

    def __init__(self, uniqueid: str, *, connects: bool) -> None:
        self.uniqueid = uniqueid
        self.connects = connects
        """False for holding bridges (parking, waiting): who waits there talks to nobody."""
        self.channels: dict[str, Channel] = {}


class Channel:
    """One channel, by its Uniqueid: the leg's key, which stays with the device through every masquerade."""

    __slots__ = (
        "bridge",
        "call_api_id",
        "caller_id_name",
        "caller_id_num",
        "cause",
        "dial_source",
        "dial_status",
        "dialled",
        "dialled_number",
        "elsewhere",
        "extension",
        "forwarded",
        "kind",
        "linkedid",
        "name",
        "peer",
        "rang",
        "state",
        "uniqueid",
        "withheld",
    )

    def __init__(self, uniqueid: str, name: str, attributed: Attributed) -> None:
        self.uniqueid = uniqueid
        self.name = name
        self.kind = attributed.kind
        self.extension = attributed.extension
        self.linkedid = uniqueid
        self.state = 0
        self.caller_id_num = ""
        self.caller_id_name = ""
        self.withheld = False
        self.call_api_id = ""
        self.dialled_number = ""
        """The Exten of its first sight; later ones are the dialplan's own names."""
        self.bridge: Bridge | None = None
        self.peer: Channel | None = None
        """The other half of a Local pair."""
        self.dialled = False
        """Somebody dialled it: a DialBegin had it as destination."""
        self.dial_source: Channel | None = None
        """Who dialled it; None for an Originate."""
        self.dial_status = ""
        """DialStatus of its first DialEnd."""
        self.elsewhere = False
        """A Local half whose other half ended because somebody else had answered."""
        self.forwarded = False
        self.rang = False
        self.cause = 0

    @property
    def real(self) -> bool:
        """Neither a Local half nor one of Asterisk's helpers."""
        return self.kind is ChannelKind.LEG or self.kind is ChannelKind.OUTSIDE

    @property
    def up(self) -> bool:
        """Answered by a person or an application."""
        return self.state == STATE_UP

    @property
    def has_dialled_number(self) -> bool:
        """Whether its first Exten was a number somebody dialled (``s`` is where a dialplan starts without one)."""
        return self.dialled_number not in {"", "s"}

    @property
    def collects_digits(self) -> bool:
        """A phone off the hook whose number is still to come (``immediate`` and overlap dialling)."""
        return self.kind is ChannelKind.LEG and self.state == STATE_RING and not self.has_dialled_number

    def presented_caller_id(self) -> tuple[str, str]:
        """Caller number and name as presented: empty when withheld."""
        if self.withheld or self.caller_id_num.lower() == "anonymous":
            return "", ""
        return self.caller_id_num, "" if self.caller_id_name.lower() == "anonymous" else self.caller_id_name


class Channels:
    """All channels that are there; reading an event changes them, nothing here decides what is told."""

    def __init__(self, attribution: Attribution) -> None:
        self._attribution = attribution
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

    def see(self, event: AmiEvent, prefix: str = "") -> Channel | None:
        """The channel that an event's headers describe, brought up to date, made when it was not known.

        Args:
            event: Any event with a channel's headers.
            prefix: ``dest`` for the destination of a dial, else empty.

        Returns:
            None when the event names no channel, or one that has already hung up.
        """
        uniqueid = event.get(f"{prefix}uniqueid")
        channel = self._by_uniqueid.get(uniqueid)
        if channel is None:
            channel = self._appear(
                uniqueid,
                event.get(f"{prefix}channel"),
                account_code=event.get(f"{prefix}accountcode"),
                context=event.get(f"{prefix}context"),
            )
            if channel is None:
                return None
        self._read(channel, event, prefix)
        return channel

    def list(self, listed: ListedChannel, *, described: bool, moved: bool) -> Channel | None:
        """The channel of one line of a listing, brought up to date; None when it has already hung up.

        Args:
            listed: The line.
            described: An event of this session has told of the channel: that counts more than the line.
            moved: The same for the bridge that it is in.
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
            self._state(channel, listed.state)
            channel.caller_id_num, channel.caller_id_name = listed.caller_id_num, listed.caller_id_name
        if not channel.dialled_number:
            channel.dialled_number = listed.exten
        if moved:
            pass
        elif listed.bridge_id:
            # In a bridge where people wait, everybody runs an application for waiting.
            waits = listed.application in _HOLDING_APPLICATIONS
            bridge = self._enter(channel, listed.bridge_id, connects=not waits)
            bridge.connects = bridge.connects or not waits
        else:
            self.leave(channel)
        return channel

    def enter(self, channel: Channel, event: AmiEvent) -> None:
        """Put a channel into the bridge that a BridgeEnter names."""
        holding = "holding" in event.get("bridgetechnology") or "holding" in event.get("bridgetype")
        if event.get("bridgeuniqueid"):
            self._enter(channel, event.get("bridgeuniqueid"), connects=not holding)

    def leave(self, channel: Channel) -> None:
        """Take a channel out of its bridge; an empty bridge is forgotten."""
        bridge = channel.bridge
        if bridge is None:
            return
        channel.bridge = None
        bridge.channels.pop(channel.uniqueid, None)
        if not bridge.channels:
            self._bridges.pop(bridge.uniqueid, None)

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
        if channel.peer is not None:
            channel.peer.peer = None
            channel.peer.elsewhere = channel.cause == CAUSE_ANSWERED_ELSEWHERE
        return channel

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
        channel = self._by_uniqueid[uniqueid] = Channel(uniqueid, name, attributed)
        self._pair(channel)
        return channel

    def _pair(self, channel: Channel) -> None:
        if channel.kind is not ChannelKind.LOCAL:
            return
        self._locals[channel.name] = channel
        other = channel.name[:-1] + ("2" if channel.name.endswith(";1") else "1")
        channel.peer = self._locals.get(other)
        if channel.peer is not None:
            channel.peer.peer = channel

    def _read(self, channel: Channel, event: AmiEvent, prefix: str) -> None:
        channel.linkedid = event.get(f"{prefix}linkedid") or channel.linkedid
        state = event.number(f"{prefix}channelstate")
        if state is not None:
            self._state(channel, state)
        channel.caller_id_num = event.get(f"{prefix}calleridnum")
        channel.caller_id_name = event.get(f"{prefix}calleridname")
        if not channel.dialled_number or channel.collects_digits:
            channel.dialled_number = event.get(f"{prefix}exten")
        variables = event.dest_variables if prefix else event.variables
        channel.call_api_id = variables.get("CALLAPIID") or channel.call_api_id
        presentation = event.number("cid-callingpres")
        if presentation is not None:
            channel.withheld = presentation & _PRESENTATION_BITS == _PRESENTATION_PROHIBITED

    @staticmethod
    def _state(channel: Channel, state: int) -> None:
        channel.state = state
        channel.rang = channel.rang or state == STATE_RINGING

    def _enter(self, channel: Channel, bridge_id: str, *, connects: bool) -> Bridge:
        if channel.bridge is not None and channel.bridge.uniqueid != bridge_id:
            self.leave(channel)
        bridge = self._bridges.get(bridge_id)
        if bridge is None:
            bridge = self._bridges[bridge_id] = Bridge(bridge_id, connects=connects)
        bridge.channels[channel.uniqueid] = channel
        channel.bridge = bridge
        return bridge


def party(channel: Channel) -> list[Channel]:
    """The real channels that share a bridge with this one, directly or through Local pairs; itself among them."""
    found: list[Channel] = []
    seen: set[str] = set()
    bridges = [channel.bridge]
    while bridges:
        bridge = bridges.pop()
        if bridge is None or not bridge.connects or bridge.uniqueid in seen:
            continue
        seen.add(bridge.uniqueid)
        for member in bridge.channels.values():
            if member.peer is not None:
                bridges.append(member.peer.bridge)
            elif member.real:
                found.append(member)
    return found


def root_caller(channel: Channel) -> Channel | None:
    """The real channel at the start of the chain of dials that leads to this one.

    Walks back dial by dial and across each Local pair. None while the chain is not known to its end, and for a dial
    that the PBX itself started.
    """
    seen: set[str] = set()
    here: Channel | None = channel
    while here is not None and here.uniqueid not in seen:
        seen.add(here.uniqueid)
        source = here.dial_source
        if source is None or source.real:
            return source
        here = source.peer
    return None


def answered_elsewhere(channel: Channel) -> bool:
    """Whether the dial to this channel was ended because somebody else had answered, here or further up its chain."""
    seen: set[str] = set()
    here: Channel | None = channel
    while here is not None and here.uniqueid not in seen:
        seen.add(here.uniqueid)
        if here.elsewhere or here.cause == CAUSE_ANSWERED_ELSEWHERE:
            return True
        source = here.dial_source
        if source is None or source.real:
            return False
        if source.elsewhere:
            return True
        here = source.peer
    return False
