"""``amibridge extension``: the directory."""

import re
from typing import Annotated, Final

import typer

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.cli import extension_import
from amibridge.cli.common import ConfigOption, JsonOption, do, show_table, text_line
from amibridge.control.extensions import ExtensionNumber, add_extension, list_extensions, remove_extension
from amibridge.control.operation import Nothing

_WELL_FORMED: Final = re.compile(r"[0-9]{1,15}(\*[0-9]{1,15})?")

app = typer.Typer(help="The directory of extensions: kind, service, DID, name and owner.")


def _well_formed(number: str) -> str:
    if not _WELL_FORMED.fullmatch(number):
        raise typer.BadParameter(
            "an extension is of 1 to 15 digits, or of two such joined by *, as in 210 or '0003*210'"
        )
    return number


NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", callback=_well_formed, help="The extension, as in 210 or '0003*210'.")
]


@app.command("add")
def add(
    number: NumberArgument,
    *,
    kind: Annotated[ExtensionKind, typer.Option(help="What is behind it.")] = ExtensionKind.PHONE,
    service: Annotated[
        str,
        typer.Option(
            metavar="NAME", callback=text_line, help="The queue's or conference's name, or the IVR's context."
        ),
    ] = "",
    did: Annotated[
        str, typer.Option(metavar="DID", callback=text_line, help="The public number that reaches it.")
    ] = "",
    name: Annotated[str, typer.Option(metavar="TEXT", callback=text_line, help="What people call it.")] = "",
    owner: Annotated[int | None, typer.Option(metavar="ACCOUNT", help="The id of the account it belongs to.")] = None,
    config: ConfigOption = None,
) -> None:
    """Declare an extension, or declare it anew."""
    if kind is ExtensionKind.PHONE and service:
        raise typer.BadParameter("--service is for queues, conferences and IVRs: say which with --kind")
    if kind is not ExtensionKind.PHONE and not service:
        raise typer.BadParameter(f"which {kind}? Name it with --service, as the PBX calls it")
    declared = Extension(number=number, kind=kind, service=service, did=did, name=name, owner_id=owner)
    do(config, add_extension, declared)


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
    )


@app.command("remove")
def remove(number: NumberArgument, config: ConfigOption = None) -> None:
    """Forget a declared extension; its assignments stay."""
    do(config, remove_extension, ExtensionNumber(number=number))


app.command("import")(extension_import.import_)
