"""The assignments, on disk and in memory: matching never waits for the disk."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import time
from typing import Any, Final

from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType
from amibridge.delivery.policy import DELETED
from amibridge.delivery.request import UnusableUrlError
from amibridge.delivery.request import origin as origin_in
from amibridge.errors import NotFineError
from amibridge.store.database import Store, open_to_read
from amibridge.store.queries import load
from amibridge.store.writer import Writer

_SQL: Final = load("assignments")


class AssignmentBook:
    """All assignments; made by ``AssignmentBook.open``.

    Args:
        store: Where they are kept.
        index: The same in memory; changed right after each commit.
        clock: Unix seconds.
    """

    def __init__(self, store: Store, index: AssignmentIndex, *, clock: Callable[[], float] = time) -> None:
        self._store = store
        self._clock = clock
        self.index = index

    @classmethod
    async def open(cls, store: Store, *, clock: Callable[[], float] = time) -> "AssignmentBook":
        """The assignments as the store has them."""
        rows = await store.read(_SQL["all"])
        return cls(store, AssignmentIndex(_assignment_of(row) for row in rows), clock=clock)

    def get(self, assignment_id: str) -> Assignment | None:
        """The assignment of that id, or None."""
        return self.index.get(assignment_id)

    async def create(self, assignment: Assignment) -> None:
        """Add an assignment of a new id."""
        row = _row(assignment)
        await self._store.write(
            lambda writer: writer.execute(_SQL["add"], row),
            then=lambda _: self.index.put(assignment),
        )

    async def update(self, assignment: Assignment) -> None:
        """Replace the assignment of the same id; what is queued for it goes to its new URL.

        The delivery worker must be woken: what waited for a disabled assignment may be due.

        Raises:
            NotFineError: There is none any more.
        """
        row = _row(assignment)
        where = {"assignment_id": assignment.assignment_id, "origin": origin_of(assignment.url)}

        async def work(writer: Writer) -> None:
            if not await writer.execute(_SQL["update"], row):
                raise NotFineError(f"assignment {assignment.assignment_id} was deleted meanwhile: make a new one")
            await writer.execute(_SQL["move_of"], where)

        await self._store.write(work, then=lambda _: self.index.put(assignment))

    async def disable(self, assignment: Assignment) -> bool:
        """Set its status to 0, if it is enabled and still as given; what is queued for it waits.

        Returns:
            Whether that was so: not when it was changed, disabled or deleted meanwhile.
        """
        bound = _row(assignment) | {"at": self._clock()}

        def then(rows: Sequence[sqlite3.Row]) -> None:
            for row in rows:
                self.index.put(_assignment_of(row))

        disabled = await self._store.write(lambda writer: writer.rows(_SQL["disable"], bound), then=then)
        return bool(disabled)

    async def delete(self, assignment_ids: Sequence[str]) -> int:
        """Delete these assignments, those already gone included; returns how many queued deliveries died with them."""
        now = self._clock()

        async def work(writer: Writer) -> int:
            bounds = [{"assignment_id": one, "now": now, "reason": DELETED} for one in assignment_ids]
            await writer.execute_many(_SQL["delete"], [{"assignment_id": one} for one in assignment_ids])
            return await writer.execute_many(_SQL["give_up_of"], bounds)

        def then(_: int) -> None:
            for assignment_id in assignment_ids:
                self.index.remove(assignment_id)

        return await self._store.write(work, then=then)


async def read_receivers(path: Path) -> Counter[tuple[str, bool]]:
    """How many enabled assignments lead to which origin, made by an administrator or not.

    Args:
        path: A store that another process may have open.

    Raises:
        StoreError: It cannot be read.
    """
    found: Counter[tuple[str, bool]] = Counter()
    async with open_to_read(path) as connection:
        for row in await connection.execute_fetchall(_SQL["enabled_urls"]):
            if origin := origin_of(row["url"]):
                found[origin, bool(row["by_administrator"])] += row["assignments"]
    return found


def origin_of(url: str) -> str:
    """Where deliveries to that URL queue up; empty when it is none."""
    try:
        return origin_in(url)
    except UnusableUrlError:
        return ""  # as the delivery worker has it: the attempt says what is wrong with the URL


def _row(assignment: Assignment) -> dict[str, Any]:
    return {
        "assignment_id": assignment.assignment_id,
        "extension": assignment.extension,
        "type": int(assignment.type),
        "method": int(assignment.method),
        "url": assignment.url,
        "enabled": assignment.enabled,
        "note": assignment.note,
        "modified": assignment.modified,
        "account_id": assignment.account_id,
        "app_id": assignment.app_id,
    }


def _assignment_of(row: sqlite3.Row) -> Assignment:
    return Assignment(
        assignment_id=row["assignment_id"],
        extension=row["extension"],
        type=EventType(row["type"]),
        method=Method(row["method"]),
        url=row["url"],
        enabled=bool(row["enabled"]),
        note=row["note"],
        modified=row["modified"],
        account_id=row["account_id"],
        app_id=row["app_id"],
    )
