"""The one writer: whatever waits becomes one transaction, each job of it whole or not at all."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog

from amibridge.store.connections import Connection
from amibridge.store.failures import StoreEndedError, is_fatal, is_full, is_of_the_store, unusable

T = TypeVar("T")

Parameters = Mapping[str, Any] | Sequence[Any]
"""What a query's placeholders stand for: by name, or in order."""

log = structlog.get_logger(__name__)


class Writer:
    """What a job may do; each method is one trip to the writer's thread.

    Args:
        connection: The only one that writes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do many things in one trip; ``work`` runs in the writer's thread, and must not end the transaction."""
        return await self._connection.run(work)

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement; returns how many rows it changed."""
        return (await self._connection.execute(sql, parameters)).rowcount

    async def execute_many(self, sql: str, parameters: Iterable[Parameters]) -> int:
        """Run a statement once for each; returns how many rows it changed in all."""
        return (await self._connection.executemany(sql, parameters)).rowcount

    async def insert(self, sql: str, parameters: Parameters = ()) -> int:
        """Insert a row; returns its id."""
        row = await self._connection.execute_insert(sql, parameters)
        return int(row[0]) if row else 0

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """The rows that a statement returns, uncommitted ones included."""
        return list(await self._connection.execute_fetchall(sql, parameters))


Work = Callable[[Writer], Awaitable[T]]
"""A job: everything it changes is committed together, unless it raises."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Job(Generic[T]):
    """A job that waits."""

    work: Work[T]
    then: Callable[[T], None] | None
    future: "asyncio.Future[T]"

    def conclude(self, result: T) -> None:
        """It is committed."""
        if self.then is not None:
            self.then(result)
        if not self.future.done():
            self.future.set_result(result)

    def fail(self, error: Exception) -> None:
        """It is not."""
        if not self.future.done():
            self.future.set_exception(error)
        elif self.future.cancelled():
            log.warning("write_failed_unattended", error=type(error).__name__, reason=str(error))


class GroupCommit:
    """The queue of jobs and the task that commits them.

    Args:
        connection: The only one that writes, in autocommit mode: the transactions are ours.
        path: The store's file, for errors.
        on_full: Called when the disk turns out to be full; what was refused then is for its callers to try again.
        on_commit: Told of each commit: how many seconds it took from its first statement to the disk; must not raise.
    """

    def __init__(
        self,
        connection: Connection,
        path: Path,
        *,
        on_full: Callable[[], object] = lambda: None,
        on_commit: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._on_full, self._on_commit = on_full, on_commit
        self._began: float | None = None
        self._writer = Writer(connection)
        self._waiting: list[_Job[Any]] = []
        self._wake = asyncio.Event()
        self._ended = ""
        self._failure: BaseException | None = None

    async def write(self, work: Work[T], then: Callable[[T], None] | None = None) -> T:
        """Run a job; returns its result once it is committed.

        A caller that is cancelled meanwhile leaves its job behind, which is still committed whole or not at all.

        Args:
            work: Called with the writer, inside a transaction that it may share with other jobs.
            then: Called with the result right after the commit, in the order of the commits, whether or not the
                caller still waits; must not raise.

        Raises:
            StoreError: Nothing was written: the disk or the file failed, or the store has ended.
            Exception: Whatever ``work`` raised; nothing of it was written.
        """
        if self._ended:
            raise self._ended_error()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(work=work, then=then, future=future))
        self._wake.set()
        return await future

    @property
    def busy_seconds(self) -> float:
        """For how long the commit has been under way that is; 0 while none is."""
        return 0.0 if self._began is None else time.monotonic() - self._began

    def close(self) -> None:
        """Take no more jobs; ``run`` returns when those that wait are done."""
        self._ended = self._ended or "it was closed"
        self._wake.set()

    async def run(self) -> None:
        """Commit groups of jobs until closed.

        Raises:
            StoreError: The disk failed or the file is damaged, so that no later success would prove anything.
            Exception: A ``then`` raised: memory and store disagree.
        """
        group: list[_Job[Any]] = []
        try:
            while self._waiting or not self._ended:
                await self._wake.wait()
                self._wake.clear()
                group, self._waiting = self._waiting, []
                if group:
                    self._began = time.monotonic()
                    await self._commit(group)
                    self._began, group = None, []
        except BaseException as error:
            self._ended = self._ended or f"its writer failed: {str(error) or type(error).__name__}"
            self._failure = error
            raise
        finally:
            self._ended = self._ended or "it was closed"
            for job in (*group, *self._waiting):
                job.fail(self._ended_error())
            if self._connection.in_transaction:
                await self._connection.rollback()

    def _ended_error(self) -> StoreEndedError:
        """With what ended it as its cause."""
        error = StoreEndedError(path=self._path, reason=self._ended)
        error.__cause__ = self._failure
        return error

    async def _commit(self, group: Sequence[_Job[Any]]) -> None:
        done: list[tuple[_Job[Any], Any]] = []
        try:
            await self._writer.execute("BEGIN IMMEDIATE")
            for job in group:
                await self._savepoint(job, done)
            await self._writer.execute("COMMIT")
            self._on_commit(self.busy_seconds)
        except sqlite3.Error as error:
            if is_fatal(error):
                raise unusable(error, self._path) from error
            if self._connection.in_transaction:
                await self._writer.execute("ROLLBACK")
            if is_full(error):
                self._on_full()
            for job in group:
                job.fail(unusable(error, self._path))
            return
        for job, result in done:
            job.conclude(result)

    async def _savepoint(self, job: _Job[Any], done: list[tuple[_Job[Any], Any]]) -> None:
        await self._writer.execute("SAVEPOINT job")
        try:
            result = await job.work(self._writer)
        except Exception as error:
            # SQLite gives up the whole transaction at some errors; then no job of the group is there any more.
            if is_fatal(error) or not self._connection.in_transaction:
                raise
            await self._writer.execute("ROLLBACK TO job")
            await self._writer.execute("RELEASE job")
            job.fail(self._of_job(error))
        else:
            await self._writer.execute("RELEASE job")
            done.append((job, result))

    def _of_job(self, error: Exception) -> Exception:
        if isinstance(error, sqlite3.Error) and is_of_the_store(error):
            if is_full(error):
                self._on_full()
            failure = unusable(error, self._path)
            failure.__cause__ = error
            return failure
        return error
