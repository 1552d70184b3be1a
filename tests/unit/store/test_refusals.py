"""What the store refuses, it says as a fact, with every key that a person needs to look for it."""

import pytest

from amibridge.accounts.tree import AccountKind
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

ADMINISTRATOR, ORGANIZATION, USER = AccountKind


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (MissingError(what="account", key=7), "there is no account 7"),
        (MissingError(what="extension", key="0003*210"), "there is no extension 0003*210"),
        (NamelessError(what="account"), "an account needs a name"),
        (NamelessError(what="App"), "an App needs a name"),
        (
            MisplacedError(kind=USER, wanted=ORGANIZATION, parent_id=None, parent=None),
            "a user stands below an organization",
        ),
        (
            MisplacedError(kind=USER, wanted=ORGANIZATION, parent_id=3, parent=USER),
            "a user stands below an organization, and account 3 is a user",
        ),
        (
            MisplacedError(kind=ADMINISTRATOR, wanted=None, parent_id=1, parent=ADMINISTRATOR),
            "an administrator stands below nobody",
        ),
        (
            HoldsError(account_id=2, accounts=["3"], apps=[], extensions=[]),
            "account 2 has 1 account below it (3)",
        ),
        (
            HoldsError(account_id=2, accounts=[], apps=["1", "2"], extensions=["210"]),
            "account 2 has 2 Apps (1, 2) and 1 extension (210)",
        ),
        (
            HoldsError(account_id=2, accounts=["3", "4"], apps=["1"], extensions=[str(n) for n in range(200, 208)]),
            "account 2 has 2 accounts below it (3, 4), 1 App (1) and 8 extensions (200, 201, 202, 203, 204 and 3 more)",
        ),
        (LastAdministratorError(account_id=1), "account 1 is the last administrator"),
        (
            AssignedError(what="App", key=4, count=3, extensions=["201", "202"]),
            "App 4 has made 3 assignments (extension 201, 202)",
        ),
        (
            AssignedError(what="extension", key="210", count=1, extensions=["210"]),
            "extension 210 has 1 assignment",
        ),
        (HandedOverError(number="210", count=2, owner_id=3), "extension 210 is account 3's, with 2 assignments"),
        (InUseError(app_id=4, tokens=1), "App 4 has 1 valid token"),
        (SuspendedError(app_id=4), "App 4 is suspended, and its tokens open nothing"),
    ],
)
def test_texts(refusal: RefusedError, text: str) -> None:
    """The sentence is made of the facts that the error has."""
    assert str(refusal) == text
