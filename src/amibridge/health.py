"""Whether the daemon does its work, as the service manager and the API ask it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What has to work for the whole to work."""

    LINK = "link"
    """The PBX is heard, and lists its channels."""
    STORE = "store"
    """Call events are kept."""
    WRITER = "writer"
    """The disk takes what is written in time."""
    DELIVERY = "delivery"
    """What became of notifications is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What keeps a part from working."""

    part: Part
    reason: str
    """One line, with the cure where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of the whole daemon."""

    faults: tuple[Fault, ...] = ()

    @property
    def ready(self) -> bool:
        """Calls are followed and their notifications are kept."""
        return not self.faults

    @property
    def reasons(self) -> tuple[str, ...]:
        """What keeps it from being ready, one line each."""
        return tuple(fault.reason for fault in self.faults)

    @property
    def parts(self) -> Mapping[Part, bool]:
        """Whether each part works."""
        broken = {fault.part for fault in self.faults}
        return {part: part not in broken for part in Part}
