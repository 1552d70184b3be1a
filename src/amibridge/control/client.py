"""The commands' end: ask the running daemon, or open the store when none runs."""

import asyncio

# Python loads these when they are first needed; once root is given up, a Python below /root cannot be read any more.
import concurrent.futures.thread  # noqa: F401
import encodings.idna  # noqa: F401
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from amibridge.control.operation import Books, Operation
from amibridge.control.wire import Answer, Request, socket_path
from amibridge.errors import UnavailableError
from amibridge.store.database import Store
from amibridge.store.failures import StoreHeldError

ANSWER_SECONDS: Final = 60.0
STARTING_SECONDS: Final = 5.0
"""A daemon that holds the store and does not listen yet, or a command that holds it, gets so long."""
_POLL_SECONDS: Final = 0.05
_ROOT: Final = 0

A = TypeVar("A")
R = TypeVar("R")


class NoDaemonError(UnavailableError):
    """Nobody listens at the control socket."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"no daemon answers at {self.path}: start it with 'systemctl start amibridge' or 'amibridge run'"


class ControlDeniedError(UnavailableError):
    """The control socket is somebody else's."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"the daemon takes commands from its own user and root alone ({self.path}): run this with sudo"


class NoAnswerError(UnavailableError):
    """The daemon did not answer, or not as this version does."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"the daemon at {self.path} gave no answer: see its log, look whether it was done, and try again"


async def perform(store_path: Path, operation: Operation[A, R], arguments: A) -> R:
    """Let the daemon of that store do it, or do it here when there is none.

    Raises:
        AmibridgeError: It cannot be done.
    """
    deadline = asyncio.get_running_loop().time() + STARTING_SECONDS
    while True:
        try:
            return await ask(socket_path(store_path), operation, arguments)
        except NoDaemonError:
            try:
                return await _perform_here(store_path, operation, arguments)
            except StoreHeldError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
        await asyncio.sleep(_POLL_SECONDS)


async def ask(path: Path, operation: Operation[A, R], arguments: A) -> R:
    """Let the daemon that listens there do it.

    Raises:
        NoDaemonError: None does.
        AmibridgeError: The daemon refused, with its words; or it may not be asked, or does not answer.
    """
    request = Request(operation=operation.name, arguments=operation.arguments.dump_python(arguments, mode="json"))
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except PermissionError as error:
        raise ControlDeniedError(path=path) from error
    except OSError as error:
        raise NoDaemonError(path=path) from error
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            writer.write(request.model_dump_json().encode() + b"\n")
            line = await reader.read()
        return operation.result.validate_python(Answer.model_validate_json(line).checked())
    except (OSError, ValidationError, TimeoutError) as error:
        raise NoAnswerError(path=path) from error
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _perform_here(store_path: Path, operation: Operation[A, R], arguments: A) -> R:
    act_as_owner_of(store_path.parent)
    async with Store.open(store_path) as store:
        return await operation.perform(await Books.open(store), arguments)


def act_as_owner_of(directory: Path) -> None:
    """Give up root for the directory's owner: what root made there, the daemon's user could not open afterwards."""
    with suppress(FileNotFoundError):
        owner = directory.stat()
        if os.geteuid() == _ROOT and owner.st_uid != _ROOT:
            os.setgroups([])
            os.setegid(owner.st_gid)
            os.seteuid(owner.st_uid)
