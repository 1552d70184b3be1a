"""Frames as a person at a terminal reads them: aligned columns, the colours of the demo. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from rich.text import Text

from amibridge.calls.events import CallEvent, EventType
from amibridge.logs import escaped
from amibridge.simulator.display import EVENT_STYLES, FAILED_STYLE, STATUS_STYLES, parties
from amibridge.stream import frames
from amibridge.stream.frames import Frame

_GAP: Final = "  "
_EXTENSION, _EVENT, _STATUS, _PARTIES = 8, 12, 11, 60
_LEVEL_STYLES: Final = {"debug": "dim", "info": "default", "warning": "yellow", "error": "bold red"}
_STATE_STYLES: Final = {"delivered": "green", "pending": "yellow", "dead": "red", "expired": "red"}
_STATES: Final = {"pending": "waits"}
_OF_JOURNAL: Final = frozenset({"id", "recorded_at"})
_OF_EVERY_LINE: Final = frozenset({"timestamp", "level", "event"})


class View:
    """Makes rows of frames.

    Args:
        today: The day of which the first row need not say so.
        fancy: Whether the terminal shows more than ASCII.
    """

    def __init__(self, today: date, *, fancy: bool) -> None:
        self._day = today
        self._arrow, self._answer = ("→", "↳ ") if fancy else ("->", "> ")

    def rows(self, frame: Frame) -> list[Text]:
        """The rows of a frame; none for those that are not about calls or the log."""
        data: Mapping[str, Any] = frame.data
        match frame.event:
            case frames.CALL_EVENT:
                at = _local(data["at"] or data["recorded_at"])
                row = self._event(data)
            case frames.DELIVERY:
                at = _local(data["started_at"]) + timedelta(seconds=data["duration_seconds"])
                row = self._delivery(data)
            case frames.LOG:
                at = _local(data["timestamp"])
                row = _line(data)
            case _:
                return []
        time = Text.assemble((f"{at:%H:%M:%S}.{at.microsecond // 1000:03}", "dim"), _GAP, row)
        time.rstrip()
        if at.date() == self._day:
            return [time]
        self._day = at.date()
        return [Text(f"{at:%Y-%m-%d}", style="dim"), time]

    def _event(self, data: Mapping[str, Any]) -> Text:
        event = CallEvent.from_json({name: value for name, value in data.items() if name not in _OF_JOURNAL})
        return Text.assemble(
            f"{event.extension:<{_EXTENSION}}",
            _GAP,
            (f"{event.type.label:<{_EVENT}}", EVENT_STYLES[event.type]),
            _GAP,
            (f"{event.status:<{_STATUS}}", STATUS_STYLES.get(event.status, FAILED_STYLE)),
            _GAP,
            parties(event, _PARTIES, self._arrow),
            (f"{_GAP}recovered" if event.recovered else "", "yellow"),
        )

    def _delivery(self, data: Mapping[str, Any]) -> Text:
        state = str(data["state"])
        facts = [str(data["origin"]), f"{1000 * data['duration_seconds']:.1f} ms"]
        facts += [f"attempt {data['attempt']}"] if data["attempt"] != 1 else []
        facts += [str(data["reason"])] if data["reason"] else []
        return Text.assemble(
            f"{data['extension']:<{_EXTENSION}}",
            _GAP,
            (f"{self._answer + EventType(data['type']).label:<{_EVENT}}", "dim"),
            _GAP,
            (f"{_STATES.get(state, state):<{_STATUS}}", _STATE_STYLES.get(state, "default")),
            _GAP,
            escaped(_GAP.join(facts)),
        )


def _line(data: Mapping[str, Any]) -> Text:
    level = str(data["level"])
    row = Text.assemble((f"{level:<8}", _LEVEL_STYLES.get(level, "bold red")), _GAP, (str(data["event"]), "bold"))
    for name, value in data.items():
        if name not in _OF_EVERY_LINE and value not in {None, ""}:
            row.append(f"{_GAP}{name}=", style="dim").append(escaped(str(value)))
    return row


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone()
