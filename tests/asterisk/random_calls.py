"""Scripted calls of all kinds on many lanes at once, and what happens to the daemon, the link and the PBX meanwhile.

The dice say which calls are made, and what breaks when. What came of it is judged in ``random_verdict.py``.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.control.client import perform
from amibridge.control.extensions import ImportExtensions, import_extensions
from tests.asterisk.daemon import UNDECLARED
from tests.asterisk.lab.ami import AmiError
from tests.asterisk.lab.cable import Cable
from tests.asterisk.lab.lanes import Lane, Lanes
from tests.asterisk.lab.pbx import PbxError
from tests.asterisk.lab.scenarios import SCENARIOS, scenarios_on
from tests.asterisk.lab.sip import SipError
from tests.asterisk.lab.stage import least_pause_seconds
from tests.fakes.daemon import PATIENCE, DaemonProcess
from tests.fakes.receiver import RESET, Answer, Receiver
from tests.replay.stories import STORIES, TRUNKS

PING_SECONDS: Final = 2
"""Asterisk may hold an event back until the daemon's next ping."""
HELD_BACK_SECONDS: Final = PING_SECONDS + 0.5
"""What happened so shortly before a fault may not have been heard."""
SETTLING_SECONDS: Final = 0.25
"""After the last channel has gone, something may still be said about it."""
PAUSE_SECONDS: Final = 0.5
"""People wait at least so long before they do the next thing: with eight calls at once the PBX takes its time."""
PAUSES: Final = (4.0, 10.0)
"""So many seconds from one fault to the next, as the dice say."""
ABSENCES: Final = (0.0, 2.0)
"""So long does what was broken stay away."""
REQUEST_SECONDS: Final = 2
FAILING: Final = 0.15
"""The share of requests that the fickle receiver does not take."""
PAGE_BYTES: Final = 4096

HARMLESS: Final = "manager reloaded"
"""No call is told otherwise because of it."""

_TAKEN: Final = Answer()
_NOT_TAKEN: Final = (
    Answer(status=500),
    RESET,
    Answer(status=503, headers={"Retry-After": "1"}),
    Answer(delay_seconds=REQUEST_SECONDS * 3),
    Answer(reset_in_body=True),
)
_FAILURES: Final = (SipError, PbxError, AmiError, OSError, TimeoutError, ValueError, KeyError, IndexError)
"""What a script says that could not be played to its end."""


class FickleReceiver(Receiver):
    """Answers as its dice say; keeps what it answered.

    Args:
        dice: None: it takes everything.
    """

    def __init__(self, dice: random.Random | None) -> None:
        super().__init__()
        self._dice = dice
        self.statuses: list[int] = []
        """The answer to each request received, in order; 0: none."""

    def recover(self) -> None:
        """Take everything from now on."""
        self._dice = None

    def _chosen(self, request: web.Request) -> Answer:  # noqa: ARG002 - every request is as good as another
        fails = self._dice is not None and self._dice.random() < FAILING
        answer = self._dice.choice(_NOT_TAKEN) if self._dice is not None and fails else _TAKEN
        # The last one takes the request, and breaks off behind its status line.
        self.statuses.append(0 if answer.reset or answer.delay_seconds else answer.status)
        return answer


@dataclass(kw_only=True)
class Run:
    """One script that was played."""

    lane: int
    name: str
    began: float
    """Unix seconds, as the PBX has them too."""
    ended: float = 0.0
    failure: str = ""
    """Why it was not played to its end."""


@dataclass(kw_only=True)
class Fault:
    """Something that broke, until it had been made good."""

    kind: str
    began: float
    over: float = 0.0
    recovery_seconds: float = 0.0
    """From the moment at which it could recover until it had."""

    def disturbs(self, run: Run) -> bool:
        """Whether what the script did may not have been heard."""
        if self.kind == HARMLESS:
            return False
        return self.began - HELD_BACK_SECONDS <= run.ended and run.began <= self.over


@dataclass(kw_only=True)
class World:
    """A PBX, a daemon, two receivers, and all that happens to them."""

    lanes: Lanes
    cable: Cable
    daemon: DaemonProcess
    steady: FickleReceiver
    fickle: FickleReceiver
    dice: random.Random
    runs: list[Run] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)
    """When the daemon was killed or stopped, in seconds of the monotonic clock."""
    committed: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    resident_bytes: list[int] = field(default_factory=list)
    """Of the daemon's life in the second half."""
    descriptors: list[int] = field(default_factory=list)

    def note(self) -> None:
        """Take down what the daemon has said in this life, and forget it."""
        for line in self.daemon.lines:
            if line["event"] == "call_event":
                self.committed.add(line["event_id"])
            elif line["level"] in {"error", "critical"} or line["event"] == "participation_damaged":
                self.complaints.append(str(line))
        self.daemon.lines.clear()

    def measure(self) -> None:
        """Take down what the daemon needs."""
        process = Path(f"/proc/{self.daemon.process.pid}")
        self.resident_bytes.append(int((process / "statm").read_text().split()[1]) * PAGE_BYTES)
        self.descriptors.append(sum(1 for _ in (process / "fd").iterdir()))

    @property
    def calls(self) -> int:
        """How many scripts were played."""
        return len(self.runs)

    @property
    def kinds(self) -> Counter[str]:
        """How often what broke."""
        return Counter(fault.kind for fault in self.faults)


