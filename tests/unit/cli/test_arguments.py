"""What commands take for an id, days, an extension or a name: one form of each."""

from collections.abc import Callable

import pytest
import typer

from amibridge.cli.arguments import days, extension_number, identifier, name_line, text_line


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("42", 42), ("9" * 18, int("9" * 18))])
def test_ids(text: str, number: int) -> None:
    """An id is written as the lists show it."""
    assert identifier(text) == number


ODD_NUMBERS = [
    "",
    "0",
    "-1",
    "+1",
    "007",
    " 7",
    "7 ",
    "7\n",
    "1_0",
    "1.0",
    "1e3",
    "0x7",
    "٣",
    "\uff12",
    "Ⅶ",
    "seven",
    "7,8",
]
"""What Python or a person might take for a whole number."""


@pytest.mark.parametrize("text", [*ODD_NUMBERS, "9" * 19, "9" * 10_000])
def test_what_is_no_id(text: str) -> None:
    """Other forms are refused, and so is what no store could hold."""
    with pytest.raises(typer.BadParameter, match="an id is a whole number from 1 on, written as the lists show it"):
        identifier(text)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("36500", 36500)])
def test_days(text: str, number: int) -> None:
    """A token may last from a day to a hundred years."""
    assert days(text) == number


@pytest.mark.parametrize("text", [*ODD_NUMBERS, "36501", "99999", "9" * 30])
def test_what_are_no_days(text: str) -> None:
    """Nothing, less than nothing, and for ever are said otherwise."""
    with pytest.raises(typer.BadParameter, match="give whole days, 1 to 36500"):
        days(text)


@pytest.mark.parametrize("text", ["1", "210", "0003*210", "1" * 15, f"{'1' * 15}*{'2' * 15}"])
def test_extensions(text: str) -> None:
    """Short and extended numbers are compared as they are written."""
    assert extension_number(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2l0",
        "+210",
        "210 ",
        "2 10",
        "1" * 16,
        "1*",
        "*1",
        "1**2",
        "1*2*3",
        "٢١٠",
        "\uff12\uff11",
        "@self",
        "21\n",
    ],
)
def test_what_is_no_extension(text: str) -> None:
    """Whatever no PBX would route is refused, and an extension described."""
    with pytest.raises(typer.BadParameter, match="an extension is of 1 to 15 digits"):
        extension_number(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [("Zoë 📞", "Zoë 📞"), ("  Acme Ltd ", "Acme Ltd"), ("日本", "日本"), ("x" * 255, "x" * 255), ("--name", "--name")],
)
@pytest.mark.parametrize("read", [name_line, text_line])
def test_lines(read: Callable[[str], str | None], text: str, line: str) -> None:
    """A name may be anything that people write, without the blanks around it."""
    assert read(text) == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb", "it must be one line of text, without control characters"),
        ("a\tb", "it must be one line of text"),
        ("\x1b[31mred", "it must be one line of text"),
        ("\x7f", "it must be one line of text"),
        ("\x9b2J", "it must be one line of text"),
        ("\u202eesrever", "it must be one line of text"),
        ("\u2028", "it must be one line of text"),
        ("\udcff", "it must be one line of text"),
        ("x" * 256, "it has 256 characters: 255 are the most"),
    ],
)
@pytest.mark.parametrize("read", [name_line, text_line])
def test_what_is_no_line(read: Callable[[str], str | None], text: str, words: str) -> None:
    """Nothing that could act on a terminal or fill it becomes a name."""
    with pytest.raises(typer.BadParameter, match=words):
        read(text)


@pytest.mark.parametrize("text", ["", "   ", "\u00a0\u3000"])
def test_empty(text: str) -> None:
    """A name is something to see; other texts may be taken back by an empty one."""
    with pytest.raises(typer.BadParameter, match="it is empty: give a name that people know it by"):
        name_line(text)
    assert text_line(text) == ""


def test_not_given() -> None:
    """What is not given is not empty."""
    assert text_line(None) is None
