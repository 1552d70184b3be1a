"""How commands show things."""

import json

import pytest
import typer

from amibridge.cli.common import complain, jsonable, moment, show_aligned, show_table, text_line
from tests.unit.store.samples import event


def test_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells stand below each other; nothing of a name reaches the terminal as anything but text."""
    show_table(
        [("a", None), ("long\x1b[2J", 5)],
        {"NAME": lambda row: row[0], "COUNT": lambda row: row[1]},
        as_json=False,
        none="",
    )
    assert capsys.readouterr().out.splitlines() == ["NAME         COUNT", "a", "long\\x1b[2J  5"]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Call events have the shape that ``replay`` prints, times are ISO 8601."""
    show_table([event()], {}, as_json=True, none="")
    (told,) = json.loads(capsys.readouterr().out)
    assert told == event().as_json()


def test_jsonable() -> None:
    """Lists and plain values are what they are."""
    assert jsonable([1, "x", None, (True,)]) == [1, "x", None, [True]]


def test_moment() -> None:
    """Times are UTC, to the second."""
    assert moment(1_700_000_000.9) == "2023-11-14 22:13:20Z"
    assert moment(None) == ""


def test_complain(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is wrong is said in one line."""
    assert complain("two\nlines\x1b", 5) == 5
    assert capsys.readouterr().err == "amibridge: two lines\\x1b\n"


def test_text_line() -> None:
    """Names are one line; none is fine."""
    assert (text_line(None), text_line("Zoë 📞")) == (None, "Zoë 📞")
    with pytest.raises(typer.BadParameter):
        text_line("a\tb")


def test_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """The last column is not filled up."""
    show_aligned([("a", "b"), ("aaa", "bbb")])
    assert capsys.readouterr().out == "a    b\naaa  bbb\n"
