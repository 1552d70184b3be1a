"""The store's file: opened by one process, written by one task on one connection, read on another one."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import aiosqlite
import structlog

from amibridge.errors import StoreError
from amibridge.store.connections import check_whole, connect
from amibridge.store.failures import NoRoomError, is_full, unusable
from amibridge.store.files import StoreRoom, exclusive_lock, make_private, prepare, require, room_of
from amibridge.store.migrations import migrate, version_of
from amibridge.store.queries import load
from amibridge.store.reserve import Reserve
from amibridge.store.writer import GroupCommit, Parameters, Work, Writer

T = TypeVar("T")

SQLITE_VERSION: Final = sqlite3.sqlite_version
"""The library's."""
SYNCHRONOUS: Final = "FULL"
"""Whoever is told that something was committed finds it again after a power cut."""
CHECKPOINT_PAGES: Final = 1000
"""The WAL goes back into the file when it has grown by this many pages."""

_SQL: Final = load("store")

log = structlog.get_logger(__name__)


class Store:
    """An open store; made by ``Store.open``.

    Args:
        path: The store's file.
        commits: The queue of the one writer.
        reader: A read-only connection.
        reserve: What is left for a full disk.
        tasks: The one that runs the queue, and the one that keeps the reserve.
    """

    def __init__(
        self,
        path: Path,
        commits: GroupCommit,
        reader: aiosqlite.Connection,
        reserve: Reserve,
        tasks: Sequence["asyncio.Task[None]"],
    ) -> None:
        self.path = path
        self._commits = commits
        self._reader = reader
        self._reserve = reserve
        self._tasks = tasks

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, reserve_bytes: int = 0, on_commit: Callable[[float], None] = lambda _: None
    ) -> AsyncIterator["Store"]:
        """Open the store of that file, made or upgraded if need be; on leaving, commit what waits and close it.

        The writer is at work from here on; a daemon watches it with ``run``.

        Args:
            path: The file.
            reserve_bytes: So much room is kept beside it for a full disk.
            on_commit: Told how many seconds each commit took; must not raise.

        Raises:
            StoreError: The file cannot be read or written, is damaged, or is no store of amibridge.
            UnavailableError: Another amibridge holds it, or a later one wrote it.
        """
        async with AsyncExitStack() as stack:
            await asyncio.to_thread(prepare, path)
            stack.enter_context(exclusive_lock(path))
            reserve = Reserve(path, size_bytes=reserve_bytes)
            with _told(path):
                connection = await stack.enter_async_context(connect(path, mode="rw"))
                await _make_ready(connection, path, reserve)
                reader = await stack.enter_async_context(connect(path, mode="ro"))
            commits = GroupCommit(connection, path, on_full=reserve.release, on_commit=on_commit)
            task = asyncio.create_task(commits.run(), name="store writer")
            keeping = asyncio.create_task(reserve.keep(), name="store reserve")
            try:
                yield cls(path, commits, reader, reserve, (task, keeping))
            finally:
                keeping.cancel()
                await asyncio.wait([keeping])
                commits.close()
                await asyncio.wait([task])
                if not task.cancelled() and task.exception() is None:
                    await _mark_clean_stop(connection, path)

    async def run(self) -> None:
        """Watch the writer, and what keeps the reserve, until the store is closed; cancelling this does not stop them.

        Raises:
            StoreError: The writer failed; whoever waited for a commit was told so, and so is whoever writes later. Or
                the reserve cannot be kept, for another reason than a full disk.
        """
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not task.cancelled():
                with _told(self.path):
                    task.result()

    async def answers(self) -> None:
        """Wait until the writer has been through all that waits for it now; changes nothing.

        One that refuses, because its disk is full or its file locked, has answered; one that has failed ends ``run``.
        """
        with suppress(StoreError):
            await self._commits.write(_nothing)

    @property
    def problem(self) -> str:
        """Why new call events are not taken at the moment; empty when they are."""
        return self._reserve.problem

    @property
    def busy_seconds(self) -> float:
        """For how long the commit has been under way that is; 0 while none is."""
        return self._commits.busy_seconds

    @property
    def room(self) -> StoreRoom:
        """What it takes of the disk, and what is left."""
        return room_of(self.path, reserve_bytes=self._reserve.kept_bytes)

    async def write(self, work: Work[T], *, then: Callable[[T], None] | None = None) -> T:
        """Change rows, whole or not at all: see ``GroupCommit.write``."""
        return await self._commits.write(work, then)

    async def add(self, work: Work[T], *, then: Callable[[T], None] | None = None) -> T:
        """The same for what comes in without end: on a full disk it must not take the room that is left for marks.

        Raises:
            StoreError: Nothing was written: as ``write``, or there is no room yet.
        """
        if self._reserve.problem:
            raise NoRoomError(self._reserve.problem)
        return await self._commits.write(work, then)

    async def read(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """The rows that a query finds among what is committed.

        Raises:
            StoreError: The file cannot be read.
        """
        with _told(self.path):
            return list(await self._reader.execute_fetchall(sql, parameters))


@asynccontextmanager
async def open_to_read(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    """A read-only connection to a store that another process may have open; takes no lock.

    Raises:
        StoreError: The file cannot be read, or is no store.
        UnavailableError: A later amibridge wrote it.
    """
    # aiosqlite leaves a thread behind when SQLite cannot open the file, so that is found out before.
    await asyncio.to_thread(require, path)
    with _told(path):
        async with connect(path, mode="ro") as connection:
            await version_of(connection, path)
            yield connection


async def read_version(path: Path) -> int:
    """The version of a store's schema; another process may have it open.

    Raises:
        StoreError: The file cannot be read, or is no store.
        UnavailableError: A later amibridge wrote it.
    """
    async with open_to_read(path) as connection:
        return await version_of(connection, path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the file system into the one line that a person can act on."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise unusable(error, path) from error


async def _make_ready(connection: aiosqlite.Connection, path: Path, reserve: Reserve) -> None:
    try:
        await _begin(connection, path)
    except sqlite3.Error as error:
        # Even to look at a store takes room, for the index of its WAL.
        if not is_full(error) or not reserve.release():
            raise
        await _begin(connection, path)
    await reserve.make()


async def _begin(connection: aiosqlite.Connection, path: Path) -> None:
    version = await version_of(connection, path)
    await asyncio.to_thread(make_private, path)
    for pragma in ("journal_mode = WAL", f"synchronous = {SYNCHRONOUS}", f"wal_autocheckpoint = {CHECKPOINT_PAGES}"):
        await connection.execute_fetchall(f"PRAGMA {pragma}")
    await migrate(connection, path, version)
    await connection.execute_fetchall("PRAGMA foreign_keys = ON")
    ((clean,),) = await connection.execute_fetchall(_SQL["clean_stop"])
    if clean != "1":
        log.warning("store_check", reason="the last process that had it open did not close it")
        await check_whole(connection, path)
    await connection.execute_fetchall(_SQL["set_clean_stop"], {"value": "0"})


async def _nothing(_: Writer) -> None:
    """A job that leaves everything as it is."""


async def _mark_clean_stop(connection: aiosqlite.Connection, path: Path) -> None:
    """Spare the next start its check; where that cannot be written, it checks, and what ended this run is told."""
    try:
        await connection.execute_fetchall(_SQL["set_clean_stop"], {"value": "1"})
    except sqlite3.Error as error:
        log.warning("store_not_marked_clean", reason=str(unusable(error, path)))
