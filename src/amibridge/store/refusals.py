"""What the store refuses to do to accounts, Apps, tokens and extensions: facts; whoever asked says what to do.

RefusedError             a change that cannot be made, or would leave something behind
├── MissingError         what is to be changed or named is not there
├── NamelessError        an account or App without a name
├── MisplacedError       an account cannot stand there in the tree
├── HoldsError           accounts, Apps or extensions still belong to an account
├── LastAdministratorError
├── AssignedError        assignments hang on what is to go
├── HandedOverError      assignments would come into another account's hands
├── InUseError           an App's tokens still open the API
└── SuspendedError       a token of a suspended App
"""

from collections.abc import Sequence
from typing import Final, Literal

from amibridge.accounts.tree import AccountKind
from amibridge.errors import NotFineError

What = Literal["account", "App", "token", "extension"]

_MOST_NAMED: Final = 5
_A: Final = {
    AccountKind.ADMINISTRATOR: "an administrator",
    AccountKind.ORGANIZATION: "an organization",
    AccountKind.USER: "a user",
}


class RefusedError(NotFineError):
    """A change that cannot be made, or would leave something behind; nothing was changed."""


class MissingError(RefusedError):
    """What is to be changed or named is not there."""

    def __init__(self, *, what: What, key: int | str) -> None:
        super().__init__(what, key)
        self.what, self.key = what, key

    def __str__(self) -> str:
        return f"there is no {self.what} {self.key}"


class NamelessError(RefusedError):
    """An account or App would have no name, and be told apart by nobody."""

    def __init__(self, *, what: What) -> None:
        super().__init__(what)
        self.what: What = what

    def __str__(self) -> str:
        return f"{'an' if self.what[0] in 'aA' else 'a'} {self.what} needs a name"


class MisplacedError(RefusedError):
    """An account of that kind cannot stand there.

    Attributes:
        kind: What the account is to be.
        wanted: Below what it stands; None: below nobody.
        parent: Below what it was to stand; None: below nobody.
    """

    def __init__(
        self, *, kind: AccountKind, wanted: AccountKind | None, parent_id: int | None, parent: AccountKind | None
    ) -> None:
        super().__init__(kind, wanted, parent_id, parent)
        self.kind, self.wanted, self.parent_id, self.parent = kind, wanted, parent_id, parent

    def __str__(self) -> str:
        rule = f"{_A[self.kind]} stands below {_A[self.wanted] if self.wanted else 'nobody'}"
        return f"{rule}, and account {self.parent_id} is {_A[self.parent]}" if self.parent and self.wanted else rule


class HoldsError(RefusedError):
    """Something still belongs to an account.

    Attributes:
        accounts: The ids of those below it.
        apps: The ids of its Apps.
        extensions: The numbers of its extensions.
    """

    def __init__(
        self, *, account_id: int, accounts: Sequence[str], apps: Sequence[str], extensions: Sequence[str]
    ) -> None:
        super().__init__(account_id, accounts, apps, extensions)
        self.account_id, self.accounts, self.apps, self.extensions = account_id, accounts, apps, extensions

    def __str__(self) -> str:
        held = [
            f"{counted(len(keys), thing)}{where} ({named(keys)})"
            for keys, thing, where in (
                (self.accounts, "account", " below it"),
                (self.apps, "App", ""),
                (self.extensions, "extension", ""),
            )
            if keys
        ]
        return f"account {self.account_id} has {' and '.join(filter(None, (', '.join(held[:-1]), held[-1])))}"


class LastAdministratorError(RefusedError):
    """Nobody could reach the extensions that have no owner any more."""

    def __init__(self, *, account_id: int) -> None:
        super().__init__(account_id)
        self.account_id = account_id

    def __str__(self) -> str:
        return f"account {self.account_id} is the last administrator"


class AssignedError(RefusedError):
    """Assignments hang on what is to go.

    Attributes:
        count: How many.
        extensions: The numbers of the extensions whose assignments they are.
    """

    def __init__(self, *, what: What, key: int | str, count: int, extensions: Sequence[str]) -> None:
        super().__init__(what, key, count, extensions)
        self.what, self.key, self.count, self.extensions = what, key, count, extensions

    def __str__(self) -> str:
        assignments = counted(self.count, "assignment")
        if self.what == "extension":
            return f"extension {self.key} has {assignments}"
        return f"{self.what} {self.key} has made {assignments} (extension {named(self.extensions)})"


class HandedOverError(RefusedError):
    """An extension would go to another owner, who would see and manage the assignments that are there.

    Attributes:
        count: How many assignments.
        owner_id: Whose extension it is.
    """

    def __init__(self, *, number: str, count: int, owner_id: int) -> None:
        super().__init__(number, count, owner_id)
        self.number, self.count, self.owner_id = number, count, owner_id

    def __str__(self) -> str:
        return f"extension {self.number} is account {self.owner_id}'s, with {counted(self.count, 'assignment')}"


class InUseError(RefusedError):
    """An App's tokens still open the API."""

    def __init__(self, *, app_id: int, tokens: int) -> None:
        super().__init__(app_id, tokens)
        self.app_id, self.tokens = app_id, tokens

    def __str__(self) -> str:
        return f"App {self.app_id} has {counted(self.tokens, 'valid token')}"


class SuspendedError(RefusedError):
    """A token of a suspended App would open nothing."""

    def __init__(self, *, app_id: int) -> None:
        super().__init__(app_id)
        self.app_id = app_id

    def __str__(self) -> str:
        return f"App {self.app_id} is suspended, and its tokens open nothing"


def counted(count: int, thing: str) -> str:
    """``1 App``, ``2 Apps``."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def named(keys: Sequence[str], most: int = _MOST_NAMED) -> str:
    """The first of them, and how many more there are."""
    more = len(keys) - most
    return f"{', '.join(keys[:most])}{f' and {more} more' if more > 0 else ''}"
