"""A real PBX that is not heard for a while, in the middle of a call: every part in it is told to its end, once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest
import pytest_asyncio

from tests.asterisk.lab.cable import Cable
from tests.asterisk.lab.pbx import Pbx
from tests.asterisk.lab.sip import Call
from tests.asterisk.lab.stage import Stage, answering, ringing, talking
from tests.fakes.daemon import DaemonProcess
from tests.fakes.receiver import Receiver
from tests.process.test_daemon import assign
from tests.replay.stories import TRUNKS

pytestmark = [pytest.mark.asterisk("22", "16"), pytest.mark.asyncio(loop_scope="module")]

QUIET_SECONDS: Final = 0.5
"""A notification too many would come at once."""

Told: TypeAlias = tuple[str, str, bool]
"""Extension, type of the event, and whether it was learned late."""

DIALLED: Final = {("201", "1", False), ("202", "0", False)}
ANSWERED: Final = {("201", "4", False), ("202", "3", False)}
ENDED: Final = {("201", "2", False), ("202", "2", False)}


def late(events: set[Told]) -> set[Told]:
    """The same, learned late."""
    return {(extension, kind, True) for extension, kind, _ in events}


@dataclass(kw_only=True)
class Scene:
    """A daemon at a real PBX, by a cable."""

    stage: Stage
    cable: Cable
    daemon: DaemonProcess
    receiver: Receiver

    async def heard(self, count: int) -> set[Told]:
        """What was told since this was asked last; so much, and each only once."""
        await self.receiver.wait_for(count, seconds=20)
        await asyncio.sleep(QUIET_SECONDS)
        parameters = [got.parameters for got in self.receiver.received]
        self.receiver.received.clear()
        told = [(one["Extension"], one["EventType"], "Recovered" in one) for one in parameters]
        assert len(told) == len(set(told)) == count, told
        return set(told)

    async def talking(self) -> tuple[Call, Call]:
        """201 and 202 talk, and that was told."""
        calls = await talking(self.stage)
        assert await self.heard(4) == DIALLED | ANSWERED
        return calls

    async def hang_up(self, caller: Call, called: Call) -> None:
        """They hang up, and that is told."""
        await caller.hang_up()
        await called.is_over()
        assert await self.heard(2) == ENDED
        await self.stage.settled()

    async def all_is_well(self) -> None:
        """A whole call is told as if nothing had ever happened."""
        await self.hang_up(*await self.talking())


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["22", "16"])
async def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A PBX of each version, a daemon that hears it, and a receiver that wants all of 201 and 202."""
    async with Stage(request.param) as stage, Receiver() as receiver, Cable(stage.pbx.ports.ami) as cable:
        daemon = DaemonProcess(
            tmp_path_factory.mktemp("daemon"),
            {
                "ami": {"port": cable.port, "username": "amibridge", "secret": stage.pbx.secrets.ami},
                "extensions": {"trunks": list(TRUNKS)},
                "delivery": {"allow_destinations": [receiver.address]},
            },
        )
        daemon.write_settings(ami={"reconnect_seconds": 0.2})
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            yield Scene(stage=stage, cable=cable, daemon=daemon, receiver=receiver)


@asynccontextmanager
async def link_cut(scene: Scene) -> AsyncIterator[None]:
    """Meanwhile the link is down."""
    scene.cable.cut()
    await scene.daemon.readiness(503)
    yield
    await scene.cable.mend()
    await scene.daemon.readiness()


@asynccontextmanager
async def daemon_killed(scene: Scene) -> AsyncIterator[None]:
    """Meanwhile there is no daemon."""
    await scene.daemon.kill()
    yield
    await scene.daemon.start()
    await scene.daemon.readiness()


Absence: TypeAlias = Callable[[Scene], AbstractAsyncContextManager[None]]
EACH_ABSENCE: Final = pytest.mark.parametrize("absence", [link_cut, daemon_killed])


@EACH_ABSENCE
async def test_a_call_ends_unheard(scene: Scene, absence: Absence) -> None:
    """Both Hangups come when the PBX does not list the call any more, and say that they are late."""
    caller, called = await scene.talking()
    async with absence(scene):
        await caller.hang_up()
        await called.is_over()
        await scene.stage.settled()
    assert await scene.heard(2) == late(ENDED)
    await scene.all_is_well()


@EACH_ABSENCE
async def test_a_call_goes_on(scene: Scene, absence: Absence) -> None:
    """Nothing is told while people talk on; their Hangups come when they hang up, on time."""
    caller, called = await scene.talking()
    async with absence(scene):
        pass
    assert await scene.heard(0) == set()
    await scene.hang_up(caller, called)


@EACH_ABSENCE
async def test_a_call_is_answered_unheard(scene: Scene, absence: Absence) -> None:
    """The answers come late, and say so; the Hangups after them do not."""
    caller = scene.stage.phone("201").call("202")
    called = await ringing(scene.stage.phone("202"))
    assert await scene.heard(2) == DIALLED
    async with absence(scene):
        await called.answer()
        await caller.is_answered()
    assert await scene.heard(2) == late(ANSWERED)
    await scene.hang_up(caller, called)


@EACH_ABSENCE
async def test_a_call_begins_unheard(scene: Scene, absence: Absence) -> None:
    """A call that was not heard to begin is told late, from its beginning on."""
    async with absence(scene):
        caller = scene.stage.phone("201").call("202")
        called = await answering(scene.stage.phone("202"))
        await caller.is_answered()
    assert await scene.heard(4) == late(DIALLED | ANSWERED)
    await scene.hang_up(caller, called)


async def killed_and_started(pbx: Pbx) -> None:
    """The PBX dies without a word, and comes back on the same ports without any call."""
    await pbx.killed()
    await pbx.__aenter__()


async def test_the_pbx_dies(scene: Scene) -> None:
    """Whoever talked then gets a Hangup once the PBX is back; new calls are told as before."""
    await scene.talking()
    await killed_and_started(scene.stage.pbx)
    assert await scene.heard(2) == late(ENDED)
    await scene.daemon.readiness()
    for number in ("201", "202"):
        phone = scene.stage.phone(number)
        phone.forget()
        await phone.register()
    await scene.all_is_well()
