"""The composition root: the only module that knows all parts; wires them, watches them, stops sources before sinks."""

import asyncio
import faulthandler
import gc
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import structlog
from fastapi import FastAPI

from amibridge import VERSION, logs
from amibridge.ami.inbox import Inbox
from amibridge.ami.link import Link
from amibridge.api.app import create_app, use_settings
from amibridge.api.dependencies import ApiDependencies
from amibridge.api.server import ApiServer
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory
from amibridge.calls.events import CallEvent
from amibridge.calls.tracker import Tracker
from amibridge.control.operation import Books
from amibridge.control.server import ControlServer
from amibridge.control.wire import socket_path
from amibridge.delivery.attempt import Attempts, DeliveryOutcome
from amibridge.delivery.worker import DeliveryWorker
from amibridge.errors import AmibridgeError, StoreError
from amibridge.health import Health
from amibridge.observation import Observation, Watched
from amibridge.pipeline import Pipeline
from amibridge.reload import Reloader
from amibridge.renewable_sender import RenewableSender, sender_of
from amibridge.service_manager import ServiceManager
from amibridge.service_report import give_signs_of_life, keep_status, more_time, status_line
from amibridge.settings import Settings
from amibridge.steady_clock import SteadyClock
from amibridge.store.accounts import AccountBook
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.extensions import ExtensionBook
from amibridge.store.following import FollowedJournal
from amibridge.store.outbox import OutboxTable
from amibridge.store.reserve import RESERVE_BYTES
from amibridge.store.retention import Retention
from amibridge.stream.hub import Hub
from amibridge.stream.streams import Streams

COMMITTING_SECONDS: Final = 3.0
"""When the daemon is stopped, what was received may take so long to be committed."""
SENDING_SECONDS: Final = 4.0
"""Requests under way may still take so long then."""

log = structlog.get_logger(__name__)


class PartEndedError(AmibridgeError):
    """A part of the daemon ended although nobody stopped it."""

    def __init__(self, *, part: str) -> None:
        super().__init__(part)
        self.part = part

    def __str__(self) -> str:
        return f"the daemon's {self.part} ended by itself: its log says more; start it again"


def run(settings: Settings, reread: Callable[[], Settings]) -> int:
    """Run the daemon until SIGTERM or SIGINT; returns the exit status.

    Args:
        settings: What the administrator decided.
        reread: Reads them again, at SIGHUP.

    Raises:
        AmibridgeError: It cannot start or go on; several parts' errors come as a group.
    """
    # A watchdog ends a daemon that hangs with SIGABRT: standard error then has where each thread was.
    faulthandler.enable()
    with asyncio.Runner(loop_factory=_fastest_event_loop) as runner:
        runner.run(_run_until_signalled(settings, reread))
    return 0


