"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is; the value is the mark that people see."""

    OK = "ok"
    WARNING = "warning"
    """The daemon works, but not as well as it could."""
    PROBLEM = "problem"
    """The daemon cannot do its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    subject: str
    """What it is about: settings, files, store, daemon, host, pbx, events, receiver, api."""
    text: str
    """What was found, with its cure where one is needed."""


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(verdict=Verdict.OK, subject=subject, text=text)


def warning(subject: str, text: str) -> Finding:
    """It could be better."""
    return Finding(verdict=Verdict.WARNING, subject=subject, text=text)


def problem(subject: str, text: str) -> Finding:
    """It does not work."""
    return Finding(verdict=Verdict.PROBLEM, subject=subject, text=text)
