"""What the delivery worker needs of the rest of the house: ports, implemented by the store and wired by the daemon."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from amibridge.assignments.resource import Assignment
from amibridge.delivery.outbox import Delivery, Settlement
from amibridge.delivery.policy import Outcome
from amibridge.delivery.request import NotificationRequest


class Outbox(Protocol):
    """The durable rows; each method is one transaction."""

    async def claim_due(
        self,
        *,
        now: float,
        limit: int,
        origin_limit: int,
        origin_room: Mapping[str, int],
        skip_order_keys: frozenset[str],
        waiting_bound_seconds: float,
        down: Sequence[str] = (),
        down_limit: int = 0,
    ) -> list[Delivery]:
        """Mark due rows as being sent, count the attempt, and hand them out, those that were due first first.

        At most one row of an order key; none whose assignment is disabled; none behind an older row of its order key
        that is neither delivered nor given up, unless it was created longer ago than the bound.

        Args:
            now: Unix seconds.
            limit: How many rows at most.
            origin_limit: How many of one origin at most.
            origin_room: The same for the origins that have requests under way; 0 leaves an origin out.
            skip_order_keys: Keys of which a request is under way.
            waiting_bound_seconds: How long a stuck row may hold up the later ones of its key.
            down: Origins that fail; among themselves they take turns in this order, not by what is due first.
            down_limit: How many rows of all of them together at most.
        """
        ...

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record what became of attempts."""
        ...

    async def next_due(self) -> float | None:
        """Unix seconds when the earliest pending row is due; None when there is none."""
        ...

    async def recover(self, *, now: float) -> int:
        """Make pending and due what a former process left as being sent; returns how many rows.

        What it was sending for an assignment that was deleted meanwhile is dead.

        Args:
            now: Unix seconds.
        """
        ...

    async def follow_clock(self, step_seconds: float) -> None:
        """The clock was set by that much: move the times of what is not delivered yet along with it."""
        ...

    async def expire(self, *, now: float, max_age_seconds: float) -> int:
        """Give up the pending rows that are older than that; returns how many."""
        ...

    async def open_order_keys(self) -> Mapping[str, int]:
        """How many rows of each order key are neither delivered nor given up."""
        ...


class Assignments(Protocol):
    """The assignments as they are now."""

    def get(self, assignment_id: str) -> Assignment | None:
        """The assignment of that id; None when it was deleted."""
        ...

    async def disable(self, assignment: Assignment) -> bool:
        """Set its status to 0, and its rows wait until it is enabled again; not when it is no longer as given.

        Returns:
            Whether it was disabled.
        """
        ...


class Signers(Protocol):
    """Whose assignment it is."""

    def signing_secrets(self, app_id: int, now: float) -> Sequence[str]:
        """What signs the App's notifications now, the newest ``whsec_…`` first; none when it has none or is gone."""
        ...

    def is_administrator(self, account_id: int) -> bool:
        """Whether that account is an administrator."""
        ...


class Sender(Protocol):
    """Makes one HTTP request and says what came of it; raises nothing that a receiver could cause."""

    async def send(self, request: NotificationRequest, *, by_administrator: bool) -> Outcome:
        """Send it once."""
        ...
