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


class Directory:
    """The declared extensions by number; changed by the store's shell after its commit, read by the tracker."""

    def __init__(self, extensions: Iterable[Extension] = ()) -> None:
        self._by_number = {extension.number: extension for extension in extensions}

    def get(self, number: str) -> Extension | None:
        """The declared extension of that number, or None."""
        return self._by_number.get(number)

    def did(self, number: str) -> str:
        """The DID declared for that number, or an empty text."""
        extension = self._by_number.get(number)
        return extension.did if extension else ""

    def put(self, extension: Extension) -> None:
        """Declare an extension, or declare it anew."""
        self._by_number[extension.number] = extension

    def remove(self, number: str) -> None:
        """Forget a declared extension; an unknown number changes nothing."""
        self._by_number.pop(number, None)

    def all(self) -> list[Extension]:
        """All declared extensions, by number."""
        return [self._by_number[number] for number in sorted(self._by_number)]
