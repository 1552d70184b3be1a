"""``amibridge run`` as a command: what keeps the daemon from being started at all."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import amibridge as package
from amibridge.settings import Settings
from tests.unit.cli.conftest import Command

LOGIN = '[ami]\nusername = "amibridge"\nsecret = "canary"\n'


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """What a daemon was started with, and what it reads when it is told to read its settings again."""
    seen: list[Settings] = []

    def run(settings: Settings, reread: Callable[[], Settings]) -> int:
        seen.extend([settings, reread()])
        return 0

    daemon = SimpleNamespace(run=run)
    monkeypatch.setitem(sys.modules, "amibridge.daemon", daemon)
    monkeypatch.setattr(package, "daemon", daemon, raising=False)
    return seen


def test_started(amibridge: Command, config: Path, started: list[Settings]) -> None:
    """With settings that are as they should be, the daemon is run with them, and can read the same file again."""
    config.write_text(LOGIN)
    assert amibridge("run").status == 0
    assert [settings.ami.username for settings in started] == ["amibridge"] * 2


@pytest.mark.parametrize(
    ("text", "mode", "error"),
    [
        (
            "[amii]\n",
            0o600,
            "there is no section [amii]: the sections are [ami], [api], [store],",
        ),
        ("", 0o600, "ami.username is not set: name the user of manager.conf"),
        ('ami.username = "x"', 0o600, "ami.secret is not set: set it, ami.secret_file, or the systemd credential"),
        (LOGIN, 0o644, "holds ami.secret and is readable by everybody: chmod o-r"),
    ],
)
def test_refused(
    amibridge: Command,
    config: Path,
    started: list[Settings],
    *,
    text: str,
    mode: int,
    error: str,
) -> None:
    """Wrong settings end it with 78 before anything is started, and the secret is not said."""
    config.write_text(text)
    config.chmod(mode)
    ended = amibridge("run")
    assert (ended.status, ended.output) == (78, "")
    assert error in ended.errors
    assert "canary" not in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert started == []
