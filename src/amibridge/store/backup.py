"""A checked copy of the store, made while a daemon works on it; neither takes its lock nor writes to it."""

import asyncio
import os
import sqlite3
from pathlib import Path

from amibridge.errors import NotFineError, UsageError, reason_of
from amibridge.store.connections import check_whole
from amibridge.store.database import open_to_read
from amibridge.store.failures import UnusableStoreError
from amibridge.store.migrations import copy_into


class ExistingBackupError(UsageError):
    """There is a file of that name."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} exists already, and a backup overwrites nothing: name another file"


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
        UnwritableBackupError: It cannot be written.
        StoreError: The store cannot be read, or is damaged.
        UnavailableError: A later amibridge wrote the store.
    """
    # Not Path.exists(), which raises where one may not look.
    if await asyncio.to_thread(os.path.lexists, target):
        raise ExistingBackupError(path=target)
    async with open_to_read(path) as connection:
        # A damaged file can also be copied without an error, or with one that blames the target's disk.
        await check_whole(connection, path)
        try:
            await copy_into(connection, target)
        except UnusableStoreError as error:
            raise UnwritableBackupError(path=target, problem=error.problem) from error
        except (sqlite3.Error, OSError) as error:
            raise UnwritableBackupError(path=target, problem=reason_of(error)) from error
