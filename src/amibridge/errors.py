"""The exception tree, drawn once; facts are attributes, the sentence is in ``__str__``.

AmibridgeError            every error that a person may see, with the exit status a command ends with
├── UsageError            wrong use of a command (2)
├── NotFineError          the thing asked about is not fine (1)
├── UnavailableError      a port or socket is taken, another daemon runs, the store is of a newer version (69)
├── StoreError            the store cannot be read or written (74)
└── SettingsError         bad settings (78)
"""

import os
import re
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
    final: ClassVar[bool] = False
    """Whether no later write can succeed either; else the disk may have room, or the file be free, in a moment."""


class SettingsError(AmibridgeError):
    """The settings are wrong; the text names the setting and what it takes."""

    exit_status = 78


def reason_of(error: BaseException) -> str:
    """What an error of the operating system, of TLS or of a library says, in a few words for people."""
    of_tls = type(error).__module__ == "ssl"
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0 and not of_tls:
        return os.strerror(number)
    # Python adds its own source line to what OpenSSL says.
    said = str(getattr(error, "strerror", None) or error)
    said = re.sub(r"^\[[^\]]*\] | \(_ssl\.c:\d+\)$", "", said) if of_tls else said
    return said or type(error).__name__
