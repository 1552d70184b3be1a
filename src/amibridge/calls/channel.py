"""One channel and one bridge, as far as AMI has told of them."""

import re
from typing import Final

from amibridge.calls.attribution import Attributed, ChannelKind

STATE_RING: Final = 4
STATE_RINGING: Final = 5
STATE_UP: Final = 6

_REAL: Final = (ChannelKind.LEG, ChannelKind.OUTSIDE)

_NUMBER: Final = re.compile(r"\+?[0-9*#]+")

_NO_NUMBER: Final = frozenset({"", "s"})
"""``s`` is where a dialplan starts without a number."""


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
        "born",
        "bridge",
        "call_api_id",
        "caller_id_name",
        "caller_id_num",
        "cause",
        "context",
        "dial_exten",
        "dial_source",
        "dial_status",
        "dial_string",
        "dialled",
        "dialled_number",
        "dialling",
        "entered_exten",
        "exten",
        "extension",
        "forwarded",
        "gave_up",
        "gone",
        "kind",
        "left",
        "linkedid",
        "name",
        "other",
        "picked_up",
        "rang",
        "sent_to",
        "state",
        "taken",
        "uniqueid",
        "visits",
        "withheld",
    )

    def __init__(self, uniqueid: str, name: str, attributed: Attributed) -> None:
        self.uniqueid, self.name = uniqueid, name
        self.kind, self.extension = attributed.kind, attributed.extension
        self.linkedid = uniqueid
        self.born = False
        """Its Newchannel was seen, so that nothing it did is unknown."""
        self.gone = False
        """Its Hangup was seen."""
        self.state, self.rang, self.cause = 0, False, 0
        self.gave_up = False
        """The far end hung up first (HangupRequest), not the PBX."""
        self.left = False
        """Its participation has ended before it: a transferer's, whose phone was rung anew."""
        self.caller_id_num, self.caller_id_name, self.withheld = "", "", False
        self.call_api_id = ""
        self.context = ""
        """The dialplan context it was last seen to begin or to step in."""
        self.exten = ""
        self.dialled_number = ""
        """The Exten of its first sight; later ones are the dialplan's own names."""
        self.sent_to = ""
        """The number that a transfer or a Redirect sent it to, last."""
        self.bridge: Bridge | None = None
        self.entered_exten = ""
        """Its Exten when it entered its bridge."""
        self.other: Channel | None = None
        """The other half of a Local pair, kept after that half's end: outcomes are told along it."""
        self.dialled = False
        """Somebody dialled it: a DialBegin had it as destination."""
        self.dial_source: Channel | None = None
        """Who dialled it; None for an Originate."""
        self.dial_exten = ""
        """The Exten that it was dialled from."""
        self.dial_string = ""
        self.dial_status = ""
        """DialStatus of its first DialEnd."""
        self.forwarded = False
        self.picked_up = False
        """Somebody else took the call that it rang for."""
        self.dialling: dict[str, Channel] = {}
        """The channels it has dialled that are not gone, by Uniqueid."""
        self.taken = False
        """One of the channels of its present dial has answered."""
        self.visits = 0
        """How many services it has visited."""

    @property
    def real(self) -> bool:
        """Neither a Local half nor one of Asterisk's helpers."""
        return self.kind in _REAL

    @property
    def peer(self) -> "Channel | None":
        """The other half of a Local pair while that is there."""
        return None if self.other is None or self.other.gone else self.other

    @property
    def runs_application(self) -> bool:
        """The near half of a Local pair still where it leads to: nobody dials there, the PBX runs an application."""
        return self.kind is ChannelKind.LOCAL and self.name.endswith(";1") and self.exten == self.dialled_number

    @property
    def up(self) -> bool:
        """Answered by a person or an application."""
        return self.state == STATE_UP

    @property
    def has_dialled_number(self) -> bool:
        """Whether its first Exten was a number somebody dialled."""
        return self.dialled_number not in _NO_NUMBER

    @property
    def collects_digits(self) -> bool:
        """A phone off the hook whose number is still to come (``immediate`` and overlap dialling)."""
        return self.state == STATE_RING and self.kind is ChannelKind.LEG and not self.has_dialled_number

    def enter_state(self, state: int) -> None:
        """Note the state that it is told to be in."""
        self.state = state
        if state == STATE_RINGING:
            self.rang = True

    def send_to(self, exten: str) -> None:
        """Note that it was sent to another number; the dialplan's own names are none."""
        if is_number(exten):
            self.sent_to = exten

    def presented_caller_id(self) -> tuple[str, str]:
        """Caller number and name as presented: empty when withheld."""
        if self.withheld or self.caller_id_num.lower() == "anonymous":
            return "", ""
        return self.caller_id_num, "" if self.caller_id_name.lower() == "anonymous" else self.caller_id_name


def is_number(exten: str) -> bool:
    """Whether an Exten is a number that somebody dialled, or was sent to, and no name of the dialplan's own."""
    return _NUMBER.fullmatch(exten) is not None
