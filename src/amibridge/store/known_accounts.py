"""Accounts, Apps and tokens in memory, so that a request waits for no disk to be let in."""

import sqlite3
from collections.abc import Callable, Sequence

from amibridge.accounts.tree import Account, AccountKind, App, Token, TokenState


class KnownAccounts:
    """All of them by id; changed by ``AccountBook`` right after each commit."""

    def __init__(self) -> None:
        self._accounts: dict[int, Account] = {}
        self._apps: dict[int, App] = {}
        self._tokens: dict[int, Token] = {}
        self._by_hash: dict[str, Token] = {}

    def account(self, account_id: int) -> Account | None:
        """The account of that id, or None."""
        return self._accounts.get(account_id)

    def accounts(self) -> list[Account]:
        """All accounts, oldest first."""
        return list(self._accounts.values())

    def app(self, app_id: int) -> App | None:
        """The App of that id, or None."""
        return self._apps.get(app_id)

    def apps(self) -> list[App]:
        """All Apps, oldest first."""
        return list(self._apps.values())

    def app_by_client_id(self, client_id: str) -> App | None:
        """The App of that client id, suspended ones included, or None."""
        return next((app for app in self._apps.values() if app.client_id == client_id), None)

    def tokens(self) -> list[Token]:
        """All tokens that have not been revoked, oldest first."""
        return list(self._tokens.values())

    def identify(self, token_hash: str, now: float) -> Token | None:
        """The token of that hash; None when it is unknown, expired, or its App is suspended."""
        token = self._by_hash.get(token_hash)
        return token if token is not None and self.token_state(token, now) is TokenState.VALID else None

    def token_state(self, token: Token, now: float) -> TokenState:
        """Whether a token that is kept opens the API."""
        if token.expires_at is not None and token.expires_at <= now:
            return TokenState.EXPIRED
        app = self._apps.get(token.app_id) if token.app_id is not None else None
        return TokenState.SUSPENDED if app is not None and app.suspended else TokenState.VALID

    def signing_secrets(self, app_id: int, now: float) -> Sequence[str]:
        """What signs the App's notifications now, the newest ``whsec_…`` first; none when it has none or is gone."""
        app = self._apps.get(app_id)
        if app is None:
            return ()
        former = app.former_signing_secret if now < app.former_signs_until else ""
        return [secret for secret in (app.signing_secret, former) if secret]

    def is_administrator(self, account_id: int) -> bool:
        """Whether that account is an administrator."""
        account = self._accounts.get(account_id)
        return account is not None and account.kind is AccountKind.ADMINISTRATOR

    # What the book changes. ----------------------------------------------------------------------------------------

    def put_account(self, account: Account) -> None:
        """Add an account, or replace the one of its id."""
        self._accounts[account.account_id] = account

    def put_app(self, app: App) -> None:
        """Add an App, or replace the one of its id."""
        self._apps[app.app_id] = app

    def put_token(self, token: Token) -> None:
        """Add a token."""
        self._tokens[token.token_id] = self._by_hash[token.token_hash] = token

    def drop_account(self, account_id: int) -> None:
        """Forget an account and its tokens."""
        del self._accounts[account_id]
        self.drop_tokens(lambda token: token.account_id == account_id)

    def drop_app(self, app_id: int) -> None:
        """Forget an App and its tokens."""
        del self._apps[app_id]
        self.drop_tokens(lambda token: token.app_id == app_id)

    def drop_tokens(self, gone: Callable[[Token], bool]) -> None:
        """Forget the tokens of which that is true."""
        for token in [token for token in self._tokens.values() if gone(token)]:
            del self._tokens[token.token_id], self._by_hash[token.token_hash]


def account_of(row: sqlite3.Row) -> Account:
    """The account that a row is."""
    return Account(account_id=row["id"], kind=AccountKind(row["kind"]), name=row["name"], parent_id=row["parent_id"])


def app_of(row: sqlite3.Row) -> App:
    """The App that a row is."""
    return App(
        app_id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        client_id=row["client_id"],
        client_secret_hash=row["client_secret_hash"],
        signing_secret=row["signing_secret"],
        former_signing_secret=row["former_signing_secret"],
        former_signs_until=row["former_signs_until"],
        suspended=bool(row["suspended"]),
    )


def token_of(row: sqlite3.Row) -> Token:
    """The token that a row is."""
    return Token(
        token_id=row["id"],
        token_hash=row["token_hash"],
        account_id=row["account_id"],
        app_id=row["app_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
