"""Where the demo is shown: a terminal gets columns and colours, everything else plain lines."""

import io
import os

import pytest

from amibridge.simulator.screen import PlainScreen, Screen, TerminalScreen, screen
from tests.unit.simulator.test_display import ARRIVAL, EVENT, FACTS


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It does."""
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A usual terminal of 100 columns, whatever the tests run in."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")


def play(shown: Screen) -> None:
    """A short demo: one call, of which one notification arrives at once, and one when the next call is up."""
    shown.introduce(FACTS, ends_by_itself=True)
    shown.scene(1, 2, "201 calls 202.")
    shown.event(EVENT, 1.5)
    shown.arrival(ARRIVAL, EVENT, 1.5)
    shown.scene(2, 2, "Karl [bold] calls.")
    shown.arrival(ARRIVAL, EVENT, 3.0)
    shown.close("1 call events, 2 notifications delivered")


def test_terminal() -> None:
    """On a terminal there are colours, the row that was filled in, and the late notification with its event."""
    stream = Terminal()
    shown = screen(stream, lambda: None)
    assert isinstance(shown, TerminalScreen)
    play(shown)
    text = stream.getvalue()
    assert "\x1b[1;32manswer-in" in text
    assert "✓ POST" in text
    assert "answer-in of 202" in text
    assert "Karl [bold] calls." in text
    assert "1 call events, 2 notifications delivered" in text


def test_no_colour_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR the columns stay and the colours go."""
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    play(screen(stream, lambda: None))
    assert "✓ POST" in stream.getvalue()
    assert "\x1b[1;32m" not in stream.getvalue()


def test_file() -> None:
    """A file gets no escapes, and one line a happening."""
    stream = io.StringIO()
    shown = screen(stream, lambda: None)
    assert isinstance(shown, PlainScreen)
    play(shown)
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().splitlines()[-8:] == [
        "    1/2  201 calls 202.",
        "   1.50  call event    202   answer-in   ANSWER       Anna Abel 201 -> 202",
        "   1.50  notification  202   answer-in   POST         delivered in 4.2 ms",
        "",
        "    2/2  Karl [bold] calls.",
        "   3.00  notification  202   answer-in   POST         delivered in 4.2 ms",
        "",
        "1 call events, 2 notifications delivered",
    ]


@pytest.mark.parametrize(("term", "encoding"), [("dumb", "utf-8"), ("xterm", "latin-1")])
def test_poor_terminals_get_plain_lines(monkeypatch: pytest.MonkeyPatch, term: str, encoding: str) -> None:
    """A terminal without cursor movement, or without the signs, is treated as a file."""
    monkeypatch.setenv("TERM", term)
    stream = Terminal()
    monkeypatch.setattr(stream, "encoding", encoding, raising=False)
    assert isinstance(screen(stream, lambda: None), PlainScreen)


def test_what_cannot_be_encoded_is_replaced() -> None:
    """In a locale without umlauts a name loses them, and nothing stops."""
    raw = io.BytesIO()
    shown = PlainScreen(io.TextIOWrapper(raw, encoding="ascii"), lambda: None)
    shown.scene(1, 1, "Zoë calls.")
    assert raw.getvalue() == b"\n    1/1  Zo? calls.\n"


def test_a_closed_pipe_ends_the_demo() -> None:
    """When nobody reads any more that is told once, and nothing is raised into the daemon."""
    told: list[str] = []
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        play(PlainScreen(stream, lambda: told.append("closed")))
    assert told == ["closed"]
