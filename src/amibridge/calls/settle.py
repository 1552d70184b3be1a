"""The PBX's own listing against what is known: after a lost link, and at start."""

from typing import Final

from amibridge.ami.snapshot import ListedChannel, Snapshot
from amibridge.calls.book import Book
from amibridge.calls.chains import party
from amibridge.calls.channel import Channel
from amibridge.calls.channels import Channels
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallEvent
from amibridge.calls.phones import Phones
from amibridge.calls.services import Services

_OUTGOING_LINE: Final = "(Outgoing Line)"
"""ApplicationData of a dialled leg in a listing."""

_CALLED_BY_PBX: Final = "AppDial2"
"""Application of a leg that no Dial and no Queue has called, but an Originate or a Page."""

_SERVICE_APPLICATIONS: Final = {"Queue": ExtensionKind.QUEUE, "ConfBridge": ExtensionKind.CONFERENCE}

_HOLDING_APPLICATIONS: Final = frozenset({"AgentLogin", "BridgeWait", "Park"})
"""Who runs one of these waits in its bridge, which a listing does not say."""


class Settlement:
    """One comparison; what follows from it is marked as recovered.

    Args:
        channels: What the PBX is doing, as far as events have told.
        book: The open participations.
        phones: Those of phone terminals.
        services: Those of queues, conferences and IVRs.
    """

    def __init__(self, channels: Channels, book: Book, phones: Phones, services: Services) -> None:
        self._channels, self._book = channels, book
        self._phones, self._services = phones, services
        self._since = channels.since
        self._stepped: set[str] = set()
        """Uniqueids of the channels that are in another context than when they were last seen."""

    def settle(self, snapshot: Snapshot, at: float | None) -> list[CallEvent]:
        """What is told after a listing, in no particular order."""
        lines = {line.uniqueid: line for line in snapshot.channels}
        there = [channel for line in lines.values() if (channel := self._list(line)) is not None]
        missing = self._missing({channel.uniqueid for channel in there} | self._since.appeared)
        gone = {uniqueid: self._channels.end(uniqueid) for uniqueid in sorted(missing)}
        # Participations end after those that are there have found theirs: one goes on when another phone of the
        # extension rings meanwhile.
        told = self._adopt(there, lines, at)
        for channel in there:
            told += self._services.connect([channel], at, recovered=True)
            told += self._phones.connect(party(channel), at, recovered=True)
        for uniqueid, channel in gone.items():
            told += self._services.gone(uniqueid, channel, at, recovered=True)
        return told

    def end_before(self, before: float, at: float | None) -> list[CallEvent]:
        """End the participations that began before a time, since the PBX has booted after it.

        Args:
            before: Unix seconds.
            at: Unix seconds that the call events carry.
        """
        told: list[CallEvent] = []
        for participation in self._book:
            if participation.dial.at is not None and participation.dial.at < before:
                for uniqueid in sorted(participation.legs - self._since.described):
                    told += self._services.gone(uniqueid, self._channels.end(uniqueid), at, recovered=True)
        return told

    def _adopt(self, there: list[Channel], lines: dict[str, ListedChannel], at: float | None) -> list[CallEvent]:
        told: list[CallEvent] = []
        outgoing = {uniqueid for uniqueid, line in lines.items() if line.application_data == _OUTGOING_LINE}
        # Callers first, since whoever is dialled belongs to one.
        for channel in there:
            if channel.uniqueid not in outgoing:
                told += self._adopt_caller(channel, at)
        for channel in there:
            if channel.uniqueid in outgoing:
                told += self._adopt_dialled(channel, lines[channel.uniqueid], at)
        for channel in there:
            told += self._adopt_visitor(channel, lines[channel.uniqueid], at)
        return told

    def _list(self, line: ListedChannel) -> Channel | None:
        uniqueid, since = line.uniqueid, self._since
        kind, service = _service(line)
        known = self._channels.get(uniqueid)
        if known is None or known.context != line.context:
            self._stepped.add(uniqueid)
        of_conference = kind is ExtensionKind.CONFERENCE and self._services.is_declared(kind, service)
        return self._channels.list(
            line,
            described=uniqueid in since.described,
            moved=uniqueid in since.moved,
            connects=line.application not in _HOLDING_APPLICATIONS and not of_conference,
        )

    def _adopt_caller(self, channel: Channel, at: float | None) -> list[CallEvent]:
        """Find a listed channel that nobody dialled its place; a call that is not its own was made for it."""
        if channel.linkedid == channel.uniqueid:
            return self._phones.dial_out(channel, at, recovered=True)
        channel.dialled = channel.dialled or not channel.born
        return []

    def _adopt_dialled(self, channel: Channel, line: ListedChannel, at: float | None) -> list[CallEvent]:
        """Find a listed channel that somebody dialled its place; who did can only be read off its Linkedid."""
        caller = self._channels.get(channel.linkedid)
        if channel.dialled:
            return []
        channel.dialled = True
        if line.application == _CALLED_BY_PBX or caller is None or caller is channel or not caller.real:
            return []
        self._channels.hand_over(channel, caller)
        return self._phones.dialled(channel, at, recovered=True)

    def _adopt_visitor(self, channel: Channel, line: ListedChannel, at: float | None) -> list[CallEvent]:
        """Hold a caller's visits against what its line says that it is doing."""
        if channel.uniqueid in self._since.visited:
            return []
        kind, service = _service(line)
        in_menu = line.application != "Dial" and self._services.is_declared(ExtensionKind.IVR, line.context)
        told: list[CallEvent] = []
        known = False
        for visit in self._book.visits(channel.uniqueid):
            of_line = visit.service is kind and self._services.is_of(visit, service)
            known = known or of_line
            if not of_line and not (visit.service is ExtensionKind.IVR and in_menu):
                told += self._services.end(visit, channel, at, recovered=True)
        entered = kind is not ExtensionKind.IVR or channel.uniqueid in self._stepped
        if kind is not None and entered and not known:
            told += self._services.enter(channel, kind, service, at, recovered=True)
        return told

    def _missing(self, there: set[str]) -> set[str]:
        """The Uniqueids of channels and legs that are known, and not there."""
        missing = {channel.uniqueid for channel in self._channels}
        for participation in self._book:
            missing |= participation.legs
        return missing - there


def _service(line: ListedChannel) -> tuple[ExtensionKind | None, str]:
    """What a channel is in, by its line: a queue, a conference, or else perhaps an IVR."""
    kind = _SERVICE_APPLICATIONS.get(line.application)
    if kind is not None:
        return kind, line.application_data.partition(",")[0]
    if line.application == "Dial" or line.application_data == _OUTGOING_LINE:
        return None, ""
    return ExtensionKind.IVR, line.context
