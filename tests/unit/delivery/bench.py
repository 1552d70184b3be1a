"""A delivery worker with everything around it that its tests touch."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment
from amibridge.calls.events import CallEvent
from amibridge.delivery.attempt import Attempts, DeliveryOutcome
from amibridge.delivery.destination import DestinationPolicy
from amibridge.delivery.outbox import DeliveryState, NewDelivery
from amibridge.delivery.sender import HttpSender
from amibridge.delivery.worker import DeliveryWorker
from amibridge.settings import DeliverySettings
from amibridge.steady_clock import SteadyClock
from tests.fakes.outbox import MemoryOutbox, Row

from .samples import HOOK

NOW = 1_700_000_000.0


class Clock:
    """Unix seconds that a test can move on; they pass by themselves too."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """The time now."""
        return NOW + self.ahead + asyncio.get_running_loop().time()


@dataclass(slots=True)
class Signers:
    """App 1 signs with a secret; account 1 is an administrator."""

    secrets: dict[int, str] = field(default_factory=dict)

    def signing_secrets(self, app_id: int, now: float) -> Sequence[str]:  # noqa: ARG002 - these never change
        """See the port."""
        return [secret] if (secret := self.secrets.get(app_id)) else []

    def is_administrator(self, account_id: int) -> bool:
        """See the port."""
        return account_id == 1


class Assignments:
    """Assignments that can be disabled; the outbox hears of it."""

    def __init__(self, index: AssignmentIndex, outbox: MemoryOutbox) -> None:
        self.index = index
        self._outbox = outbox

    def get(self, assignment_id: str) -> Assignment | None:
        """See the port."""
        return self.index.get(assignment_id)

    async def disable(self, assignment: Assignment) -> bool:
        """See the port."""
        if not assignment.enabled or self.index.get(assignment.assignment_id) != assignment:
            return False
        self.index.put(replace(assignment, enabled=False))
        self._outbox.disabled.add(assignment.assignment_id)
        return True

    def enable(self, assignment_id: str) -> None:
        """What a PUT of status 1 does."""
        assignment = self.index.get(assignment_id)
        assert assignment
        self.index.put(replace(assignment, enabled=True))
        self._outbox.disabled.discard(assignment_id)


class Bench:
    """One worker over an outbox in memory; ``settings`` name what differs from short pauses."""

    def __init__(self, *allow: str, outbox: MemoryOutbox | None = None, **settings: object) -> None:
        self.settings = DeliverySettings.model_validate(
            {
                "retry_pauses_seconds": [0.05],
                "timeout_seconds": 2,
                "allow_destinations": list(allow),
                "private_networks": "nobody",
            }
            | settings
        )
        self.outbox = outbox or MemoryOutbox()
        self.assignments = Assignments(AssignmentIndex(), self.outbox)
        self.signers = Signers()
        self.clock = Clock()
        self.outcomes: list[DeliveryOutcome] = []
        self.grace_seconds = 0.0
        self.worker: DeliveryWorker
        self.run: asyncio.Task[None]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Bench"]:
        """The worker at work."""
        policy = DestinationPolicy.from_settings(self.settings)
        async with HttpSender(destinations=policy, timeout_seconds=self.settings.timeout_seconds) as sender:
            attempts = Attempts(
                assignments=self.assignments,
                signers=self.signers,
                sender=sender,
                settings=self.settings,
                version="1.2.3",
                clock=SteadyClock(self.clock, self.clock),
            )
            self.worker = DeliveryWorker(
                outbox=self.outbox,
                assignments=self.assignments,
                attempts=attempts,
                concurrency=self.settings.concurrency,
                concurrency_per_origin=self.settings.concurrency_per_origin,
                grace_seconds=self.grace_seconds,
                on_outcome=self.outcomes.append,
                clock=SteadyClock(self.clock, self.clock),
                again_seconds=0.02,
            )
            self.run = asyncio.create_task(self.worker.run())
            await asyncio.sleep(0.02)
            try:
                yield self
            finally:
                self.run.cancel()
                with suppress(asyncio.CancelledError):
                    await self.run

    def assign(self, url: str, *, assignment_id: str = HOOK.assignment_id) -> Assignment:
        """Assign a URL."""
        assignment = replace(HOOK, assignment_id=assignment_id, url=url)
        self.assignments.index.put(assignment)
        return assignment

    def reserve(self, assignment: Assignment, *events: CallEvent) -> list[NewDelivery]:
        """Rows for events, as the pipeline asks for them."""
        return [self.worker.reserve(event, assignment, self.clock()) for event in events]

    async def tell(self, assignment: Assignment, *events: CallEvent) -> list[NewDelivery]:
        """Reserve, commit, start."""
        rows = self.reserve(assignment, *events)
        self.worker.start(rows, await self.outbox.insert(rows))
        return rows

    async def until(self, state: DeliveryState, count: int = 1, *, seconds: float = 5) -> Sequence[Row]:
        """Wait until that many rows are in a state."""
        async with asyncio.timeout(seconds):
            while len(rows := [row for row in self.outbox.rows.values() if row.state is state]) < count:
                self.outbox.changed.clear()
                await self.outbox.changed.wait()
        return rows
