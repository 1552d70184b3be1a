"""``amibridge record``: what the PBX says, byte for byte, to a file that ``replay`` takes."""

import asyncio
import os
import signal
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, Self

import typer

from amibridge.ami.inbox import Inbox, LinkUp
from amibridge.cli.common import ConfigOption, say, settings_of
from amibridge.errors import NotFineError, UsageError, reason_of
from amibridge.settings import AmiSettings, require_login

_PRIVATE_MODE: Final = 0o600
"""A recording tells who called whom."""


class ExistingRecordingError(UsageError):
    """There is a file of that name."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} exists already: name another file, or replace it with --force"


class UnwritableRecordingError(NotFineError):
    """The file cannot be written."""

    def __init__(self, *, path: Path, problem: str, kept: Path | None) -> None:
        super().__init__(path, problem, kept)
        self.path, self.problem, self.kept = path, problem, kept

    def __str__(self) -> str:
        kept = f"; what was recorded before is in {self.kept}" if self.kept else ""
        return f"{self.path} cannot be written ({self.problem}): name a file where there is room and permission{kept}"


class NothingRecordedError(NotFineError):
    """There was never a session; what the link says of each attempt has been logged."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        why = "see above why" if self.problem else "it did not answer in time"
        return f"nothing was recorded, there was no session with the PBX: {why}"


class Recording:
    """A file that is there under its name only when it is whole; until then it is ``<name>.part``.

    Args:
        path: Where it will be.
        force: Replace what is there.
    """

    def __init__(self, path: Path, *, force: bool) -> None:
        self._path, self._force = path, force
        self._part = path.with_name(f"{path.name}.part")
        self.size_bytes = 0
        self.wanted = False
        """Whether to keep it."""

    def __enter__(self) -> Self:
        if not self._force and os.path.lexists(self._path):
            raise ExistingRecordingError(path=self._path)
        try:
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE_MODE)
        except OSError as error:
            raise self._unwritable(error) from error
        self._file = os.fdopen(descriptor, "wb")
        return self

    def write(self, data: bytes) -> None:
        """Add what the PBX sent.

        Raises:
            UnwritableRecordingError: There is no room for it.
        """
        try:
            self._file.write(data)
        except OSError as error:
            raise self._unwritable(error) from error
        self.size_bytes += len(data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
            if self.wanted:
                self._part.replace(self._path)
            elif error is None or not self.size_bytes:
                self._part.unlink()
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def _unwritable(self, error: OSError) -> UnwritableRecordingError:
        kept = self._part if self.size_bytes else None
        return UnwritableRecordingError(path=self._path, problem=reason_of(error), kept=kept)


def record(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; for 'amibridge replay'.")],
    seconds: Annotated[float | None, typer.Option(metavar="N", min=0.1, help="End after so long.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
    config: ConfigOption = None,
) -> None:
    """Record what the PBX says, until Ctrl-C.

    The file holds who called whom, but no secret: only what the PBX sends, never what is sent to it.
    """
    settings = settings_of(config, logs_in=True)
    require_login(settings.ami)
    with Recording(file, force=force) as recording:
        problem = asyncio.run(_record(settings.ami, recording, seconds))
        recording.wanted = problem is None
    if problem is not None:
        raise NothingRecordedError(problem=problem)
    say(f"recorded {recording.size_bytes} bytes: amibridge replay {file}")


async def _record(ami: AmiSettings, recording: Recording, seconds: float | None) -> str | None:
    """Record until told to stop; returns None, or why there never was a session."""
    # The link takes long to load, and only here is it needed.
    from amibridge.ami.link import Link  # noqa: PLC0415

    inbox = Inbox()
    link = Link(ami, inbox, frozenset, tap=recording.write)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say(f"recording {ami.host}:{ami.port}, until Ctrl-C{f' or for {seconds:g} s' if seconds else ''}")
    following = asyncio.create_task(link.run(), name="link")
    tasks = {following, asyncio.create_task(_announce(inbox), name="inbox"), asyncio.create_task(stop.wait())}
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if not following.cancelled():
        following.result()
    return None if link.facts.sessions else link.facts.last_error


async def _announce(inbox: Inbox) -> None:
    """Say when a session begins; what else is received is in the recording already."""
    while True:
        for item in await inbox.get_batch(100):
            if isinstance(item, LinkUp):
                say(f"logged in, AMI {item.version}")