@asynccontextmanager
async def world(folder: Path, version: str, seed: str) -> AsyncIterator[World]:
    """All of it running, with two assignments for each type of event of each extension."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    steady, fickle = FickleReceiver(None), FickleReceiver(random.Random(f"{seed} fickle"))  # noqa: S311
    async with Lanes(version) as lanes, steady, fickle, Cable(lanes.pbx.ports.ami) as cable:
        daemon = DaemonProcess(
            folder,
            {
                "ami": {"port": cable.port, "username": "amibridge", "secret": lanes.pbx.secrets.ami},
                "extensions": {"trunks": list(TRUNKS)},
                "delivery": {
                    "allow_destinations": [steady.address, fickle.address],
                    "retry_pauses_seconds": [0.2, 0.5, 1],
                    "timeout_seconds": REQUEST_SECONDS,
                },
            },
        )
        daemon.write_settings(ami={"reconnect_seconds": 0.5, "ping_seconds": PING_SECONDS})
        declared = [
            Extension(number=one.number, kind=ExtensionKind(one.kind), service=one.service, did=one.did, name=one.name)
            for one in lanes.directory()
        ]
        await perform(daemon.store, import_extensions, ImportExtensions(extensions=declared))
        token = await daemon.command("token", "issue")
        async with daemon.running():
            numbers = [one.number for one in declared]
            numbers += [lane.plan(number) for lane in lanes.all for number in UNDECLARED]
            await _assign(daemon.url, token, numbers, (steady, fickle))
            yield World(lanes=lanes, cable=cable, daemon=daemon, steady=steady, fickle=fickle, dice=dice)


async def _assign(url: str, token: str, numbers: list[str], receivers: tuple[Receiver, ...]) -> None:
    async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"}) as api:
        for number in numbers:
            for kind in range(5):
                for receiver in receivers:
                    draft = {"method": "1", "url": receiver.url(f"/{number.replace('*', '%2A')}")}
                    path = f"/uapi/extensions/@me/{number}/phoneCallEvents/{kind}"
                    async with api.post(path, json=draft) as answer:
                        assert answer.status == 200, await answer.text()


class Callers:
    """Calls on all lanes until they are told to end.

    Args:
        world: Where.
        seed: Of the dice that say which.
    """

    def __init__(self, world: World, seed: str) -> None:
        self._world, self._seed = world, seed
        self._over = False
        self._pbx_is_up = asyncio.Event()
        self._pbx_is_up.set()

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Meanwhile calls are made; all have ended at the end."""
        async with asyncio.TaskGroup() as group:
            for lane in self._world.lanes.all:
                group.create_task(self._on(lane))
            try:
                yield
            finally:
                self._over = True

    async def _on(self, lane: Lane) -> None:
        number = lane.plan.lane
        least_pause_seconds.set(PAUSE_SECONDS)
        dice = random.Random(f"{self._seed} lane {number}")  # noqa: S311
        names = [
            name for name in scenarios_on(self._world.lanes.pbx.version) if not number or "0003*" not in STORIES[name]
        ]
        while not self._over:
            await self._pbx_is_up.wait()
            await asyncio.sleep(dice.uniform(0, 0.5))
            run = Run(lane=number, name=dice.choice(names), began=time.time())
            self._world.runs.append(run)
            await self._play(lane, run)
            run.ended = time.time()

    async def _play(self, lane: Lane, run: Run) -> None:
        try:
            await SCENARIOS[run.name].play(lane)
            await lane.settled()
        except _FAILURES as error:
            run.failure = f"{type(error).__name__}: {error}"
            await self._clear(lane)
        await asyncio.sleep(SETTLING_SECONDS)

    async def _clear(self, lane: Lane) -> None:
        """Nothing of a call is left, whatever the PBX is doing."""
        while True:
            await self._pbx_is_up.wait()
            try:
                await lane.cleared()
            except _FAILURES:
                await asyncio.sleep(0.2)
            else:
                return

    @asynccontextmanager
    async def pbx_away(self) -> AsyncIterator[None]:
        """Meanwhile nobody can call."""
        self._pbx_is_up.clear()
        yield
        for lane in self._world.lanes.all:
            for phone in lane.phones:
                phone.forget()
            await lane.register()
        self._pbx_is_up.set()


