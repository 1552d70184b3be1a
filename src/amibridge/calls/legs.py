"""Participations: one extension's part in one call, from its Dial event to its Hangup.

Theory of operation. A participation is a row of ``TABLE``: its stage and a trigger give the next stage and the family
of call event that is told, if any. A trigger that its stage does not list changes nothing, which is the whole of
rule 1: one Dial first, at most one answer, one Hangup last. The tracker decides when a trigger has happened; nothing
else decides what is told.
"""

import json
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from amibridge.calls.chains import outcome, speaks, timed_out
from amibridge.calls.channel import Channel
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id
from amibridge.calls.journal import OpenPart
from amibridge.calls.records import ParticipationRecord
from amibridge.calls.status import caller_status, combined, leg_status

Key = tuple[str, str, CallFlow, str]
"""Extension, call id, flow, and for a service the Uniqueid of the caller's channel: two callers can share a call id."""


class _QuickEnum(Enum):
    """Members that are found in a dictionary as any object is; Enum's own hash is that of the name, in Python code."""

    __hash__ = object.__hash__


class Stage(_QuickEnum):
    """How far a participation has come."""

    NEW = auto()
    CALLING = auto()
    ANSWERED = auto()
    ENDED = auto()


class Trigger(_QuickEnum):
    """What can happen to a participation."""

    DIALLED = auto()
    """Its first leg placed a call, or was rung for one."""
    CONNECTED = auto()
    """One of its legs shares a bridge with another real channel."""
    GONE = auto()
    """Its last leg ended."""


class Family(_QuickEnum):
    """What is told, before the flow says which of the two it is."""

    DIAL = auto()
    ANSWER = auto()
    HANGUP = auto()


TABLE: Final[Mapping[Stage, Mapping[Trigger, tuple[Stage, Family]]]] = {
    Stage.NEW: {Trigger.DIALLED: (Stage.CALLING, Family.DIAL)},
    Stage.CALLING: {
        Trigger.CONNECTED: (Stage.ANSWERED, Family.ANSWER),
        Trigger.GONE: (Stage.ENDED, Family.HANGUP),
    },
    Stage.ANSWERED: {Trigger.GONE: (Stage.ENDED, Family.HANGUP)},
    Stage.ENDED: {},
}

TYPES: Final[Mapping[tuple[Family, CallFlow], EventType]] = {
    (Family.DIAL, CallFlow.IN): EventType.DIAL_IN,
    (Family.DIAL, CallFlow.OUT): EventType.DIAL_OUT,
    (Family.ANSWER, CallFlow.IN): EventType.ANSWER_IN,
    (Family.ANSWER, CallFlow.OUT): EventType.ANSWER_OUT,
    (Family.HANGUP, CallFlow.IN): EventType.HANGUP,
    (Family.HANGUP, CallFlow.OUT): EventType.HANGUP,
}


_NO_STATUS: Final[frozenset[CallStatus]] = frozenset()
_NO_UNIQUEID: Final[frozenset[str]] = frozenset()
"""What most participations have; each empty set would take 216 bytes."""


