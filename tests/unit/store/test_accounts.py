"""Accounts, Apps and tokens on disk and in memory agree; secrets are in neither."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from amibridge.accounts.tree import Account, AccountKind
from amibridge.calls.directory import Extension
from amibridge.errors import NotFineError
from amibridge.store.accounts import AccountBook, hashed
from amibridge.store.database import Store
from amibridge.store.extensions import ExtensionBook
from tests.unit.store.samples import NOW


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
    ("kind", "parent", "words"),
    [
        (AccountKind.ADMINISTRATOR, 0, "an administrator stands below nobody"),
        (AccountKind.ORGANIZATION, 1, "is no administrator: organizations stand below administrators"),
        (AccountKind.ORGANIZATION, 2, "is no administrator"),
        (AccountKind.USER, None, "a user stands below an organization"),
        (AccountKind.USER, 0, "is no organization: users stand below organizations"),
        (AccountKind.USER, 3, "there is no account 4711"),
    ],
)
async def test_who_may_stand_below_whom(
    book: AccountBook, store: Store, kind: AccountKind, parent: int | None, words: str
) -> None:
    """A wrong place in the tree is refused, and says which is right."""
    ids = [one.account_id for one in await tree(book)]
    with pytest.raises(NotFineError, match=words):
        await book.add_account(kind, "new", None if parent is None else [*ids, 4711][parent])
    assert len(book.accounts()) == 3
    assert await agrees(book, store)


async def test_names_are_needed(book: AccountBook) -> None:
    """Nameless accounts and Apps would be told apart by nobody."""
    with pytest.raises(NotFineError, match="an account needs a name"):
        await book.add_account(AccountKind.ADMINISTRATOR, "")
    with pytest.raises(NotFineError, match="an App needs a name"):
        await book.add_app(1, "")


async def test_nothing_is_orphaned(book: AccountBook, store: Store) -> None:
    """An account goes only when nothing belongs to it any more; its own tokens go with it."""
    top, middle, user = await tree(book)
    with pytest.raises(NotFineError, match="has 1 accounts below it: remove them first"):
        await book.remove_account(middle.account_id)
    app = (await book.add_app(user.account_id, "CRM")).app
    with pytest.raises(NotFineError, match="has 1 Apps: remove them first"):
        await book.remove_account(user.account_id)
    await book.remove_app(app.app_id)
    extensions = await ExtensionBook.open(store)
    await extensions.add(Extension(number="210", owner_id=user.account_id))
    with pytest.raises(NotFineError, match="owns 1 extensions: give them to another one first"):
        await book.remove_account(user.account_id)
    await extensions.remove("210")
    issued = await book.issue_token(account_id=user.account_id)
    await book.remove_account(user.account_id)
    assert book.identify(issued.token.token_hash, NOW) is None
    assert book.accounts() == [top, middle]
    assert await agrees(book, store)
    again = await book.add_account(AccountKind.USER, "Yan", middle.account_id)
    assert again.account_id > user.account_id


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
    """A mistyped id is told, with where to look it up."""
    with pytest.raises(NotFineError, match=r"there is no (account|App|token) 4711: see 'amibridge"):
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


async def test_a_removed_app_leaves_nothing_behind(book: AccountBook, store: Store) -> None:
    """Its tokens go with it, and nothing is signed any more."""
    top, *_ = await tree(book)
    app = (await book.add_app(top.account_id, "CRM")).app
    token = (await book.issue_token(app_id=app.app_id)).token
    await book.make_signing_secret(app.app_id)
    await book.remove_app(app.app_id)
    assert book.identify(token.token_hash, NOW) is None
    assert book.signing_secret(app.app_id) == ""
    assert await agrees(book, store)


async def test_signing_secrets_rotate(book: AccountBook) -> None:
    """Each is 256 new bits in the form that verifiers take; the last one holds."""
    top, *_ = await tree(book)
    app = (await book.add_app(top.account_id, "CRM")).app
    assert book.signing_secret(app.app_id) == ""
    first, second = [await book.make_signing_secret(app.app_id) for _ in range(2)]
    assert first != second
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", second)
    assert book.signing_secret(app.app_id) == second


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
