"""Until when the PBX was heard, and the times in which it was not: what it said then cannot be had any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amibridge.calls.events import CallEvent, EventType

AWAY: Final = "amibridge was killed, or its machine went down"
"""Why nothing was heard from the last word of a daemon that did not say goodbye."""

_BEGAN: Final = frozenset({EventType.DIAL_IN, EventType.DIAL_OUT})
_ANSWERED: Final = frozenset({EventType.ANSWER_IN, EventType.ANSWER_OUT})
_ENDED: Final = frozenset({EventType.HANGUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Until when all that the PBX said is known, and committed."""

    at: float
    """Unix seconds."""
    reason: str = ""
    """Why it was not heard any more from then on; empty while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which the PBX was not heard, and what the listing that ended it has settled."""

    lost_at: float
    """Unix seconds."""
    back_at: float
    """Unix seconds; from here on a listing settled what was missed."""
    reason: str
    began: int = 0
    """So many Dial events were told late: participations that began in the gap and still go on."""
    answered: int = 0
    """So many answers were told late."""
    ended: int = 0
    """So many Hangups were told late: participations that ended in the gap."""


class Hearing:
    """Follows whether the PBX is heard; a gap lasts from the loss to the listing that settles it.

    Args:
        before: Where the process before this one stopped hearing; None: there was none.
    """

    def __init__(self, before: Heard | None = None) -> None:
        self._lost = None if before is None else Heard(at=before.at, reason=before.reason or AWAY)
        self._recovered: list[EventType] = []
        self.until = before
        """Until when it was heard; None: never yet."""

    def heard(self, at: float) -> None:
        """The PBX said something, or that it has nothing to say."""
        if self._lost is None:
            self.until = Heard(at=at)

    def lost(self, at: float, reason: str) -> None:
        """Nothing is heard from now on; of several losses before a listing the first one counts."""
        if self._lost is None:
            self._lost = self.until = Heard(at=at, reason=reason)

    def told(self, events: Iterable[CallEvent]) -> None:
        """Note what was told; in a gap, the recovered events are what was settled of it."""
        if self._lost is not None:
            self._recovered += [event.type for event in events if event.recovered]

    def settled(self, at: float) -> Gap | None:
        """A listing has settled what was missed; returns the gap that ends thereby, if there was one."""
        gap, recovered = None, self._recovered
        if self._lost is not None:
            gap = Gap(
                lost_at=min(self._lost.at, at),  # a clock may have been set back
                back_at=at,
                reason=self._lost.reason,
                began=sum(kind in _BEGAN for kind in recovered),
                answered=sum(kind in _ANSWERED for kind in recovered),
                ended=sum(kind in _ENDED for kind in recovered),
            )
        self._lost, self._recovered = None, []
        self.heard(at)
        return gap
