"""How commands show things."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from amibridge.cli import main
from amibridge.cli.common import complain, jsonable, moment, show_aligned, show_table
from tests.unit.cli.conftest import Command
from tests.unit.store.samples import event, unprivileged


def test_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells stand below each other; nothing of a name reaches the terminal as anything but text."""
    show_table(
        [("a", None), ("long\x1b[2J", 5)],
        {"NAME": lambda row: row[0], "COUNT": lambda row: row[1]},
        as_json=False,
        none="",
    )
    assert capsys.readouterr().out.splitlines() == ["NAME         COUNT", "a", "long\\x1b[2J  5"]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Call events have the shape that ``replay`` prints, times are ISO 8601."""
    show_table([event()], {}, as_json=True, none="")
    (told,) = json.loads(capsys.readouterr().out)
    assert told == event().as_json()


def test_jsonable() -> None:
    """Lists and plain values are what they are."""
    assert jsonable([1, "x", None, (True,)]) == [1, "x", None, [True]]


def test_moment() -> None:
    """Times are UTC, to the second."""
    assert moment(1_700_000_000.9) == "2023-11-14 22:13:20Z"
    assert moment(None) == ""


def test_complain(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is wrong is said in one line."""
    assert complain("two\nlines\x1b", 5) == 5
    assert capsys.readouterr().err == "amibridge: two lines\\x1b\n"


def test_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """The last column is not filled up."""
    show_aligned([("a", "b"), ("aaa", "bbb")])
    assert capsys.readouterr().out == "a    b\naaa  bbb\n"


def test_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Long names are cut so that a line fits; elsewhere everything is there."""
    row, columns = (7, "Zoë " * 20), {"ID": lambda row: row[0], "NAME": lambda row: row[1]}
    monkeypatch.setenv("COLUMNS", "30")
    show_table([row], columns, as_json=False, none="", shorten=("NAME",))
    assert capsys.readouterr().out.splitlines()[1] == f"7   {row[1].rstrip()}"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_table([row], columns, as_json=False, none="", shorten=("NAME",))
    assert capsys.readouterr().out.splitlines() == ["ID  NAME", "7   Zoë Zoë Zoë Zoë Zoë Zoë Z…"]


def test_a_secret_that_is_roots_alone(amibridge: Command, config: Path) -> None:
    """Only what logs in to the PBX needs the file with its secret; the others do their work without it."""
    with config.open("a") as file:
        file.write(f'[ami]\nusername = "amibridge"\nsecret_file = "{config.parent}/ami_secret"\n')
    for arguments in (("account", "list"), ("token", "list"), ("deliveries", "list")):
        assert amibridge(*arguments).status == 0
    assert amibridge("status").errors.startswith("amibridge: no daemon answers")
    for command in ("run", f"record {config.parent}/x.ami", "extension import"):
        ended = amibridge(*command.split())
        assert ended.status == 78
        assert "ami_secret cannot be read" in ended.errors


def test_settings_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 78 and the cure, also where the file was named; check says it as what it found."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "amibridge.toml")
        file.touch(mode=0)
        Path(folder).chmod(0o755)
        for command, status in (("status", 78), ("check", 1)):
            monkeypatch.setattr(sys, "argv", ["amibridge", command, "--config", str(file)])
            with unprivileged():
                assert main() == status
            assert (
                f"settings file {file} cannot be read (Permission denied): run this as root or as the daemon's user"
                in "".join(capsys.readouterr())
            )
