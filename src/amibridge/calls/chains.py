"""What can be read along the chains of dials and bridges: who is connected, who began it, how a dialled leg ended."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from amibridge.calls.attribution import ChannelKind
from amibridge.calls.channel import Bridge, Channel, is_number
from amibridge.calls.events import CallStatus
from amibridge.calls.status import leg_status

_CAUSE_ANSWERED_ELSEWHERE: Final = 26
_NUMBER_IN_DIAL_STRING: Final = re.compile(r"(?:^|/)(?P<number>\+?[0-9*#]+)(?![^@/&:])")
"""``202``, ``202@inside/n``, ``PJSIP/202``, ``PJSIP/030555@provider``: the number, not a device's name."""


class Root(NamedTuple):
    """Where a chain of dials begins."""

    channel: Channel
    """The root caller: a real channel."""
    number: str
    """The number that it called; empty when none is known."""
    public: bool
    """An outside caller dialled that number, from outside."""


def gathered(bridge: Bridge | None, without: Channel | None = None) -> list[Channel]:
    """Everybody in a bridge, and in the bridges that Local pairs join it with; nobody when it connects nobody.

    Args:
        bridge: Where to begin.
        without: A channel that is left out, and whose other half is not followed.
    """
    found: list[Channel] = []
    seen: set[str] = set()
    bridges = [bridge]
    while bridges:
        here = bridges.pop()
        if here is None or not here.connects or here.uniqueid in seen:
            continue
        seen.add(here.uniqueid)
        for member in here.channels.values():
            if member is without:
                continue
            found.append(member)
            peer = member.peer
            if peer is not None:
                bridges.append(peer.bridge)
    return found


def party(channel: Channel) -> list[Channel]:
    """The real channels that share a bridge with this one, directly or through Local pairs; itself among them."""
    return [member for member in gathered(channel.bridge) if member.real]


def others(channel: Channel) -> list[Channel]:
    """The real channels in the bridge of this one, directly or through other Local pairs than its own."""
    return [member for member in gathered(channel.bridge, channel) if member.real]


def root_of(channel: Channel) -> Root | None:
    """The root caller of a dialled channel, or of a Local half that has entered a service.

    Walks back dial by dial and across each Local pair to the first real channel. Where the walk ends at a Local half
    that was dialled for nobody, the PBX called a phone through that half: the root caller is the real channel that is
    bridged with it, or has answered it.

    Returns:
        None while the chain is not known to its end, and for a dial that the PBX itself started.
    """
    sent_to, dialled = "", channel
    source = channel if channel.kind is ChannelKind.LOCAL else channel.dial_source
    seen: set[str] = set()
    while source is not None and source.uniqueid not in seen:
        seen.add(source.uniqueid)
        sent_to = sent_to or source.sent_to
        if source.real:
            return _root(source, sent_to, dialled)
        end = source.other
        if end is None:
            return None
        if end.dial_source is None:
            return _root_behind(end, channel, sent_to, dialled)
        dialled, source = end, end.dial_source
    return None


def own_root(channel: Channel) -> Root:
    """A real channel as the root caller of what it does now, whoever may have called it before."""
    if channel.dialled and not channel.sent_to:
        # It has dialled nothing itself: the number is where the dialplan has it.
        return Root(channel, channel.exten if is_number(channel.exten) else "", public=False)
    return _root(channel, channel.sent_to, channel)


def ends(channel: Channel) -> Iterator[Channel]:
    """The Local halves that the walk back from a channel meets: of each pair the one that dials, then the other."""
    seen: set[str] = set()
    source = channel if channel.kind is ChannelKind.LOCAL else channel.dial_source
    while source is not None and not source.real and source.uniqueid not in seen:
        seen.add(source.uniqueid)
        yield source
        if source.other is None:
            return
        yield source.other
        source = source.other.dial_source


def answered_elsewhere(channel: Channel) -> bool:
    """Whether the dial to this channel was ended because somebody else had answered, here or further up its chain."""
    return channel.cause == _CAUSE_ANSWERED_ELSEWHERE or any(
        half.cause == _CAUSE_ANSWERED_ELSEWHERE for half in ends(channel)
    )


def speaks(channel: Channel) -> bool:
    """Whether a dialled channel's outcome is its caller's: not when it forwarded, or somebody else took the call."""
    return not channel.forwarded and not channel.picked_up and not answered_elsewhere(channel)


def timed_out(channel: Channel) -> bool:
    """Whether a dial further up its chain has timed out, and its own has ended for that, or is about to."""
    return channel.dial_status in {"", "CANCEL"} and any(half.dial_status == "NOANSWER" for half in ends(channel))


def outcome(channel: Channel, cause: int = 0) -> CallStatus:
    """How a dialled channel ended that was never connected, and in whose place nobody else answered.

    Args:
        channel: The channel.
        cause: The cause that counts while it has none of its own.
    """
    # Where a dial further up has timed out, it looks behind the Local pair as if the caller had gone.
    dial_status = "NOANSWER" if timed_out(channel) else channel.dial_status
    return leg_status(dial_status=dial_status, cause=channel.cause or cause, rang=channel.rang)


def _root(channel: Channel, sent_to: str, dialled: Channel) -> Root:
    if sent_to:
        return Root(channel, sent_to, public=False)
    if channel.dialled:
        return Root(channel, _dialled_from(dialled), public=False)
    number = channel.dialled_number if channel.has_dialled_number else ""
    return Root(channel, number, public=channel.kind is ChannelKind.OUTSIDE)


def _root_behind(end: Channel, channel: Channel, sent_to: str, dialled: Channel) -> Root | None:
    """The phone that the PBX has called through a Local half: it keeps the number of its call; or who is bridged."""
    bridged = (member for member in others(end) if member is not channel)
    called = _answered(end)
    phone = next(bridged, None) or called
    if phone is None:
        return None
    kept = phone.sent_to if phone is called else ""
    return Root(phone, sent_to or kept or _dialled_from(dialled), public=False)


def _answered(end: Channel) -> Channel | None:
    """The real channel that has answered the dial of a Local half, directly or through more pairs."""
    halves, seen = [end], {end.uniqueid}
    for half in halves:
        for called in half.dialling.values():
            if called.dial_status != "ANSWER":
                continue
            if called.real:
                return called
            if called.other is not None and called.other.uniqueid not in seen:
                seen.add(called.other.uniqueid)
                halves.append(called.other)
    return None


def _dialled_from(channel: Channel) -> str:
    """The number that a dialled channel was dialled by: where its source was, else what its source said to Dial."""
    source = channel.dial_source
    if is_number(channel.dial_exten) and not (source and source.runs_application):
        return channel.dial_exten
    if source is None:
        return channel.exten if is_number(channel.exten) else ""
    match = _NUMBER_IN_DIAL_STRING.search(channel.dial_string)
    return match["number"] if match else ""
