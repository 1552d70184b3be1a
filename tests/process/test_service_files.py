"""What systemd is told: to start exactly the daemon, to leave it alone on bad settings, to let it do nothing else."""

import os
import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "systemd"
UNIT = FOLDER / "amibridge.service"
SEVERAL = FOLDER / "amibridge@.service"
AMIBRIDGE = Path(sys.executable).with_name("amibridge")
WORST_EXPOSURE = 15
"""In tenths, as ``systemd-analyze security`` counts it."""


@pytest.fixture
def service() -> dict[str, str]:
    """The unit's settings of the service."""
    return settings_of(UNIT)


def settings_of(unit: Path, section: str = "Service") -> dict[str, str]:
    """A unit's settings, of its service if nothing else is said."""
    parser = RawConfigParser(strict=False, comment_prefixes=("#",), delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # systemd tells cases apart
    parser.read(unit)
    return dict(parser[section])


def test_starts_the_daemon(service: dict[str, str]) -> None:
    """The unit runs ``amibridge run``, waits for its word, and does not try bad settings again."""
    assert service["ExecStart"] == "amibridge run"
    assert service["ExecReload"] == "kill -HUP $MAINPID"
    assert service["Type"] == "notify"
    assert service["RestartPreventExitStatus"] == "78"
    assert service["Restart"] == "on-failure"
    assert service["TimeoutStopSec"] == "30"
    assert service["WatchdogSec"] == "60"


def test_several(service: dict[str, str]) -> None:
    """The unit for several PBXs differs in names alone, and no two daemons share a place."""
    several = settings_of(SEVERAL)
    assert {name: value for name, value in several.items() if service.get(name) != value} == {
        "ExecStart": "amibridge run --config /etc/amibridge/%i.toml",
        "LoadCredential": "ami_secret:/etc/amibridge/%i.ami_secret",
        "RuntimeDirectory": "amibridge/%i",
        "StateDirectory": "amibridge/%i",
    }
    assert several.keys() == service.keys()


@pytest.mark.parametrize("unit", [UNIT, SEVERAL])
def test_starts_again_without_end(unit: Path) -> None:
    """Whatever ended it, it comes back by itself once the cause is gone: systemd never gives up on it."""
    assert settings_of(unit, "Unit")["StartLimitIntervalSec"] == "0"
    assert settings_of(unit)["RestartSec"] == "5"


def test_user(service: dict[str, str]) -> None:
    """The user that the unit runs as is the one that is made, and the folders are its own."""
    made = (FOLDER / "sysusers.d" / "amibridge.conf").read_text()
    assert re.search(rf"^u {service['User']} - ", made, flags=re.MULTILINE)
    assert (service["StateDirectory"], service["StateDirectoryMode"], service["UMask"]) == ("amibridge", "0700", "0077")


def test_secret(service: dict[str, str]) -> None:
    """The secret comes as the credential that the settings look for, and nobody but root may read its file."""
    assert service["LoadCredential"] == "ami_secret:/etc/amibridge/ami_secret"
    assert service["SetCredential"].startswith("ami_secret:")
    assert re.search(
        r"^z /etc/amibridge/\*ami_secret +0600 root root ",
        (FOLDER / "tmpfiles.d" / "amibridge.conf").read_text(),
        flags=re.MULTILINE,
    )


@pytest.mark.parametrize("unit", [UNIT, SEVERAL], ids=lambda unit: unit.name)
def test_as_systemd_reads_it(tmp_path: Path, unit: Path) -> None:
    """Systemd's own checker finds nothing to complain about, and little that the daemon may do."""
    checker = shutil.which("systemd-analyze")
    if checker is None:
        if os.environ.get("CI") == "true":
            pytest.fail("systemd-analyze is missing: apt-get install systemd")
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    copy = tmp_path / unit.name.replace("@.", "@second.")
    copy.write_text(unit.read_text().replace("ExecStart=amibridge", f"ExecStart={AMIBRIDGE}"))
    for arguments in (("verify", "--man=no"), ("security", "--offline=yes", f"--threshold={WORST_EXPOSURE}")):
        ended = subprocess.run((checker, *arguments, copy), capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, ended.stderr
        assert str(copy) not in ended.stderr
