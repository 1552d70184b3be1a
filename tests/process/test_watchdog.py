"""The watchdog: a daemon that hangs gives no sign of life, is ended, and has lost nothing when it is started again."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.fakes import stuck
from tests.fakes.ami_server import AmiServer, Script
from tests.fakes.daemon import DaemonProcess
from tests.fakes.faults import Faults
from tests.fakes.receiver import Receiver
from tests.fakes.service_manager import Facts, FakeServiceManager
from tests.process.test_daemon import ANSWERED, CALL_TOLD, LISTED, RINGING, SECRET, assign, daemon_of, told

WATCHDOG_SECONDS: Final = 4.0


def is_ready(facts: Facts) -> bool:
    """Whether it says that it is."""
    return facts.get("READY") == "1"


async def ring(daemon: DaemonProcess, pbx: AmiServer) -> None:
    """Let 201 call 202, up to where what is told of it has arrived."""
    pbx.push(RINGING)
    for extension in ("201", "202"):
        await daemon.said("delivery_delivered", extension=extension)


async def test_signs_of_life(tmp_path: Path) -> None:
    """While all is well they come twice in the interval, and from nobody whom the watchdog was not meant for."""
    async with AmiServer(Script(secret=SECRET)) as pbx:
        daemon = daemon_of(tmp_path, pbx.port)
        async with FakeServiceManager(daemon, watchdog_seconds=WATCHDOG_SECONDS) as manager:
            async with daemon.running():
                await manager.until(is_ready)
                await asyncio.sleep(2 * WATCHDOG_SECONDS)
            gaps = [after - before for before, after in zip(manager.signs, manager.signs[1:], strict=False)]
            assert len(gaps) >= 3
            assert max(gaps) < WATCHDOG_SECONDS
            daemon.variables["WATCHDOG_PID"] = "1"
            count = len(manager.signs)
            async with daemon.running():
                await asyncio.sleep(WATCHDOG_SECONDS)
            assert len(manager.signs) == count


async def test_a_blocked_event_loop(tmp_path: Path) -> None:
    """The signs end; what ends the daemon says where it hung; the next one tells the rest of the call."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        daemon.program = (sys.executable, str(stuck.__file__))
        async with FakeServiceManager(daemon, watchdog_seconds=WATCHDOG_SECONDS) as manager:
            async with daemon.running():
                await assign(daemon, receiver, "201", "202")
                await ring(daemon, pbx)
                daemon.process.send_signal(signal.SIGUSR1)
                assert await manager.end_the_silent() == -signal.SIGABRT
            assert "in wait_where_nobody_should" in daemon.errors
            pbx.script.channels = LISTED
            async with daemon.running():
                pbx.push(ANSWERED)
                await receiver.wait_for(6)
    assert told(receiver) == CALL_TOLD


async def test_a_blocked_writer(tmp_path: Path, library: Path) -> None:
    """A disk that does not answer is as bad: no sign of life, though the API still answers, and the log says why."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        faults = Faults(library, daemon)
        async with FakeServiceManager(daemon, watchdog_seconds=WATCHDOG_SECONDS) as manager:
            async with daemon.running():
                await assign(daemon, receiver, "201", "202")
                faults.hang_syncs()
                pbx.push(RINGING)
                await daemon.said("store_writer_silent")
                await manager.until_silent()
                await daemon.readiness()
                assert await manager.end_the_silent() == -signal.SIGABRT
            assert receiver.received == []
            faults.answer_syncs()
            pbx.script.channels = LISTED
            async with daemon.running():
                pbx.push(ANSWERED)
                await receiver.wait_for(6)
    assert told(receiver) == CALL_TOLD


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_what_is_said(tmp_path: Path, number: signal.Signals) -> None:
    """From start to stop: asking for time, ready, how it goes, a reload that begins and ends, and that it stops."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with FakeServiceManager(daemon) as manager:
            async with daemon.running():
                await manager.until(is_ready)
                assert manager.heard[0][1] == {"EXTEND_TIMEOUT_USEC": "60000000", "STATUS": "opening the store"}
                await manager.until(lambda facts: facts.get("STATUS", "").startswith("PBX up; calls: 0;"))
                await assign(daemon, receiver, "201", "202")
                await ring(daemon, pbx)
                status = await manager.until(lambda facts: "calls: 1" in facts.get("STATUS", ""))
                assert status == {"STATUS": "PBX up; calls: 1; notifications to deliver: 0"}
                await pbx.shut()
                await manager.until(lambda facts: "; not ready: the PBX is not heard" in facts.get("STATUS", ""))
                count = len(manager.heard)
                daemon.process.send_signal(signal.SIGHUP)
                begun = await manager.until(lambda facts: facts.get("RELOADING") == "1", after=count)
                assert int(begun["MONOTONIC_USEC"]) > 0
                await manager.until(is_ready, after=count)
                await daemon.stop(number)
            assert manager.heard[-1][1] == {"STOPPING": "1"}
            assert not manager.signs
            assert [is_ready(facts) for _, facts in manager.heard].count(True) == 2
