"""How commands read ids, days, extension numbers and names: one form of each, anything else is wrong use."""

import re
from typing import Final

import typer

from amibridge.accounts.access import is_extension_number, is_id
from amibridge.logs import escaped

MOST_DAYS: Final = 36500
MOST_CHARACTERS: Final = 255
"""Of a name, a service or a DID."""

_DAYS: Final = re.compile(r"[1-9][0-9]{0,4}")


def identifier(text: str) -> int:
    """An id as the lists show it."""
    if not is_id(text):
        raise typer.BadParameter("an id is a whole number from 1 on, written as the lists show it")
    return int(text)


def days(text: str) -> int:
    """How many days something lasts."""
    if not _DAYS.fullmatch(text) or int(text) > MOST_DAYS:
        raise typer.BadParameter(f"give whole days, 1 to {MOST_DAYS}")
    return int(text)


def extension_number(text: str) -> str:
    """An extension as people dial it, short or extended."""
    if not is_extension_number(text):
        raise typer.BadParameter(
            "an extension is of 1 to 15 digits, or of two such joined by *, as in 210 or '0003*210'"
        )
    return text


def text_line(text: str | None) -> str | None:
    """A line of text, without the blanks around it; an empty one is one too."""
    if text is None:
        return None
    if escaped(text) != text:
        raise typer.BadParameter("it must be one line of text, without control characters")
    line = text.strip()
    if len(line) > MOST_CHARACTERS:
        raise typer.BadParameter(f"it has {len(line)} characters: {MOST_CHARACTERS} are the most")
    return line


def name_line(text: str) -> str:
    """A line of text by which people tell one from the other."""
    line = text_line(text)
    if not line:
        raise typer.BadParameter("it is empty: give a name that people know it by")
    return line
