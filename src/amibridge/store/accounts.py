"""Accounts, their Apps and tokens, on disk and in memory; clear tokens and client secrets are in neither."""

import base64
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from time import time
from typing import Any, Final

from amibridge.accounts.tree import Account, AccountKind, App, Token
from amibridge.store.database import Store
from amibridge.store.known_accounts import KnownAccounts, account_of, app_of, token_of
from amibridge.store.queries import load
from amibridge.store.refusals import (
    AssignedError,
    HoldsError,
    InUseError,
    LastAdministratorError,
    MisplacedError,
    MissingError,
    NamelessError,
    SuspendedError,
    What,
)
from amibridge.store.writer import Writer

SECRET_BYTES: Final = 32
"""256 bits: nobody guesses that."""
OVERLAP_SECONDS: Final = 24 * 3600.0
"""For how long a former signing secret signs beside the new one."""
FIRST_ADMINISTRATOR: Final = "administrator"
"""The name of the administrator who is made for the first token."""

_SQL: Final = load("accounts")
_PARENT_KINDS: Final[Mapping[AccountKind, AccountKind | None]] = {
    AccountKind.ADMINISTRATOR: None,
    AccountKind.ORGANIZATION: AccountKind.ADMINISTRATOR,
    AccountKind.USER: AccountKind.ORGANIZATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """A new App; its secret is shown once."""

    app: App
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A new token; it is shown once."""

    token: Token
    clear: str
    account: Account
    """For whom it is."""
    account_created: bool
    """Whether that account was made for it."""


def hashed(secret: str) -> str:
    """How tokens and client secrets are kept: SHA-256, hexadecimal."""
    return sha256(secret.encode()).hexdigest()


class AccountBook(KnownAccounts):
    """All accounts, Apps and tokens; made by ``AccountBook.open``.

    Args:
        store: Where they are kept.
        clock: Unix seconds.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time) -> None:
        super().__init__()
        self._store = store
        self._clock = clock

    @classmethod
    async def open(cls, store: Store, *, clock: Callable[[], float] = time) -> "AccountBook":
        """The accounts as the store has them."""
        book = cls(store, clock=clock)
        for row in await store.read(_SQL["accounts"]):
            book.put_account(account_of(row))
        for row in await store.read(_SQL["apps"]):
            book.put_app(app_of(row))
        for row in await store.read(_SQL["tokens"]):
            book.put_token(token_of(row))
        return book

    # Accounts. -----------------------------------------------------------------------------------------------------

    async def add_account(self, kind: AccountKind, name: str, parent_id: int | None = None) -> Account:
        """Add an account below that one.

        Raises:
            RefusedError: It has no name, or cannot stand there.
        """
        if not name:
            raise NamelessError(what="account")

        async def work(writer: Writer) -> Account:
            await _check_parent(writer, kind, parent_id)
            return await _insert_account(writer, kind, name, parent_id)

        return await self._store.write(work, then=self.put_account)

    async def remove_account(self, account_id: int, *, unless_assigned: bool = False) -> None:
        """Remove an account and its own tokens.

        Args:
            account_id: Which.
            unless_assigned: Not when assignments were made for it; else they stay.

        Raises:
            RefusedError: There is none, it is the last administrator, or something still belongs to it.
        """
        bound = {"account_id": account_id}

        async def work(writer: Writer) -> None:
            account = await _existing_account(writer, account_id)
            if account.kind is AccountKind.ADMINISTRATOR:
                ((others,),) = await writer.rows(_SQL["other_administrators"], bound)
                if not others:
                    raise LastAdministratorError(account_id=account_id)
            await _check_holds_nothing(writer, account_id)
            if unless_assigned:
                assigned = await writer.rows(_SQL["assigned_by_account"], bound)
                _check_unassigned("account", account_id, assigned)
            await writer.execute(_SQL["remove_account"], bound)

        def then(_: None) -> None:
            self.drop_account(account_id)

        await self._store.write(work, then=then)

    # Apps. ---------------------------------------------------------------------------------------------------------

    async def add_app(self, account_id: int, name: str) -> NewApp:
        """Register an App to an account.

        Raises:
            RefusedError: There is no such account, or the name is empty.
        """
        if not name:
            raise NamelessError(what="App")
        client_secret = secrets.token_urlsafe(SECRET_BYTES)
        row = {
            "account_id": account_id,
            "name": name,
            "client_id": secrets.token_hex(16),
            "client_secret_hash": hashed(client_secret),
        }

        async def work(writer: Writer) -> App:
            await _existing_account(writer, account_id)
            app_id = await writer.insert(_SQL["add_app"], row)
            return app_of((await writer.rows(_SQL["app"], {"app_id": app_id}))[0])

        return NewApp(app=await self._store.write(work, then=self.put_app), client_secret=client_secret)

    async def remove_app(self, app_id: int, *, unless_assigned: bool = False) -> None:
        """Remove an App, and the tokens that it still has when it is suspended.

        Args:
            app_id: Which.
            unless_assigned: Not when assignments were made with it; else they stay, and are signed no more.

        Raises:
            RefusedError: There is none, its tokens still open the API, or assignments were made with it.
        """
        bound = {"app_id": app_id, "now": self._clock()}

        async def work(writer: Writer) -> None:
            app = await _existing_app(writer, app_id)
            ((tokens,),) = await writer.rows(_SQL["valid_tokens"], bound)
            if tokens and not app.suspended:
                raise InUseError(app_id=app_id, tokens=tokens)
            if unless_assigned:
                _check_unassigned("App", app_id, await writer.rows(_SQL["assigned_by_app"], bound))
            await writer.execute(_SQL["remove_app"], bound)

        def then(_: None) -> None:
            self.drop_app(app_id)

        await self._store.write(work, then=then)

    async def suspend_app(self, app_id: int) -> None:
        """Let an App's tokens open nothing until it is resumed.

        Raises:
            RefusedError: There is none.
        """
        await self._change_app("suspend_app", {"app_id": app_id, "suspended": True})

    async def resume_app(self, app_id: int) -> None:
        """Let a suspended App go on.

        Raises:
            RefusedError: There is none.
        """
        await self._change_app("suspend_app", {"app_id": app_id, "suspended": False})

    async def make_signing_secret(self, app_id: int, *, overlap_seconds: float = OVERLAP_SECONDS) -> str:
        """Make the App's signing secret, or a new one in its place; returns ``whsec_…``.

        Args:
            app_id: Which App.
            overlap_seconds: For how long the former secret signs beside the new one, so that receivers can change over
                without refusing anything; the one before the former signs no more. 0: the new one alone, at once.

        Raises:
            RefusedError: There is no such App.
        """
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
        bound = {"app_id": app_id, "signing_secret": secret, "former_signs_until": self._clock() + overlap_seconds}
        await self._change_app("sign_app", bound)
        return secret

    # Tokens. -------------------------------------------------------------------------------------------------------

    async def issue_token(
        self, *, account_id: int | None = None, app_id: int | None = None, expires_seconds: float | None = None
    ) -> IssuedToken:
        """Make a token for an account, or for an App and its account; expired ones go at this occasion.

        Args:
            account_id: For whom; without it and ``app_id``, the first administrator, who is made if there is none.
            app_id: For which App.
            expires_seconds: For how long; None: until it is revoked.

        Raises:
            RefusedError: There is no such account or App, or the App is suspended.
        """
        now = self._clock()
        clear = secrets.token_urlsafe(SECRET_BYTES)
        row: dict[str, Any] = {
            "token_hash": hashed(clear),
            "app_id": app_id,
            "created_at": now,
            "expires_at": None if expires_seconds is None else now + expires_seconds,
        }

        async def work(writer: Writer) -> IssuedToken:
            account, created = await _account_for_token(writer, account_id, app_id)
            await writer.execute(_SQL["remove_expired_tokens"], {"now": now})
            bound = row | {"account_id": account.account_id}
            token = Token(token_id=await writer.insert(_SQL["add_token"], bound), **bound)
            return IssuedToken(token=token, clear=clear, account=account, account_created=created)

        def then(issued: IssuedToken) -> None:
            self.drop_tokens(lambda token: token.expires_at is not None and token.expires_at <= now)
            self.put_account(issued.account)
            self.put_token(issued.token)

        return await self._store.write(work, then=then)

    async def revoke_token(self, token_id: int) -> None:
        """Make a token worthless.

        Raises:
            RefusedError: There is none.
        """

        async def work(writer: Writer) -> None:
            if not await writer.execute(_SQL["remove_token"], {"token_id": token_id}):
                raise MissingError(what="token", key=token_id)

        await self._store.write(work, then=lambda _: self.drop_tokens(lambda token: token.token_id == token_id))

    async def _change_app(self, query: str, bound: Mapping[str, Any]) -> None:
        async def work(writer: Writer) -> App:
            rows = await writer.rows(_SQL[query], bound)
            if not rows:
                raise MissingError(what="App", key=bound["app_id"])
            return app_of(rows[0])

        await self._store.write(work, then=self.put_app)


