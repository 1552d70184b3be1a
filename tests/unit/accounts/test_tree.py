"""What accounts, Apps and tokens are."""

from amibridge.accounts.tree import App, Token


def test_an_app_works_and_signs_nothing_until_told_otherwise() -> None:
    """A new App is neither suspended nor signing."""
    app = App(app_id=1, account_id=2, name="crm", client_id="c", client_secret_hash="0" * 64)
    assert (app.suspended, app.signing_secret) == (False, "")


def test_a_token_of_an_account_lasts() -> None:
    """Without an App and an end date it is the account's own, for good."""
    token = Token(token_id=1, token_hash="0" * 64, account_id=2, created_at=0.0)
    assert (token.app_id, token.expires_at) == (None, None)
