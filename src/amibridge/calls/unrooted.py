"""Channels whose chain of dials is not known to its end, by the Local half at which the walk back stops."""

from collections.abc import Iterable

from amibridge.calls.chains import Root, ends, root_of
from amibridge.calls.channel import Channel


class Unrooted:
    """Waits for what is missing of a chain: the dial of a Local half, its other half, or who is bridged with it."""

    def __init__(self) -> None:
        self._by_half: dict[str, dict[str, Channel]] = {}
        self._half_of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._half_of)

    def add(self, channel: Channel) -> None:
        """Wait for the root of a channel; in vain for one that the PBX itself has dialled: that one is left out."""
        self.discard(channel.uniqueid)
        halves = list(ends(channel))
        if halves:
            half = halves[-1].uniqueid
            self._by_half.setdefault(half, {})[channel.uniqueid] = channel
            self._half_of[channel.uniqueid] = half

    def discard(self, uniqueid: str) -> None:
        """Wait no longer for a channel's root."""
        half = self._half_of.pop(uniqueid, None)
        if half is not None:
            waiting = self._by_half[half]
            del waiting[uniqueid]
            if not waiting:
                del self._by_half[half]

    def take_rooted(self, halves: Iterable[Channel]) -> list[tuple[Channel, Root]]:
        """The channels that have a root now, of those that wait for one of these Local halves; they wait no longer."""
        if not self._half_of:
            return []
        found: dict[str, Channel] = {}
        for half in halves:
            found |= self._by_half.get(half.uniqueid, {})
            if half.other is not None:
                found |= self._by_half.get(half.other.uniqueid, {})
        rooted: list[tuple[Channel, Root]] = []
        for channel in found.values():
            root = root_of(channel)
            if root is None:
                self.add(channel)
            else:
                self.discard(channel.uniqueid)
                rooted.append((channel, root))
        return rooted