class Faults:
    """What may break.

    Args:
        world: Whose.
        callers: Who learn that the PBX is away.
    """

    def __init__(self, world: World, callers: Callers) -> None:
        self._world, self._callers = world, callers

    async def happen(self, until: float, *, daemon_dies: bool) -> None:
        """Break one thing after the other, each at a random moment, and see each recover."""
        dice = self._world.dice
        weights: dict[Callable[[Fault], Awaitable[float]], int] = {
            self._link_cut: 4,
            self._link_cut_twice: 3,
            self._pbx_killed: 2,
            self._manager_reloaded: 2,
        }
        if self._world.lanes.pbx.version == "22":  # Asterisk 16 closes no connection for the asking
            weights |= {self._link_closed_by_the_pbx: 3}
        if daemon_dies:
            weights |= {self._daemon_killed: 6, self._daemon_killed_twice: 4, self._daemon_stopped: 4}
        while time.monotonic() + PAUSES[0] < until:
            await asyncio.sleep(min(dice.uniform(*PAUSES), until - time.monotonic()))
            if not daemon_dies:
                self._world.measure()
            [happens] = dice.choices(list(weights), list(weights.values()))
            fault = Fault(kind=happens.__name__.strip("_").replace("_", " "), began=time.time())
            self._world.note()
            mended_at = await happens(fault)
            fault.recovery_seconds = time.monotonic() - mended_at
            fault.over = time.time()
            self._world.faults.append(fault)

    async def _away(self) -> None:
        await asyncio.sleep(self._world.dice.uniform(*ABSENCES))

    async def _heard_again(self) -> None:
        """Wait until the daemon has settled what it missed, and is ready."""
        daemon = self._world.daemon
        deadline = time.monotonic() + PATIENCE
        while True:
            said = [line["event"] for line in daemon.lines if line["event"] in {"ami_link_lost", "pbx_not_heard"}]
            if said and said[-1] == "pbx_not_heard":
                break
            assert time.monotonic() < deadline, f"the gap never ended; the daemon's last lines: {daemon.lines[-10:]}"
            await asyncio.sleep(0.02)
        await daemon.readiness()

    async def _cut(self) -> None:
        self._world.cable.cut()
        await self._world.daemon.readiness(503)

    async def _link_cut(self, _fault: Fault) -> float:
        await self._cut()
        await self._away()
        await self._world.cable.mend()
        mended_at = time.monotonic()
        await self._heard_again()
        return mended_at

    async def _link_cut_twice(self, fault: Fault) -> float:
        """The second time while the daemon looks at what it missed, or a little before or after that."""
        await self._cut()
        await self._world.cable.mend()
        await asyncio.sleep(self._world.dice.uniform(0, 1))
        return await self._link_cut(fault)

    async def _link_closed_by_the_pbx(self, _fault: Fault) -> float:
        async with self._world.lanes.pbx.ami() as hand:
            shown = str(await hand.ask("Command", Command="manager show connected"))
            for number in re.findall(r"amibridge +\S+ +\d+ +\d+ +(\d+)", shown):
                with suppress(AmiError):  # one that the PBX has not quite forgotten yet
                    await hand.ask("Command", Command=f"manager kick session {number}")
        mended_at = time.monotonic()
        await self._world.daemon.said("ami_link_lost")
        await self._heard_again()
        return mended_at

    async def _manager_reloaded(self, _fault: Fault) -> float:
        """Which breaks nothing: every call is told as if it had not been."""
        async with self._world.lanes.pbx.ami() as hand:
            await hand.ask("Command", Command="manager reload")
        return time.monotonic()

    async def _pbx_killed(self, _fault: Fault) -> float:
        async with self._callers.pbx_away():
            await self._world.lanes.pbx.restarted()
            mended_at = time.monotonic()
        await self._heard_again()
        return mended_at

    async def _daemon_killed(self, _fault: Fault) -> float:
        await self._ended(self._world.daemon.kill())
        return await self._started()

    async def _daemon_killed_twice(self, fault: Fault) -> float:
        """The second time while it starts, logs in, or settles what it missed."""
        await self._ended(self._world.daemon.kill())
        await self._world.daemon.start()
        await asyncio.sleep(self._world.dice.uniform(0, 2))
        return await self._daemon_killed(fault)

    async def _daemon_stopped(self, _fault: Fault) -> float:
        await self._ended(self._world.daemon.stop())
        return await self._started()

    async def _ended(self, ending: Awaitable[int | None]) -> None:
        self._world.deaths.append(time.monotonic())
        status = await ending
        self._world.deaths.append(time.monotonic())
        self._world.note()
        if status or self._world.daemon.errors:
            self._world.complaints.append(f"the daemon ended with {status}: {self._world.daemon.errors}")

    async def _started(self) -> float:
        await self._away()
        await self._world.daemon.start()
        mended_at = time.monotonic()
        await self._heard_again()
        return mended_at
