"""The exception tree, drawn once; facts are attributes, the sentence is in ``__str__``.

AmibridgeError            every error that a person may see, with the exit status a command ends with
├── UsageError            wrong use of a command (2)
├── NotFineError          the thing asked about is not fine (1)
├── UnavailableError      a port or socket is taken, another daemon runs, the store is of a newer version (69)
├── StoreError            the store cannot be read or written (74)
└── SettingsError         bad settings (78)
"""

from typing import ClassVar


class AmibridgeError(Exception):
    """Something a person can act on; its text is one line that says what to do."""

    exit_status: ClassVar[int] = 1


class NotFineError(AmibridgeError):
    """The thing asked about is not fine (a finding, a missing row, a refused change)."""


class UsageError(AmibridgeError):
    """A command was used wrongly."""

    exit_status = 2


class UnavailableError(AmibridgeError):
    """A port or socket is taken, another daemon holds the store, or the store is of a newer version."""

    exit_status = 69


class StoreError(AmibridgeError):
    """The store cannot be read or written."""

    exit_status = 74


class SettingsError(AmibridgeError):
    """The settings are wrong; the text names the setting and what it takes."""

    exit_status = 78
