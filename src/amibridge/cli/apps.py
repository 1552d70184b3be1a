"""``amibridge app``: programs that use the API for an account."""

from typing import Annotated

import typer

from amibridge.cli.arguments import identifier, name_line
from amibridge.cli.common import ConfigOption, JsonOption, do, say, show, show_aligned, show_table
from amibridge.control.accounts import (
    AddApp,
    AppId,
    RemoveApp,
    add_app,
    list_apps,
    make_signing_secret,
    remove_app,
    resume_app,
    suspend_app,
)
from amibridge.control.operation import Nothing

app = typer.Typer(help="Apps: programs that use the API for an account.")

AppArgument = Annotated[int, typer.Argument(metavar="ID", parser=identifier, help="The App's id.")]


@app.command("add")
def add(
    account: Annotated[int, typer.Option(metavar="ID", parser=identifier, help="The account that it acts for.")],
    name: Annotated[str, typer.Option(metavar="TEXT", callback=name_line, help="What people call it.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Register an App, and print its client id and client secret, this once."""
    added = do(config, add_app, AddApp(account_id=account, name=name))
    if json:
        show({"app_id": added.app.app_id, "client_id": added.app.client_id, "client_secret": added.client_secret})
        return
    lines = {"id": str(added.app.app_id), "client id": added.app.client_id, "client secret": added.client_secret}
    show_aligned(list(lines.items()))
    say("the client secret is not shown again")


@app.command("list")
def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """List all Apps."""
    show_table(
        do(config, list_apps, Nothing()),
        {
            "ID": lambda one: one.app_id,
            "ACCOUNT": lambda one: one.account_id,
            "CLIENT ID": lambda one: one.client_id,
            "SIGNED": lambda one: "yes" if one.signed else "no",
            "STATE": lambda one: "suspended" if one.suspended else "active",
            "NAME": lambda one: one.name,
        },
        as_json=json,
        none="there are no Apps: 'amibridge app add' registers one",
        shorten=("NAME",),
    )


@app.command("remove")
def remove(
    which: AppArgument,
    keep_assignments: Annotated[
        bool, typer.Option("--keep-assignments", help="Let the assignments made with it go on, no longer signed.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Remove an App that no program uses any more: it has no valid tokens, or is suspended."""
    do(config, remove_app, RemoveApp(app_id=which, keep_assignments=keep_assignments))


@app.command("suspend")
def suspend(which: AppArgument, config: ConfigOption = None) -> None:
    """Let an App's tokens open nothing until it is resumed."""
    do(config, suspend_app, AppId(app_id=which))


@app.command("resume")
def resume(which: AppArgument, config: ConfigOption = None) -> None:
    """Let a suspended App go on."""
    do(config, resume_app, AppId(app_id=which))


@app.command("secret")
def secret(which: AppArgument, config: ConfigOption = None) -> None:
    """Make an App's signing secret, or a new one beside which the former signs for 24 hours, and print it."""
    typer.echo(do(config, make_signing_secret, AppId(app_id=which)))
