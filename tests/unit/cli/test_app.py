"""All commands: their names, their help, their options."""

import re
import sys
from pathlib import Path

import pytest

from amibridge import VERSION
from amibridge.cli import main

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"
GROUPS = ("account", "app", "token", "extension", "deliveries")
COMMANDS = (
    "run",
    "demo",
    "check",
    "status",
    "replay",
    "record",
    "backup",
    "account add",
    "account list",
    "account remove",
    "app add",
    "app list",
    "app remove",
    "app suspend",
    "app resume",
    "app secret",
    "token issue",
    "token list",
    "token revoke",
    "extension add",
    "extension list",
    "extension import",
    "extension remove",
    "deliveries list",
    "deliveries show",
    "deliveries retry",
    "deliveries purge",
)


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Status, output and errors of a command."""
    monkeypatch.setattr(sys, "argv", ["amibridge", *arguments])
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    status = main()
    output, errors = capsys.readouterr()
    return status, output, errors


@pytest.mark.parametrize("command", ["", *GROUPS, *COMMANDS])
def test_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Every command explains itself and each of its options."""
    status, output, errors = said(monkeypatch, capsys, *command.split(), "--help")
    assert (status, errors) == (0, "")
    assert f"Usage: amibridge {command}".rstrip() in output
    assert "bool" not in output
    options = re.findall(r"^[│ ]+\*?\s*(--[a-z]+\S*.*?)[│ ]*$", output, flags=re.MULTILINE)
    assert options
    assert [line for line in options if not line.endswith((".", "]"))] == []


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "demo"])
def test_config(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Every command that has settings takes --config; those that list take --json."""
    _, output, _ = said(monkeypatch, capsys, *command.split(), "--help")
    assert "--config" in output
    assert "--json" in output or not command.endswith("list")


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the version and nothing else."""
    assert said(monkeypatch, capsys, "--version") == (0, f"amibridge {VERSION}\n", "")


def test_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command there is help, and the status of wrong use."""
    status, output, _ = said(monkeypatch, capsys)
    assert status == 2
    assert all(
        f" {name} " in output for name in (*GROUPS, "run", "demo", "check", "status", "replay", "record", "backup")
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("frob",), "No such command 'frob'"),
        (("statsu",), "status"),
        (("token", "frob"), "No such command 'frob'"),
        (("run", "--frob"), "No such option: --frob"),
        (("replay",), "Missing argument 'TRACE'"),
        (("account", "remove", "x"), "Invalid value for 'ID'"),
    ],
)
def test_wrong_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], text: str
) -> None:
    """Wrong use is one line that says what is wrong and where the help is, and status 2."""
    status, output, errors = said(monkeypatch, capsys, *arguments)
    assert (status, output) == (2, "")
    assert text in errors
    assert re.fullmatch(r"amibridge: .*: see 'amibridge[a-z ]* --help'\n", errors)


@pytest.mark.parametrize("command", COMMANDS)
def test_page(command: str) -> None:
    """docs/commands.md has every command."""
    assert f"`amibridge {command}" in PAGE.read_text()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("status", "--config"), "Option '--config' requires an argument: see 'amibridge status --help'"),
        (("deliveries", "list", "--limit"), "requires an argument: see 'amibridge deliveries list --help'"),
        (("--none",), "see 'amibridge --help'"),
        (("account", "add"), "Missing option '--kind'. Choose from: administrator, organization, user: see"),
    ],
)
def test_what_wrong_use_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], text: str
) -> None:
    """One line that names the help of the command that was used."""
    status, output, errors = said(monkeypatch, capsys, *arguments)
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert text in errors
