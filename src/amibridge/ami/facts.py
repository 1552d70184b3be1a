"""What the link says about itself, for health, metrics and ``status``."""

from dataclasses import dataclass
from enum import Enum


class LinkState(Enum):
    """Where the link is on its way."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    LOGGING_IN = "logging-in"
    UP = "up"
    WAITING = "waiting"
    """Until the next attempt."""
    REFUSED = "refused"
    """The login was refused; the next attempt comes late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """The link at one moment; times are Unix seconds of our clock."""

    state: LinkState
    since: float
    """When it came into this state."""
    down_since: float
    """When the PBX was heard last, while there is no session; meaningless while there is one."""
    version: str
    """AMI's version of the last session, ``11.0.0``; empty before the first."""
    asterisk: str
    """The branch that goes with it: ``Asterisk 22``."""
    last_event_at: float | None
    """When the last event that somebody wants arrived."""
    sessions: int
    """Accepted logins."""
    reconnects: int
    """Accepted logins after the first."""
    inbox_overflows: int
    """Sessions that were given up because the inbox was full."""
    messages_received: int
    bytes_received: int
    events_skipped: int
    """Those of the messages that nobody wants."""
    listing_refused: str
    """Why the PBX does not list its channels in this session; empty when it does, or was not asked yet."""
    listing_missing: str
    """Why the last listing did not come, although the PBX is there; it is asked for again. Empty when it came."""
    last_error: str
    """Why the last attempt or session ended; empty while nothing has."""

    @property
    def lost_at(self) -> float | None:
        """Unix seconds since when a PBX that was heard is not heard any more; None while it is, and before."""
        return self.down_since if self.sessions and self.state is not LinkState.UP else None
