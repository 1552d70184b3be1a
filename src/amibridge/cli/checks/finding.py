"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is; the value is the mark that people see."""

    OK = "ok"
    WARN = "warn"
    """The daemon works, but not as well as it could."""
    FAIL = "FAIL"
    """The daemon cannot do its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    subject: str
    """What it is about: settings, store, daemon, pbx, api."""
    text: str
    """What was found, with its cure where one is needed."""


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(verdict=Verdict.OK, subject=subject, text=text)


def warn(subject: str, text: str) -> Finding:
    """It could be better."""
    return Finding(verdict=Verdict.WARN, subject=subject, text=text)


def fail(subject: str, text: str) -> Finding:
    """It does not work."""
    return Finding(verdict=Verdict.FAIL, subject=subject, text=text)
