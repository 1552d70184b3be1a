"""``amibridge extension``: the directory."""

from typing import Annotated

import typer

from amibridge.calls.directory import ExtensionKind
from amibridge.cli import extension_import
from amibridge.cli.arguments import extension_number, identifier, text_line
from amibridge.cli.common import ConfigOption, JsonOption, do, say, show_table
from amibridge.control.extensions import (
    AddExtension,
    RemoveExtension,
    add_extension,
    list_extensions,
    remove_extension,
)
from amibridge.control.operation import Nothing
from amibridge.store.extensions import Declared
from amibridge.store.refusals import counted

app = typer.Typer(help="The directory of extensions: kind, service, DID, name and owner.")

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", parser=extension_number, help="The extension, as in 210 or '0003*210'.")
]


@app.command("add")
def add(
    number: NumberArgument,
    *,
    kind: Annotated[
        ExtensionKind | None, typer.Option(case_sensitive=False, help="What is behind it; a phone, unless told.")
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", callback=text_line, help="The queue's or conference's name, or the IVR's context."
        ),
    ] = None,
    did: Annotated[
        str | None, typer.Option(metavar="DID", callback=text_line, help="The public number that reaches it.")
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", callback=text_line, help="What people call it.")] = None,
    owner: Annotated[
        int | None,
        typer.Option(metavar="ACCOUNT", parser=identifier, help="The id of the account it belongs to."),
    ] = None,
    no_owner: Annotated[bool, typer.Option("--no-owner", help="Let it belong to nobody.")] = False,
    keep_assignments: Annotated[
        bool, typer.Option("--keep-assignments", help="Hand its assignments over to the new owner.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Declare an extension, or change what is declared of it.

    What is not given stays as it is; --name '' and --did '' take back what was given.
    """
    if owner is not None and no_owner:
        raise typer.BadParameter("give one of --owner and --no-owner")
    wanted = AddExtension(
        number=number,
        kind=kind,
        service=service,
        did=did,
        name=name,
        owner_id=owner,
        disown=no_owner,
        keep_assignments=keep_assignments,
    )
    _tell(do(config, add_extension, wanted))


@app.command("list")
def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """List the declared extensions."""
    show_table(
        do(config, list_extensions, Nothing()),
        {
            "NUMBER": lambda one: one.number,
            "KIND": lambda one: one.kind,
            "SERVICE": lambda one: one.service,
            "DID": lambda one: one.did,
            "OWNER": lambda one: one.owner_id,
            "NAME": lambda one: one.name,
        },
        as_json=json,
        none="no extensions are declared: 'amibridge extension add' declares one",
        shorten=("SERVICE", "DID", "NAME"),
    )


@app.command("remove")
def remove(
    number: NumberArgument,
    keep_assignments: Annotated[
        bool, typer.Option("--keep-assignments", help="Although it has assignments, which stay.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Forget a declared extension."""
    do(config, remove_extension, RemoveExtension(number=number, keep_assignments=keep_assignments))


app.command("import")(extension_import.import_)


def _tell(declared: Declared) -> None:
    """Say what was changed of an extension that was declared already."""
    before, after = declared.before, declared.extension
    if before is None or before == after:
        return
    changes = [
        f"{name} {_shown(old)} -> {_shown(new)}"
        for name, old, new in (
            ("kind", before.kind.value, after.kind.value),
            ("service", before.service, after.service),
            ("DID", before.did, after.did),
            ("name", before.name, after.name),
            ("owner", before.owner_id, after.owner_id),
        )
        if old != new
    ]
    handed_over = declared.assignments if before.owner_id != after.owner_id else 0
    along = f", with its {counted(handed_over, 'assignment')}" if handed_over else ""
    say(f"extension {after.number} was declared already; changed: {', '.join(changes)}{along}")


def _shown(fact: str | int | None) -> str:
    return str(fact) if isinstance(fact, int) else f"'{fact}'" if fact else "none"
