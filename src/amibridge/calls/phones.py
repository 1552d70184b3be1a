"""Phone terminals: does a participation start, is one connected for the first time, is one's last leg gone?"""

from collections.abc import Iterable, Sequence

from amibridge.calls.attribution import ChannelKind
from amibridge.calls.book import Book
from amibridge.calls.chains import Root, answered_elsewhere, own_root, party, root_of
from amibridge.calls.channel import STATE_RING, Channel
from amibridge.calls.channels import Channels
from amibridge.calls.directory import Directory
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id
from amibridge.calls.legs import Participation, Trigger
from amibridge.calls.unrooted import Unrooted


class Phones:
    """The participations of phone terminals.

    Args:
        book: Where they are kept.
        channels: What the PBX is doing.
        directory: The declared extensions.
    """

    def __init__(self, book: Book, channels: Channels, directory: Directory) -> None:
        self._book, self._channels, self._directory = book, channels, directory
        self._unrooted = Unrooted()

    def dial_out(self, leg: Channel, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """A leg that nobody dialled, in state Ring, has a dialled number: its extension places a call.

        A listing may show it only when somebody has answered it already.
        """
        placed = leg.state == STATE_RING or (recovered and leg.up)
        if not placed or leg.dialled or leg.kind is not ChannelKind.LEG or not leg.has_dialled_number:
            return []
        if self._book.of_leg(leg.uniqueid) is not None:
            return []  # as of most of its events
        return self._start(leg, Root(leg, leg.dialled_number, public=False), CallFlow.OUT, at, recovered=recovered)

    def dialled(self, channel: Channel, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """A channel is dialled: its extension receives a call as soon as the root caller is known."""
        if not channel.real:
            return self.follow([channel], at)
        root = root_of(channel)
        if root is None:
            self._unrooted.add(channel)
            return []
        self._unrooted.discard(channel.uniqueid)
        return self._dial_in(channel, root, at, recovered=recovered)

    def follow(self, halves: Iterable[Channel], at: float | None) -> list[CallEvent]:
        """Something has become known of these Local halves: some of those dialled behind them may have a root now."""
        told: list[CallEvent] = []
        for channel, root in self._unrooted.take_rooted(halves):
            told += self._dial_in(channel, root, at)
        return told

    def dial_on(self, root: Root, at: float | None, *, recovered: bool) -> list[CallEvent]:
        """A root caller calls on: to a phone that the PBX itself has called, that is a call which it places."""
        leg = root.channel
        if leg.kind is not ChannelKind.LEG or not leg.dialled or leg.gone:
            return []
        self._unrooted.discard(leg.uniqueid)
        # What is dialled for it afterwards belongs to this call, wherever the dialplan is by then.
        leg.send_to(root.number)
        return self._start(leg, root, CallFlow.OUT, at, recovered=recovered)

    def connect(self, members: Sequence[Channel], at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """Real channels share a bridge: to each leg for which it is the first time, that is the answer."""
        told: list[CallEvent] = []
        for leg in members if len(members) > 1 else ():
            participation = self._book.of_leg(leg.uniqueid)
            if participation is None:
                told += self._called_by_pbx(leg, members, at, recovered=recovered)
                participation = self._book.of_leg(leg.uniqueid)
            if participation is None or not participation.awaits_answer:
                continue
            participation.hear(leg)
            if participation.dial.flow is CallFlow.OUT:
                called = next((one.extension for one in members if one is not leg and one.extension), "")
                self.called(participation, called)
            told += self._book.take(participation, Trigger.CONNECTED, at, recovered=recovered)
        return told

    def called(self, caller: Participation, extension: str) -> None:
        """Note who has answered a caller; empty: somebody outside."""
        caller.called_extension, caller.called_did = extension, self._directory.did(extension)

    def end(self, channel: Channel, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """A channel is gone; its participation ends with its last leg."""
        self._unrooted.discard(channel.uniqueid)
        self._book.dialled_ended(channel)
        participation = self._book.of_leg(channel.uniqueid)
        if participation is None:
            return []
        participation.hear(channel)
        elsewhere = (
            channel.picked_up or answered_elsewhere(channel) or (recovered and self._caller_talks(participation))
        )
        last = participation.leg_ended(channel, elsewhere=elsewhere)
        return self._left(participation, channel.uniqueid, at, last=last, recovered=recovered)

    def lose(
        self,
        participation: Participation,
        leg: str,
        at: float | None,
        *,
        cause: int | None = None,
        recovered: bool = True,
    ) -> list[CallEvent]:
        """End a leg whose channel was never seen: its participation came from the store.

        Args:
            participation: The leg's.
            leg: Its Uniqueid.
            at: Unix seconds, None when unknown.
            cause: Its hangup cause, None when that is unknown.
            recovered: Learned from a listing.
        """
        elsewhere = recovered and self._caller_talks(participation)
        last = participation.leg_lost(leg, cause or 0, elsewhere=elsewhere)
        return self._left(participation, leg, at, last=last, recovered=recovered)

    def dial_event(self, leg: Channel, extension: str, root: Root, flow: CallFlow, *, visit: int = 0) -> CallEvent:
        """The Dial event of a new participation.

        Args:
            leg: Its first leg; of a service the caller's channel.
            extension: Whose participation it is.
            root: The root caller.
            flow: IN or OUT.
            visit: For services, the how-many-eth visit of the caller's channel.
        """
        if flow is CallFlow.IN:
            event_type, called = EventType.DIAL_IN, extension
        else:
            event_type, called = EventType.DIAL_OUT, root.number if self._directory.get(root.number) else ""
        caller_id_num, caller_id_name = root.channel.presented_caller_id()
        return CallEvent(
            event_id=event_id(
                uniqueid=leg.uniqueid, extension=extension, flow=flow, event_type=event_type, visit=visit
            ),
            type=event_type,
            extension=extension,
            call_id=leg.linkedid,
            flow=flow,
            status=CallStatus.CALLING,
            caller_id_num=caller_id_num,
            caller_id_name=caller_id_name,
            caller_extension=root.channel.extension,
            called_extension=called,
            called_number=root.number,
            called_did=(root.number if root.public else "") or self._directory.did(called),
            call_api_id=leg.call_api_id or root.channel.call_api_id,
        )

    def _dial_in(self, channel: Channel, root: Root, at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        told = self.dial_on(root, at, recovered=recovered)
        caller = self._book.caller(root.channel.uniqueid)
        if caller is not None:
            self._book.rings(caller, channel, self._directory.did(channel.extension))
        if channel.kind is ChannelKind.LEG:
            told += self._start(channel, root, CallFlow.IN, at, recovered=recovered)
        return told

    def _called_by_pbx(
        self,
        leg: Channel,
        members: Sequence[Channel],
        at: float | None,
        *,
        recovered: bool,
    ) -> list[CallEvent]:
        """Start the participation of a phone that the PBX has called for somebody, who is connected with it now.

        That is whoever the call was made for (paging), else the one it is connected with (an auto-dialler's agent).
        """
        if leg.kind is not ChannelKind.LEG or not (leg.dialled or recovered):
            return []
        caller = self._channels.get(leg.linkedid)
        if caller is None or caller is leg or not caller.real:
            caller = next(member for member in members if member is not leg)
        self._unrooted.discard(leg.uniqueid)
        return self._start(leg, own_root(caller), CallFlow.IN, at, recovered=recovered)

    def _start(
        self,
        leg: Channel,
        root: Root,
        flow: CallFlow,
        at: float | None,
        *,
        recovered: bool,
    ) -> list[CallEvent]:
        if leg.left or self._book.of_leg(leg.uniqueid) is not None:
            return []
        dial = self.dial_event(leg, leg.extension, root, flow)
        new = Participation(leg.uniqueid, dial, root.channel)
        known = self._book.open_under(new.key)
        told: list[CallEvent] = []
        if known is not None and known.is_left:
            told += self._end_left(known, at, recovered=recovered)
        elif known is not None:
            self._book.join(known, leg)
            return []
        return told + self._book.start(new, at, recovered=recovered)

    def _end_left(self, participation: Participation, at: float | None, *, recovered: bool) -> list[CallEvent]:
        """A transferer is rung anew, before it has hung up, or while the PBX still keeps its channel."""
        told: list[CallEvent] = []
        for uniqueid in sorted(participation.legs):
            leg = self._channels.get(uniqueid)
            if leg is not None:
                leg.left = True
                told += self.end(leg, at)
            else:
                self._channels.end(uniqueid)
                told += self.lose(participation, uniqueid, at, recovered=recovered)
        return told

    def _caller_talks(self, participation: Participation) -> bool:
        """Whether the root caller is connected: to somebody else, when a called leg has ended that nobody saw end."""
        root = participation.root or self._channels.get(participation.dial.call_id)
        return root is not None and len(party(root)) > 1

    def _left(
        self,
        participation: Participation,
        leg: str,
        at: float | None,
        *,
        last: bool,
        recovered: bool,
    ) -> list[CallEvent]:
        self._book.leg_left(participation, leg)
        return self._book.end(participation, at, recovered=recovered) if last else []
