"""``amibridge account``: who may use the API."""

from typing import Annotated

import typer

from amibridge.accounts.tree import AccountKind
from amibridge.cli.common import ConfigOption, JsonOption, do, show_table, text_line
from amibridge.control.accounts import AccountId, AddAccount, add_account, list_accounts, remove_account
from amibridge.control.operation import Nothing

app = typer.Typer(help="Accounts: administrators, organizations below them, users below organizations.")

AccountArgument = Annotated[int, typer.Argument(metavar="ID", help="The account's id.")]


@app.command("add")
def add(
    kind: Annotated[AccountKind, typer.Option(help="What the account is.")],
    name: Annotated[str, typer.Option(metavar="TEXT", callback=text_line, help="What people call it.")],
    parent: Annotated[int | None, typer.Option(metavar="ID", help="The account above; a user needs one.")] = None,
    config: ConfigOption = None,
) -> None:
    """Add an account, and print its id."""
    typer.echo(do(config, add_account, AddAccount(kind=kind, name=name, parent_id=parent)).account_id)


@app.command("list")
def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """List all accounts."""
    show_table(
        do(config, list_accounts, Nothing()),
        {
            "ID": lambda account: account.account_id,
            "KIND": lambda account: account.kind,
            "PARENT": lambda account: account.parent_id,
            "NAME": lambda account: account.name,
        },
        as_json=json,
        none="there are no accounts; 'amibridge token issue' makes the first administrator",
    )


@app.command("remove")
def remove(account: AccountArgument, config: ConfigOption = None) -> None:
    """Remove an account to which nothing belongs any more."""
    do(config, remove_account, AccountId(account_id=account))