async def _check_parent(writer: Writer, kind: AccountKind, parent_id: int | None) -> None:
    wanted = _PARENT_KINDS[kind]
    if parent_id is None:
        if kind is AccountKind.USER:
            raise MisplacedError(kind=kind, wanted=wanted, parent_id=None, parent=None)
        return
    parent = await _existing_account(writer, parent_id)
    if parent.kind is not wanted:
        raise MisplacedError(kind=kind, wanted=wanted, parent_id=parent_id, parent=parent.kind)


async def _check_holds_nothing(writer: Writer, account_id: int) -> None:
    held: defaultdict[str, list[str]] = defaultdict(list)
    for row in await writer.rows(_SQL["below"], {"account_id": account_id}):
        held[row["what"]].append(row["key"])
    if held:
        raise HoldsError(
            account_id=account_id, accounts=held["account"], apps=held["app"], extensions=held["extension"]
        )


def _check_unassigned(what: What, key: int, assigned: Sequence[sqlite3.Row]) -> None:
    if assigned:
        count = sum(row["assignments"] for row in assigned)
        raise AssignedError(what=what, key=key, count=count, extensions=[row["extension"] for row in assigned])


async def _existing_account(writer: Writer, account_id: int) -> Account:
    rows = await writer.rows(_SQL["account"], {"account_id": account_id})
    if not rows:
        raise MissingError(what="account", key=account_id)
    return account_of(rows[0])


async def _existing_app(writer: Writer, app_id: int) -> App:
    rows = await writer.rows(_SQL["app"], {"app_id": app_id})
    if not rows:
        raise MissingError(what="App", key=app_id)
    return app_of(rows[0])


async def _insert_account(writer: Writer, kind: AccountKind, name: str, parent_id: int | None) -> Account:
    bound = {"kind": kind.value, "name": name, "parent_id": parent_id}
    account_id = await writer.insert(_SQL["add_account"], bound)
    return Account(account_id=account_id, kind=kind, name=name, parent_id=parent_id)


async def _account_for_token(writer: Writer, account_id: int | None, app_id: int | None) -> tuple[Account, bool]:
    if app_id is not None:
        app = await _existing_app(writer, app_id)
        if app.suspended:
            raise SuspendedError(app_id=app_id)
        account_id = app.account_id
    if account_id is not None:
        return await _existing_account(writer, account_id), False
    rows = await writer.rows(_SQL["first_administrator"])
    if rows:
        return account_of(rows[0]), False
    return await _insert_account(writer, AccountKind.ADMINISTRATOR, FIRST_ADMINISTRATOR, None), True
