"""Every refusal of the store comes with what to do about it, and the store itself knows no command."""

import ast
import re
from pathlib import Path

import pytest

import amibridge.store
from amibridge.accounts.tree import AccountKind
from amibridge.control.accounts import AddAccount, RemoveAccount, add_account, remove_account
from amibridge.control.client import ask
from amibridge.control.cures import with_cure
from amibridge.control.operation import Books
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

ORGANIZATION, USER = AccountKind.ORGANIZATION, AccountKind.USER
CURES: list[tuple[RefusedError, str]] = [
    (MissingError(what="account", key=7), "see 'amibridge account list'"),
    (MissingError(what="App", key=7), "see 'amibridge app list'"),
    (MissingError(what="token", key=7), "see 'amibridge token list'"),
    (NamelessError(what="account"), "give it one with --name TEXT"),
    (
        MisplacedError(kind=AccountKind.ADMINISTRATOR, wanted=None, parent_id=1, parent=AccountKind.ADMINISTRATOR),
        "leave out --parent",
    ),
    (
        MisplacedError(kind=ORGANIZATION, wanted=AccountKind.ADMINISTRATOR, parent_id=2, parent=USER),
        "name an administrator of 'amibridge account list' with --parent ID, or leave it out",
    ),
    (
        MisplacedError(kind=USER, wanted=ORGANIZATION, parent_id=None, parent=None),
        "name an organization of 'amibridge account list' with --parent ID",
    ),
    (
        HoldsError(account_id=2, accounts=["3"], apps=["1"], extensions=["210"]),
        (
            "first remove the accounts below it ('amibridge account remove ID'), and remove its Apps "
            "('amibridge app remove ID'), and move its extensions ('amibridge extension add NUMBER --owner ACCOUNT', "
            "or --no-owner)"
        ),
    ),
    (
        HoldsError(account_id=2, accounts=[], apps=["1"], extensions=[]),
        "first remove its Apps ('amibridge app remove ID')",
    ),
    (
        LastAdministratorError(account_id=1),
        "first add another one ('amibridge account add --kind administrator')",
    ),
    (
        AssignedError(what="account", key=1, count=2, extensions=["210"]),
        "delete them through the API, or let them go on with --keep-assignments",
    ),
    (
        AssignedError(what="App", key=1, count=2, extensions=["210"]),
        "delete them through the API, or let them go on unsigned with --keep-assignments",
    ),
    (
        AssignedError(what="extension", key="0003*210", count=2, extensions=["0003*210"]),
        (
            "delete them through the API (DELETE /uapi/extensions/@me/0003*210/phoneCallEvents), "
            "or keep them all the same, with --keep-assignments"
        ),
    ),
    (
        HandedOverError(number="210", count=2, owner_id=3),
        (
            "delete them through the API (DELETE /uapi/extensions/@me/210/phoneCallEvents), "
            "or hand them over too, with --keep-assignments"
        ),
    ),
    (InUseError(app_id=4, tokens=1), "first suspend it ('amibridge app suspend 4'), which can be taken back"),
    (SuspendedError(app_id=4), "first let it go on ('amibridge app resume 4')"),
]


@pytest.mark.parametrize(("refusal", "cure"), CURES, ids=lambda one: type(one).__name__)
def test_cures(refusal: RefusedError, cure: str) -> None:
    """The fact stands first, what to do about it behind; the status is that of what is not fine."""
    said = with_cure(refusal)
    assert str(said) == f"{refusal}: {cure}"
    assert said.exit_status == 1


def test_every_refusal_has_its_cure() -> None:
    """A new kind of refusal is not forgotten."""
    assert {type(refusal) for refusal, _ in CURES} == set(RefusedError.__subclasses__())


async def test_with_and_without_a_daemon(daemon: Path, books: Books) -> None:
    """The daemon's answer is the one that the command would have given itself."""
    added = await add_account.perform(books, AddAccount(kind=AccountKind.ADMINISTRATOR, name="Ada"))
    wanted = RemoveAccount(account_id=added.account_id)
    with pytest.raises(NotFineError) as here:
        await remove_account.perform(books, wanted)
    with pytest.raises(NotFineError) as there:
        await ask(daemon, remove_account, wanted)
    assert str(here.value) == str(there.value)
    assert "is the last administrator: first add another one" in str(here.value)


def test_the_store_knows_no_command() -> None:
    """Neither options nor commands stand in what the store says."""
    sources = list(Path(amibridge.store.__file__).parent.glob("*.py"))
    texts = [
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert texts
    assert [text for text in texts if re.search(r"(^|\W)--[a-z]|amibridge (account|app|token|extension)", text)] == []
