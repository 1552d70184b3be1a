"""Whatever happens to an outbox, nothing that was queued vanishes, and nothing is handed out twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from amibridge.calls.events import CallEvent, EventType
from amibridge.delivery.outbox import Delivery, DeliveryState
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.outbox import OutboxTable
from tests.unit.store.samples import HOOK, NOW, event, new_delivery, settlement

WORDS: Final = ["queue", "send", "claim", "deliver", "retry", "bury", "delete", "create", "disable", "wait", "expire"]
LIVES = st.lists(
    st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 3), st.sampled_from(EventType)), max_size=12),
    min_size=1,
    max_size=4,
)


class Life:
    """One process with the store; what it knows of the outbox is held against the rows.

    Args:
        store: Open.
        book: Its assignments.
        queued: Ids of the events queued so far, by this process and those before it.
        at: Unix seconds.
    """

    def __init__(self, store: Store, book: AssignmentBook, queued: set[str], at: float) -> None:
        self._store = store
        self._book = book
        self._outbox = OutboxTable(store)
        self._queued = queued
        self._under_way: list[Delivery] = []
        self.at = at

    @classmethod
    async def begin(cls, store: Store, queued: set[str], at: float) -> "Life":
        """Take over what a crash left."""
        await OutboxTable(store).recover(now=at)
        return cls(store, await AssignmentBook.open(store), queued, at)

    async def live(self, word: str, told: CallEvent) -> None:
        """One thing happens."""
        match word:
            case "queue" | "send":
                await self._queue(told, at_once=word == "send")
            case "claim":
                await self._claim()
            case "deliver":
                await self._settle(DeliveryState.DELIVERED)
            case "retry":
                await self._settle(DeliveryState.PENDING, due_at=self.at + 10)
            case "bury":
                await self._settle(DeliveryState.DEAD)
            case "expire":
                await self._outbox.expire(now=self.at, max_age_seconds=60)
            case "wait":
                self.at += 20
            case _:
                await self._change_assignment(word)

    async def check(self) -> None:
        """Each queued event is one row, and those being sent are those that were handed out."""
        rows = (await Deliveries(self._store).list_deliveries()).deliveries
        assert sorted(row.event.event_id for row in rows if row.event) == sorted(self._queued)
        assert len(rows) == len(self._queued)
        sending = {row.delivery_id for row in rows if row.state is DeliveryState.SENDING}
        assert sending == {row.delivery_id for row in self._under_way}
        given_up = {DeliveryState.DEAD, DeliveryState.EXPIRED}
        assert all(row.reason for row in rows if row.state in given_up)

    async def _queue(self, told: CallEvent, *, at_once: bool) -> None:
        new = replace(new_delivery(told, at_once=at_once), created_at=self.at)
        batch = CallBatch(events=[told], deliveries=[new], recorded_at=self.at)
        (row,) = await CallLog(self._store).record(batch)
        assert row is None or told.event_id not in self._queued
        self._queued.add(told.event_id)
        if row and row.attempt:
            self._under_way.append(row)

    async def _claim(self) -> None:
        claimed = await self._outbox.claim_due(
            now=self.at,
            limit=8,
            origin_limit=8,
            origin_room={},
            skip_order_keys=frozenset(row.order_key for row in self._under_way),
            waiting_bound_seconds=30,
        )
        assert len({row.order_key for row in claimed}) == len(claimed)
        assert not {row.order_key for row in claimed} & {row.order_key for row in self._under_way}
        self._under_way += claimed

    async def _settle(self, state: DeliveryState, *, due_at: float | None = None) -> None:
        if self._under_way:
            await self._outbox.settle([settlement(self._under_way.pop(), state, due_at=due_at)])

    async def _change_assignment(self, word: str) -> None:
        there = self._book.get(HOOK.assignment_id)
        if word == "delete":
            await self._book.delete([HOOK.assignment_id])
        elif word == "disable":
            await self._book.disable(there or HOOK)
        elif there:
            await self._book.update(HOOK)
        else:
            await self._book.create(HOOK)


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_nothing_vanishes(lives: Sequence[Sequence[tuple[str, int, EventType]]]) -> None:
    """Over crashes, retries and changed assignments every queued row stands in one state, and goes out once a claim."""

    async def go(path: Path) -> None:
        queued, at = set[str](), NOW
        for words in lives:
            async with Store.open(path) as store:
                life = await Life.begin(store, queued, at)
                await life.live("create", event())
                for word, call, kind in words:
                    await life.live(word, event(call, kind))
                await life.check()
                at = life.at

    with TemporaryDirectory() as folder:
        asyncio.run(go(Path(folder) / "amibridge.db"))
