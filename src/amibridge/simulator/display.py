"""What a person sees of the demo, as lines of text: aligned columns, one colour a meaning. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from amibridge.calls.events import CallEvent, CallStatus, EventType

EVENT_STYLES: Final = {
    EventType.DIAL_OUT: "bold blue",
    EventType.DIAL_IN: "bold cyan",
    EventType.ANSWER_IN: "bold green",
    EventType.ANSWER_OUT: "bold bright_green",
    EventType.HANGUP: "bold magenta",
}
STATUS_STYLES: Final = {CallStatus.CALLING: "default", CallStatus.ANSWER: "green"}
FAILED_STYLE: Final = "yellow"

_GAP: Final = "  "
_TIME, _EXTENSION, _EVENT, _STATUS = 7, 4, 10, 11
_BEFORE_CALL: Final = _TIME + _EXTENSION + _EVENT + _STATUS + 4 * len(_GAP)
_NARROWEST: Final = 80
_ROOMY: Final = 100
_WIDEST: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What became of one notification."""

    event_id: str
    what: str
    """How it was sent, and where to when that is not the demo's own receiver: ``POST``, ``POST /mine``."""
    latency_seconds: float
    """From the PBX's own time of the event."""
    problem: str = ""
    """Why this attempt failed; empty when it did not."""
    own: bool = True
    """It belongs to the demo's own assignments; False: to one that the person at the terminal made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What the person at the terminal is told before the first call."""

    pbx: str
    """Address and port of the simulated PBX."""
    ami_version: str
    api_url: str
    """With the base path."""
    token: str = field(repr=False)
    receiver_url: str
    assignments: int
    """How many the demo has made."""

    @property
    def curl(self) -> str:
        """A command to paste that makes an assignment of one's own."""
        return (
            f"curl -H 'Authorization: Bearer {self.token}' \\\n"
            f'  -d \'{{"type": "3", "method": "1", "url": "{self.receiver_url}/mine"}}\' \\\n'
            f"  {self.api_url}/extensions/@me/202/phoneCallEvents"
        )


def introduction(facts: Introduction, *, ends_by_itself: bool) -> list[Text]:
    """The lines above the calls; the command stands at the margin, so that it can be copied."""
    rows = (
        ("PBX", facts.pbx, f"simulated, speaks AMI {facts.ami_version}"),
        ("API", facts.api_url, f"{facts.assignments} assignments were made through it"),
        ("Token", facts.token, ""),
        ("Receiver", facts.receiver_url, "takes the notifications"),
    )
    widest = max(len(value) for name, value, _ in rows if name != "Token")
    lines = [
        Text.assemble(
            ("amibridge demo", "bold"),
            ("   calls that a real Asterisk 22 had, replayed; no PBX needed", "dim"),
        ),
        Text(),
        *(
            Text.assemble(f"  {name:<10}", (f"{value:<{widest if note else 0}}", "cyan"), (f"  {note}".rstrip(), "dim"))
            for name, value, note in rows
        ),
        Text(),
        Text("  Paste this into another terminal for an assignment of your own, for 202:"),
        Text(),
        *(Text(line, style="yellow") for line in facts.curl.splitlines()),
    ]
    return lines if ends_by_itself else [*lines, Text(), Text("  Ctrl-C ends the demo.", style="dim")]


def heading(width: int) -> Text:
    """The names of the columns."""
    call = _call_width(width)
    names = f"{'seconds':>{_TIME}}", f"{'ext':<{_EXTENSION}}", f"{'event':<{_EVENT}}", f"{'status':<{_STATUS}}"
    return Text(_GAP.join((*names, f"{'call':<{call}}", "notification")), style="dim underline")


def story(number: int, of: int, text: str) -> Text:
    """The line that says what people do in the next call."""
    return Text.assemble((f"{number}/{of}".rjust(_TIME), "dim"), _GAP, (text, "bold"))


