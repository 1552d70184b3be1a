"""What comes with the command: its manual page, and completion in the shells that people use."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from amibridge.cli.app import app
from tests.fakes.daemon import AMIBRIDGE, environment

MANUAL: Final = Path(__file__).parents[2] / "packaging" / "manual.py"


def names(group: TyperGroup, prefix: str = "amibridge") -> Iterator[str]:
    """Each command with the words that lead to it."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from names(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def answer(**variables: str) -> list[str]:
    """What the command says to a shell."""
    ended = subprocess.run(
        (AMIBRIDGE,), env=environment(**variables), capture_output=True, text=True, timeout=60, check=True
    )
    return ended.stdout.splitlines()


def test_the_manual_names_every_command() -> None:
    """Each with its options; the exit statuses and files follow."""
    made = subprocess.run((sys.executable, MANUAL), capture_output=True, text=True, timeout=60, check=True).stdout
    whole = get_command(app)
    assert isinstance(whole, TyperGroup)
    sections = re.findall(r"^\.SS (amibridge[a-z ]+) \[OPTIONS\]", made, flags=re.MULTILINE)
    assert sections == list(names(whole))
    for text in (r"\-\-keep\-assignments", ".SH EXIT STATUS", r"\fB78\fR", "/var/lib/amibridge/amibridge.db"):
        assert text in made


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_reads(shell: str) -> None:
    """It names the command, and asks it by the variable that it listens to."""
    script = "\n".join(answer(_AMIBRIDGE_COMPLETE=f"source_{shell}"))
    assert f"_AMIBRIDGE_COMPLETE=complete_{shell}" in script
    assert "amibridge" in script


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("amibridge dem", ["demo"]),
        ("amibridge deliveries l", ["list"]),
        ("amibridge extension add --k", ["--kind", "--keep-assignments"]),
        ("amibridge extension add --kind q", ["queue"]),
    ],
)
def test_completion(typed: str, offered: list[str]) -> None:
    """Commands, options and choices are offered."""
    word = str(len(typed.split()) - 1)
    assert answer(_AMIBRIDGE_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=word) == offered
