"""The daemon's end of the control socket."""

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import structlog
from pydantic import ValidationError

from amibridge.control.following import asked, follow
from amibridge.control.operation import Books
from amibridge.control.operations import OPERATIONS
from amibridge.control.wire import REQUEST_BYTES, REQUEST_SECONDS, Answer, Request, refusal
from amibridge.errors import AmibridgeError, NotFineError, UnavailableError, reason_of

GRACE_SECONDS: Final = 5.0
"""So long may operations under way still take when the server is stopped."""

_OWNER_ONLY: Final = 0o177

log = structlog.get_logger(__name__)


class ControlSocketError(UnavailableError):
    """The control socket cannot be made."""

    def __init__(self, *, path: Path, problem: str, cure: str) -> None:
        super().__init__(path, problem, cure)
        self.path, self.problem, self.cure = path, problem, cure

    def __str__(self) -> str:
        return f"control socket {self.path}: {self.problem}; {self.cure}"


class ControlServer:
    """Listens beside the store; whoever may open the socket may do everything.

    Args:
        path: Where, from ``socket_path``.
        books: What is worked on.

    Attributes:
        listening: Set once commands are taken.
    """

    def __init__(self, path: Path, books: Books) -> None:
        self._path, self._books = path, books
        self._conversations: set[asyncio.Task[None]] = set()
        self._performing: set[asyncio.Task[None]] = set()
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Take commands until cancelled; those under way are finished then.

        Raises:
            UnavailableError: The socket cannot be made.
        """
        with _listener(self._path) as listener:
            server = await asyncio.start_unix_server(self._accept, sock=listener, limit=REQUEST_BYTES)
            try:
                self.listening.set()
                await server.serve_forever()
            finally:
                server.close()
                await self._finish()

    async def _finish(self) -> None:
        """Let what is being done be done; whoever has not asked yet is not waited for."""
        for task in self._conversations - self._performing:
            task.cancel()
        if self._performing:
            await asyncio.wait(self._performing, timeout=GRACE_SECONDS)
        for task in self._conversations:
            task.cancel()
        if self._conversations:
            await asyncio.wait(self._conversations)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._converse(reader, writer), name="control command")
        self._conversations.add(task)
        task.add_done_callback(self._conversations.discard)
        task.add_done_callback(self._performing.discard)
        # Also of a conversation that was ended before it began.
        task.add_done_callback(lambda _: writer.close())

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request, answer it, hang up; a client that misbehaves only harms itself."""
        with suppress(ConnectionError, TimeoutError, ValueError):
            try:
                async with asyncio.timeout(REQUEST_SECONDS):
                    line = await reader.readline()
                task = asyncio.current_task()
                if line and task is not None:
                    self._performing.add(task)
                if (wanted := asked(line)) is not None:
                    await follow(self._books.streams, wanted, reader, writer)
                elif line:
                    answer = await self._answer(line)
                    writer.write(answer.model_dump_json().encode() + b"\n")
                    async with asyncio.timeout(REQUEST_SECONDS):
                        await writer.drain()
            finally:
                writer.close()
                async with asyncio.timeout(REQUEST_SECONDS):
                    await writer.wait_closed()

    async def _answer(self, line: bytes) -> Answer:
        name = ""
        try:
            request = Request.model_validate_json(line)
            name = request.operation
            operation = OPERATIONS[name]
            arguments = operation.arguments.validate_python(request.arguments)
        except (ValidationError, KeyError):
            refused = NotFineError(
                "the running daemon does not know this command: restart it, so that it is of one version"
            )
            return refusal(refused)
        try:
            result = await operation.perform(self._books, arguments)
            return Answer(result=operation.result.dump_python(result, mode="json"))
        except AmibridgeError as error:
            return refusal(error)
        except Exception:
            # A fault of ours in one command must not stop the daemon.
            log.exception("control_fault", operation=name)
            return refusal(NotFineError(f"the daemon failed at '{name}': its log says why"))


@contextmanager
def _listener(path: Path) -> Iterator[socket.socket]:
    """A socket that listens there, for its owner only; the path is free again afterwards."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            if os.path.lexists(path):
                _clear(path)
            former = os.umask(_OWNER_ONLY)
            try:
                listener.bind(str(path))
            finally:
                os.umask(former)
        except OSError as error:
            problem = reason_of(error)
            cure = "set [store] path to a file with a shorter name, in a directory that can be written"
            raise ControlSocketError(path=path, problem=problem, cure=cure) from error
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


def _clear(path: Path) -> None:
    """Remove the socket that a killed daemon left; whatever else is there stays."""
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise ControlSocketError(path=path, problem="there is a file of that name", cure="move it away")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise ControlSocketError(path=path, problem="another daemon listens there", cure="stop it first")
