"""How SQLite is opened, and how a file is looked through."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

import aiosqlite

from amibridge.store.failures import UnusableStoreError
from amibridge.store.rows import decode

BUSY_TIMEOUT_SECONDS: Final = 5.0
"""How long a statement waits for a foreign program that has the file locked."""
_ROWS_A_TRIP: Final = 64
"""aiosqlite's own default."""


T = TypeVar("T")


class Connection(aiosqlite.Connection):
    """A connection that can do many things in one trip to its thread."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Let the thread do something and return what it returns; a trip there and back costs more than a statement."""
        result: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # theirs
        return result


@asynccontextmanager
async def connect(path: Path, *, mode: str) -> AsyncIterator[Connection]:
    """A connection in autocommit mode to a file that exists; ``mode`` is SQLite's: ``ro`` or ``rw``."""
    uri = f"file:{quote(str(path))}?mode={mode}"

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)

    async with Connection(connector, _ROWS_A_TRIP) as connection:
        connection.row_factory = sqlite3.Row
        connection.text_factory = decode
        yield connection  # type: ignore[misc]  # aiosqlite says that entering returns its own class


async def check_whole(connection: aiosqlite.Connection, path: Path) -> None:
    """Look through the whole file.

    Raises:
        UnusableStoreError: Its pages make no sense.
        sqlite3.Error: They cannot even be read.
    """
    found = [str(row[0]) for row in await connection.execute_fetchall("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise UnusableStoreError(
            path=path,
            problem=f"the file is damaged ({' '.join(' '.join(found).split())})",
            cure="move it away and restore a backup, or start with a new one",
        )
