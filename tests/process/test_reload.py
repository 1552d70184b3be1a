"""``systemctl reload``: SIGHUP makes the daemon read its settings again, and never ends it."""

import asyncio
import signal
from pathlib import Path

import aiohttp

from tests.fakes.ami_server import AmiServer, Script
from tests.fakes.daemon import PATIENCE, DaemonProcess, Line
from tests.fakes.receiver import Receiver
from tests.process.test_daemon import ANSWERED, RINGING, SECRET, assign, daemon_of


async def reload(daemon: DaemonProcess, event: str = "settings_reloaded") -> Line:
    """Make it read its settings again; returns what it says."""
    seen = len(daemon.lines)
    daemon.process.send_signal(signal.SIGHUP)
    return await daemon.until(
        lambda: next((line for line in daemon.lines[seen:] if line["event"] == event), None), f"it never said {event}"
    )


async def asked_as(daemon: DaemonProcess, host: str) -> int:
    """The status that a request to a name comes to."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{daemon.url}/healthz", headers={"Host": host}) as answer,
    ):
        return answer.status


async def test_what_holds_at_once(tmp_path: Path) -> None:
    """Level, hosts and destinations change while a call goes on, without a new session at the PBX."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            await receiver.wait_for(2)
            assert await asked_as(daemon, "bridge.example") == 403
            daemon.write_settings(
                logging={"level": "debug"},
                api={"hosts": ["bridge.example"]},
                delivery={"deny_destinations": [receiver.address], "timeout_seconds": 5},
            )
            said = await reload(daemon)
            assert said["settings"] == "api.hosts, delivery.timeout_seconds, delivery.deny_destinations, logging.level"
            assert await asked_as(daemon, "bridge.example") == 200
            pbx.push(ANSWERED)
            refused = await daemon.said("delivery_dead")
            assert refused["reason"].endswith("127.0.0.1 is in delivery.deny_destinations")
            await daemon.said("api_request", level="debug")
            assert len(receiver.received) == 2
            assert pbx.count("Login") == 1
            daemon.write_settings(api={"hosts": []})
            await reload(daemon)
            assert await asked_as(daemon, "bridge.example") == 403


async def test_what_needs_a_restart(tmp_path: Path) -> None:
    """It is named, without its value, and changes nothing until then."""
    async with AmiServer(Script(secret=SECRET)) as pbx:
        daemon = daemon_of(tmp_path, pbx.port)
        async with daemon.running():
            daemon.write_settings(ami={"port": 1, "secret": "canary-new-secret"}, logging={"level": "warning"})
            said = await reload(daemon, "settings_need_restart")
            assert said["settings"] == "ami.port, ami.secret"
            await daemon.readiness()
            assert "canary" not in str(daemon.lines)


async def test_a_broken_file_changes_nothing(tmp_path: Path) -> None:
    """The mistake is said in one line with its place; the daemon goes on, and takes the mended file."""
    async with AmiServer(Script(secret=SECRET)) as pbx:
        daemon = daemon_of(tmp_path, pbx.port)
        async with daemon.running():
            good = daemon.config.read_text()
            daemon.config.write_text(f"{good}\n[logging]\nlevel = 'loud'\n")
            said = await reload(daemon, "settings_refused")
            assert f"{daemon.config}, line " in said["reason"]
            assert "logging.level must be" in said["reason"]
            for text in ("[ami", "", "a=" + "[" * 2000, f"{good}\n[delivery]\nallow_destinations = ['crm.example']\n"):
                daemon.config.write_text(text)
                await reload(daemon, "settings_refused")
            daemon.config.unlink()
            await reload(daemon, "settings_refused")
            await daemon.readiness()
            daemon.write_settings(logging={"level": "debug"})
            assert (await reload(daemon))["settings"] == "logging.level"


def holds_back(pid: int, number: signal.Signals) -> bool:
    """Whether a signal waits until that process lets it through."""
    status = Path(f"/proc/{pid}/status").read_text()
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:"))
    return bool(int(mask, 16) >> (number - 1) & 1)


async def test_a_hangup_in_the_first_moment(tmp_path: Path) -> None:
    """A reload that comes before the daemon's parts are loaded waits for them; none is lost, none ends it."""
    daemon = daemon_of(tmp_path, 1)
    daemon.write_settings()
    await daemon.start()
    async with asyncio.timeout(PATIENCE):
        while not holds_back(daemon.process.pid, signal.SIGHUP):  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(0.001)
    assert daemon.lines == []
    daemon.process.send_signal(signal.SIGHUP)
    await daemon.said("settings_reloaded")
    assert not holds_back(daemon.process.pid, signal.SIGHUP)
    assert await daemon.stop() == 0


async def test_a_hangup_before_it_is_ready(tmp_path: Path) -> None:
    """A reload that comes while it starts does not end it."""
    daemon = daemon_of(tmp_path, 1)
    daemon.write_settings()
    await daemon.start()
    await daemon.said("daemon_starting")
    daemon.process.send_signal(signal.SIGHUP)
    await daemon.said("settings_reloaded")
    assert await daemon.stop() == 0
