"""A checked copy of the store, made while a daemon works on it; neither takes its lock nor writes to it."""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Final

from amibridge.errors import NotFineError, UsageError, reason_of
from amibridge.store.connections import check_whole
from amibridge.store.database import open_to_read
from amibridge.store.failures import UnusableStoreError
from amibridge.store.migrations import copy_into

_OWN_ENDINGS: Final = ("-wal", "-shm", ".lock", ".sock", ".reserve")


class ExistingBackupError(UsageError):
    """There is a file of that name."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} exists already, and a backup overwrites nothing: name another file"


class OwnNameError(UsageError):
    """A name that belongs to the store."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} is a name that the daemon uses for a file of its own: name another file"


class UnwritableBackupError(NotFineError):
    """The copy cannot be written."""

    def __init__(self, *, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, problem

    def __str__(self) -> str:
        return f"{self.path} cannot be written ({self.problem}): name a file where there is room and permission"


async def back_up(path: Path, target: Path) -> None:
    """Write a copy of the store of that path to a file that is there only once it is whole, checked and on the disk.

    Args:
        path: The store; a daemon may have it open, and goes on meanwhile.
        target: What does not exist yet.

    Raises:
        ExistingBackupError: It does.
        OwnNameError: It is the name of a file that the daemon makes beside the store.
        UnwritableBackupError: It cannot be written.
        StoreError: The store cannot be read, or is damaged.
        UnavailableError: A later amibridge wrote the store.
    """
    if await asyncio.to_thread(_is_the_stores, target, path):
        raise OwnNameError(path=target)
    # Not Path.exists(), which raises where one may not look.
    if await asyncio.to_thread(os.path.lexists, target):
        raise ExistingBackupError(path=target)
    async with open_to_read(path) as connection:
        # A damaged file can also be copied without an error, or with one that blames the target's disk.
        await check_whole(connection, path)
        try:
            await copy_into(connection, target, replacing=False)
        except FileExistsError as error:
            raise ExistingBackupError(path=target) from error
        except UnusableStoreError as error:
            raise UnwritableBackupError(path=target, problem=error.problem) from error
        except (sqlite3.Error, OSError) as error:
            raise UnwritableBackupError(path=target, problem=reason_of(error)) from error


def _is_the_stores(target: Path, path: Path) -> bool:
    return target.resolve() in {Path(f"{path.resolve()}{ending}") for ending in _OWN_ENDINGS}
