"""What the API needs of the rest of the house: ports, implemented by the store and wired by the daemon."""

from collections.abc import Sequence
from typing import Protocol

from amibridge.accounts.tree import Account, App, Token
from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment


class AssignmentBook(Protocol):
    """All assignments; a change that returned is durable, one that raised changed nothing."""

    @property
    def index(self) -> AssignmentIndex:
        """The same in memory."""
        ...

    async def create(self, assignment: Assignment) -> None:
        """Add an assignment of a new id."""
        ...

    async def update(self, assignment: Assignment) -> None:
        """Replace the assignment of the same id.

        Raises:
            NotFineError: There is none any more.
        """
        ...

    async def delete(self, assignment_ids: Sequence[str]) -> object:
        """Delete these assignments, those already gone included."""
        ...


class IssuedToken(Protocol):
    """A new token."""

    @property
    def clear(self) -> str:
        """What the program sends from now on."""
        ...


class AccountBook(Protocol):
    """All accounts, Apps and tokens."""

    def identify(self, token_hash: str, now: float) -> Token | None:
        """The token of that hash; None when it is unknown, expired, or its App is suspended."""
        ...

    def account(self, account_id: int) -> Account | None:
        """The account of that id, or None."""
        ...

    def app_by_client_id(self, client_id: str) -> App | None:
        """The App of that client id, suspended ones included, or None."""
        ...

    async def issue_token(
        self, *, account_id: int | None = None, app_id: int | None = None, expires_seconds: float | None = None
    ) -> IssuedToken:
        """Make a token for an App and its account."""
        ...
