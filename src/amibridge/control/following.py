"""Following over the control socket: after the answer's line come the frames of a stream, until one end hangs up."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from pydantic import TypeAdapter, ValidationError

from amibridge.calls.events import EventType
from amibridge.control.client import ControlDeniedError, NoDaemonError
from amibridge.control.wire import REQUEST_BYTES, REQUEST_SECONDS, Answer, Request, refusal
from amibridge.errors import AmibridgeError, NotFineError, StoreError
from amibridge.first_of import first_of
from amibridge.stream.frames import DROPPED, frame
from amibridge.stream.selection import Beginning, CallSelection, LogSelection
from amibridge.stream.streams import Streams

FOLLOW: Final = "follow"
SPARE_PLACES: Final = 8
"""So many may follow over this socket when the API's places are all taken."""
UNREAD_SECONDS: Final = 20.0
"""A command that takes nothing for so long is dropped."""
_REASON: Final = f"nothing was read for {UNREAD_SECONDS:g} s"
_WHERE: Final = "control socket"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What is to be followed."""

    logs: bool = False
    """The log; else call events and deliveries."""
    extension: str | None = None
    event_type: EventType | None = None
    last_id: str = ""
    """After what had this id."""
    since: float | None = None
    """Unix seconds."""
    before: int = 0
    """With so many of the last entries."""

    @property
    def beginning(self) -> Beginning:
        """From where on."""
        return Beginning(last_id=self.last_id, since=self.since, before=self.before)


_FOLLOW: Final = TypeAdapter(Follow)


def asked(line: bytes) -> Follow | None:
    """What a request's line asks to follow; None: it asks for something else."""
    try:
        request = Request.model_validate_json(line)
        return _FOLLOW.validate_python(request.arguments) if request.operation == FOLLOW else None
    except ValidationError:
        return None


async def follow(
    streams: Streams | None, wanted: Follow, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Send what is wanted until the command leaves, does not read, or the daemon stops."""
    try:
        if streams is None:
            raise NotFineError("there is nothing to follow here")
        with streams.place(spare=SPARE_PLACES):
            frames = await _opened(streams, wanted)
            writer.write(_line(Answer()))
            async with aclosing(frames):
                await first_of(_send(streams, frames, writer), reader.read())
    except AmibridgeError as error:
        if isinstance(error, StoreError):
            log.error("stream_store_failed", reason=str(error))  # noqa: TRY400 - no fault of ours to be traced
        writer.write(_line(refusal(error)))


async def _opened(streams: Streams, wanted: Follow) -> AsyncGenerator[bytes, None]:
    if wanted.logs:
        return await streams.log_lines(LogSelection(extension=wanted.extension, beginning=wanted.beginning))
    selection = CallSelection(
        extension=wanted.extension, event_type=wanted.event_type, deliveries=True, beginning=wanted.beginning
    )
    return await streams.call_events(selection)


async def _send(streams: Streams, frames: AsyncGenerator[bytes, None], writer: asyncio.StreamWriter) -> None:
    async for chunk in frames:
        writer.write(chunk)
        try:
            async with asyncio.timeout(UNREAD_SECONDS):
                await writer.drain()
        except TimeoutError:
            streams.count_dropped()
            log.warning("stream_dropped", path=_WHERE, reason=_REASON)
            writer.write(frame(DROPPED, {"reason": _REASON}))
            return


def _line(answer: Answer) -> bytes:
    return answer.model_dump_json().encode() + b"\n"


async def followed(path: Path, wanted: Follow) -> AsyncGenerator[str, None]:
    """The command's end: the lines of what is followed, without their ends, until the daemon hangs up.

    Raises:
        NoDaemonError: None listens there.
        AmibridgeError: It refused, with its words; or it may not be asked.
    """
    request = Request(operation=FOLLOW, arguments=_FOLLOW.dump_python(wanted, mode="json"))
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=REQUEST_BYTES)
    except PermissionError as error:
        raise ControlDeniedError(path=path) from error
    except OSError as error:
        raise NoDaemonError(path=path) from error
    try:
        writer.write(request.model_dump_json().encode() + b"\n")
        async with asyncio.timeout(REQUEST_SECONDS):
            answer = await reader.readline()
        if not answer:
            raise NoDaemonError(path=path)
        Answer.model_validate_json(answer).checked()
        while line := await reader.readline():
            yield line.decode(errors="replace").rstrip("\n")
    except (OSError, TimeoutError, ValidationError) as error:
        raise NoDaemonError(path=path) from error
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
