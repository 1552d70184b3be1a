"""Whether the daemon does its work, as the service manager and the API ask it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of the whole daemon."""

    ready: bool
    """Calls are followed and their notifications are kept."""
    reasons: tuple[str, ...] = ()
    """What keeps it from being ready, one line each."""