class Participation:
    """One extension's part in one call."""

    __slots__ = (
        "_cause",
        "_ended",
        "_left",
        "_rung",
        "_service_status",
        "_unseen",
        "_was_up",
        "call_api_id",
        "called_did",
        "called_extension",
        "dial",
        "dialling",
        "first_uniqueid",
        "heard_at",
        "legs",
        "root",
        "service",
        "stage",
        "visit",
    )

    def __init__(
        self,
        first_uniqueid: str,
        dial: CallEvent,
        root: Channel | None = None,
        service: ExtensionKind = ExtensionKind.PHONE,
        visit: int = 0,
    ) -> None:
        self.first_uniqueid = first_uniqueid
        self.service = service
        """What kind of extension this is the part of; a service's only leg is its caller's channel."""
        self.visit = visit
        """For services: the how-many-eth visit of the caller's channel."""
        self.heard_at: float | None = None
        """Unix seconds of the last event that one of its legs was in."""
        self.dial = dial
        """Its Dial event, from its start on as it was told; later events repeat the caller's fields and the number."""
        self.root = root
        """The root caller's channel; None after a restart."""
        self.stage = Stage.NEW
        self.legs: set[str] = {first_uniqueid}
        """Uniqueids of the legs that have not ended."""
        self.dialling: dict[str, Channel] = {}
        """The channels that were dialled for it as the caller and have not ended."""
        self.called_extension = dial.called_extension
        self.called_did = dial.called_did
        self.call_api_id = dial.call_api_id
        self._ended: frozenset[CallStatus] = _NO_STATUS
        """Statuses of its own legs (IN) or of the legs dialled for it (OUT) that ended unanswered."""
        self._rung: dict[str, str] = {}
        """Extensions rung for it as the caller, and their DIDs."""
        self._unseen: frozenset[str] = _NO_UNIQUEID
        """Uniqueids of channels that were dialled for it before a restart and have not been seen since."""
        self._left: frozenset[str] = _NO_UNIQUEID
        """Uniqueids of legs with which the phone has left the call, by a transfer, and which are still there."""
        self._service_status: CallStatus | None = None
        """The status of the service in which its call ended unanswered, as the caller."""
        self._was_up = False
        self._cause = 0

    @property
    def key(self) -> Key:
        """By what it is told from all others that are open: there is one at a time."""
        caller = "" if self.service is ExtensionKind.PHONE else self.first_uniqueid
        return (self.dial.extension, self.dial.call_id, self.dial.flow, caller)

    @property
    def is_open(self) -> bool:
        """Whether its Hangup is still to come."""
        return Trigger.GONE in TABLE[self.stage]

    @property
    def is_left(self) -> bool:
        """Whether the phone has left the call with all its legs, although they are still there."""
        return self.legs <= self._left

    @property
    def awaits_answer(self) -> bool:
        """Whether connecting one of its legs is an answer."""
        return Trigger.CONNECTED in TABLE[self.stage]

    def take(self, trigger: Trigger, *, at: float | None, recovered: bool = False) -> CallEvent | None:
        """Move along ``TABLE``.

        Args:
            trigger: What happened.
            at: Unix seconds of the AMI event, None when unknown.
            recovered: Learned from a listing, not as it happened.

        Returns:
            The call event to tell, None when the trigger means nothing in this stage.
        """
        step = TABLE[self.stage].get(trigger)
        if step is None:
            return None
        answered = self.stage is Stage.ANSWERED
        self.stage, family = step
        event_type = TYPES[family, self.dial.flow]
        extension, did = self._called_at(family, answered=answered)
        told = self.dial._replace(
            event_id=event_id(
                uniqueid=self.first_uniqueid,
                extension=self.dial.extension,
                flow=self.dial.flow,
                event_type=event_type,
                visit=self.visit,
            ),
            type=event_type,
            status=self._status(family, answered=answered, recovered=recovered),
            called_extension=extension,
            called_did=did,
            call_api_id=self.call_api_id,
            at=at,
            recovered=recovered,
        )
        if family is Family.DIAL:
            self.dial = told
        return told

    def hear(self, leg: Channel) -> None:
        """Take over the latest CALLAPIID of a leg, or of the root caller."""
        self.call_api_id = leg.call_api_id or (self.root.call_api_id if self.root else "") or self.call_api_id

    def rings(self, channel: Channel, did: str) -> None:
        """Note a channel that is dialled for this participation as the caller, and its extension's DID."""
        self.dialling[channel.uniqueid] = channel
        self._service_status = None
        if self._unseen:
            self._unseen -= {channel.uniqueid}
        if channel.extension:
            self._rung[channel.extension] = did

    def dialled_ended(self, channel: Channel) -> None:
        """Note the outcome of a dialled channel that has ended; who answered in its place speaks for it."""
        if self.dialling.pop(channel.uniqueid, None) is not None and speaks(channel):
            self._ended |= {outcome(channel)}

    def handed_over(self) -> None:
        """Note that what it has dialled goes on without it: a transferer that did not wait for the answer."""
        self._ended |= {CallStatus.CANCEL}

    def left(self, uniqueid: str) -> None:
        """Note that the phone has left the call with one of its legs, which is still there."""
        self._left |= {uniqueid}

    def visit_ended(self, status: CallStatus) -> None:
        """Note that a service ended without an answer: the visit itself, or one of this caller's."""
        if self.service is ExtensionKind.PHONE:
            self._service_status = status
        else:
            self._ended |= {status}

    def leg_is_up(self) -> bool:
        """Note that one of its own legs is Up; returns whether that is new."""
        new, self._was_up = not self._was_up, True
        return new

    def leg_ended(self, channel: Channel, *, elsewhere: bool) -> bool:
        """Note the end of one of its own legs; returns whether it was the last.

        Args:
            channel: The leg.
            elsewhere: Somebody else had answered the call by then.
        """
        self.legs.discard(channel.uniqueid)
        self._was_up = self._was_up or channel.up
        self._cause = channel.cause
        if self.dial.flow is CallFlow.IN:
            self._ended |= {CallStatus.CANCEL if elsewhere else outcome(channel)}
        return not self.legs

    def leg_lost(self, uniqueid: str, cause: int = 0, *, elsewhere: bool = False) -> bool:
        """Note the end of a leg of which nothing but its cause is known, 0: not even that; whether it was the last."""
        self.legs.discard(uniqueid)
        self._cause = cause
        if self.dial.flow is CallFlow.IN:
            unseen = leg_status(dial_status="", cause=cause, rang=True)
            self._ended |= {CallStatus.CANCEL if elsewhere else unseen}
        return not self.legs

    def open_part(self) -> OpenPart:
        """The participation as people see it while it goes on."""
        return OpenPart(
            dial=self.dial,
            answered=self.stage is Stage.ANSWERED,
            called_extension=self.called_extension,
            called_did=self.called_did,
            call_api_id=self.call_api_id,
        )

    def record(self) -> ParticipationRecord:
        """The participation as the store keeps it; of what has never happened it says nothing."""
        facts: dict[str, object] = {
            "ended": sorted(self._ended),
            "rung": self._rung,
            "dialling": sorted({*self._unseen, *(one.uniqueid for one in self.dialling.values() if speaks(one))}),
            "left": sorted(self._left),
            "was_up": self._was_up,
            "service": "" if self.service is ExtensionKind.PHONE else self.service,
            "service_status": self._service_status,
            "visit": self.visit,
            "called_did": self.called_did,
            "call_api_id": self.call_api_id,
        }
        return ParticipationRecord(
            participation_id=self.dial.event_id,
            dial=self.dial,
            answered=self.stage is Stage.ANSWERED,
            legs=tuple(sorted(self.legs)),
            first_uniqueid=self.first_uniqueid,
            called_extension=self.called_extension,
            facts=json.dumps({name: fact for name, fact in facts.items() if fact}),
        )

    @classmethod
    def from_record(cls, record: ParticipationRecord) -> "Participation":
        """The participation that ``record`` wrote.

        Raises:
            AttributeError, TypeError, ValueError: The record's facts are not what ``record`` writes.
        """
        facts = json.loads(record.facts)
        service = ExtensionKind(facts.get("service", ExtensionKind.PHONE))
        participation = cls(record.first_uniqueid, record.dial, service=service, visit=int(facts.get("visit", 0)))
        participation.stage = Stage.ANSWERED if record.answered else Stage.CALLING
        participation.legs = set(record.legs)
        participation.called_extension = record.called_extension
        participation.called_did = facts.get("called_did", "")
        participation.call_api_id = facts.get("call_api_id", "")
        participation._ended = frozenset(CallStatus(status) for status in facts.get("ended", ()))
        participation._rung = dict(facts.get("rung", {}))
        participation._unseen = frozenset(facts.get("dialling", ()))
        participation._left = frozenset(facts.get("left", ()))
        participation._was_up = facts.get("was_up", False)
        told = facts.get("service_status")
        participation._service_status = None if told is None else CallStatus(told)
        return participation

    def _called_at(self, family: Family, *, answered: bool) -> tuple[str, str]:
        """Who was called, and that one's DID: of a call that nobody took, the one extension that was rung."""
        if family is not Family.HANGUP or answered or self.dial.flow is CallFlow.IN or not self._rung:
            return self.called_extension, self.called_did
        return next(iter(self._rung.items())) if len(self._rung) == 1 else ("", "")

    def _status(self, family: Family, *, answered: bool, recovered: bool) -> CallStatus:
        if family is Family.DIAL:
            return CallStatus.CALLING
        if family is Family.ANSWER or answered:
            return CallStatus.ANSWER
        if self.dial.flow is CallFlow.IN:
            return combined(self._ended) if self._ended else CallStatus.NOANSWER
        if self._service_status is not None:
            return self._service_status
        open_dials = {
            _open_outcome(channel, self._cause, recovered=recovered)
            for channel in self.dialling.values()
            if speaks(channel)
        }
        # Of a dial whose end nobody saw no more is known than that it was not answered.
        unseen = {CallStatus.NOANSWER} if self._unseen else set()
        return caller_status(dialled=self._ended | open_dials | unseen, cause=self._cause, was_up=self._was_up)


def _open_outcome(channel: Channel, caller_cause: int, *, recovered: bool) -> CallStatus:
    """The outcome of a dialled channel that is still there when its caller is gone.

    Without a DialEnd the caller gave up on it, unless nobody saw how it ended. With one, its own cause is still to
    come; Dial hands that cause on to the caller.
    """
    if not channel.dial_status and not timed_out(channel):
        return CallStatus.NOANSWER if recovered else CallStatus.CANCEL
    return outcome(channel, caller_cause)
