"""Reports for people: a name, what is to be said of it, and a colour where there is a terminal."""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import typer

from amibridge.logs import escaped

GAP: Final = "  "
LEAST_WIDTH: Final = 40
"""On a narrower terminal the lines are longer than it."""


class Mood(Enum):
    """How something is; the value is its colour on a terminal."""

    PLAIN = None
    GOOD = typer.colors.GREEN
    """Its first word alone is coloured: what is well needs no attention."""
    WARN = typer.colors.YELLOW
    BAD = typer.colors.RED


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is said."""

    name: str
    """What of; empty: of the same as the row before."""
    text: str
    mood: Mood = Mood.PLAIN


def coloured() -> bool:
    """Whether standard output is a terminal whose user wants colours (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def show_report(rows: Iterable[Row]) -> None:
    """Print rows; on a terminal in its width and with colours, elsewhere one line a row."""
    shown = list(rows)
    indent = max(len(row.name) for row in shown) + len(GAP)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in shown:
        name = f"{row.name:<{indent}}"
        lines = wrapped(escaped(row.text), None if width is None else width - indent)
        for number, line in enumerate(lines):
            typer.echo((" " * indent if number else name) + _line(line, row.mood, first=not number), color=coloured())


def _line(text: str, mood: Mood, *, first: bool) -> str:
    if mood is not Mood.GOOD:
        return styled(text, mood)
    word, space, rest = text.partition(" ")
    return f"{styled(word, mood)}{space}{rest}" if first else text


def styled(text: str, mood: Mood) -> str:
    """The text in its colour, where there are colours."""
    return typer.style(text, fg=mood.value) if mood.value and coloured() else text


def wrapped(text: str, width: int | None) -> list[str]:
    """The lines that a text takes; None: as many columns as it likes."""
    if width is None:
        return [text]
    return textwrap.wrap(text, max(width, LEAST_WIDTH), break_long_words=False, break_on_hyphens=False) or [""]


def span(seconds: float) -> str:
    """A stretch of time as people say it; less than none is none."""
    seconds = max(seconds, 0.0)
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.1f} s" if seconds >= 1 or not seconds else f"{seconds * 1000:.0f} ms"


def size(count: int) -> str:
    """A number of bytes as people say it."""
    for unit, name in ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
