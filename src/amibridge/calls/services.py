"""Queues, conferences and IVRs: each caller who enters a declared one is a participation of it, a visit."""

from collections.abc import Iterable
from typing import Final

from amibridge.calls.attribution import ChannelKind
from amibridge.calls.book import Book
from amibridge.calls.chains import Root, others, own_root, root_of
from amibridge.calls.channel import Channel
from amibridge.calls.directory import Directory, ExtensionKind
from amibridge.calls.events import CallEvent, CallFlow, CallStatus
from amibridge.calls.legs import Participation, Trigger
from amibridge.calls.phones import Phones
from amibridge.calls.unrooted import Unrooted

_MILLISECONDS: Final = 1000


class Services:
    """The participations of queues, conferences and IVRs.

    Args:
        book: Where they are kept.
        phones: The participations of those who call.
        directory: The declared extensions.
    """

    def __init__(self, book: Book, phones: Phones, directory: Directory) -> None:
        self._book, self._phones, self._directory = book, phones, directory
        self._unrooted = Unrooted()
        self._entered: dict[str, tuple[ExtensionKind, str]] = {}
        """What the Local halves whose root caller is not known yet have entered, by Uniqueid."""

    def enter(
        self,
        channel: Channel,
        kind: ExtensionKind,
        service: str,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        """A channel enters a service; nothing is told of one that nobody declared.

        Args:
            channel: The caller's channel, or the Local half that stands for it.
            kind: Which of the three.
            service: The queue's or conference's name, the IVR's context.
            at: Unix seconds, None when unknown.
            recovered: Learned from a listing.
        """
        if channel.kind is ChannelKind.HELPER or not self.is_declared(kind, service):
            return []
        root = own_root(channel) if channel.real else root_of(channel)
        if root is None:
            self._entered[channel.uniqueid] = (kind, service)
            self._unrooted.add(channel)
            return []
        return self._visit(channel, root, kind, service, at, recovered=recovered)

    def follow(self, halves: Iterable[Channel], at: float | None) -> list[CallEvent]:
        """Something has become known of these Local halves: whoever entered a service through them may be known now."""
        told: list[CallEvent] = []
        for channel, root in self._unrooted.take_rooted(halves):
            kind, service = self._entered.pop(channel.uniqueid)
            told += self._visit(channel, root, kind, service, at)
        return told

    def connect(self, members: Iterable[Channel], at: float | None, *, recovered: bool = False) -> list[CallEvent]:
        """Channels share a bridge: who among them came from a queue is connected to a member of it."""
        told: list[CallEvent] = []
        for channel in members:
            for visit in self._book.visits(channel.uniqueid, ExtensionKind.QUEUE):
                if visit.awaits_answer and others(channel):
                    told += self._answer(visit, channel, at, recovered=recovered)
        return told

    def step(self, channel: Channel, context: str, at: float | None) -> list[CallEvent]:
        """A channel begins, or runs a step of the dialplan, in a context: it enters an IVR, or leaves them all."""
        new, channel.context = channel.context != context, context
        if not self.is_declared(ExtensionKind.IVR, context):
            return self.leave(channel, ExtensionKind.IVR, at)
        return (self.enter(channel, ExtensionKind.IVR, context, at) if new else []) + self.up(channel, at)

    def up(self, channel: Channel, at: float | None) -> list[CallEvent]:
        """A channel is Up: the IVR that it is in has answered."""
        told: list[CallEvent] = []
        for visit in self._book.visits(channel.uniqueid, ExtensionKind.IVR) if channel.up else ():
            told += self._answer_caller(visit, channel, at)
        return told

    def answered(self, channel: Channel, at: float | None) -> list[CallEvent]:
        """A channel is told to call only now: a service that has answered it already has answered its call."""
        told: list[CallEvent] = []
        for visit in self._book.visits(channel.uniqueid):
            if not visit.awaits_answer:
                told += self._answer_caller(visit, channel, at)
        return told

    def leave_queue(self, channel: Channel, at: float | None, *, completed: bool) -> list[CallEvent]:
        """A caller has left a queue's line (which an answer does too), or the call with the queue's member is over.

        Args:
            channel: The caller's channel.
            at: Unix seconds, None when unknown.
            completed: The call with the member is over.
        """
        # The dials of whoever leaves unanswered have ended by then; a member still rings when its call is picked up.
        rings = any(not member.dial_status for member in channel.dialling.values())
        if (channel.taken or rings) and not completed:
            return []
        self._wait_no_longer(channel, ExtensionKind.QUEUE)
        told: list[CallEvent] = []
        for visit in self._book.visits(channel.uniqueid, ExtensionKind.QUEUE):
            if visit.awaits_answer is not completed:
                told += self.end(visit, channel, at)
        return told

    def leave(
        self,
        channel: Channel,
        kind: ExtensionKind | None,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        """A channel leaves the services of one kind, or whatever it is in."""
        if self._entered:
            self._wait_no_longer(channel, kind)
        told: list[CallEvent] = []
        for visit in self._book.visits(channel.uniqueid, kind):
            told += self.end(visit, channel, at, recovered=recovered)
        return told

    def gone(
        self,
        uniqueid: str,
        channel: Channel | None,
        at: float | None,
        *,
        cause: int | None = None,
        recovered: bool = False,
    ) -> list[CallEvent]:
        """A channel is gone for good: it leaves whatever it was in, and its part as a phone may end.

        Args:
            uniqueid: The channel's.
            channel: The channel as it was; None for one that was never seen: what it was in came from the store.
            at: Unix seconds, None when unknown.
            cause: Why a channel that was never seen has ended, None when that is unknown.
            recovered: Learned from a listing.
        """
        if channel is not None:
            told = self.leave(channel, None, at, recovered=recovered)
            return told + self._phones.end(channel, at, recovered=recovered)
        told = []
        for visit in self._book.visits(uniqueid):
            told += self.end(visit, None, at, recovered=recovered)
        participation = self._book.of_leg(uniqueid)
        if participation is not None:
            told += self._phones.lose(participation, uniqueid, at, cause=cause, recovered=recovered)
        return told

    def hand_over(self, channel: Channel, to: Channel, at: float | None) -> list[CallEvent]:
        """Another channel takes a caller's place in an application.

        In a queue's line the visit is the same. A conference has another caller then. An IVR tells by its next step.
        """
        self._book.move_visits(channel, to)
        told: list[CallEvent] = []
        for visit in self._book.visits(channel.uniqueid, ExtensionKind.CONFERENCE):
            told += self.end(visit, channel, at)
            conference = self._directory.get(visit.dial.extension)
            if conference is not None:
                told += self.enter(to, ExtensionKind.CONFERENCE, conference.stands_for, at)
        return told

    def is_declared(self, kind: ExtensionKind, service: str) -> bool:
        """Whether an extension stands for that queue, that conference, or that IVR's context."""
        return self._directory.number_of(kind, service) != ""

    def is_of(self, visit: Participation, service: str) -> bool:
        """Whether a visit is one of that queue, that conference, or that IVR's context."""
        number = visit.dial.extension
        return self._directory.number_of(visit.service, service, number) == number

    def end(
        self,
        visit: Participation,
        channel: Channel | None,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        """A visit is over.

        Args:
            visit: The visit.
            channel: The caller's channel; None for one that was never seen: the visit came from the store.
            at: Unix seconds, None when unknown.
            recovered: Learned from a listing.
        """
        if channel is not None:
            visit.hear(channel)
        if visit.awaits_answer:
            gave_up = any(one is not None and one.gave_up for one in (channel, visit.root))
            status = CallStatus.CANCEL if gave_up else CallStatus.NOANSWER
            visit.visit_ended(status)
            caller = self._caller(visit)
            if caller is not None:
                caller.visit_ended(status)
                self._book.touch(caller)
        return self._book.end(visit, at, recovered=recovered)

    def _wait_no_longer(self, channel: Channel, kind: ExtensionKind | None) -> None:
        """Forget that a Local half is in a service of that kind, or in any, for a caller who is not known yet."""
        entered = self._entered.get(channel.uniqueid)
        if entered is not None and kind in {None, entered[0]}:
            del self._entered[channel.uniqueid]
            self._unrooted.discard(channel.uniqueid)

    def _visit(
        self,
        channel: Channel,
        root: Root,
        kind: ExtensionKind,
        service: str,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        number = self._directory.number_of(kind, service, root.number)
        told: list[CallEvent] = []
        for visit in self._book.visits(channel.uniqueid, kind):
            if visit.dial.extension == number and (visit.awaits_answer or kind is not ExtensionKind.QUEUE):
                return []
            if kind is not ExtensionKind.IVR:
                told += self.end(visit, channel, at)
        root = root if root.number or not root.channel.dialled else Root(root.channel, number, public=False)
        told += self._phones.dial_on(root, at, recovered=recovered)
        how_many = _count_visit(channel, at)
        dial = self._phones.dial_event(channel, number, root, CallFlow.IN, visit=how_many)
        visit = Participation(channel.uniqueid, dial, root.channel, kind, how_many)
        told += self._book.start(visit, at, recovered=recovered)
        return told + self._answer_at_once(visit, channel, at, recovered=recovered)

    def _answer_at_once(
        self,
        visit: Participation,
        channel: Channel,
        at: float | None,
        *,
        recovered: bool,
    ) -> list[CallEvent]:
        if visit.service is ExtensionKind.QUEUE:
            return self.connect([channel], at, recovered=recovered)
        if visit.service is ExtensionKind.CONFERENCE or channel.up:
            return self._answer_caller(visit, channel, at, recovered=recovered)
        return []

    def _answer(
        self,
        visit: Participation,
        channel: Channel,
        at: float | None,
        *,
        recovered: bool,
    ) -> list[CallEvent]:
        visit.hear(channel)
        return self._book.take(visit, Trigger.CONNECTED, at, recovered=recovered)

    def _answer_caller(
        self,
        visit: Participation,
        channel: Channel,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        """A conference or an IVR answers by itself, and thereby its caller."""
        told = self._answer(visit, channel, at, recovered=recovered)
        caller = self._caller(visit)
        if caller is not None and caller.awaits_answer:
            caller.hear(channel)
            self._phones.called(caller, visit.dial.extension)
            told += self._book.take(caller, Trigger.CONNECTED, at, recovered=recovered)
        return told

    def _caller(self, visit: Participation) -> Participation | None:
        """The OUT participation of whoever called, while it is known."""
        if visit.root is not None:
            return self._book.caller(visit.root.uniqueid)
        return next(filter(None, map(self._book.caller, visit.legs)), None)


def _count_visit(channel: Channel, at: float | None) -> int:
    """The how-many-eth visit of this channel: what is unique of it, and the same when the same events come again.

    Of a channel whose beginning was not seen nobody knows how many services it has visited: the time tells its visits
    from those before.
    """
    if not channel.visits and not channel.born:
        channel.visits = int((at or 0) * _MILLISECONDS)
    channel.visits += 1
    return channel.visits
