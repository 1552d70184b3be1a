"""The order in which the call events of one AMI event are told."""

from typing import Final

from amibridge.calls.events import CallEvent, EventType

_TOLD_FIRST: Final = {
    EventType.DIAL_OUT: 0,
    EventType.DIAL_IN: 1,
    EventType.ANSWER_IN: 2,
    EventType.ANSWER_OUT: 3,
    EventType.HANGUP: 4,
}

_DIALS: Final = {EventType.DIAL_OUT, EventType.DIAL_IN}


def in_order(told: list[CallEvent]) -> list[CallEvent]:
    """By type, then by extension; but a participation that begins anew has ended before.

    Args:
        told: The call events of one AMI event, each participation's own ones in their order.
    """
    begun = {_part(event): place for place, event in enumerate(told) if event.type in _DIALS}
    if not begun:
        return sorted(told, key=_rank)
    over = {
        _part(event): place
        for place, event in enumerate(told)
        if event.type is EventType.HANGUP and place < begun.get(_part(event), 0)
    }

    def rank(placed: tuple[int, CallEvent]) -> tuple[bool, int, str]:
        place, event = placed
        return (place > over.get(_part(event), -1), *_rank(event))

    return [event for _, event in sorted(enumerate(told), key=rank)]


def _rank(event: CallEvent) -> tuple[int, str]:
    return _TOLD_FIRST[event.type], event.extension


def _part(event: CallEvent) -> tuple[str, str, str]:
    return event.extension, event.call_id, event.flow
