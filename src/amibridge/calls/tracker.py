"""The heart: AMI events in, call events out. A pure function with a memory; no I/O, no clock.

Theory of operation. ``Channels`` reads every event first, so that it always shows the PBX as told so far. Then the
event's handler asks three questions, in the order in which their answers are told: does a participation start (a leg
has dialled, or is dialled by a root caller), is one connected for the first time, is one's last leg gone? The questions
are asked of the whole chain each time, because Asterisk's threads send the parts of one moment in any order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel, Snapshot
from amibridge.calls.attribution import Attribution, ChannelKind
from amibridge.calls.channels import STATE_RING, Channel, Channels, answered_elsewhere, party, root_caller
from amibridge.calls.directory import Directory
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id
from amibridge.calls.legs import Key, Participation, Trigger
from amibridge.calls.records import ParticipationRecord

_TOLD_FIRST: Final = {
    EventType.DIAL_OUT: 0,
    EventType.DIAL_IN: 1,
    EventType.ANSWER_IN: 2,
    EventType.ANSWER_OUT: 3,
    EventType.HANGUP: 4,
}
"""The order of the call events of one AMI event."""

_OUTGOING_LINE: Final = "(Outgoing Line)"
"""ApplicationData of a dialled leg in a listing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the participations since the last time they were asked for."""

    open: tuple[ParticipationRecord, ...]
    """Started or changed, and not ended."""
    ended: tuple[str, ...]
    """Participation ids of those that ended."""

    def __bool__(self) -> bool:
        return bool(self.open or self.ended)


class Tracker:
    """Follows channels, dials and bridges; tells what happens on each extension.

    Args:
        attribution: Which channels are legs of which extension.
        directory: The declared extensions; read at each event, so that changes to it hold from then on.
    """

    def __init__(self, attribution: Attribution, directory: Directory) -> None:
        self._directory = directory
        self._channels = Channels(attribution)
        self._open: dict[Key, Participation] = {}
        self._of_leg: dict[str, Participation] = {}
        self._caller_of: dict[str, Participation] = {}
        """The OUT participation for which a channel is dialled, by the dialled channel's Uniqueid."""
        self._unrooted: dict[str, Channel] = {}
        """Dialled real channels whose chain of dials is not known to its end."""
        self._unlisted: set[str] = set()
        """Uniqueids first seen since the link came up: a listing made before they appeared cannot show them."""
        self._described: set[str] = set()
        """Uniqueids of which an event has told since the link came up: that is newer than a line of a listing."""
        self._moved: set[str] = set()
        """Uniqueids that have entered or left a bridge since the link came up."""
        self._touched: dict[str, Participation] = {}
        self._damaged: list[str] = []
        """Ids of participations of the store that could not be taken up."""
        self._handlers: dict[str, Callable[[AmiEvent, float | None], list[CallEvent]]] = {
            "BridgeEnter": self._bridge_enter,
            "BridgeLeave": self._bridge_leave,
            "DialBegin": self._dial_begin,
            "DialEnd": self._dial_end,
            "Hangup": self._hangup,
            "NewCallerid": self._channel_event,
            "Newchannel": self._channel_event,
            "Newstate": self._channel_event,
            "Rename": self._rename,
        }

    @property
    def wanted(self) -> frozenset[str]:
        """The names of the events that are read here; all others may be skipped unread."""
        return frozenset(self._handlers)

    @property
    def open_participations(self) -> int:
        """How many participations have not ended."""
        return len(self._open)

    @property
    def channels(self) -> int:
        """How many channels are there, as far as is known."""
        return len(self._channels)

    def feed(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        """Apply one AMI event.

        Args:
            event: Any event; those that mean nothing here change nothing.
            at: Unix seconds that the call events carry; None when unknown.

        Returns:
            What is told, in the order of rule 1; empty for most events. Never raises on what a PBX may send.
        """
        handler = self._handlers.get(event.name)
        return _in_order(handler(event, at)) if handler else []

    def settle(self, snapshot: Snapshot, at: float | None) -> list[CallEvent]:
        """Hold what is known against the PBX's own listing, after a lost link or at start.

        Legs that are gone end, what is connected is answered, calls that nobody told of are told now; all marked as
        recovered. Channels that hung up or appeared since the link came up are believed over the listing.

        Args:
            snapshot: All channels that the PBX listed.
            at: Unix seconds that the call events carry; None when unknown.

        Returns:
            What is told, in the order of rule 1.
        """
        there = [channel for listed in snapshot.channels if (channel := self._list(listed)) is not None]
        told: list[CallEvent] = []
        uniqueids = {channel.uniqueid for channel in there} | self._unlisted
        outgoing = {one.uniqueid for one in snapshot.channels if one.application_data == _OUTGOING_LINE}
        # Callers first, since whoever is dialled belongs to one. Legs that are gone end after those that are there have
        # found their participation: it goes on when another phone of the extension rings meanwhile.
        for channel in there:
            if channel.uniqueid not in outgoing:
                told += self._adopt_caller(channel, at)
        for channel in there:
            if channel.uniqueid in outgoing:
                told += self._adopt_dialled(channel, at)
        for channel in self._channels:
            if channel.uniqueid not in uniqueids:
                told += self._end(channel, at, recovered=True)
        for participation in list(self._open.values()):
            for leg in sorted(participation.legs - uniqueids):
                told += self._lose(participation, leg, at)
        for channel in there:
            told += self._answer(party(channel), at, recovered=True)
        self.link_lost()
        return _in_order(told)

    def link_lost(self) -> None:
        """Forget what is newer than a listing: until the next one nothing is known of what comes and goes."""
        for known in (self._unlisted, self._described, self._moved):
            known.clear()

    def restore(self, records: Iterable[ParticipationRecord]) -> list[str]:
        """Take up the participations that were open when the daemon stopped; a listing then settles them.

        Returns:
            The ids of those that are damaged: they are left out, and count as ended.
        """
        damaged: list[str] = []
        for record in records:
            try:
                participation = Participation.from_record(record)
            except (AttributeError, TypeError, ValueError):
                damaged.append(record.participation_id)
                continue
            self._open[participation.key] = participation
            for leg in participation.legs:
                self._of_leg[leg] = participation
        self._damaged += damaged
        return damaged

    def take_changes(self) -> Changes:
        """The participations that started, changed or ended since the last call of this."""
        touched, self._touched = self._touched, {}
        damaged, self._damaged = self._damaged, []
        return Changes(
            open=tuple(one.record() for one in touched.values() if one.is_open),
            ended=(*damaged, *(participation_id for participation_id, one in touched.items() if not one.is_open)),
        )

    # What an event means: one method for each question. ------------------------------------------------------------

    def _seen(self, event: AmiEvent, prefix: str = "") -> Channel | None:
        known = len(self._channels)
        channel = self._channels.see(event, prefix)
        if channel is None:
            return None
        self._described.add(channel.uniqueid)
        if len(self._channels) > known:
            self._unlisted.add(channel.uniqueid)
        participation = self._of_leg.get(channel.uniqueid)
        if participation is not None and channel.up and participation.leg_is_up():
            self._touch(participation)
        return channel

    def _list(self, listed: ListedChannel) -> Channel | None:
        uniqueid = listed.uniqueid
        return self._channels.list(listed, described=uniqueid in self._described, moved=uniqueid in self._moved)

    def _channel_event(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._seen(event)
        return self._dial_out(channel, at) if channel else []

    def _rename(self, event: AmiEvent, _at: float | None) -> list[CallEvent]:
        channel = self._channels.get(event.get("uniqueid"))
        if channel is not None and event.get("newname"):
            self._channels.rename(channel, event.get("newname"), event)
        return []

    def _dial_begin(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        source = self._seen(event)
        channel = self._seen(event, "dest")
        told = self._dial_out(source, at) if source else []
        if channel is None:
            return told
        channel.dialled = True
        channel.dial_source = source or channel.dial_source
        if channel.real:
            self._unrooted[channel.uniqueid] = channel
        return told + self._dial_in(at)

    def _dial_end(self, event: AmiEvent, _at: float | None) -> list[CallEvent]:
        channel = self._channels.get(event.get("destuniqueid"))
        if channel is not None and not channel.dial_status:
            channel.dial_status = event.get("dialstatus")
            channel.forwarded = bool(event.get("forward"))
        return []

    def _bridge_enter(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._seen(event)
        if channel is None:
            return []
        self._channels.enter(channel, event)
        self._moved.add(channel.uniqueid)
        return self._answer(party(channel), at)

    def _bridge_leave(self, event: AmiEvent, _at: float | None) -> list[CallEvent]:
        channel = self._channels.get(event.get("uniqueid"))
        bridge = channel.bridge if channel else None
        if channel and bridge and bridge.uniqueid == event.get("bridgeuniqueid"):
            self._channels.leave(channel)
            self._moved.add(channel.uniqueid)
        return []

    def _hangup(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._channels.get(event.get("uniqueid"))
        if channel is None:
            self._channels.end(event.get("uniqueid"))
            participation = self._of_leg.get(event.get("uniqueid"))
            if participation is None:
                return []
            return self._lose(participation, event.get("uniqueid"), at, cause=event.number("cause"), recovered=False)
        self._channels.see(event)
        channel.cause = event.number("cause") or 0
        return self._end(channel, at)

    # Starting, answering, ending. ----------------------------------------------------------------------------------

    def _dial_out(self, channel: Channel, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """Rule 2: a leg that nobody dialled, in state Ring, has a dialled number."""
        if (
            channel.kind is not ChannelKind.LEG
            or channel.dialled
            or not channel.has_dialled_number
            or (channel.state != STATE_RING and not recovered)
        ):
            return []
        return self._start(channel, channel, CallFlow.OUT, at, recovered=recovered)

    def _dial_in(self, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """Rule 3: a leg is dialled, and the chain of dials is known to its root caller."""
        told: list[CallEvent] = []
        for channel in list(self._unrooted.values()):
            root = root_caller(channel)
            if root is None:
                continue
            del self._unrooted[channel.uniqueid]
            caller = self._of_leg.get(root.uniqueid)
            if caller is not None and caller.dial.flow is CallFlow.OUT:
                caller.rings(channel, self._directory.did(channel.extension))
                self._caller_of[channel.uniqueid] = caller
                self._touch(caller)
            if channel.kind is ChannelKind.LEG:
                told += self._start(channel, root, CallFlow.IN, at, recovered=recovered)
        return told

    def _start(
        self,
        leg: Channel,
        root: Channel,
        flow: CallFlow,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        if leg.uniqueid in self._of_leg:
            return []
        key = (leg.extension, leg.linkedid, flow)
        participation = self._open.get(key)
        if participation is None:
            participation = Participation(leg.uniqueid, self._dial_event(leg, root, flow), root)
            self._open[key] = participation
        participation.legs.add(leg.uniqueid)
        self._of_leg[leg.uniqueid] = participation
        return self._take(participation, Trigger.DIALLED, at, recovered=recovered)

    def _dial_event(self, leg: Channel, root: Channel, flow: CallFlow) -> CallEvent:
        number = root.dialled_number if root.has_dialled_number else ""
        if flow is CallFlow.IN:
            event_type, called = EventType.DIAL_IN, leg.extension
        else:
            event_type, called = EventType.DIAL_OUT, number if self._directory.get(number) else ""
        caller_id_num, caller_id_name = root.presented_caller_id()
        return CallEvent(
            event_id=event_id(uniqueid=leg.uniqueid, extension=leg.extension, flow=flow, event_type=event_type),
            type=event_type,
            extension=leg.extension,
            call_id=leg.linkedid,
            flow=flow,
            status=CallStatus.CALLING,
            caller_id_num=caller_id_num,
            caller_id_name=caller_id_name,
            caller_extension=root.extension,
            called_extension=called,
            called_number=number,
            called_did=(number if not root.extension else "") or self._directory.did(called),
            call_api_id=leg.call_api_id or root.call_api_id,
        )

    def _answer(self, members: list[Channel], at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """Rule 4: legs are connected for the first time; both sides learn it from the same moment."""
        told: list[CallEvent] = []
        for leg in members if len(members) > 1 else ():
            participation = self._of_leg.get(leg.uniqueid)
            if participation is None or not participation.awaits_answer:
                continue
            participation.hear(leg)
            if participation.dial.flow is CallFlow.OUT:
                called = next((one.extension for one in members if one is not leg and one.extension), "")
                participation.called_extension = called
                participation.called_did = self._directory.did(called)
            told += self._take(participation, Trigger.CONNECTED, at, recovered=recovered)
        return told

    def _end(self, channel: Channel, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """Rule 5: a channel is gone; its participation ends with its last leg."""
        self._channels.end(channel.uniqueid)
        for known in (self._unlisted, self._described, self._moved):
            known.discard(channel.uniqueid)
        self._unrooted.pop(channel.uniqueid, None)
        caller = self._caller_of.pop(channel.uniqueid, None)
        if caller is not None:
            caller.dialled_ended(channel)
            self._touch(caller)
        participation = self._of_leg.pop(channel.uniqueid, None)
        if participation is None:
            return []
        participation.hear(channel)
        elsewhere = answered_elsewhere(channel) or (recovered and self._caller_talks(participation))
        last = participation.leg_ended(channel, elsewhere=elsewhere)
        return self._finish(participation, at, last=last, recovered=recovered)

    def _lose(
        self,
        participation: Participation,
        leg: str,
        at: float | None,
        *,
        cause: int | None = None,
        recovered: bool = True,
    ) -> list[CallEvent]:
        """End a leg whose channel was never seen by this tracker: its participation came from the store."""
        self._of_leg.pop(leg, None)
        self._channels.end(leg)
        elsewhere = recovered and self._caller_talks(participation)
        last = participation.leg_lost(leg, cause or 0, elsewhere=elsewhere)
        return self._finish(participation, at, last=last, recovered=recovered)

    def _caller_talks(self, participation: Participation) -> bool:
        """Whether the root caller is connected: to somebody else, when a called leg has ended that nobody saw end."""
        root = participation.root or self._channels.get(participation.dial.call_id)
        return root is not None and len(party(root)) > 1

    def _finish(
        self,
        participation: Participation,
        at: float | None,
        *,
        last: bool,
        recovered: bool,
    ) -> list[CallEvent]:
        self._touch(participation)
        if not last:
            return []
        self._open.pop(participation.key, None)
        for dialled in participation.dialling:
            self._caller_of.pop(dialled, None)
        return self._take(participation, Trigger.GONE, at, recovered=recovered)

    def _adopt_caller(self, channel: Channel, at: float | None) -> list[CallEvent]:
        """Find a listed channel that nobody dialled its place; a call that is not its own was made for it."""
        own = channel.linkedid == channel.uniqueid
        return self._dial_out(channel, at, recovered=True) if own else []

    def _adopt_dialled(self, channel: Channel, at: float | None) -> list[CallEvent]:
        """Find a listed channel that somebody dialled its place; who did can only be read off its Linkedid."""
        caller = self._channels.get(channel.linkedid)
        if channel.dialled or not channel.real or caller is None or caller is channel or not caller.real:
            return []
        channel.dialled, channel.dial_source = True, caller
        self._unrooted[channel.uniqueid] = channel
        return self._dial_in(at, recovered=True)

    def _take(
        self,
        participation: Participation,
        trigger: Trigger,
        at: float | None,
        *,
        recovered: bool,
    ) -> list[CallEvent]:
        self._touch(participation)
        told = participation.take(trigger, at=at, recovered=recovered)
        return [told] if told else []

    def _touch(self, participation: Participation) -> None:
        self._touched[participation.dial.event_id] = participation


def _in_order(told: list[CallEvent]) -> list[CallEvent]:
    return sorted(told, key=lambda event: (_TOLD_FIRST[event.type], event.extension)) if len(told) > 1 else told
