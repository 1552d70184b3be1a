"""Accounts, Apps and tokens, as commands see them."""

import pytest

from amibridge.accounts.tree import Account, AccountKind, TokenState
from amibridge.control.accounts import (
    AddAccount,
    AddApp,
    AppId,
    IssueToken,
    RemoveAccount,
    RemoveApp,
    TokenId,
    add_account,
    add_app,
    issue_token,
    list_accounts,
    list_apps,
    list_tokens,
    make_signing_secret,
    remove_account,
    remove_app,
    resume_app,
    revoke_token,
    suspend_app,
)
from amibridge.control.operation import Books, Nothing
from amibridge.errors import NotFineError


@pytest.fixture
async def organization(books: Books) -> Account:
    """An organization."""
    return await add_account.perform(books, AddAccount(kind=AccountKind.ORGANIZATION, name="Acme"))


async def test_accounts(books: Books, organization: Account) -> None:
    """What is added is listed until it is removed."""
    user = AddAccount(kind=AccountKind.USER, name="Zoë", parent_id=organization.account_id)
    added = await add_account.perform(books, user)
    assert await list_accounts.perform(books, Nothing()) == [organization, added]
    await remove_account.perform(books, RemoveAccount(account_id=added.account_id))
    assert await list_accounts.perform(books, Nothing()) == [organization]


async def test_apps(books: Books, organization: Account) -> None:
    """An App is listed with its state, and never with a secret or a hash."""
    added = await add_app.perform(books, AddApp(account_id=organization.account_id, name="CRM"))
    which = AppId(app_id=added.app.app_id)
    assert (added.app.name, added.app.signed, added.app.suspended) == ("CRM", False, False)
    secret = await make_signing_secret.perform(books, which)
    assert secret.startswith("whsec_")
    await suspend_app.perform(books, which)
    (shown,) = await list_apps.perform(books, Nothing())
    assert (shown.signed, shown.suspended) == (True, True)
    text = list_apps.result.dump_json([shown]).decode()
    assert secret not in text
    assert added.client_secret not in text
    assert "hash" not in text
    await resume_app.perform(books, which)
    assert not (await list_apps.perform(books, Nothing()))[0].suspended
    await remove_app.perform(books, RemoveApp(app_id=which.app_id))
    assert await list_apps.perform(books, Nothing()) == []


async def test_tokens(books: Books) -> None:
    """The first token makes the first administrator; a token is listed without what would open anything."""
    first = await issue_token.perform(books, IssueToken())
    assert (first.account_created, first.account.kind) == (True, AccountKind.ADMINISTRATOR)
    second = await issue_token.perform(books, IssueToken(expires_seconds=60))
    assert not second.account_created
    listed = await list_tokens.perform(books, Nothing())
    assert listed == [first.token, second.token]
    assert {one.state for one in listed} == {TokenState.VALID}
    assert first.clear not in list_tokens.result.dump_json(listed).decode()
    await revoke_token.perform(books, TokenId(token_id=first.token.token_id))
    assert await list_tokens.perform(books, Nothing()) == [second.token]
    with pytest.raises(NotFineError):
        await revoke_token.perform(books, TokenId(token_id=first.token.token_id))
