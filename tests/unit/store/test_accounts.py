"""Accounts, Apps and tokens on disk and in memory agree; secrets are in neither."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from amibridge.accounts.tree import Account, AccountKind, TokenState
from amibridge.calls.directory import Extension
from amibridge.store.accounts import AccountBook, hashed
from amibridge.store.assignments import AssignmentBook
from amibridge.store.database import Store
from amibridge.store.extensions import ExtensionBook
from amibridge.store.refusals import (
    AssignedError,
    HoldsError,
    InUseError,
    LastAdministratorError,
    MisplacedError,
    MissingError,
    NamelessError,
    RefusedError,
    SuspendedError,
)
from tests.unit.store.samples import HOOK, NOW, another


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
async def book(store: Store, clock: Clock) -> AccountBook:
    """The accounts of a new store."""
    return await AccountBook.open(store, clock=clock)


async def agrees(book: AccountBook, store: Store) -> bool:
    """Whether a restart would find what memory has."""
    reopened = await AccountBook.open(store)
    return all(getattr(book, name)() == getattr(reopened, name)() for name in ("accounts", "apps", "tokens"))


async def tree(book: AccountBook) -> tuple[Account, Account, Account]:
    """An administrator, an organization and a user."""
    top = await book.add_account(AccountKind.ADMINISTRATOR, "Ada")
    middle = await book.add_account(AccountKind.ORGANIZATION, "Zoë & Co", top.account_id)
    return top, middle, await book.add_account(AccountKind.USER, "Zoë", middle.account_id)


async def test_the_tree_comes_back_as_it_was(book: AccountBook, store: Store) -> None:
    """Accounts, Apps and tokens survive a restart."""
    top, middle, user = await tree(book)
    free = await book.add_account(AccountKind.ORGANIZATION, "on its own")
    assert book.accounts() == [top, middle, user, free]
    app = (await book.add_app(user.account_id, "CRM")).app
    await book.make_signing_secret(app.app_id)
    await book.issue_token(app_id=app.app_id, expires_seconds=3600)
    await book.issue_token(account_id=top.account_id)
    assert await agrees(book, store)
    assert book.account(user.account_id) == user
    assert book.account(4711) is None
    assert [book.is_administrator(one) for one in (top.account_id, user.account_id, 4711)] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "parent", "refusal"),
    [
        (AccountKind.ADMINISTRATOR, 0, MisplacedError),
        (AccountKind.ORGANIZATION, 1, MisplacedError),
        (AccountKind.ORGANIZATION, 2, MisplacedError),
        (AccountKind.USER, None, MisplacedError),
        (AccountKind.USER, 0, MisplacedError),
        (AccountKind.USER, 2, MisplacedError),
        (AccountKind.USER, 3, MissingError),
    ],
)
async def test_who_may_stand_below_whom(
    book: AccountBook, store: Store, kind: AccountKind, parent: int | None, refusal: type[RefusedError]
) -> None:
    """A wrong place in the tree is refused."""
    ids = [one.account_id for one in await tree(book)]
    with pytest.raises(refusal):
        await book.add_account(kind, "new", None if parent is None else [*ids, 4711][parent])
    assert len(book.accounts()) == 3
    assert await agrees(book, store)


async def test_names_are_needed(book: AccountBook) -> None:
    """Nameless accounts and Apps would be told apart by nobody."""
    with pytest.raises(NamelessError, match="an account needs a name"):
        await book.add_account(AccountKind.ADMINISTRATOR, "")
    with pytest.raises(NamelessError, match="an App needs a name"):
        await book.add_app(1, "")


async def test_nothing_is_orphaned(book: AccountBook, store: Store) -> None:
    """An account goes only when nothing belongs to it any more; its own tokens go with it."""
    top, middle, user = await tree(book)
    with pytest.raises(HoldsError, match=rf"has 1 account below it \({user.account_id}\)"):
        await book.remove_account(middle.account_id)
    app = (await book.add_app(user.account_id, "CRM")).app
    extensions = await ExtensionBook.open(store)
    await extensions.add(Extension(number="210", owner_id=user.account_id))
    with pytest.raises(HoldsError, match=rf"has 1 App \({app.app_id}\) and 1 extension \(210\)"):
        await book.remove_account(user.account_id)
    await book.remove_app(app.app_id)
    await extensions.remove("210")
    issued = await book.issue_token(account_id=user.account_id)
    await book.remove_account(user.account_id)
    assert book.identify(issued.token.token_hash, NOW) is None
    assert book.accounts() == [top, middle]
    assert await agrees(book, store)
    again = await book.add_account(AccountKind.USER, "Yan", middle.account_id)
    assert again.account_id > user.account_id


async def test_what_is_held_is_listed_by_number(book: AccountBook) -> None:
    """Ids stand in the order in which people count, not in that of the alphabet."""
    top = await book.add_account(AccountKind.ADMINISTRATOR, "Ada")
    for _ in range(11):
        await book.add_app(top.account_id, "CRM")
    await book.add_account(AccountKind.ADMINISTRATOR, "Bea")
    with pytest.raises(HoldsError) as refused:
        await book.remove_account(top.account_id)
    assert refused.value.apps == [str(number) for number in range(1, 12)]


async def test_an_administrator_remains(book: AccountBook, store: Store) -> None:
    """The last one is not removed; one of two is."""
    first = await book.add_account(AccountKind.ADMINISTRATOR, "Ada")
    with pytest.raises(LastAdministratorError):
        await book.remove_account(first.account_id)
    second = await book.add_account(AccountKind.ADMINISTRATOR, "Bea")
    await book.remove_account(first.account_id)
    with pytest.raises(LastAdministratorError):
        await book.remove_account(second.account_id)
    assert book.accounts() == [second]
    assert await agrees(book, store)


async def test_makers_of_assignments(book: AccountBook, store: Store) -> None:
    """Whoever made assignments goes only when it is said that they may stay."""
    _, _, user = await tree(book)
    app = (await book.add_app(user.account_id, "CRM")).app
    assignments = await AssignmentBook.open(store)
    made = replace(HOOK, account_id=user.account_id, app_id=app.app_id)
    await assignments.create(made)
    await assignments.create(replace(another("b" * 30), account_id=user.account_id, app_id=None, extension="201"))
    with pytest.raises(AssignedError, match=r"App 1 has made 1 assignment \(extension 210\)"):
        await book.remove_app(app.app_id, unless_assigned=True)
    await book.remove_app(app.app_id)
    with pytest.raises(
        AssignedError, match=rf"account {user.account_id} has made 2 assignments \(extension 201, 210\)"
    ):
        await book.remove_account(user.account_id, unless_assigned=True)
    await book.remove_account(user.account_id)
    assert assignments.get(made.assignment_id) == made
    assert await agrees(book, store)


UNKNOWN: list[Callable[[AccountBook], object]] = [
    lambda book: book.remove_account(4711),
    lambda book: book.add_app(4711, "CRM"),
    lambda book: book.remove_app(4711),
    lambda book: book.suspend_app(4711),
    lambda book: book.resume_app(4711),
    lambda book: book.make_signing_secret(4711),
    lambda book: book.issue_token(account_id=4711),
    lambda book: book.issue_token(app_id=4711),
    lambda book: book.revoke_token(4711),
]


@pytest.mark.parametrize("change", UNKNOWN)
async def test_what_is_not_there_is_named(book: AccountBook, change: Callable[[AccountBook], object]) -> None:
    """A mistyped id is told."""
    with pytest.raises(MissingError, match=r"there is no (account|App|token) 4711"):
        await change(book)  # type: ignore[misc]
    assert (book.accounts(), book.apps(), book.tokens()) == ([], [], [])


async def test_an_app_and_its_secret(book: AccountBook) -> None:
    """The client secret is shown once and fits its hash; the App is found by its client id."""
    top, *_ = await tree(book)
    new = await book.add_app(top.account_id, "CRM")
    assert new.app.client_secret_hash == hashed(new.client_secret)
    assert len(new.client_secret) >= 40
    assert book.app_by_client_id(new.app.client_id) == new.app == book.app(new.app.app_id)
    assert book.app_by_client_id("unknown") is None


async def test_a_suspended_apps_tokens_open_nothing(book: AccountBook, store: Store) -> None:
    """Until it is resumed; the account's own tokens are not touched."""
    top, *_ = await tree(book)
    app = (await book.add_app(top.account_id, "CRM")).app
    apps = (await book.issue_token(app_id=app.app_id)).token
    own = (await book.issue_token(account_id=top.account_id)).token
    await book.suspend_app(app.app_id)
    assert await agrees(book, store)
    assert [book.identify(one.token_hash, NOW) for one in (apps, own)] == [None, own]
    await book.resume_app(app.app_id)
    assert book.identify(apps.token_hash, NOW) == apps


