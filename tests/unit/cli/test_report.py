"""Reports for people."""

import os
import sys

import pytest

from amibridge.cli.report import Mood, Row, show_report, size, span

LONG = "the PBX is not heard since then (waiting): no connection to Asterisk at 127.0.0.1:5038"


def use_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard output be a terminal of 60 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "60")


def test_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe a row is a line, however long, without colours."""
    show_report([Row("daemon", "ready", Mood.GOOD), Row("", LONG, Mood.BAD), Row("x", "\x1b[2J")])
    assert capsys.readouterr().out.splitlines() == ["daemon  ready", f"        {LONG}", "x       \\x1b[2J"]


def test_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Long rows are wrapped below their beginning; of what is well one word is coloured."""
    use_terminal(monkeypatch)
    show_report([Row("daemon", "ready, for long", Mood.GOOD), Row("", LONG, Mood.BAD)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "daemon  \x1b[32mready,\x1b[0m for long"
    assert len(lines) == 3
    for line in lines[1:]:
        assert line.startswith("        \x1b[31m")
        assert len(line) <= 60 + len("\x1b[31m\x1b[0m")


def test_nobody_wants_colours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """NO_COLOR is obeyed."""
    use_terminal(monkeypatch)
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    show_report([Row("daemon", "ready", Mood.GOOD)])
    assert capsys.readouterr().out == "daemon  ready\n"


def test_words() -> None:
    """Times and sizes as people say them."""
    assert [span(one) for one in (-1, 0, 0.0123, 1, 90, 5400, 200_000)] == [
        "0.0 s",
        "0.0 s",
        "12 ms",
        "1.0 s",
        "1.5 min",
        "1.5 h",
        "2.3 d",
    ]
    assert [size(one) for one in (0, 1023, 1024, 3 << 19, 3 << 30, 5 << 40)] == [
        "0 bytes",
        "1023 bytes",
        "1.0 kB",
        "1.5 MB",
        "3.0 GB",
        "5.0 TB",
    ]
