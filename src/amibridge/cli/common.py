"""What the commands share: options, settings, and how things are shown."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from amibridge.calls.events import CallEvent
from amibridge.cli.columns import Lines, aligned, fitted
from amibridge.control.client import perform
from amibridge.control.operation import Operation
from amibridge.delivery.destination import DestinationPolicy
from amibridge.logs import escaped, json_line
from amibridge.settings import Settings, load

A = TypeVar("A")
R = TypeVar("R")

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The settings file.",
        show_default="/etc/amibridge/amibridge.toml",
        readable=False,  # whether it can be read, and the cure, is for the settings to say
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietLogging:
    """How a command logs that is not the daemon: what a person should know, on standard error."""

    level: str = "warning"
    format: str = "console"


def settings_of(config: Path | None, *, logs_in: bool = False) -> Settings:
    """The settings of that file, or of the default one, and of the environment.

    Args:
        config: The file.
        logs_in: Whether the command logs in to the PBX. Others do without what only files with a secret hold, which
            may be root's alone.

    Raises:
        SettingsError: One of them is wrong.
    """
    settings = load(config, os.environ, secret_files=logs_in)
    DestinationPolicy.from_settings(settings.delivery)
    return settings


def do(config: Path | None, operation: Operation[A, R], arguments: A) -> R:
    """Let the daemon do it, or do it on the store when none runs."""
    return asyncio.run(perform(Path(settings_of(config).store.path), operation, arguments))


def complain(text: str, status: int) -> int:
    """Say on standard error what is wrong and what to do, in one line; returns the status."""
    say(text)
    return status


def say(text: str) -> None:
    """Say something on standard error, in one line."""
    sys.stderr.write(f"amibridge: {escaped(' '.join(text.splitlines()))}\n")
    sys.stderr.flush()


def show(value: object) -> None:
    """Print a value as JSON, for programs."""
    typer.echo(json_line(jsonable(value)))


def show_table(
    rows: list[R],
    columns: Mapping[str, Callable[[R], object]],
    *,
    as_json: bool,
    none: str,
    shorten: Collection[str] = (),
) -> None:
    """Print rows in columns for people, or as a JSON list for programs.

    Args:
        rows: What is listed.
        columns: Heading and cell of each column.
        as_json: For programs.
        none: What to tell people when there is nothing to list.
        shorten: The columns that are cut where a line would not fit on the terminal.
    """
    if as_json:
        show(rows)
        return
    if not rows:
        say(none)
        return
    lines = [list(columns), *([escaped(_cell(of(row))) for of in columns.values()] for row in rows)]
    if sys.stdout.isatty():
        cut = [number for number, heading in enumerate(columns) if heading in shorten]
        lines = fitted(lines, shutil.get_terminal_size().columns, cut)
    show_aligned(lines)


def show_aligned(lines: Lines) -> None:
    """Print cells below each other."""
    for line in aligned(lines):
        typer.echo(line)


def moment(at: float | None) -> str:
    """A time as people read it: UTC, to the second; empty for none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def jsonable(value: object) -> Any:
    """A value as JSON has it; times, whose names end in ``_at`` or ``_since``, in ISO 8601."""
    if isinstance(value, CallEvent):
        return value.as_json()
    if is_dataclass(value):
        return {field.name: _jsonable_field(field.name, getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [jsonable(one) for one in value]
    return value


def _jsonable_field(name: str, value: object) -> Any:
    if name.endswith(("_at", "_since")) and isinstance(value, float | int):
        return datetime.fromtimestamp(value, UTC).isoformat()
    return jsonable(value)


def _cell(value: object) -> str:
    return "" if value is None else str(value)
