"""One transaction for whatever waits; each job of it whole or not at all."""

import asyncio
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from amibridge.errors import NotFineError, StoreError
from amibridge.store.database import Store
from amibridge.store.writer import Work, Writer

ADD = "INSERT INTO gap (lost_at, back_at, reason) VALUES (:n, :n, :reason)"


def adding(n: int, *, fails: bool = False) -> Work[int]:
    """A job of two rows, which may fail between them."""

    async def work(writer: Writer) -> int:
        await writer.execute(ADD, {"n": n, "reason": "first"})
        if fails:
            raise NotFineError(f"job {n} fails")
        await writer.execute(ADD, {"n": n, "reason": "second"})
        return n

    return work


async def kept(store: Store) -> list[tuple[int, int]]:
    """Which jobs' rows are there, and how many of each."""
    rows = await store.read("SELECT CAST(lost_at AS INTEGER), count(*) FROM gap GROUP BY lost_at ORDER BY lost_at")
    return [tuple(row) for row in rows]


async def commits(store: Store) -> int:
    """How many transactions have changed the file so far, as its readers count them."""
    ((count,),) = await store.read("PRAGMA data_version")
    return int(count)


async def test_a_job_is_there_once_it_returned(store: Store) -> None:
    """A writer's result comes after the commit: a reader sees its rows."""
    assert await store.write(adding(1)) == 1
    assert await kept(store) == [(1, 2)]


async def test_what_waits_is_one_transaction(store: Store) -> None:
    """Jobs that come together share one commit, in their order."""
    order: list[int] = []
    before = await commits(store)
    await asyncio.gather(*(store.write(adding(n), then=order.append) for n in range(20)))
    assert order == list(range(20))
    assert len(await kept(store)) == 20
    assert await commits(store) == before + 1


async def test_a_job_that_raises_takes_no_other_with_it(store: Store) -> None:
    """Its rows are gone and it gets its exception; its neighbours' rows are there."""
    results = await asyncio.gather(
        *(store.write(adding(n, fails=n == 1)) for n in range(3)),
        return_exceptions=True,
    )
    assert results[0] == 0
    assert isinstance(results[1], NotFineError)
    assert results[2] == 2
    assert await kept(store) == [(0, 2), (2, 2)]


async def test_a_broken_rule_is_the_jobs_own_error(store: Store) -> None:
    """A constraint that a statement breaks comes to its caller as it is, and only to it."""
    bad = store.write(lambda writer: writer.execute("INSERT INTO gap (lost_at) VALUES (1)"))
    results = await asyncio.gather(bad, store.write(adding(2)), return_exceptions=True)
    assert isinstance(results[0], sqlite3.IntegrityError)
    assert await kept(store) == [(2, 2)]


async def test_a_cancelled_waiters_job_is_committed_whole(store: Store) -> None:
    """A request that goes away leaves its job behind; memory is told of it as the disk is."""
    told: list[int] = []
    waiter = asyncio.create_task(store.write(adding(1), then=told.append))
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await store.write(adding(2))
    assert await kept(store) == [(1, 2), (2, 2)]
    assert told == [1]


async def test_a_failure_that_nobody_waits_for_is_logged(store: Store) -> None:
    """A job that fails after its caller went away is not lost without a word."""
    with capture_logs() as logs:
        waiter = asyncio.create_task(store.write(adding(1, fails=True)))
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.wait([waiter])
        await store.write(adding(2))
    assert [(one["event"], one["reason"]) for one in logs] == [("write_failed_unattended", "job 1 fails")]


async def test_a_full_disk_takes_nothing_and_may_get_better(store: Store) -> None:
    """What does not fit is refused in one line; when there is room again, writing goes on."""
    await store.write(lambda writer: writer.rows("PRAGMA max_page_count = 1"))
    blob = {"n": 1, "reason": "x" * 1_000_000}
    with pytest.raises(StoreError, match="the disk is full"):
        await store.write(lambda writer: writer.execute(ADD, blob))
    await store.write(lambda writer: writer.rows("PRAGMA max_page_count = 1000000"))
    await store.write(adding(2))
    assert await kept(store) == [(2, 2)]


async def test_a_statement_that_cannot_write_is_told_in_one_line(store: Store) -> None:
    """A file that may not be written is the store's failure, told as such; its neighbours are not rolled back."""

    async def work(writer: Writer) -> None:
        await writer.execute("PRAGMA query_only = ON")
        try:
            await writer.execute(ADD, {"n": 1, "reason": "refused"})
        finally:
            await writer.execute("PRAGMA query_only = OFF")

    results = await asyncio.gather(store.write(work), store.write(adding(2)), return_exceptions=True)
    assert isinstance(results[0], StoreError)
    assert "it cannot be written" in str(results[0])
    assert await kept(store) == [(2, 2)]


async def test_a_commit_that_fails_leaves_nothing(store: Store) -> None:
    """When the commit itself is refused nobody was told that it happened, nothing is there, and writing goes on."""
    orphan = "INSERT INTO token (token_hash, account_id, created_at) VALUES (hex(zeroblob(32)), 4711, 0)"

    async def work(writer: Writer) -> None:
        await writer.execute("PRAGMA defer_foreign_keys = ON")
        await writer.execute(orphan)

    results = await asyncio.gather(store.write(adding(1)), store.write(work), return_exceptions=True)
    assert [isinstance(one, StoreError) for one in results] == [True, True]
    await store.write(adding(2))
    assert await kept(store) == [(2, 2)]


