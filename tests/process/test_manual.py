"""What comes with the command: its manual page, and completion in the shells that people use."""

import os
import re
import shutil
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

PACKAGING: Final = Path(__file__).parents[2] / "packaging"
MANUAL: Final = PACKAGING / "manual.py"
TAB: Final = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'fpath=('$1' $fpath); autoload -Uz compinit; compinit -u -D; print loaded'
zpty -r shell shown $'*loaded\r*'
zpty -w -n shell $'amibridge dem\t'
zpty -r shell shown '*amibridge demo*'
print -r -- offered
"""
"""Types a part of a command into a zsh that has a folder of completions, and waits for the whole."""


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


def test_the_package_completes_in_zsh(tmp_path: Path) -> None:
    """It takes a file by its first line alone, and the first Tab already completes."""
    made = subprocess.run(
        (PACKAGING / "completion.sh", "zsh"),
        env=environment(OUR_PYTHON=sys.executable),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert made.splitlines()[0] == "#compdef amibridge"
    if shutil.which("zsh") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("zsh is missing: apt-get install zsh")
        pytest.skip("its first line is right; there is no zsh to press Tab in")
    (tmp_path / "_amibridge").write_text(made)
    path = f"{Path(AMIBRIDGE).parent}:{os.environ['PATH']}"
    typed = subprocess.run(
        ("zsh", "-f", "-c", TAB, "zsh", tmp_path),
        env=environment(PATH=path, TERM="dumb"),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert typed.stdout == "offered\n", typed.stderr
