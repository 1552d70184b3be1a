"""The heart: AMI events in, call events out. A pure function with a memory; no I/O, no clock.

Theory of operation. ``Channels`` reads every event first, so that it always shows the PBX as told so far. Then the
event's handler asks three questions, in the order in which their answers are told: does a participation start (a leg
has dialled, or is dialled by a root caller, or a caller enters a service), is one connected for the first time, is
one's last leg gone? The questions are asked of the whole chain each time, because Asterisk's threads send the parts of
one moment in any order.
"""

from collections.abc import Callable, Iterable
from typing import Final

from amibridge.ami.description import CHANNEL, DESTINATION, Description, bridge_of
from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import Snapshot
from amibridge.calls.attribution import Attribution, ChannelKind
from amibridge.calls.book import Book, Changes
from amibridge.calls.chains import ends, gathered
from amibridge.calls.channel import STATE_RING, Bridge, Channel
from amibridge.calls.channels import Channels
from amibridge.calls.directory import Directory, ExtensionKind
from amibridge.calls.events import CallEvent
from amibridge.calls.journal import OpenPart
from amibridge.calls.order import in_order
from amibridge.calls.phones import Phones
from amibridge.calls.records import ParticipationRecord
from amibridge.calls.services import Services
from amibridge.calls.settle import Settlement

SILENT_SECONDS: Final = 4 * 3600
"""A participation of whose legs nothing was heard for so long may have ended unheard."""

_BOOT_MARGIN_SECONDS: Final = 5
"""Uptime is told in whole seconds, and a call that began about the time of the boot is left to the listing."""

_DIAL: Final = "Dial"
"""Application of a step that dials: whoever runs it has left the IVR."""

_CONFERENCE: Final = "ConfBridge"
"""Creator of a conference's bridge, and the application that it is."""

_SUCCESS: Final = "Success"
"""Result of a transfer after which the transferer is out of the call, although its channel may stay for a while."""

_THREE_WAY: Final = "Threeway"
"""DestType of a transfer by key after which the transferer is still there."""

_STEP: Final = "Newexten"
"""Each step of the dialplan: more events than all others together, and of use to IVRs alone."""


