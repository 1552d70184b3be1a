"""The logging recipes with the real rsyslog: it takes them, and files what it should."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final

import pytest

CONFIG: Final = Path(__file__).parents[2] / "config" / "logging" / "rsyslog.conf"
RSYSLOGD: Final = shutil.which("rsyslogd", path=f"{os.environ['PATH']}:/usr/sbin")
WARNING: Final = {
    "timestamp": "2026-11-28T13:27:13Z",
    "level": "warning",
    "event": "delivery_failed",
    "extension": "210",
}
INFO: Final = {"timestamp": "2026-11-28T13:27:12Z", "level": "info", "event": "call_event", "extension": "210"}
PATIENCE: Final = 20.0

pytestmark = pytest.mark.skipif(
    RSYSLOGD is None and os.environ.get("CI") != "true", reason="no rsyslogd here: apt-get install rsyslog"
)


def rsyslogd() -> str:
    """The program; where everything must be tested, it must be there."""
    assert RSYSLOGD is not None, "no rsyslogd here: apt-get install rsyslog"
    return RSYSLOGD


def test_it_is_a_configuration() -> None:
    """As rsyslog itself checks it."""
    checked = subprocess.run([rsyslogd(), "-N1", "-f", str(CONFIG)], capture_output=True, text=True, check=False)
    assert (checked.returncode, "error" in checked.stderr) == (0, False), checked.stderr


async def test_lines_are_parsed_and_filed(tmp_path: Path) -> None:
    """What comes from journald by syslog's socket: warnings are filed as the JSON that they were, nothing else is."""
    filed, taken = tmp_path / "warnings.log", tmp_path / "log.sock"
    recipe = CONFIG.read_text(encoding="utf-8")
    assert "/var/log/amibridge-warnings.log" in recipe
    recipe = recipe.replace("/var/log/amibridge-warnings.log", str(filed))
    surroundings = f'module(load="imuxsock" SysSock.Name="{taken}")\n'
    config = tmp_path / "rsyslog.conf"
    config.write_text(surroundings + recipe, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(rsyslogd(), "-n", "-f", str(config), "-i", str(tmp_path / "pid")), stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while not taken.exists():  # noqa: ASYNC110 - rsyslog tells nobody
                await asyncio.sleep(0.05)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journald:
                journald.connect(str(taken))
                for program, line in (
                    ("amibridge", json.dumps(INFO)),
                    ("other", json.dumps(WARNING)),
                    ("amibridge", "no JSON"),
                    ("amibridge", json.dumps(WARNING)),
                ):
                    journald.send(f"<28>Nov 28 13:27:13 {program}[17]: {line}".encode())
            while not (filed.exists() and filed.read_text()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert [json.loads(line) for line in filed.read_text().splitlines()] == [WARNING]
    finally:
        process.terminate()
        await process.communicate()
