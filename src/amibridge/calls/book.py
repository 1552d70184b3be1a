"""The open participations, found by key, leg, dialled channel and visiting caller; what of them has changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amibridge.calls.channel import Channel
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallEvent, CallFlow
from amibridge.calls.legs import Key, Participation, Trigger
from amibridge.calls.records import ParticipationRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the participations since the last time they were asked for."""

    open: tuple[ParticipationRecord, ...]
    """Started or changed, and not ended."""
    ended: tuple[str, ...]
    """Participation ids of those that ended."""

    def __bool__(self) -> bool:
        return bool(self.open or self.ended)


class Book:
    """Every open participation, once; a phone's legs and a service's visitors lead to theirs."""

    def __init__(self) -> None:
        self._open: dict[Key, Participation] = {}
        self._of_leg: dict[str, Participation] = {}
        self._caller_of: dict[str, Participation] = {}
        self._visits: dict[str, dict[Key, Participation]] = {}
        self._touched: dict[str, Participation] = {}
        self._damaged: list[str] = []

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Participation]:
        return iter(list(self._open.values()))

    def of_leg(self, uniqueid: str) -> Participation | None:
        """The participation that a phone's leg belongs to."""
        return self._of_leg.get(uniqueid)

    def caller(self, uniqueid: str) -> Participation | None:
        """The OUT participation of a leg: its extension made the call."""
        participation = self._of_leg.get(uniqueid)
        return participation if participation and participation.dial.flow is CallFlow.OUT else None

    def open_under(self, key: Key) -> Participation | None:
        """The participation of that key while it is open."""
        return self._open.get(key)

    def visits(self, uniqueid: str, kind: ExtensionKind | None = None) -> list[Participation]:
        """The services' participations in which a channel is the caller; all, or those of one kind."""
        visits = self._visits.get(uniqueid)
        return [visit for visit in visits.values() if kind in {None, visit.service}] if visits else []

    def hear_of(self, channel: Channel, at: float | None) -> None:
        """Note when something was heard of a channel, and whether it is Up."""
        for visit in self._visits.get(channel.uniqueid, {}).values():
            visit.heard_at = at
        participation = self._of_leg.get(channel.uniqueid)
        if participation is not None:
            participation.heard_at = at
            if channel.up and participation.leg_is_up():
                self.touch(participation)

    def start(self, participation: Participation, at: float | None, *, recovered: bool) -> list[CallEvent]:
        """Add a new participation with its first leg, and tell its Dial event."""
        self._open[participation.key] = participation
        self._index(participation)
        return self.take(participation, Trigger.DIALLED, at, recovered=recovered)

    def join(self, participation: Participation, leg: Channel) -> None:
        """Add another leg to a phone's participation."""
        participation.legs.add(leg.uniqueid)
        self._of_leg[leg.uniqueid] = participation
        self.touch(participation)

    def rings(self, caller: Participation, channel: Channel, did: str) -> None:
        """Note that a channel is dialled for a caller; ``did``: that of its extension."""
        caller.rings(channel, did)
        self._caller_of[channel.uniqueid] = caller
        self.touch(caller)

    def dialled_ended(self, channel: Channel) -> None:
        """Note the end of a channel that was dialled for somebody."""
        caller = self._caller_of.pop(channel.uniqueid, None)
        if caller is not None:
            caller.dialled_ended(channel)
            self.touch(caller)

    def move_visits(self, channel: Channel, to: Channel) -> None:
        """Make another channel the caller of a channel's visits to queues."""
        for visit in self.visits(channel.uniqueid, ExtensionKind.QUEUE):
            self._forget_visit(visit)
            visit.legs = {to.uniqueid}
            visit.root = to
            self._index(visit)
            self.touch(visit)

    def left(self, uniqueid: str) -> None:
        """Note that a phone has left the call with a leg that is still there: a transferer's, until it hangs up."""
        participation = self._of_leg.get(uniqueid)
        if participation is not None:
            participation.left(uniqueid)
            self.touch(participation)

    def take(
        self,
        participation: Participation,
        trigger: Trigger,
        at: float | None,
        *,
        recovered: bool = False,
    ) -> list[CallEvent]:
        """Move a participation along its table; what is told thereby."""
        self.touch(participation)
        told = participation.take(trigger, at=at, recovered=recovered)
        return [told] if told else []

    def leg_left(self, participation: Participation, uniqueid: str) -> None:
        """Forget that a leg belongs to a phone's participation."""
        self.touch(participation)
        self._of_leg.pop(uniqueid, None)

    def end(self, participation: Participation, at: float | None, *, recovered: bool) -> list[CallEvent]:
        """Take a participation out, and tell its Hangup."""
        self._open.pop(participation.key, None)
        for dialled in participation.dialling:
            self._caller_of.pop(dialled, None)
        if participation.service is not ExtensionKind.PHONE:
            self._forget_visit(participation)
        return self.take(participation, Trigger.GONE, at, recovered=recovered)

    def touch(self, participation: Participation) -> None:
        """Note that a participation has changed."""
        self._touched[participation.dial.event_id] = participation

    def restore(self, records: Iterable[ParticipationRecord]) -> list[str]:
        """Take up the participations that were open when the daemon stopped.

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
            self._index(participation)
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

    def _forget_visit(self, visit: Participation) -> None:
        for uniqueid in visit.legs:
            visits = self._visits[uniqueid]
            del visits[visit.key]
            if not visits:
                del self._visits[uniqueid]

    def _index(self, participation: Participation) -> None:
        for uniqueid in participation.legs:
            if participation.service is ExtensionKind.PHONE:
                self._of_leg[uniqueid] = participation
            else:
                self._visits.setdefault(uniqueid, {})[participation.key] = participation
