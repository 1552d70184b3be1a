"""What to do about what the store refuses: its facts, and behind them the command that helps."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from amibridge.accounts.tree import AccountKind
from amibridge.errors import NotFineError
from amibridge.store.refusals import (
    AssignedError,
    HandedOverError,
    HoldsError,
    InUseError,
    LastAdministratorError,
    MisplacedError,
    MissingError,
    NamelessError,
    RefusedError,
    SuspendedError,
)


def with_cure(error: RefusedError) -> NotFineError:
    """The refusal as a person at the command line needs it: what is in the way, and what to do."""
    return NotFineError(f"{error}: {_CURES[type(error)](error)}")


def _of_missing(error: MissingError) -> str:
    return f"see 'amibridge {error.what.lower()} list'"


def _of_misplaced(error: MisplacedError) -> str:
    if error.kind is AccountKind.ADMINISTRATOR:
        return "leave out --parent"
    otherwise = ", or leave it out" if error.kind is AccountKind.ORGANIZATION else ""
    return f"name an {error.wanted} of 'amibridge account list' with --parent ID{otherwise}"


def _of_held(error: HoldsError) -> str:
    steps = [
        step
        for step, keys in (
            ("remove the accounts below it ('amibridge account remove ID')", error.accounts),
            ("remove its Apps ('amibridge app remove ID')", error.apps),
            ("move its extensions ('amibridge extension add NUMBER --owner ACCOUNT', or --no-owner)", error.extensions),
        )
        if keys
    ]
    return f"first {', and '.join(steps)}"


def _of_assigned(error: AssignedError) -> str:
    if error.what == "extension":
        return f"{_deleted(str(error.key))}, or keep them all the same, with --keep-assignments"
    go_on = "go on unsigned" if error.what == "App" else "go on"
    return f"delete them through the API, or let them {go_on} with --keep-assignments"


def _of_handed_over(error: HandedOverError) -> str:
    return f"{_deleted(error.number)}, or hand them over too, with --keep-assignments"


def _deleted(number: str) -> str:
    return f"delete them through the API (DELETE /uapi/extensions/@me/{number}/phoneCallEvents)"


_CURES: Final[Mapping[type[RefusedError], Callable[[Any], str]]] = {
    MissingError: _of_missing,
    NamelessError: lambda _: "give it one with --name TEXT",
    MisplacedError: _of_misplaced,
    HoldsError: _of_held,
    LastAdministratorError: lambda _: "first add another one ('amibridge account add --kind administrator')",
    AssignedError: _of_assigned,
    HandedOverError: _of_handed_over,
    InUseError: lambda error: f"first suspend it ('amibridge app suspend {error.app_id}'), which can be taken back",
    SuspendedError: lambda error: f"first let it go on ('amibridge app resume {error.app_id}')",
}
