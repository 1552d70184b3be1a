"""The whole main job in one process: a simulated PBX, the daemon as it always is, and a receiver that prints."""

import asyncio
import math
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import aiohttp
from pydantic import SecretStr

from amibridge.assignments.resource import Method
from amibridge.calls.events import EventType
from amibridge.daemon import Daemon
from amibridge.errors import NotFineError, UsageError
from amibridge.settings import (
    AmiSettings,
    ApiSettings,
    DeliverySettings,
    ExtensionsSettings,
    Settings,
    StoreSettings,
)
from amibridge.simulator.display import Introduction
from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import EXTENSIONS, SCENES, TRUNKS, load
from amibridge.simulator.receiver import Receiver
from amibridge.simulator.recording import Pace
from amibridge.simulator.screen import Screen, screen
from amibridge.simulator.show import OWN_PATH, Show
from amibridge.simulator.tally import Tally

_USERNAME: Final = "demo"
_STARTING_SECONDS: Final = 15.0
"""How long the daemon may take to log in to the simulated PBX."""
_DELIVERING_SECONDS: Final = 15.0
"""How long the last notifications may take once everything is replayed."""
_READING_SECONDS: Final = 1.0
"""Time to read a story before its call begins, and to look at the rows after it."""


class IncompleteDemoError(NotFineError):
    """Something that was replayed was not delivered in time."""

    def __init__(self, *, missing: str, seconds: float) -> None:
        super().__init__(missing, seconds)
        self.missing, self.seconds = missing, seconds

    def __str__(self) -> str:
        return f"after {self.seconds:g} s {self.missing}: run the demo again, without --exit, and look at the rows"


class SpeedError(UsageError):
    """No speed to replay with."""

    def __init__(self, *, speed: float) -> None:
        super().__init__(speed)
        self.speed = speed

    def __str__(self) -> str:
        return f"--speed {self.speed:g} is no speed: take a number above 0, for example 2 for twice as fast"


def run_demo(*, exit_when_done: bool, speed: float) -> int:
    """Show the demo on standard output until it is done or interrupted.

    Args:
        exit_when_done: Replay each recorded call once and end when everything is delivered; else go on until SIGINT.
        speed: How many times as fast as usual.

    Returns:
        The exit status.

    Raises:
        UsageError: That is no speed.
        NotFineError: Something was not delivered in time.
    """
    if not (math.isfinite(speed) and speed > 0):
        raise SpeedError(speed=speed)
    asyncio.run(_demo(exit_when_done=exit_when_done, pace=Pace(speed=speed)))
    return 0


async def _demo(*, exit_when_done: bool, pace: Pace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    shown = screen(sys.stdout, stop.set)
    tally = Tally()
    show = Show(screen=shown, tally=tally)
    secret = secrets.token_hex()
    with TemporaryDirectory(prefix="amibridge-demo-") as folder:
        async with Receiver(show.on_notification) as receiver, SimulatedPbx(username=_USERNAME, secret=secret) as pbx:
            show.receiver_origin = receiver.url
            settings = _settings(pbx=pbx, secret=secret, folder=Path(folder))
            async with _running(settings, show, stop) as daemon:
                await _until(stop, asyncio.wait_for(pbx.listener(), _STARTING_SECONDS))
                shown.introduce(await _assign(daemon, pbx, receiver), ends_by_itself=exit_when_done)
                await _until(stop, _replay(pbx, shown, tally, pace, once=exit_when_done))
                if exit_when_done and not stop.is_set():
                    await _until(stop, _delivered(tally, show.heard))
    shown.close(tally.summary())
    if exit_when_done and not stop.is_set() and not tally.complete:
        raise IncompleteDemoError(missing=tally.missing(), seconds=_DELIVERING_SECONDS)


def _settings(*, pbx: SimulatedPbx, secret: str, folder: Path) -> Settings:
    """The daemon's defaults, but for what must be free, temporary or on this host."""
    return Settings(
        ami=AmiSettings(port=pbx.port, username=_USERNAME, secret=SecretStr(secret)),
        api=ApiSettings(port=0),
        store=StoreSettings(path=str(folder / "amibridge.db")),
        extensions=ExtensionsSettings(trunks=list(TRUNKS)),
        delivery=DeliverySettings(allow_destinations=["127.0.0.0/8", "::1/128"]),
    )


@asynccontextmanager
async def _running(settings: Settings, show: Show, ended: asyncio.Event) -> AsyncIterator[Daemon]:
    """The daemon, run as ``amibridge run`` runs it, with the show listening; ``ended`` is set once it ends."""
    daemon = Daemon(settings, on_call_event=show.on_call_event, on_outcome=show.on_outcome, reserve_bytes=0)
    stop = asyncio.Event()
    running = asyncio.create_task(daemon.run(stop), name="daemon")
    running.add_done_callback(lambda _: ended.set())
    try:
        yield daemon
    finally:
        stop.set()
        await running


async def _assign(daemon: Daemon, pbx: SimulatedPbx, receiver: Receiver) -> Introduction:
    """Declare the phones, and make the demo's assignments through the API, as anybody would."""
    for extension in EXTENSIONS:
        await daemon.books.extensions.add(extension)
    issued = await daemon.books.accounts.issue_token()
    base = f"{daemon.api_url}/uapi"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {issued.clear}"}) as client:
        for extension in EXTENSIONS:
            for event_type in EventType:
                method = Method.GET if event_type is EventType.HANGUP else Method.POST
                url = f"{receiver.url}{OWN_PATH}{extension.number}/{event_type.label}"
                await client.post(
                    f"{base}/extensions/@me/{extension.number}/phoneCallEvents/{int(event_type)}",
                    json={"method": str(int(method)), "url": url},
                    raise_for_status=True,
                )
    return Introduction(
        pbx=f"127.0.0.1:{pbx.port}",
        ami_version=pbx.version,
        api_url=base,
        token=issued.clear,
        receiver_url=receiver.url,
        assignments=len(EXTENSIONS) * len(EventType),
    )


async def _replay(pbx: SimulatedPbx, shown: Screen, tally: Tally, pace: Pace, *, once: bool) -> None:
    """Tell each story and let its call happen, for ever unless once."""
    recordings = [(scene, load(scene)) for scene in SCENES]
    while True:
        for number, (scene, recording) in enumerate(recordings, 1):
            shown.scene(number, len(recordings), scene.story)
            tally.expect(scene.call_events)
            await asyncio.sleep(_READING_SECONDS / pace.speed)
            await pbx.play(recording, pace)
            await asyncio.sleep(_READING_SECONDS / pace.speed)
        if once:
            return


async def _delivered(tally: Tally, heard: asyncio.Event) -> None:
    """Wait until everything is delivered, as long as that may take."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DELIVERING_SECONDS):
            while not tally.complete:
                heard.clear()
                await heard.wait()


async def _until(stop: asyncio.Event, coroutine: Coroutine[None, None, None]) -> None:
    """Run that until it is done or somebody stops the demo; what it raises is raised."""
    task = asyncio.create_task(coroutine, name="demo")
    stopped = asyncio.create_task(stop.wait(), name="demo stop")
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for one in (task, stopped):
        one.cancel()
    await asyncio.wait({task, stopped})
    if not task.cancelled():
        task.result()