async def test_a_locked_file_refuses_the_whole_group(store: Store, path: Path) -> None:
    """While a foreign program holds the file nothing is written and everybody is told; afterwards it goes on."""
    await store.write(lambda writer: writer.rows("SELECT 1"))
    await store._commits._connection.execute_fetchall("PRAGMA busy_timeout = 20")
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(store.write(adding(1)), store.write(adding(2)), return_exceptions=True)
    foreign.close()
    assert ["another program holds it" in str(one) for one in results] == [True, True]
    await store.write(adding(3))
    assert await kept(store) == [(3, 2)]


@contextmanager
def files_no_longer_than(size_bytes: int) -> Iterator[None]:
    """The file system fails writes beyond that, and not because it is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_failing_disk_ends_the_writer(path: Path) -> None:
    """After a failed write nothing is trusted: every waiting and later write is refused, and who watches learns it."""
    async with Store.open(path) as store:
        await store.write(adding(1))
        watched = asyncio.create_task(store.run())
        big = {"n": 2, "reason": "x" * 4_000_000}
        with files_no_longer_than(600_000):
            results = await asyncio.gather(
                store.write(lambda writer: writer.execute(ADD, big)),
                store.write(adding(3)),
                return_exceptions=True,
            )
        assert [isinstance(one, StoreError) for one in results] == [True, True]
        with pytest.raises(StoreError, match="the disk failed"):
            await watched
        with pytest.raises(StoreError, match="nothing is written any more"):
            await store.write(adding(4))
    with capture_logs() as logs:
        async with Store.open(path) as again:
            assert await kept(again) == [(1, 2)]
    assert [one["event"] for one in logs] == ["store_check"]


async def test_memory_that_disagrees_ends_the_writer(path: Path) -> None:
    """When the change in memory fails after the commit, nothing goes on as if it had not."""

    def then(_: int) -> None:
        raise RuntimeError("memory")

    async with Store.open(path) as store:
        with pytest.raises(StoreError, match="its writer failed: memory") as refused:
            await store.write(adding(1), then=then)
        assert str(refused.value.__cause__) == "memory"
        with pytest.raises(RuntimeError, match="memory"):
            await store.run()


async def test_closing_commits_what_waits(path: Path) -> None:
    """What was asked for before the store closed is written; afterwards nothing is."""
    async with Store.open(path) as store:
        waiting = [asyncio.create_task(store.write(adding(n))) for n in range(3)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*waiting) == [0, 1, 2]
    with pytest.raises(StoreError, match="it was closed"):
        await store.write(adding(4))


async def test_watching_ends_with_the_store(path: Path) -> None:
    """Who watches the writer may stop watching without stopping it, and is not kept waiting after the close."""
    async with Store.open(path) as store:
        watched = asyncio.create_task(store.run())
        await asyncio.sleep(0)
        watched.cancel()
        with suppress(asyncio.CancelledError):
            await watched
        await store.write(adding(1))
        watched = asyncio.create_task(store.run())
    await watched


async def test_a_killed_writer_leaves_nobody_waiting(path: Path) -> None:
    """Should its task be cancelled, the open transaction is rolled back and its callers learn it."""
    async with Store.open(path) as store:
        begun = asyncio.Event()

        async def work(writer: Writer) -> None:
            await writer.execute(ADD, {"n": 1, "reason": "begun"})
            begun.set()
            await asyncio.Event().wait()

        waiter = asyncio.create_task(store.write(work))
        await begun.wait()
        store._tasks[0].cancel()
        with pytest.raises(StoreError, match="CancelledError"):
            await waiter
        assert await kept(store) == []


class Fate(str):
    """What becomes of a job."""

    __slots__ = ()


FATES = st.sampled_from([Fate("returns"), Fate("raises"), Fate("is cancelled")])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(FATES, max_size=6), max_size=5))
def test_what_returned_is_there_and_what_raised_is_not(rounds: list[list[Fate]]) -> None:
    """After reopening, whatever came together and whoever went away: a job is there whole, or not at all."""

    async def go(path: Path) -> None:
        returned, raised = set[int](), set[int]()
        async with Store.open(path) as store:
            for number, fates in enumerate(rounds):
                tasks = {
                    asyncio.create_task(store.write(adding(number * 10 + n, fails=fate == "raises"))): fate
                    for n, fate in enumerate(fates)
                }
                names = {task: number * 10 + n for n, task in enumerate(tasks)}
                await asyncio.sleep(0)
                for task, fate in tasks.items():
                    if fate == "is cancelled":
                        task.cancel()
                if tasks:
                    await asyncio.wait(tasks)
                returned |= {names[task] for task, fate in tasks.items() if fate == "returns" and task.result() >= 0}
                raised |= {names[task] for task, fate in tasks.items() if fate == "raises" and task.exception()}
        async with Store.open(path) as store:
            there = dict(await kept(store))
        assert set(there.values()) <= {2}
        assert returned <= set(there)
        assert not raised & set(there)

    with TemporaryDirectory() as folder, capture_logs():
        asyncio.run(go(Path(folder) / "amibridge.db"))


async def test_commits_are_timed(path: Path) -> None:
    """Each commit's time is told; while one is under way it is known for how long, and how much room there is."""
    took: list[float] = []
    busy: list[float] = []
    async with Store.open(path, reserve_bytes=1024, on_commit=took.append) as store:

        async def work(writer: Writer) -> None:
            await asyncio.sleep(0.02)
            busy.append(store.busy_seconds)
            await writer.rows("SELECT 1")

        assert store.busy_seconds == 0
        await store.write(work)
        await store.write(work)
        assert store.busy_seconds == 0
        assert (store.room.reserve_bytes, store.room.size_bytes > 0, store.room.free_bytes > 0) == (1024, True, True)
    assert len(took) == 2
    assert all(inside >= 0.02 and whole >= inside for inside, whole in zip(busy, took, strict=True))
