"""Commands run in this process, as the console script runs them."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from amibridge.assignments.resource import Assignment
from amibridge.cli import main
from amibridge.store.assignments import AssignmentBook
from amibridge.store.database import Store
from tests.unit.store.samples import HOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left behind."""

    status: int
    output: str
    errors: str


Command = Callable[..., Ended]
Assign = Callable[..., None]


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


@pytest.fixture
def assign(config: Path) -> Assign:
    """Makes an assignment in the store, as a program with that account's or App's token does it."""

    async def create(made: Assignment) -> None:
        async with Store.open(config.with_name("amibridge.db")) as store:
            await (await AssignmentBook.open(store)).create(made)

    ids = iter("abcdefgh")

    def assign(
        extension: str, *, account_id: int | None = None, app_id: int | None = None, url: str = HOOK.url
    ) -> None:
        made = replace(HOOK, assignment_id=next(ids) * 30, extension=extension, url=url)
        asyncio.run(create(replace(made, account_id=account_id, app_id=app_id)))

    return assign
