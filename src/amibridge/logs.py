"""The log: events with fields, one a line; what a peer or a caller sends cannot forge a line or move a cursor.

An event's name is a constant, its facts are fields. Only the fields of ``FIELDS`` are written, so that a secret which
strays into a log call stays there. What the libraries log comes through here too, from warnings upwards: below that
they tell what they send and store, secrets included.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from typing import Any, Final, Protocol, TextIO

import structlog
from structlog.typing import EventDict, Processor

FIELDS: Final = frozenset(
    {
        # what every line has, and what structlog adds
        *("timestamp", "level", "event", "exception"),
        # the link to the PBX
        *("answer", "answered", "asterisk", "began", "channels", "ended", "host", "port"),
        # call events and their way to the receivers
        *("assignment_id", "attempt", "call_id", "delivery_id", "due_at", "duration_ms", "event_id", "extension"),
        *("event_type", "origin", "path", "recovered", "status", "status_code"),
        # the API
        *("account_id", "address", "method", "operation", "request_id"),
        # the store
        *("copy", "entry_id", "participation_id", "to_version", "version"),
        # everywhere
        *("cause", "count", "cure", "error", "fault", "library", "message", "name", "part", "pid", "problem", "reason"),
        *("repeated", "seconds", "settings", "state", "where"),
    },
)
"""The fields that may be written: none of them ever holds a secret, or a URL with its query."""

WITHHELD: Final = "(withheld)"
"""Stands for the value of any other field."""

_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 with ESC, DEL, C1 with the one-byte CSI
    "\u2028\u2029"  # line breaks to some readers
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction of writing
    "\ud800-\udfff]",  # halves of characters, which no encoding takes
)

SILENT: Final = ("panoramisk", "uvicorn.access")
"""They log actions with their secrets, and paths with their tokens. The link and the API speak for themselves."""


_PRIORITIES: Final = {"debug": 7, "info": 6, "warning": 4, "error": 3, "exception": 3, "critical": 2}
"""syslog's, by the method that was called."""

Tap = Callable[[dict[str, Any]], None]
"""Takes the fields of a line."""


class Choice(Protocol):
    """How to log, as the settings say it."""

    @property
    def level(self) -> str:
        """The least level that is written: debug, info, warning or error."""

    @property
    def format(self) -> str:
        """``auto``, ``json`` or ``console``."""


def configure(choice: Choice, stream: TextIO, *, tap: Tap | None = None) -> None:
    """Send the log of this process there from now on; may be called again.

    Where systemd's journal takes the stream, each line has its priority in front, as sd-daemon(3) says: the journal
    takes it off again.

    Args:
        choice: From which level on, and in which format.
        stream: Where to; ``auto`` is for people when it is a terminal.
        tap: Told of each line as well, by whatever thread writes it; must neither raise nor log.
    """
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    readable = choice.format == "console" or (choice.format == "auto" and stream.isatty())
    level = logging.getLevelNamesMapping()[choice.level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            withhold,
            *(() if tap is None else (_tapped(tap),)),
            *(_for_people(colors=stream.isatty() and not os.environ.get("NO_COLOR")) if readable else (as_json,)),
            *((with_priority,) if goes_to_journal(stream, os.environ) else ()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        # A cached logger would keep the stream of the first call; a look-up costs less than the line.
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, LibraryHandler)]:
        root.removeHandler(handler)
    root.addHandler(LibraryHandler())
    root.setLevel(max(level, logging.WARNING))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def goes_to_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether systemd's journal takes what is written there: ``JOURNAL_STREAM`` names its device and inode."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream in memory has no descriptor
        return False
    return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def with_priority(_logger: object, method: str, text: str) -> str:
    """Each line of a text with the priority of its level in front."""
    prefix = f"<{_PRIORITIES.get(method, _PRIORITIES['info'])}>"
    return "\n".join(prefix + line for line in text.split("\n"))


def _tapped(tap: Tap) -> Processor:
    def tell(_logger: object, _method: str, event: EventDict) -> EventDict:
        tap(_in_order(event))
        return event

    return tell


class LibraryHandler(logging.Handler):
    """Takes what libraries log by Python's own logging into this log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record as an event of its level."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            # The library's format and arguments do not fit; the format says enough.
            message = str(record.msg)
        facts = {"library": record.name, "message": message, "exc_info": record.exc_info or None}
        structlog.get_logger().log(record.levelno, "library_says", **facts)


def withhold(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep the values of fields that are not known to be harmless out of the log."""
    return {name: value if name in FIELDS else WITHHELD for name, value in event.items()}


def as_json(_logger: object, _method: str, event: EventDict) -> str:
    """One line of JSON, which gives back exactly what was logged."""
    return json_line(_in_order(event))


def _in_order(event: EventDict) -> dict[str, Any]:
    """The fields, with those first that every line has."""
    first = {name: event[name] for name in ("timestamp", "level", "event") if name in event}
    return first | dict(event)


def json_line(value: object) -> str:
    """The value as JSON on one line, readable, and harmless wherever it is shown."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    # json.dumps escapes what JSON must; what a terminal or a line reader would act on is inside its strings as it was.
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def escaped(text: str) -> str:
    r"""The text with its control characters written out (``\x1b``), on one line."""
    return _CONTROL.sub(_written_out, text)


def as_text(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Make all values text that can be shown; a traceback keeps its lines."""
    for name, value in event.items():
        if name == "exception":
            event[name] = "\n".join(map(escaped, str(value).split("\n")))
        elif not isinstance(value, bool | int | float | None):
            event[name] = str(value)
    return event


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - the last code of two digits


def _for_people(*, colors: bool) -> tuple[Processor, ...]:
    renderer = structlog.dev.ConsoleRenderer(
        colors=colors,
        exception_formatter=structlog.dev.plain_traceback,
        # Python's own notation escapes whatever cannot be printed.
        repr_native_str=True,
    )
    return (as_text, renderer)
