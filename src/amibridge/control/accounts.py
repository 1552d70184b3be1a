"""Operations over accounts, Apps and tokens; what is listed holds neither secrets nor their hashes."""

from dataclasses import dataclass
from time import time

from amibridge.accounts.tree import Account, AccountKind, App, Token, TokenState
from amibridge.control.operation import Books, Nothing, operation


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount:
    """What an account is to be."""

    kind: AccountKind
    name: str
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAccount:
    """Which account is to go."""

    account_id: int
    keep_assignments: bool = False
    """Those that were made for it are no reason against it, and stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddApp:
    """What an App is to be."""

    account_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppId:
    """Which App."""

    app_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveApp:
    """Which App is to go."""

    app_id: int
    keep_assignments: bool = False
    """Those that were made with it are no reason against it, and stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownApp:
    """An App as it may be shown."""

    app_id: int
    account_id: int
    name: str
    client_id: str
    signed: bool
    """Whether it has a signing secret."""
    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedApp:
    """A new App; its client secret is shown once."""

    app: ShownApp
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """For whom a token is to be; for nobody in particular: for the first administrator."""

    account_id: int | None = None
    app_id: int | None = None
    expires_seconds: float | None = None
    """None: until it is revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownToken:
    """A token as it may be shown; times are Unix seconds."""

    token_id: int
    account_id: int
    app_id: int | None
    created_at: float
    expires_at: float | None
    state: TokenState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A new token; it is shown once."""

    token: ShownToken
    clear: str
    account: Account
    account_created: bool
    """Whether the account, the first administrator, was made for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenId:
    """Which token."""

    token_id: int


@operation("account add")
async def add_account(books: Books, arguments: AddAccount) -> Account:
    """Add an account."""
    return await books.accounts.add_account(arguments.kind, arguments.name, arguments.parent_id)


@operation("account list")
async def list_accounts(books: Books, arguments: Nothing) -> list[Account]:  # noqa: ARG001 - every operation takes some
    """All accounts, oldest first."""
    return books.accounts.accounts()


@operation("account remove")
async def remove_account(books: Books, arguments: RemoveAccount) -> None:
    """Remove an account to which nothing belongs any more."""
    await books.accounts.remove_account(arguments.account_id, unless_assigned=not arguments.keep_assignments)


@operation("app add")
async def add_app(books: Books, arguments: AddApp) -> AddedApp:
    """Register an App to an account."""
    added = await books.accounts.add_app(arguments.account_id, arguments.name)
    return AddedApp(app=_shown_app(added.app), client_secret=added.client_secret)


@operation("app list")
async def list_apps(books: Books, arguments: Nothing) -> list[ShownApp]:  # noqa: ARG001 - every operation takes some
    """All Apps, oldest first."""
    return [_shown_app(app) for app in books.accounts.apps()]


@operation("app remove")
async def remove_app(books: Books, arguments: RemoveApp) -> None:
    """Remove an App that nobody uses any more."""
    await books.accounts.remove_app(arguments.app_id, unless_assigned=not arguments.keep_assignments)


@operation("app suspend")
async def suspend_app(books: Books, arguments: AppId) -> None:
    """Let an App's tokens open nothing until it is resumed."""
    await books.accounts.suspend_app(arguments.app_id)


@operation("app resume")
async def resume_app(books: Books, arguments: AppId) -> None:
    """Let a suspended App go on."""
    await books.accounts.resume_app(arguments.app_id)


@operation("app secret")
async def make_signing_secret(books: Books, arguments: AppId) -> str:
    """Make or rotate an App's signing secret."""
    return await books.accounts.make_signing_secret(arguments.app_id)


@operation("token issue")
async def issue_token(books: Books, arguments: IssueToken) -> NewToken:
    """Make a token."""
    issued = await books.accounts.issue_token(
        account_id=arguments.account_id, app_id=arguments.app_id, expires_seconds=arguments.expires_seconds
    )
    return NewToken(
        token=_shown_token(books, issued.token),
        clear=issued.clear,
        account=issued.account,
        account_created=issued.account_created,
    )


@operation("token list")
async def list_tokens(books: Books, arguments: Nothing) -> list[ShownToken]:  # noqa: ARG001 - every operation takes some
    """All tokens that have not been revoked, oldest first."""
    return [_shown_token(books, token) for token in books.accounts.tokens()]


@operation("token revoke")
async def revoke_token(books: Books, arguments: TokenId) -> None:
    """Make a token worthless."""
    await books.accounts.revoke_token(arguments.token_id)


def _shown_app(app: App) -> ShownApp:
    return ShownApp(
        app_id=app.app_id,
        account_id=app.account_id,
        name=app.name,
        client_id=app.client_id,
        signed=bool(app.signing_secret),
        suspended=app.suspended,
    )


def _shown_token(books: Books, token: Token) -> ShownToken:
    return ShownToken(
        token_id=token.token_id,
        account_id=token.account_id,
        app_id=token.app_id,
        created_at=token.created_at,
        expires_at=token.expires_at,
        state=books.accounts.token_state(token, time()),
    )
