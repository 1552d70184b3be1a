"""What the API is made of, and how a request gets at it."""

import secrets
import string
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import Depends, Request

from amibridge.api.ports import AccountBook, AssignmentBook, Deliveries, Journal, Streams
from amibridge.assignments.resource import Assignment
from amibridge.calls.directory import Directory
from amibridge.calls.journal import OpenPart
from amibridge.delivery.trial import TrialOutcome
from amibridge.health import Health
from amibridge.metrics import Exposition
from amibridge.settings import ApiSettings

ID_LENGTH: Final = 30
"""Alphanumeric characters of an assignment's id: 178 bits that nobody guesses."""
_ALPHANUMERICS: Final = string.ascii_letters + string.digits


def new_assignment_id() -> str:
    """An id that nobody can guess."""
    return "".join(secrets.choice(_ALPHANUMERICS) for _ in range(ID_LENGTH))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """Everything that the API uses of the daemon."""

    assignments: AssignmentBook
    accounts: AccountBook
    directory: Directory
    journal: Journal
    deliveries: Deliveries
    streams: Streams
    open_parts: Callable[[], Sequence[OpenPart]]
    """What goes on now."""
    try_out: Callable[[Assignment], Awaitable[TrialOutcome]]
    """Sends a test notification."""
    health: Callable[[], Health]
    metrics: Callable[[str], Awaitable[Exposition]]
    """All metrics, in the format that an Accept header asks for."""
    settings: ApiSettings
    accept: Literal["matching", "directory"] = "matching"
    """Assignments for any well-formed number, or only for declared extensions."""
    on_change: Callable[[], None] = lambda: None
    """Called after each change of an assignment: what waited for it may be due."""
    on_answer: Callable[[str, int], None] = lambda _route, _status: None
    """Called after each request: the template of its route (``unknown`` without one), and the status of the answer."""
    clock: Callable[[], float] = time.time
    """Unix seconds."""
    new_id: Callable[[], str] = new_assignment_id


def dependencies_of(request: Request) -> ApiDependencies:
    """What the app that answers this request was made of."""
    found: ApiDependencies = request.app.state.dependencies
    return found


Dependencies = Annotated[ApiDependencies, Depends(dependencies_of)]
