"""What the API needs of the rest of the house: ports, implemented by the store and wired by the daemon."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from amibridge.accounts.tree import Account, App, Token
from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment
from amibridge.calls.journal import GapPage, GapQuery, JournalPage, JournalQuery
from amibridge.delivery.stored import DeliveryPage, DeliveryQuery, StoredAttempt, StoredDelivery
from amibridge.stream.selection import CallSelection, LogSelection


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


class Journal(Protocol):
    """The call events that were told."""

    async def journal(self, query: JournalQuery) -> JournalPage:
        """A page of it, the newest first."""
        ...

    async def gaps(self, query: GapQuery) -> GapPage:
        """A page of the times in which nothing could be told, the newest first."""
        ...


class Deliveries(Protocol):
    """The outbox."""

    async def list_deliveries(self, query: DeliveryQuery) -> DeliveryPage:
        """A page of it, the newest first."""
        ...

    async def show(self, delivery_id: int) -> StoredDelivery | None:
        """The delivery of that id, or None."""
        ...

    async def attempts(self, delivery_id: int) -> list[StoredAttempt]:
        """What became of each of its attempts, in order."""
        ...

    async def retry(self, delivery_id: int) -> None:
        """Make it due now, also when it was given up.

        Raises:
            NotFineError: Nothing is left to do, or it can never be sent.
        """
        ...


class Streams(Protocol):
    """What happens, as it happens."""

    def place(self) -> AbstractContextManager[None]:
        """Hold a follower's place.

        Raises:
            TooManyFollowersError: There is none.
        """
        ...

    async def call_events(self, selection: CallSelection) -> AsyncGenerator[bytes, None]:
        """Call events and deliveries as they are sent.

        Raises:
            UnknownPositionError: The last event id is none.
        """
        ...

    async def log_lines(self, selection: LogSelection) -> AsyncGenerator[bytes, None]:
        """Lines of the log as they are sent; raises as ``call_events``."""
        ...

    def count_dropped(self) -> None:
        """A follower was dropped."""
        ...