class CallBoard:
    """The rows of one call: each call event, with what became of its notifications filled in as they arrive."""

    def __init__(self, title: Text) -> None:
        self._title = title
        self._events: dict[str, tuple[CallEvent, float]] = {}
        self._arrivals: dict[str, list[Arrival]] = {}

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._events

    def event(self, event: CallEvent, seconds: float) -> None:
        """Add a call event, so many seconds after the demo began."""
        self._events[event.event_id] = (event, seconds)

    def arrival(self, arrival: Arrival) -> None:
        """Add what became of a notification of one of its events."""
        self._arrivals.setdefault(arrival.event_id, []).append(arrival)

    def lines(self, width: int) -> list[Text]:
        """All rows as they stand now."""
        lines = [self._title]
        for event_id, (event, seconds) in self._events.items():
            arrivals = self._arrivals.get(event_id, [])
            own = [arrival for arrival in arrivals if arrival.own and not arrival.problem]
            lines.append(_row(event, seconds, own[0] if own else None, width))
            lines += [note(arrival, width) for arrival in arrivals if arrival not in own[:1]]
        return lines


def note(arrival: Arrival, width: int, event: CallEvent | None = None) -> Text:
    """A row of its own for a notification that is not the event's first; the event is named when it is far above."""
    about = f"{event.type.label} of {event.extension}  " if event else ""
    mark, style = ("✗", "red") if arrival.problem else ("✓", "green")
    outcome = safe(arrival.problem) or _milliseconds(arrival)
    text = Text.assemble((about, "dim"), (f"{mark} {safe(arrival.what)}", style), f"  {outcome}")
    text.truncate(_columns(width) - _TIME - len(_GAP), overflow="ellipsis")
    text.pad_left(min(_columns(width) - text.cell_len, _columns(width) - _arrival_width(width)))
    return text


def _row(event: CallEvent, seconds: float, arrival: Arrival | None, width: int) -> Text:
    call = _call_width(width)
    row = Text.assemble(
        (f"{seconds:{_TIME}.2f}", "dim"),
        _GAP,
        f"{event.extension:<{_EXTENSION}}",
        _GAP,
        (f"{event.type.label:<{_EVENT}}", EVENT_STYLES[event.type]),
        _GAP,
        (f"{event.status:<{_STATUS}}", STATUS_STYLES.get(event.status, FAILED_STYLE)),
        _GAP,
        set_cell_size(parties(event, call), call),
        _GAP,
    )
    if arrival is None:
        return row.append("…", style="dim")
    row.append(f"✓ {arrival.what:<5}", style="green")
    return row.append(f"{_milliseconds(arrival):>10}")


def parties(event: CallEvent, width: int, arrow: str = "→") -> str:
    """Who calls whom, with as much of it as fits."""
    number = event.caller_extension or event.caller_id_num or "withheld"
    called = event.called_extension or event.called_number
    by_number = f"{number} {arrow} {called}"
    full = f"{event.caller_id_name} {by_number}".strip()
    dialled = f" ({event.called_number})" if event.called_number not in {called, ""} else ""
    candidates = (full + dialled, full, by_number + dialled, by_number)
    shown = next((text for text in map(safe, candidates) if cell_len(text) <= width), "")
    return shown or f"{set_cell_size(safe(by_number), width - 1)}…"


def safe(text: str) -> str:
    """A text from outside as a terminal may show it: nothing in it moves the cursor or ends the line."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def plain_event(event: CallEvent, seconds: float) -> str:
    """A call event as a line of a file."""
    parts = f"{event.extension:<{_EXTENSION}}  {event.type.label:<{_EVENT}}  {event.status:<{_STATUS}}"
    return f"{seconds:{_TIME}.2f}  call event    {parts}  {parties(event, _WIDEST, arrow='->')}"


def plain_arrival(arrival: Arrival, event: CallEvent | None, seconds: float) -> str:
    """What became of a notification, as a line of a file."""
    about = f"{event.extension:<{_EXTENSION}}  {event.type.label:<{_EVENT}}" if event else arrival.event_id
    outcome = f"FAILED: {safe(arrival.problem)}" if arrival.problem else f"delivered in {_milliseconds(arrival)}"
    return f"{seconds:{_TIME}.2f}  notification  {about}  {safe(arrival.what):<{_STATUS}}  {outcome}"


def plain(lines: Iterable[Text]) -> Sequence[str]:
    """The same lines without any colour."""
    return [line.plain.rstrip() for line in lines]


def _milliseconds(arrival: Arrival) -> str:
    return f"{1000 * arrival.latency_seconds:.1f} ms"


def _columns(width: int) -> int:
    return max(_NARROWEST, min(width, _WIDEST))


def _arrival_width(width: int) -> int:
    return 19 if _columns(width) < _ROOMY else 24


def _call_width(width: int) -> int:
    return _columns(width) - _BEFORE_CALL - len(_GAP) - _arrival_width(width)
