"""The extension directory as the tracker reads it: each declared extension's kind, service and DID."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ExtensionKind(StrEnum):
    """What stands behind an extension number."""

    PHONE = "phone"
    QUEUE = "queue"
    CONFERENCE = "conference"
    IVR = "ivr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One declared extension."""

    number: str
    """``210`` or ``0003*210``; compared as an exact string."""
    kind: ExtensionKind = ExtensionKind.PHONE
    service: str = ""
    """The queue's or conference's name, or the IVR's context; empty for phones."""
    did: str = ""
    """The public number that reaches it, empty when there is none."""
    name: str = ""
    owner_id: int | None = None
    """The account it belongs to; None: administrators only."""

    @property
    def stands_for(self) -> str:
        """The queue, conference or context behind it, which has its number where no name is given; empty for phones."""
        return "" if self.kind is ExtensionKind.PHONE else self.service or self.number


class Directory:
    """The declared extensions by number; changed by the store's shell after its commit, read by the tracker."""

    def __init__(self, extensions: Iterable[Extension] = ()) -> None:
        self._by_number: dict[str, Extension] = {}
        self._by_service: dict[ExtensionKind, dict[str, set[str]]] = {kind: {} for kind in ExtensionKind}
        for extension in extensions:
            self.put(extension)

    def get(self, number: str) -> Extension | None:
        """The declared extension of that number, or None."""
        return self._by_number.get(number)

    def did(self, number: str) -> str:
        """The DID declared for that number, or an empty text."""
        extension = self._by_number.get(number)
        return extension.did if extension else ""

    def number_of(self, kind: ExtensionKind, service: str, dialled: str = "") -> str:
        """The extension that stands for a queue, a conference or an IVR's context; empty when none is declared.

        Args:
            kind: Which of the three.
            service: Its name, or its context.
            dialled: Where several extensions stand for it: the one that was dialled, else the first by number.
        """
        numbers = self._by_service[kind].get(service)
        if not numbers:
            return ""
        return dialled if dialled in numbers else min(numbers)

    @property
    def has_ivr(self) -> bool:
        """Whether an IVR is declared: only then is it of use to hear of each step of the dialplan."""
        return bool(self._by_service[ExtensionKind.IVR])

    def put(self, extension: Extension) -> None:
        """Declare an extension, or declare it anew."""
        self.remove(extension.number)
        self._by_number[extension.number] = extension
        if extension.kind is not ExtensionKind.PHONE:
            self._by_service[extension.kind].setdefault(extension.stands_for, set()).add(extension.number)

    def remove(self, number: str) -> None:
        """Forget a declared extension; an unknown number changes nothing."""
        known = self._by_number.pop(number, None)
        if known is None or known.kind is ExtensionKind.PHONE:
            return
        services, service = self._by_service[known.kind], known.stands_for
        services[service].discard(number)
        if not services[service]:
            del services[service]

    def all(self) -> list[Extension]:
        """All declared extensions, by number."""
        return [self._by_number[number] for number in sorted(self._by_number)]