async def test_no_token_of_a_suspended_app(book: AccountBook, store: Store) -> None:
    """It would open nothing, and whoever got it would wonder."""
    top, *_ = await tree(book)
    app = (await book.add_app(top.account_id, "CRM")).app
    await book.suspend_app(app.app_id)
    with pytest.raises(SuspendedError):
        await book.issue_token(app_id=app.app_id)
    assert book.tokens() == []
    await book.resume_app(app.app_id)
    await book.issue_token(app_id=app.app_id)
    assert await agrees(book, store)


async def test_an_app_in_use_is_not_removed(book: AccountBook, store: Store, clock: Clock) -> None:
    """As long as a program has a valid token of it, unless it was suspended first."""
    top, *_ = await tree(book)
    app, other = [(await book.add_app(top.account_id, name)).app for name in ("CRM", "lamp")]
    await book.issue_token(app_id=app.app_id, expires_seconds=60)
    await book.issue_token(app_id=other.app_id)
    with pytest.raises(InUseError, match="App 1 has 1 valid token"):
        await book.remove_app(app.app_id)
    clock.now += 60
    await book.remove_app(app.app_id)
    with pytest.raises(InUseError):
        await book.remove_app(other.app_id)
    await book.suspend_app(other.app_id)
    await book.remove_app(other.app_id)
    assert (book.apps(), book.tokens()) == ([], [])
    assert await agrees(book, store)


