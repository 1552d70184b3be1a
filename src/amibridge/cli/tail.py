"""``amibridge tail``: what happens, as it happens."""

import asyncio
import os
import re
import stat
import sys
import time
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime
from io import UnsupportedOperation
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from amibridge.calls.events import EventType
from amibridge.cli.arguments import extension_number
from amibridge.cli.common import ConfigOption, JsonOption, say, settings_of
from amibridge.cli.following.sources import AwayError, LocalDaemon, RemoteDaemon, Source
from amibridge.control.following import Follow
from amibridge.control.wire import socket_path
from amibridge.errors import NotFineError, UsageError
from amibridge.first_of import first_of
from amibridge.logs import json_line
from amibridge.stream.frames import CALL_EVENT, DELIVERY, DROPPED, GAP, LOG, Frame, FrameReader
from amibridge.stream.selection import MOST_BEFORE

AGAIN_SECONDS: Final = 1.0
"""So long until a daemon that is away is looked for again."""

LINES: Final = 10
"""It begins with so many, unless it is told otherwise."""

_SPAN: Final = re.compile(r"(?P<number>[0-9]{1,9})(?P<unit>[smhd])")
_UNIT_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHOWN: Final = frozenset({CALL_EVENT, DELIVERY, LOG})


def beginning(text: str) -> float:
    """A time of the past: ``10m`` ago, or ISO 8601, in local time unless it has a zone; Unix seconds."""
    span = _SPAN.fullmatch(text)
    if span is not None:
        return time.time() - int(span["number"]) * _UNIT_SECONDS[span["unit"]]
    try:
        at = datetime.fromisoformat(text)
        return at.timestamp()  # without a zone, in that of this host
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            "give a span such as 30s, 10m, 2h or 1d, or a time such as 2026-11-22T10:11:12Z"
        ) from None


def event_type(text: str) -> EventType:
    """One of the five, by its number or its name."""
    for one in EventType:
        if text.lower() in {str(int(one)), one.label}:
            return one
    raise typer.BadParameter(f"give one of {', '.join(f'{int(one)} ({one.label})' for one in EventType)}")


def tail(
    *,
    extension: Annotated[
        str | None, typer.Option(metavar="NUMBER", parser=extension_number, help="Only what is about this extension.")
    ] = None,
    type_: Annotated[
        EventType | None, typer.Option("--type", metavar="TYPE", parser=event_type, help="Only events of this type.")
    ] = None,
    since: Annotated[
        float | None,
        typer.Option(metavar="TIME", parser=beginning, help="Begin then: 10m ago, or an ISO 8601 time (local)."),
    ] = None,
    lines: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=MOST_BEFORE, help="Begin with the last N.", show_default=str(LINES)),
    ] = None,
    logs: Annotated[bool, typer.Option("--logs", help="The daemon's log instead.")] = False,
    url: Annotated[str, typer.Option(metavar="URL", help="The API of a daemon elsewhere.")] = "",
    token: Annotated[str, typer.Option(metavar="TOKEN", help="For --url; else AMIBRIDGE_TOKEN.")] = "",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Follow the call events and deliveries of the running daemon, until Ctrl-C.

    A daemon that is restarted is found again, and nothing of what it told meanwhile is left out.
    """
    if logs and type_ is not None:
        raise UsageError("the log has no --type: leave out --logs or --type")
    if since is not None and lines is not None:
        raise UsageError("--since and --lines both say where to begin: give one of them")
    if token and not url:
        raise UsageError("--token is for a daemon elsewhere: name its API with --url, or leave it out")
    token = token or os.environ.get("AMIBRIDGE_TOKEN", "")
    source: Source = RemoteDaemon(url, token) if url else LocalDaemon(socket_path(Path(settings_of(config).store.path)))
    wanted = Follow(
        logs=logs, extension=extension, event_type=type_, since=since, before=LINES if lines is None else lines
    )
    asyncio.run(first_of(_follow(source, wanted, _Output(as_json=json)), _until_nobody_reads()))


async def _follow(source: Source, wanted: Follow, output: "_Output") -> NoReturn:
    """Follow for ever; the daemon must be there at the beginning.

    Raises:
        AmibridgeError: It was never there, or refuses.
    """
    reader, away = FrameReader(), False
    clock = asyncio.get_running_loop().time
    while True:
        opened_at = clock()
        try:
            async with aclosing(source.lines(replace(wanted, last_id=reader.last_id))) as lines:
                async for line in lines:
                    for frame in reader.read(line):
                        output.show(frame)
        except AwayError as error:
            if not reader.last_id:
                raise NotFineError(str(error)) from error
        # One that stops still answers for a moment, to say so.
        if clock() - opened_at >= AGAIN_SECONDS or not away:
            say("(the daemon is away)")
            away = True
        reader = FrameReader(reader.last_id)
        await asyncio.sleep(AGAIN_SECONDS)


async def _until_nobody_reads() -> None:
    """Wait until the pipe behind standard output is closed, which writing would find out only at the next event.

    Raises:
        BrokenPipeError: It is.
    """
    closed, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(UnsupportedOperation):  # an output in memory has no descriptor
        descriptor = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            # Nothing can be read there: what wakes is the error.
            loop.add_reader(descriptor, closed.set)
            await closed.wait()
            loop.remove_reader(descriptor)
            raise BrokenPipeError
    await closed.wait()


class _Output:
    """Standard output: rows for people, JSON lines for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        if not as_json:
            # Only here is it needed.
            from rich.console import Console  # noqa: PLC0415

            from amibridge.cli.following.view import View  # noqa: PLC0415

            fancy = (sys.stdout.encoding or "").lower().startswith("utf")
            self._view = View(datetime.now().astimezone().date(), fancy=fancy)
            self._console = Console(file=sys.stdout, highlight=False)

    def show(self, frame: Frame) -> None:
        """Show what happened; what is about the stream itself is said on standard error."""
        if frame.event in {GAP, DROPPED}:
            say(f"({frame.data['reason']})")
        elif self._as_json:
            if frame.event in _SHOWN:
                kind = {} if frame.event == LOG else {"kind": frame.event}
                _write(json_line(kind | frame.data))
        else:
            for row in self._view.rows(frame):
                if self._console.is_terminal:
                    self._console.print(row, soft_wrap=True)
                else:
                    _write(row.plain)


def _write(line: str) -> None:
    """Write a line at once: whoever reads it waits for it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
