"""``amibridge account``: who may use the API."""

from typing import Annotated

import typer

from amibridge.accounts.tree import AccountKind
from amibridge.cli.arguments import identifier, name_line
from amibridge.cli.common import ConfigOption, JsonOption, do, show_table
from amibridge.control.accounts import AddAccount, RemoveAccount, add_account, list_accounts, remove_account
from amibridge.control.operation import Nothing

app = typer.Typer(help="Accounts: administrators, organizations below them, users below organizations.")

AccountArgument = Annotated[int, typer.Argument(metavar="ID", parser=identifier, help="The account's id.")]


@app.command("add")
def add(
    kind: Annotated[AccountKind, typer.Option(case_sensitive=False, help="What the account is.")],
    name: Annotated[str, typer.Option(metavar="TEXT", callback=name_line, help="What people call it.")],
    parent: Annotated[
        int | None,
        typer.Option(
            metavar="ID",
            parser=identifier,
            help="The account above: a user's organization, an organization's administrator.",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Add an account, and print its id."""
    if kind is AccountKind.ADMINISTRATOR and parent is not None:
        raise typer.BadParameter("an administrator stands below nobody: leave out --parent")
    if kind is AccountKind.USER and parent is None:
        raise typer.BadParameter("a user stands below an organization: give that one's id as --parent")
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
        shorten=("NAME",),
    )


@app.command("remove")
def remove(
    account: AccountArgument,
    keep_assignments: Annotated[
        bool, typer.Option("--keep-assignments", help="Let the assignments that were made for it go on.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Remove an account to which nothing belongs any more; its tokens go with it."""
    do(config, remove_account, RemoveAccount(account_id=account, keep_assignments=keep_assignments))
