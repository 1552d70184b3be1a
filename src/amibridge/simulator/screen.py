"""Where the demo is shown: rows that fill in as things happen on a terminal, plain lines anywhere else."""

import os
from collections.abc import Callable
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from amibridge.calls.events import CallEvent
from amibridge.simulator.display import (
    Arrival,
    CallBoard,
    Introduction,
    heading,
    introduction,
    note,
    plain,
    plain_arrival,
    plain_event,
    story,
)


class Screen(Protocol):
    """What the demo tells its audience."""

    def introduce(self, facts: Introduction, *, ends_by_itself: bool) -> None:
        """Say what runs where, before the first call."""
        ...

    def scene(self, number: int, of: int, text: str) -> None:
        """A recorded call is about to happen."""
        ...

    def event(self, event: CallEvent, seconds: float) -> None:
        """A call event was told, so many seconds after the demo began."""
        ...

    def arrival(self, arrival: Arrival, event: CallEvent | None, seconds: float) -> None:
        """Something became of a notification."""
        ...

    def close(self, text: str) -> None:
        """End with this line."""
        ...


def screen(stream: TextIO, on_closed: Callable[[], None]) -> Screen:
    """The screen that fits where the output goes.

    Args:
        stream: Standard output.
        on_closed: Called when nobody reads it any more.
    """
    console = Console(file=stream, highlight=False)
    if console.is_terminal and not console.is_dumb_terminal and console.encoding.lower().startswith("utf"):
        return TerminalScreen(console)
    return PlainScreen(stream, on_closed)


class TerminalScreen:
    """Colours and columns; the rows of the call that is going on are drawn again whenever something is added."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._board = CallBoard(Text())
        self._live: Live | None = None

    def introduce(self, facts: Introduction, *, ends_by_itself: bool) -> None:
        """Print the lines above the calls, then the heading of the columns."""
        for line in introduction(facts, ends_by_itself=ends_by_itself):
            self._console.print(line, soft_wrap=True)
        self._console.print()
        self._console.print(heading(self._console.width), no_wrap=True)

    def scene(self, number: int, of: int, text: str) -> None:
        """Leave the last call as it stands, and begin another board."""
        self._finish()
        self._board = CallBoard(story(number, of, text))
        self._console.print()
        self._live = Live(console=self._console, auto_refresh=False, vertical_overflow="visible")
        self._live.start()
        self._draw()

    def event(self, event: CallEvent, seconds: float) -> None:
        """Add a row."""
        self._board.event(event, seconds)
        self._draw()

    def arrival(self, arrival: Arrival, event: CallEvent | None, seconds: float) -> None:  # noqa: ARG002 - the plain screen's
        """Fill in a row, or print a line for a call that is over."""
        if event is None or arrival.event_id in self._board:
            self._board.arrival(arrival)
            self._draw()
        else:
            self._console.print(note(arrival, self._console.width, event), no_wrap=True)

    def close(self, text: str) -> None:
        """Leave the last call as it stands, and end."""
        self._finish()
        self._console.print(f"\n[bold]{text}[/bold]", soft_wrap=True)

    def _draw(self) -> None:
        if self._live is not None:
            lines = self._board.lines(self._console.width)
            for line in lines:
                line.no_wrap = True
            self._live.update(Group(*lines), refresh=True)

    def _finish(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


class PlainScreen:
    """One line a happening, for files and pipes."""

    def __init__(self, stream: TextIO, on_closed: Callable[[], None]) -> None:
        self._stream = stream
        self._on_closed = on_closed
        self._open = True

    def introduce(self, facts: Introduction, *, ends_by_itself: bool) -> None:
        """Print the lines above the calls."""
        self._print(*plain(introduction(facts, ends_by_itself=ends_by_itself)))

    def scene(self, number: int, of: int, text: str) -> None:
        """Print the story."""
        self._print("", *plain([story(number, of, text)]))

    def event(self, event: CallEvent, seconds: float) -> None:
        """Print the event."""
        self._print(plain_event(event, seconds))

    def arrival(self, arrival: Arrival, event: CallEvent | None, seconds: float) -> None:
        """Print what became of the notification."""
        self._print(plain_arrival(arrival, event, seconds))

    def close(self, text: str) -> None:
        """Print the last line."""
        self._print("", text)

    def _print(self, *lines: str) -> None:
        if not self._open:
            return
        encoding = self._stream.encoding or "utf-8"
        text = "".join(f"{line}\n" for line in lines).encode(encoding, errors="replace").decode(encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            self._open = False
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())  # what is still buffered has somewhere to go at exit
            os.close(nowhere)
            self._on_closed()