async def test_a_removed_app_leaves_nothing_behind(book: AccountBook, store: Store) -> None:
    """Its tokens go with it, and nothing is signed any more."""
    top, *_ = await tree(book)
    app = (await book.add_app(top.account_id, "CRM")).app
    token = (await book.issue_token(app_id=app.app_id)).token
    await book.make_signing_secret(app.app_id)
    await book.suspend_app(app.app_id)
    await book.remove_app(app.app_id)
    assert book.identify(token.token_hash, NOW) is None
    assert book.signing_secrets(app.app_id, NOW) == ()
    assert await agrees(book, store)


async def test_states_of_tokens(book: AccountBook) -> None:
    """One that has ended has ended, whatever its App is."""
    top, *_ = await tree(book)
    app = (await book.add_app(top.account_id, "CRM")).app
    token = (await book.issue_token(app_id=app.app_id, expires_seconds=60)).token
    assert book.token_state(token, NOW) is TokenState.VALID
    await book.suspend_app(app.app_id)
    assert book.token_state(token, NOW) is TokenState.SUSPENDED
    assert book.token_state(token, NOW + 60) is TokenState.EXPIRED


async def test_signing_secrets_rotate(book: AccountBook, store: Store) -> None:
    """Each is 256 new bits in the form that verifiers take; the former one signs beside it for a day, not longer."""
    top, *_ = await tree(book)
    app_id = (await book.add_app(top.account_id, "CRM")).app.app_id
    assert book.signing_secrets(app_id, NOW) == []
    first = await book.make_signing_secret(app_id)
    assert book.signing_secrets(app_id, NOW) == [first]
    second = await book.make_signing_secret(app_id)
    assert first != second
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", second)
    day = 24 * 3600
    assert [book.signing_secrets(app_id, NOW + later) for later in (0, day - 1, day)] == [
        [second, first],
        [second, first],
        [second],
    ]
    assert await agrees(book, store)


async def test_a_third_secret_ends_the_first(book: AccountBook) -> None:
    """At most two sign, so a secret that became known to others is gone after two new ones, or at once if asked."""
    top, *_ = await tree(book)
    app_id = (await book.add_app(top.account_id, "CRM")).app.app_id
    _, second, third = [await book.make_signing_secret(app_id) for _ in range(3)]
    assert book.signing_secrets(app_id, NOW) == [third, second]
    fourth = await book.make_signing_secret(app_id, overlap_seconds=0)
    assert book.signing_secrets(app_id, NOW) == [fourth]


async def test_the_first_token_makes_an_administrator(book: AccountBook, store: Store) -> None:
    """On a new store one command is enough; the next one is for the same account, and makes none."""
    first = await book.issue_token()
    second = await book.issue_token()
    assert (first.account_created, second.account_created) == (True, False)
    assert first.account == second.account
    assert book.is_administrator(first.account.account_id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,}", first.clear)
    assert book.identify(hashed(first.clear), NOW) == first.token
    assert await agrees(book, store)


async def test_an_apps_token_acts_for_its_account(book: AccountBook) -> None:
    """The account is the one that the App is registered to."""
    _, middle, _ = await tree(book)
    app = (await book.add_app(middle.account_id, "CRM")).app
    issued = await book.issue_token(app_id=app.app_id)
    assert (issued.token.account_id, issued.token.app_id) == (middle.account_id, app.app_id)
    assert issued.account == middle


async def test_tokens_end(book: AccountBook, store: Store, clock: Clock) -> None:
    """At their time, or when they are revoked; expired ones do not pile up."""
    short = await book.issue_token(expires_seconds=60)
    long = await book.issue_token()
    assert book.identify(short.token.token_hash, NOW + 59.9) == short.token
    assert book.identify(short.token.token_hash, NOW + 60) is None
    assert book.identify(hashed("a guess"), NOW) is None
    await book.revoke_token(long.token.token_id)
    assert book.identify(long.token.token_hash, NOW) is None
    clock.now += 61
    newest = await book.issue_token()
    assert book.tokens() == [newest.token]
    assert await agrees(book, store)


async def test_no_secret_is_on_the_disk(path: Path) -> None:
    """Whoever steals the file can neither use a token nor act as an App."""
    async with Store.open(path) as store:
        book = await AccountBook.open(store)
        issued = await book.issue_token()
        new = await book.add_app(issued.account.account_id, "CRM")
        files = b"".join(file.read_bytes() for file in (path, path.with_name(f"{path.name}-wal")))
    assert issued.token.token_hash.encode() in files
    assert issued.clear.encode() not in files
    assert new.client_secret.encode() not in files
