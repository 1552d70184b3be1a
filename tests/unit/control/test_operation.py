"""Operations are functions whose arguments and results survive the way over a line of JSON."""

from amibridge.accounts.tree import AccountKind
from amibridge.control.accounts import AddAccount, IssueToken, ShownToken, add_account, issue_token, list_tokens
from amibridge.control.operation import Books, Nothing


async def test_names_and_adapters(books: Books) -> None:
    """An operation performs what the function does; its adapters are those of the function's annotations."""
    assert add_account.name == "account add"
    made = await add_account.perform(books, AddAccount(kind=AccountKind.ADMINISTRATOR, name="Zoë"))
    assert add_account.result.validate_json(add_account.result.dump_json(made)) == made
    given = IssueToken(account_id=made.account_id, expires_seconds=60)
    assert issue_token.arguments.validate_json(issue_token.arguments.dump_json(given)) == given
    await issue_token.perform(books, given)
    (token,) = await list_tokens.perform(books, Nothing())
    assert isinstance(token, ShownToken)


async def test_books_without_a_daemon(books: Books) -> None:
    """Nobody is to be woken, and nobody says how it is."""
    books.wake()
    assert books.facts is None
