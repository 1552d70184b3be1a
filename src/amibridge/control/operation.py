"""What an operation is: a named function over the store's books, with arguments and a result that fit on a line."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Generic, Self, TypeVar, get_type_hints

from pydantic import TypeAdapter

from amibridge.control.cures import with_cure
from amibridge.store.accounts import AccountBook
from amibridge.store.calls import CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.extensions import ExtensionBook
from amibridge.store.refusals import RefusedError
from amibridge.stream.streams import Streams

A = TypeVar("A")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """The arguments of an operation that needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonFacts:
    """The running daemon at a glance; times are Unix seconds."""

    version: str
    pid: int
    started_at: float
    api_url: str
    pbx: str
    """Where the link is on its way, as ``LinkState`` says it: ``up`` when all is well."""
    pbx_since: float
    pbx_lost_at: float | None = None
    """Since when it is not heard; None while it is, and before the first session."""
    pbx_address: str = ""
    asterisk: str
    """``Asterisk 22``; empty before the first session."""
    ami_version: str = ""
    """``11.0.0``; empty before the first session."""
    last_event_at: float | None
    """When the last event that somebody wants arrived."""
    lag_seconds: float | None = None
    """From the time that the last event carries to its arrival; None when it carries none."""
    reconnects: int = 0
    events_heard: Mapping[str, int] = field(default_factory=dict)
    """How often each AMI event that is read came, by its name."""
    inbox_items: int = 0
    """What was received and is not translated yet."""
    participations: int = 0
    """Extensions' parts in calls that go on."""
    channels: int = 0
    events_told: int = 0
    """Call events since the daemon was started."""
    assignments: int
    receivers_failing: tuple[str, ...] = ()
    """Origins that get one request at a time, because they fail."""
    store_path: str = ""
    store_size_bytes: int = 0
    store_free_bytes: int = 0
    """On the store's disk."""
    store_reserve_bytes: int = 0
    """What is kept for a full disk; 0 while it is full."""
    not_ready: tuple[str, ...] = ()
    """What keeps it from doing its whole work, one line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What operations work on."""

    accounts: AccountBook
    extensions: ExtensionBook
    deliveries: Deliveries
    calls: CallLog
    wake: Callable[[], None] = field(default=lambda: None)
    """Tells the delivery worker that something may have become due; nothing to do where none works."""
    streams: Streams | None = None
    """What happens, as it happens; None where no daemon runs."""
    facts: Callable[[], DaemonFacts] | None = None
    """The daemon about itself; None where there is none."""

    @classmethod
    async def open(cls, store: Store) -> Self:
        """The books of a store that no daemon has open."""
        return cls(
            accounts=await AccountBook.open(store),
            extensions=await ExtensionBook.open(store),
            deliveries=Deliveries(store),
            calls=CallLog(store),
        )


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[A, R]):
    """A named function over the books; made by ``operation``."""

    name: str
    perform: Callable[[Books, A], Awaitable[R]]
    """Raises AmibridgeError for what a person can act on."""

    @cached_property
    def arguments(self) -> TypeAdapter[A]:
        """How its arguments are written and read."""
        return TypeAdapter(self._hints["arguments"])

    @cached_property
    def result(self) -> TypeAdapter[R]:
        """How its result is written and read."""
        return TypeAdapter(self._hints["return"])

    @property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.perform)


def operation(name: str) -> Callable[[Callable[[Books, A], Awaitable[R]]], Operation[A, R]]:
    """Make an operation of a function whose second parameter is called ``arguments``.

    What the store refuses it says with its cure.
    """

    def of(perform: Callable[[Books, A], Awaitable[R]]) -> Operation[A, R]:
        @wraps(perform)
        async def performed(books: Books, arguments: A) -> R:
            try:
                return await perform(books, arguments)
            except RefusedError as error:
                raise with_cure(error) from error

        return Operation(name=name, perform=performed)

    return of
