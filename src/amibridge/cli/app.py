"""All commands under one name."""

from typing import Annotated

import typer

from amibridge import VERSION
from amibridge.cli import (
    accounts,
    apps,
    backup,
    check,
    deliveries,
    demo,
    extensions,
    record,
    replay,
    run,
    status,
    tail,
    tokens,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"amibridge {VERSION}")
        raise typer.Exit


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, suggest_commands=True)


@app.callback()
def amibridge(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Call a URL when something happens on an extension of an Asterisk PBX.

    Begin with 'amibridge demo'; then 'amibridge check' says what your own PBX and settings still need.
    """


app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("check")(check.check)
app.command("status")(status.status)
app.command("tail")(tail.tail)
app.command("replay")(replay.replay)
app.command("record")(record.record)
app.add_typer(accounts.app, name="account")
app.add_typer(apps.app, name="app")
app.add_typer(tokens.app, name="token")
app.add_typer(extensions.app, name="extension")
app.add_typer(deliveries.app, name="deliveries")
app.command("backup")(backup.backup)