class Tracker:
    """Follows channels, dials and bridges; tells what happens on each extension.

    Args:
        attribution: Which channels are legs of which extension.
        directory: The declared extensions; read at each event, so that changes to it hold from then on.
    """

    def __init__(self, attribution: Attribution, directory: Directory) -> None:
        self._directory = directory
        self._channels = Channels(attribution)
        self._book = Book()
        self._phones = Phones(self._book, self._channels, directory)
        self._services = Services(self._book, self._phones, directory)
        self._since = self._channels.since
        self._handlers: dict[str, Callable[[AmiEvent, float | None], list[CallEvent]]] = {
            "AgentComplete": self._agent_complete,
            "AttendedTransfer": self._attended_transfer,
            "BlindTransfer": self._blind_transfer,
            "BridgeEnter": self._bridge_enter,
            "BridgeLeave": self._bridge_leave,
            "ConfbridgeJoin": self._conference_join,
            "ConfbridgeLeave": self._conference_leave,
            "DialBegin": self._dial_begin,
            "DialEnd": self._dial_end,
            "FullyBooted": self._fully_booted,
            "Hangup": self._hangup,
            "HangupRequest": self._hangup_request,
            "NewCallerid": self._new_caller_id,
            "Newchannel": self._newchannel,
            "Newstate": self._channel_event,
            "Pickup": self._pickup,
            "QueueCallerJoin": self._queue_join,
            "QueueCallerLeave": self._queue_leave,
            "Rename": self._rename,
            _STEP: self._step,
        }
        self._names = frozenset(self._handlers)
        self._names_without_steps = self._names - {_STEP}

    @property
    def wanted(self) -> frozenset[str]:
        """The names of the events that are read here; all others may be skipped unread.

        They change with the directory: steps of the dialplan are wanted while an IVR is declared. The same object as
        long as they are the same: it is asked for with every chunk that the PBX sends.
        """
        return self._names if self._directory.has_ivr else self._names_without_steps

    @property
    def open_participations(self) -> int:
        """How many participations have not ended."""
        return len(self._book)

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
        if handler is None:
            return []
        told = handler(event, at)
        return in_order(told) if len(told) > 1 else told

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
        settlement = Settlement(self._channels, self._book, self._phones, self._services)
        told = settlement.settle(snapshot, at)
        self._since.clear()
        return in_order(told)

    def link_lost(self) -> None:
        """Forget what is newer than a listing: until the next one nothing is known of what comes and goes."""
        self._since.clear()

    def is_silent(self, at: float) -> bool:
        """Whether nothing was heard for four hours of an open call, so that a listing should tell if it still is one.

        Args:
            at: Unix seconds, now.
        """
        return any(at - (one.heard_at or one.dial.at or at) > SILENT_SECONDS for one in self._book)

    def open_parts(self) -> list[OpenPart]:
        """The calls that go on, as far as extensions take part in them, in the order in which they were told."""
        return [one.open_part() for one in self._book]

    def restore(self, records: Iterable[ParticipationRecord]) -> list[str]:
        """Take up the participations that were open when the daemon stopped; a listing then settles them.

        Returns:
            The ids of those that are damaged: they are left out, and count as ended.
        """
        return self._book.restore(records)

    def take_changes(self) -> Changes:
        """The participations that started, changed or ended since the last call of this."""
        return self._book.take_changes()

    # Channels. -----------------------------------------------------------------------------------------------------

    def _known(self, event: AmiEvent, at: float | None) -> Channel | None:
        return self._seen(event, at, may_appear=False)

    def _seen(
        self,
        event: AmiEvent,
        at: float | None,
        description: Description = CHANNEL,
        *,
        may_appear: bool = True,
    ) -> Channel | None:
        channel = self._channels.see(event, description, may_appear=may_appear)
        if channel is not None:
            self._book.hear_of(channel, at)
        return channel

    def _newchannel(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._seen(event, at)
        if channel is None:
            return []
        channel.born = True
        told = self._dial_out(channel, at)
        if channel.state == STATE_RING:
            told += self._services.step(channel, event.get("context"), at)
        return told + self._follow([channel], at)

    def _dial_out(self, channel: Channel, at: float | None) -> list[CallEvent]:
        told = self._phones.dial_out(channel, at)
        # A conference tells of its members by another way: on a busy PBX that overtakes a channel's own first event.
        return told + self._services.answered(channel, at) if told else told

    def _channel_event(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._seen(event, at)
        return self._dial_out(channel, at) + self._services.up(channel, at) if channel else []

    def _new_caller_id(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        # It can follow the Hangup of its channel: seen with Local channels whose call somebody picked up.
        channel = self._known(event, at)
        if channel is None:
            return []
        self._channels.present(channel, event)
        return self._dial_out(channel, at)

    def _rename(self, event: AmiEvent, _at: float | None) -> list[CallEvent]:
        channel = self._channels.get(event.get("uniqueid"))
        if channel is not None and event.get("newname"):
            self._channels.rename(channel, event.get("newname"), event)
        return []

    def _hangup_request(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._known(event, at)
        if channel is not None:
            channel.gave_up = True
        return []

    def _hangup(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel, cause = self._channels.see(event, may_appear=False), event.number("cause")
        uniqueid = event.get("uniqueid") if channel is None else channel.uniqueid
        if channel is not None:
            channel.cause = cause or 0
            self._since.forget(uniqueid)
        return self._services.gone(uniqueid, self._channels.end(uniqueid), at, cause=cause)

    # Dials. --------------------------------------------------------------------------------------------------------

    def _dial_begin(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        source = self._seen(event, at)
        channel = self._seen(event, at, DESTINATION)
        told: list[CallEvent] = []
        if source is not None:
            told += self._dial_out(source, at)
            told += self._services.leave(source, ExtensionKind.IVR, at)
        if channel is None:
            return told
        self._channels.dial(source, channel, event)
        return told + self._phones.dialled(channel, at) + self._services.follow([channel], at)

    def _dial_end(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._channels.end_dial(event)
        return self._follow(ends(channel), at) if channel else []

    def _pickup(self, event: AmiEvent, _at: float | None) -> list[CallEvent]:
        target = self._channels.get(event.get("targetuniqueid"))
        if target is not None:
            target.picked_up = True
            if target.dial_source is not None:
                target.dial_source.taken = True
        return []

    # Bridges and transfers. ----------------------------------------------------------------------------------------

    def _bridge_enter(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._seen(event, at)
        if channel is None or channel.gave_up:
            # Asterisk connects, for a moment, a phone that has just hung up during an announcement.
            return []
        bridge = bridge_of(event)
        conference = bridge.name if bridge.creator == _CONFERENCE else ""
        declared = conference != "" and self._services.is_declared(ExtensionKind.CONFERENCE, conference)
        self._channels.enter(channel, bridge, connects=not declared)
        self._since.moved.add(channel.uniqueid)
        if declared:
            # This comes before or after ConfbridgeJoin; the first of the two tells.
            return self._services.enter(channel, ExtensionKind.CONFERENCE, conference, at)
        return self._connect(channel.bridge, at)

    def _connect(self, bridge: Bridge | None, at: float | None) -> list[CallEvent]:
        there = gathered(bridge)
        told = self._follow(there, at)
        told += self._services.connect(there, at)
        return told + self._phones.connect([one for one in there if one.real], at)

    def _bridge_leave(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._known(event, at)
        if channel is None or channel.bridge is None or channel.bridge.uniqueid != event.get("bridgeuniqueid"):
            return []
        if channel.exten != channel.entered_exten:
            channel.send_to(channel.exten)
        self._channels.leave(channel)
        self._since.moved.add(channel.uniqueid)
        return []

    def _blind_transfer(self, event: AmiEvent, _at: float | None) -> list[CallEvent]:
        transferee = self._channels.get(event.get("transfereeuniqueid"))
        if event.get("result") == _SUCCESS:
            self._book.left(event.get("transfereruniqueid"))
            if transferee is not None:
                transferee.send_to(event.get("extension"))
        return []

    def _attended_transfer(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        """To an application: the transferee takes the place of the transferer's second channel in it.

        In a dial or a queue this is a semi-attended transfer. A conference tells who leaves and who joins, before this
        event or after it: so the transferee comes there with the number that it has.
        """
        transferee = self._channels.get(event.get("transfereeuniqueid"))
        second = self._channels.get(event.get("secondtransfereruniqueid"))
        if event.get("result") == _SUCCESS and event.get("desttype") != _THREE_WAY:
            self._book.left(event.get("origtransfereruniqueid"))
            self._book.left(event.get("secondtransfereruniqueid"))
        if transferee is None or second is None or event.get("desttype") != "App":
            return []
        waits = bool(second.dialling or self._book.visits(second.uniqueid, ExtensionKind.QUEUE))
        told = self._services.hand_over(second, transferee, at)
        for called in list(second.dialling.values()):
            self._channels.hand_over(called, transferee)
        self._channels.swap(transferee, second)
        if event.get("destapp") != _CONFERENCE:
            transferee.send_to(second.sent_to or second.dialled_number)
        caller = self._book.caller(second.uniqueid)
        if caller is not None and waits:
            caller.handed_over()
            self._book.touch(caller)
        return told + self._connect(transferee.bridge, at)

    # Services. -----------------------------------------------------------------------------------------------------

    def _queue_join(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._visitor(self._seen(event, at))
        if channel is None:
            return []
        channel.taken = False
        return self._services.enter(channel, ExtensionKind.QUEUE, event.get("queue"), at)

    def _queue_leave(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._visitor(self._known(event, at))
        return self._services.leave_queue(channel, at, completed=False) if channel else []

    def _agent_complete(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._visitor(self._known(event, at))
        return self._services.leave_queue(channel, at, completed=True) if channel else []

    def _conference_join(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._visitor(self._seen(event, at))
        return self._services.enter(channel, ExtensionKind.CONFERENCE, event.get("conference"), at) if channel else []

    def _conference_leave(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._visitor(self._known(event, at))
        return self._services.leave(channel, ExtensionKind.CONFERENCE, at) if channel else []

    def _step(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        channel = self._visitor(self._seen(event, at))
        if channel is None:
            return []
        told = self._services.step(channel, event.get("context"), at)
        return told + (
            self._services.leave(channel, ExtensionKind.IVR, at) if event.get("application") == _DIAL else []
        )

    def _visitor(self, channel: Channel | None) -> Channel | None:
        if channel is not None:
            self._since.visited.add(channel.uniqueid)
        return channel

    # The PBX. ------------------------------------------------------------------------------------------------------

    def _fully_booted(self, event: AmiEvent, at: float | None) -> list[CallEvent]:
        """A PBX that booted after a call had begun has no such call any more."""
        uptime_seconds = event.number("uptime")
        if at is None or uptime_seconds is None:
            return []
        settlement = Settlement(self._channels, self._book, self._phones, self._services)
        return settlement.end_before(at - uptime_seconds - _BOOT_MARGIN_SECONDS, at)

    def _follow(self, halves: Iterable[Channel], at: float | None) -> list[CallEvent]:
        halves = [half for half in halves if half.kind is ChannelKind.LOCAL]
        return self._phones.follow(halves, at) + self._services.follow(halves, at) if halves else []
