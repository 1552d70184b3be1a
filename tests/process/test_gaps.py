"""Times in which the daemon did not hear the PBX: each is on record, with why, and with what was settled afterwards."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.ami_server import AmiServer, Script
from tests.fakes.daemon import DaemonProcess
from tests.fakes.receiver import Receiver
from tests.process.test_daemon import RINGING, SECRET, assign, daemon_of
from tests.process.test_own_api import shown


def summary(gap: dict[str, Any]) -> tuple[str, int, int, int]:
    """Why, and what was settled."""
    return gap["reason"], gap["began"], gap["answered"], gap["ended"]


async def gap_of(daemon: DaemonProcess, token: str) -> dict[str, Any]:
    """The newest gap, once the log has told of it."""
    line = await daemon.said("pbx_not_heard")
    gap: dict[str, Any] = (await shown(daemon, token, "/v1/gaps"))["entry"][0]
    assert (line["reason"], line["began"], line["answered"], line["ended"]) == summary(gap)
    assert line["seconds"] == pytest.approx(gap["duration_seconds"], abs=0.002)
    return gap


async def test_a_first_start_is_no_gap(tmp_path: Path) -> None:
    """Nothing was missed by who was never there."""
    async with AmiServer(Script(secret=SECRET)) as pbx:
        daemon = daemon_of(tmp_path, pbx.port)
        async with daemon.running():
            token = await daemon.command("token", "issue")
            await pbx.asked("CoreShowChannels")
            assert (await shown(daemon, token, "/v1/gaps"))["entry"] == []


@pytest.mark.parametrize("killed", [True, False])
async def test_the_time_without_a_daemon(tmp_path: Path, *, killed: bool) -> None:
    """From the last that was heard to the first listing; of a daemon that was stopped, from when it was."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            token = await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            await receiver.wait_for(2)
            await (daemon.kill() if killed else daemon.stop())
        await asyncio.sleep(0.3)
        async with daemon.running():
            gap = await gap_of(daemon, token)
            journal = (await shown(daemon, token, "/v1/call-events"))["entry"]
    assert summary(gap) == (
        "amibridge was killed, or its machine went down" if killed else "amibridge was stopped",
        0,
        0,
        2,
    )
    assert gap["duration_seconds"] >= 0.3
    heard = [one["recorded_at"] for one in journal if not one["recovered"]]
    assert len(heard) == 2
    assert killed or gap["lost_at"] >= max(heard)
    assert gap["back_at"] <= min(one["recorded_at"] for one in journal if one["recovered"])


async def test_a_link_that_falls_silent(tmp_path: Path) -> None:
    """A pulled cable says nothing: the gap begins with the last that was heard, and /readyz says the same."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        daemon.write_settings(ami={"ping_seconds": 1, "reconnect_seconds": 1})
        async with daemon.running():
            token = await assign(daemon, receiver, "201", "202")
            await pbx.asked("Ping")
            pbx.script.mute = frozenset({"*"})
            silent_at = datetime.now(UTC)
            await daemon.said("ami_link_lost")
            noticed_at = datetime.now(UTC)
            [reason] = (await daemon.readiness(503))["reasons"]
            pbx.script.mute = frozenset()
            gap = await gap_of(daemon, token)
    assert summary(gap)[0].startswith("no answer to Ping within 1 s")
    lost_at = datetime.fromisoformat(gap["lost_at"])
    assert (lost_at < silent_at + timedelta(seconds=0.5), noticed_at >= silent_at + timedelta(seconds=1)) == (
        True,
        True,
    )
    assert lost_at.strftime("(since %Y-%m-%d %H:%M:%SZ)") in reason


async def test_a_gap_that_outlasts_the_daemon(tmp_path: Path) -> None:
    """A link that was lost before the daemon was stopped was lost then, and for that reason."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            token = await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            await receiver.wait_for(2)
            await pbx.shut()
            lost = await daemon.said("ami_link_lost")
            await daemon.readiness(503)
            await asyncio.sleep(0.3)
            await daemon.kill()
        await pbx.listen()
        async with daemon.running():
            gap = await gap_of(daemon, token)
            assert len((await shown(daemon, token, "/v1/gaps"))["entry"]) == 1
    assert gap["reason"] in lost["error"]
    assert (gap["ended"], gap["duration_seconds"] >= 0.3) == (2, True)
