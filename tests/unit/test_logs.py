"""The log as people and programs read it: one event one line, nothing forged, nothing leaked."""

import ast
import io
import json
import logging
import os
import pty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest
import structlog

from amibridge import logs
from amibridge.logs import FIELDS, LibraryHandler, configure, escaped, json_line

SRC = Path(__file__).parents[2] / "src" / "amibridge"
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """What the settings say."""

    level: str = "info"
    format: str = "auto"


@pytest.fixture
def stream() -> io.StringIO:
    """Where the log goes."""
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """The log's lines, read as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json(stream: io.StringIO) -> None:
    """Where no terminal is, an event is a line of JSON: when, how bad, what, and its facts."""
    configure(Logging(), stream)
    structlog.get_logger().warning("delivery_failed", origin="https://crm.example:443", attempt=2)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert list(line) == ["level", "event", "origin", "attempt"]
    assert line["level"] == "warning"


def test_bound_facts(stream: io.StringIO) -> None:
    """Facts that hold for a while are written with each event."""
    configure(Logging(), stream)
    with structlog.contextvars.bound_contextvars(call_id="17.1"):
        structlog.get_logger().info("call_event")
    assert lines(stream)[0]["call_id"] == "17.1"


HOSTILE = 'a"\r\n{"event": "forged"}\x1b[2J\x00\x7f\x9b31m\u2028\u202e\ud800\U0001f600é\\'


def test_json_gives_back_what_was_logged(stream: io.StringIO) -> None:
    """Whatever a caller is named, it stays one line without a control character, and reads back as it was."""
    configure(Logging(), stream)
    structlog.get_logger().info("call_event", name=HOSTILE)
    assert lines(stream)[0]["name"] == HOSTILE
    assert len(stream.getvalue().splitlines()) == 1
    assert not logs._CONTROL.search(stream.getvalue().removesuffix("\n"))
    assert "\U0001f600é" in stream.getvalue()


def test_console_is_one_line_too(stream: io.StringIO) -> None:
    """For people, control characters are written out."""
    configure(Logging(format="console"), stream)
    structlog.get_logger().info("call_event", name=HOSTILE, error=ValueError("\x1b]0;x\x07"), count=3, reason=None)
    assert len(stream.getvalue().splitlines()) == 1
    assert not logs._CONTROL.search(stream.getvalue().removesuffix("\n"))
    assert r'a"\r\n{"event": "forged"}\x1b[2J' in stream.getvalue()
    assert "count=3" in stream.getvalue()


def test_terminal(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the log is for people, in colours unless they want none; asked for, JSON all the same."""
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    configure(Logging(), stream)
    structlog.get_logger().info("ready")
    assert "\x1b[" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    configure(Logging(), stream)
    structlog.get_logger().info("uncoloured")
    assert "\x1b[" not in stream.getvalue().splitlines()[1]
    configure(Logging(format="json"), stream)
    structlog.get_logger().info("ready")
    assert json.loads(stream.getvalue().splitlines()[2])["event"] == "ready"


@pytest.mark.parametrize("level", LEVELS)
def test_levels(stream: io.StringIO, level: str) -> None:
    """What is below the level is not written."""
    configure(Logging(level=level), stream)
    for one in LEVELS:
        structlog.get_logger().log(logging.getLevelNamesMapping()[one.upper()], "said")
    assert [line["level"] for line in lines(stream)] == list(LEVELS[LEVELS.index(level) :])


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_unknown_fields_are_withheld(stream: io.StringIO, log_format: str) -> None:
    """A secret that strays into a log call under a name of its own is not written."""
    configure(Logging(format=log_format), stream)
    structlog.get_logger().info("oops", password="canary", reason="seen")
    assert "canary" not in stream.getvalue()
    assert "password" in stream.getvalue()
    assert "seen" in stream.getvalue()


def test_each_logged_field_is_known() -> None:
    """Every field of a log call in the source may be written, or the call would log nothing worth."""
    unknown = {
        f"{path.relative_to(SRC)}:{call.lineno} {keyword.arg}"
        for path in SRC.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        for keyword in call.keywords
        if keyword.arg is not None and keyword.arg not in FIELDS | {"exc_info"}
    }
    assert unknown == set()


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_exceptions(stream: io.StringIO, log_format: str) -> None:
    """An exception comes with its traceback; in JSON on the same line, everywhere without control characters."""
    configure(Logging(format=log_format), stream)
    try:
        int("\x1b[31mred")
    except ValueError:
        structlog.get_logger().exception("fault")
    text = stream.getvalue()
    assert "Traceback (most recent call last)" in text
    assert "\x1b" not in text
    if log_format == "json":
        assert lines(stream)[0]["exception"].splitlines()[-1].startswith("ValueError: ")