def _fastest_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop's, where there is one for this Python."""
    try:
        import uvloop  # noqa: PLC0415 - not everywhere
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _run_until_signalled(settings: Settings, reread: Callable[[], Settings]) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    for number, asked in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, reload)):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    # Whoever started us may have held it back, as the command does until here.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    daemon = Daemon(
        settings,
        reread=reread,
        reload=reload,
        log_to=sys.stdout,
        service_manager=ServiceManager.from_environment(os.environ),
    )
    await daemon.run(stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What is made once the store is open."""

    app: FastAPI
    api: ApiServer
    control: ControlServer
    pipeline: Pipeline
    worker: DeliveryWorker
    retention: Retention
    health: Callable[[], Health]


class Daemon:
    """All parts, wired.

    Args:
        settings: What the administrator decided.
        on_call_event: Told of each call event once it is committed; must not raise.
        on_outcome: Told of each attempt's outcome once it is stored; must not raise.
        reread: Reads the settings again; None: they cannot change.
        reload: Set when they should be read again.
        log_to: Where the log goes, for when its settings change; None: they stay.
        reserve_bytes: So much room is kept beside the store for a full disk.
        service_manager: Told when the daemon is ready, and when it stops.

    Attributes:
        books: What commands work on; there once ``run`` has opened the store.
        api_url: Where the API listens; empty until then.

    Raises:
        SettingsError: A file that they name cannot be used, or a value cannot be what it should be.
    """

    books: Books

    def __init__(
        self,
        settings: Settings,
        *,
        on_call_event: Callable[[CallEvent], None] = lambda _: None,
        on_outcome: Callable[[DeliveryOutcome], None] = lambda _: None,
        reread: Callable[[], Settings] | None = None,
        reload: asyncio.Event | None = None,
        log_to: TextIO | None = None,
        reserve_bytes: int = RESERVE_BYTES,
        service_manager: ServiceManager | None = None,
    ) -> None:
        self._settings = settings
        self._reread, self._reload, self._log_to = reread or (lambda: settings), reload or asyncio.Event(), log_to
        self._on_call_event, self._on_outcome = on_call_event, on_outcome
        self._service_manager = service_manager or ServiceManager()
        self._reserve_bytes = reserve_bytes
        self._directory = Directory()
        self._tracker = Tracker(Attribution.from_settings(settings.extensions), self._directory)
        self._hub = Hub(limit=settings.api.stream_clients, heartbeat_seconds=settings.api.stream_heartbeat_seconds)
        self._inbox = Inbox()
        self._link = Link(
            settings.ami,
            self._inbox,
            lambda: self._tracker.wanted,
            is_stale=lambda: self._tracker.is_silent(time.time()),
        )
        self._observation = Observation(
            ami=settings.ami,
            link=self._link,
            inbox=self._inbox,
            tracker=self._tracker,
            hub=self._hub,
            api_url=lambda: self.api_url,
        )
        self._sender = RenewableSender(sender_of(settings.delivery))
        self._stopping = False
        self.api_url = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then end in order; a part that fails ends all others.

        Raises:
            AmibridgeError: It cannot start.
            ExceptionGroup: What parts raised while they ran.
        """
        self._log_as(self._settings)
        log.info("daemon_starting", version=VERSION, pid=os.getpid())
        async with AsyncExitStack() as opened:
            path, committed = Path(self._settings.store.path), self._observation.committed
            async with more_time(self._service_manager, "opening the store"):
                opening = Store.open(path, reserve_bytes=self._reserve_bytes, on_commit=committed)
                store = await opened.enter_async_context(opening)
            await opened.enter_async_context(self._sender)
            parts = await self._wire(store)
            opened.callback(parts.api.close)
            await parts.api.start()
            self.api_url = parts.api.url
            await self._supervise(store, parts, stop)
        log.info("daemon_stopped")

    async def _wire(self, store: Store) -> _Parts:
        settings, delivery, observation = self._settings, self._settings.delivery, self._observation
        accounts, assignments = await AccountBook.open(store), await AssignmentBook.open(store)
        extensions = await ExtensionBook.open(store, self._directory)
        calls, deliveries = CallLog(store, on_recorded=self._hub.told), Deliveries(store)
        followed, clock = FollowedJournal(store), SteadyClock()
        self._hub.begin((await followed.extent()).last_id)
        streams = Streams(self._hub, followed, calls)
        for participation_id in self._tracker.restore(await calls.load_participations()):
            log.warning("participation_damaged", participation_id=ascii(participation_id))
        attempts = Attempts(
            assignments=assignments,
            signers=accounts,
            sender=self._sender,
            settings=delivery,
            version=VERSION,
            clock=clock,
        )
        worker = DeliveryWorker(
            outbox=OutboxTable(store),
            assignments=assignments,
            attempts=attempts,
            concurrency=delivery.concurrency,
            concurrency_per_origin=delivery.concurrency_per_origin,
            grace_seconds=SENDING_SECONDS,
            on_outcome=self._settled,
            clock=clock,
        )
        pipeline = Pipeline(
            inbox=self._inbox,
            tracker=self._tracker,
            assignments=assignments.index,
            calls=calls,
            worker=worker,
            heard=await calls.last_heard(),
            on_call_event=self._told,
            on_gap=observation.gap,
            on_heard=observation.heard,
            clock=clock,
        )
        watched = Watched(
            store=store, pipeline=pipeline, worker=worker, assignments=assignments.index, deliveries=deliveries
        )
        observation.watch(watched)
        dependencies = ApiDependencies(
            assignments=assignments,
            accounts=accounts,
            directory=self._directory,
            journal=calls,
            deliveries=deliveries,
            streams=streams,
            open_parts=self._tracker.open_parts,
            try_out=attempts.try_out,
            health=lambda: observation.health(watched),
            metrics=observation.metrics.expose,
            on_answer=observation.answered,
            settings=settings.api,
            accept=settings.extensions.accept,
            on_change=worker.wake,
        )
        self.books = Books(
            accounts=accounts,
            extensions=extensions,
            deliveries=deliveries,
            wake=worker.wake,
            calls=calls,
            streams=streams,
            facts=lambda: observation.facts(watched),
        )
        return _Parts(
            app=(app := create_app(dependencies)),
            api=ApiServer(app, settings.api),
            control=ControlServer(socket_path(store.path), self.books),
            pipeline=pipeline,
            worker=worker,
            retention=Retention(calls=calls, deliveries=deliveries, days=settings.store.retention_days),
            health=lambda: observation.health(watched),
        )

    def _told(self, event: CallEvent) -> None:
        self._observation.told(event)
        self._on_call_event(event)

    def _settled(self, outcome: DeliveryOutcome) -> None:
        self._observation.settled(outcome)
        self._hub.settled(outcome.delivery, outcome.settlement)
        self._on_outcome(outcome)

    async def _supervise(self, store: Store, parts: _Parts, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:

            def keep(part: str, run: Callable[[], Awaitable[None]]) -> "asyncio.Task[None]":
                return group.create_task(self._keep(part, run), name=part)

            writer = keep("store", store.run)
            worker = keep("delivery worker", parts.worker.run)
            pipeline = keep("pipeline", parts.pipeline.run)
            sources = [
                keep("API", parts.api.run),
                keep("control socket", parts.control.run),
                keep("link", self._link.run),
                keep("retention", parts.retention.run),
                keep("settings", self._reloader(parts).run),
                group.create_task(self._announce(parts.control), name="readiness"),
                *(keep(part, run) for part, run in self._reports(store, parts)),
            ]
            await stop.wait()
            self._stopping = True
            log.info("daemon_stopping")
            self._hub.close()
            self._service_manager.tell(STOPPING="1")
            await _cancel(sources)
            self._inbox.close()
            await asyncio.wait([pipeline], timeout=COMMITTING_SECONDS)
            await _cancel([pipeline])
            await _cancel([worker])
            await _cancel([writer])

    def _reloader(self, parts: _Parts) -> Reloader:
        async def use(settings: Settings) -> None:
            await self._sender.renew(sender_of(settings.delivery))
            use_settings(parts.app, settings.api)
            parts.retention.days = settings.store.retention_days
            self._link.ping_seconds = settings.ami.ping_seconds
            self._log_as(settings)

        return Reloader(
            running=self._settings,
            reread=self._reread,
            apply=use,
            asked=self._reload,
            manager=self._service_manager,
        )

    def _reports(self, store: Store, parts: _Parts) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What the service manager wants to hear while the daemon runs."""
        manager = self._service_manager

        async def status() -> str:
            try:
                to_deliver = str(await self.books.deliveries.open_count())
            except StoreError as error:
                to_deliver = str(error)
            return status_line(
                pbx=self._link.facts.state.value,
                calls=len({part.dial.call_id for part in self._tracker.open_parts()}),
                to_deliver=to_deliver,
                health=parts.health(),
            )

        async def report() -> None:
            # "Connecting" is nothing that whoever starts it wants to read; it is over in a moment.
            await self._link.first_attempt.wait()
            await keep_status(manager, status)

        if manager.listens:
            yield "status line", report
        if manager.watchdog_seconds:
            yield "signs of life", lambda: give_signs_of_life(manager, store.answers)

    def _log_as(self, settings: Settings) -> None:
        if self._log_to is not None:
            logs.configure(settings.logging, self._log_to, tap=self._hub.logged)

    async def _keep(self, part: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a part; one that ends by itself is as bad as one that fails."""
        await run()
        if not self._stopping:
            raise PartEndedError(part=part)

    async def _announce(self, control: ControlServer) -> None:
        """Say when the daemon is ready; an absent PBX keeps nobody waiting."""
        await control.listening.wait()
        await self._link.first_attempt.wait()
        # What has been loaded stays: looking through all of it for garbage stops everything each time.
        gc.collect()
        gc.freeze()
        log.info("daemon_ready", where=self.api_url)
        self._service_manager.tell_ready()


async def _cancel(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """End these, together; what they raise is the task group's."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
