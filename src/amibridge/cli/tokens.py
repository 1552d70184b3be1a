"""``amibridge token``: what opens the API."""

from typing import Annotated, Final

import typer

from amibridge.cli.arguments import MOST_DAYS, days, identifier
from amibridge.cli.common import ConfigOption, JsonOption, do, moment, say, show_table
from amibridge.control.accounts import IssueToken, TokenId, issue_token, list_tokens, revoke_token
from amibridge.control.operation import Nothing

_DAY_SECONDS: Final = 86400.0

app = typer.Typer(help="Bearer tokens of the API.")


@app.command("issue")
def issue(
    account: Annotated[
        int | None, typer.Option(metavar="ID", parser=identifier, help="The account that it acts for.")
    ] = None,
    for_app: Annotated[
        int | None,
        typer.Option("--app", metavar="ID", parser=identifier, help="The App that it is for; it acts for its account."),
    ] = None,
    expires: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", parser=days, help=f"How long it is good for, 1 to {MOST_DAYS}; else until it is revoked."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Make a token, and print it, this once.

    Without an account or an App it is for the first administrator, who is made if there is none.
    """
    if account is not None and for_app is not None:
        raise typer.BadParameter("give one of --account and --app: an App has its account")
    seconds = None if expires is None else expires * _DAY_SECONDS
    issued = do(config, issue_token, IssueToken(account_id=account, app_id=for_app, expires_seconds=seconds))
    if issued.account_created:
        say(f"there was no administrator: made account {issued.account.account_id}, '{issued.account.name}', for it")
    typer.echo(issued.clear)


@app.command("list")
def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """List all tokens that have not been revoked; the tokens themselves are not kept."""
    show_table(
        do(config, list_tokens, Nothing()),
        {
            "ID": lambda token: token.token_id,
            "ACCOUNT": lambda token: token.account_id,
            "APP": lambda token: token.app_id,
            "MADE": lambda token: moment(token.created_at),
            "EXPIRES": lambda token: moment(token.expires_at) or "never",
            "STATE": lambda token: token.state,
        },
        as_json=json,
        none="there are no tokens: 'amibridge token issue' makes one",
    )


@app.command("revoke")
def revoke(
    which: Annotated[
        int, typer.Argument(metavar="ID", parser=identifier, help="The token's id, from 'amibridge token list'.")
    ],
    config: ConfigOption = None,
) -> None:
    """Make a token worthless, at once."""
    do(config, revoke_token, TokenId(token_id=which))
