"""Commands run in this process, as the console script runs them."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from amibridge.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left behind."""

    status: int
    output: str
    errors: str


Command = Callable[..., Ended]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file with a store beside it; nothing of the environment counts."""
    for name in [name for name in os.environ if name.startswith("AMIBRIDGE_") or name == "CREDENTIALS_DIRECTORY"]:
        monkeypatch.delenv(name)
    file = tmp_path / "amibridge.toml"
    file.write_text(f'[store]\npath = "{tmp_path}/amibridge.db"\n')
    file.chmod(0o600)
    return file


@pytest.fixture
def amibridge(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command with that settings file."""

    def run(*arguments: str | int) -> Ended:
        words = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["amibridge", *words, "--config", str(config)])
        capsys.readouterr()
        status = main()
        output, errors = capsys.readouterr()
        return Ended(status=status, output=output, errors=errors)

    return run