def test_libraries(stream: io.StringIO) -> None:
    """Warnings of libraries are lines of this log; what they say below that is not heard, whatever the level."""
    configure(Logging(level="debug"), stream)
    logging.getLogger("aiosqlite").debug("INSERT canary")
    logging.getLogger("asyncio").info("canary")
    logging.getLogger("asyncio").warning("slow %s", "callback\n")
    LibraryHandler().handle(logging.LogRecord("asyncio", logging.WARNING, "", 0, "%d", ("no number",), None))
    told = [(line["level"], line["event"], line["library"], line["message"]) for line in lines(stream)]
    assert told == [
        ("warning", "library_says", "asyncio", "slow callback\n"),
        ("warning", "library_says", "asyncio", "%d"),
    ]


def test_libraries_at_error(stream: io.StringIO) -> None:
    """Libraries obey the level as well; their exceptions come whole."""
    configure(Logging(level="error"), stream)
    logging.getLogger("asyncio").warning("x")
    try:
        int("lost")
    except ValueError:
        logging.getLogger("asyncio").exception("task failed")
    (line,) = lines(stream)
    assert line["exception"].endswith("base 10: 'lost'")


@pytest.mark.parametrize("library", ["panoramisk.manager", "panoramisk.ami_protocol", "uvicorn.access"])
def test_libraries_that_tell_secrets(stream: io.StringIO, library: str) -> None:
    """Those that put actions and tokens into their lines are never heard."""
    configure(Logging(level="debug"), stream)
    logging.getLogger(library).critical("Fail to send 'Secret: canary'")
    assert stream.getvalue() == ""


def test_configured_twice(stream: io.StringIO) -> None:
    """The last configuration counts, and nothing is written twice."""
    first = io.StringIO()
    configure(Logging(), first)
    configure(Logging(), stream)
    structlog.get_logger().info("ready")
    logging.getLogger("asyncio").warning("slow")
    assert first.getvalue() == ""
    assert [line["event"] for line in lines(stream)] == ["ready", "library_says"]


def test_poor_encodings() -> None:
    """A terminal that knows ASCII alone gets escapes, not an error."""
    terminal, side = pty.openpty()
    with open(side, "w", encoding="ascii") as stream:  # noqa: PTH123 - a descriptor has no path
        configure(Logging(), stream)
        structlog.get_logger().info("call_event", name="Zoë")
        assert rb"Zo\xeb" in os.read(terminal, 1000)
    os.close(terminal)


def test_escaped() -> None:
    """Control characters, and they alone, are written out."""
    assert escaped("Zoë\t\x1b\u2028\U0001f600") == "Zoë\\x09\\x1b\\u2028\U0001f600"


def test_json_line() -> None:
    """A value reads back as it was, from one line that nothing acts on."""
    line = json_line({"name": HOSTILE})
    assert json.loads(line) == {"name": HOSTILE}
    assert not logs._CONTROL.search(line)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TextIO]:
    """An output that systemd's journal reads."""
    with (tmp_path / "journal").open("w+", encoding="utf-8") as output:
        found = os.fstat(output.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        yield output


def written(output: TextIO) -> list[str]:
    """The lines of a file."""
    output.seek(0)
    return output.read().splitlines()


def test_priorities_for_the_journal(journal: TextIO) -> None:
    """Each line begins with its priority, which the journal takes off; what is left is JSON."""
    configure(Logging(level="debug"), journal)
    log = structlog.get_logger()
    for level in LEVELS:
        log.log(logging.getLevelNamesMapping()[level.upper()], "said", reason="<0>\n<1>")
    try:
        int("lost")
    except ValueError:
        log.exception("fault")
    logging.getLogger("asyncio").warning("slow")
    lines = written(journal)
    assert [line[:3] for line in lines] == ["<7>", "<6>", "<4>", "<3>", "<3>", "<4>"]
    assert [json.loads(line[3:])["level"] for line in lines] == [*LEVELS, "error", "warning"]


def test_priorities_of_texts(journal: TextIO) -> None:
    """The lines of a traceback have it too, where somebody wants texts in the journal."""
    configure(Logging(format="console"), journal)
    try:
        int("lost")
    except ValueError:
        structlog.get_logger().exception("fault")
    lines = written(journal)
    assert len(lines) > 3
    assert {line[:3] for line in lines} == {"<3>"}


def test_no_priorities_elsewhere(journal: TextIO, tmp_path: Path, stream: io.StringIO) -> None:
    """Another output of a process that the journal has started gets none."""
    with (tmp_path / "file").open("w+", encoding="utf-8") as output:
        for other in (output, stream):
            configure(Logging(), other)
            structlog.get_logger().info("ready")
            assert json.loads(written(other)[0])["event"] == "ready"
    assert written(journal) == []


def test_a_tap(stream: io.StringIO) -> None:
    """Whoever listens is told what is written, and only that: no other level, no other field."""
    told: list[dict[str, Any]] = []
    configure(Logging(), stream, tap=told.append)
    structlog.get_logger().debug("quiet")
    structlog.get_logger().info("ready", where="here", password="canary")
    assert told == lines(stream)
