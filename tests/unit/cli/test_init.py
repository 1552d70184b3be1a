"""What every command does with errors: one line on standard error, and an exit status."""

import errno
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest
import typer

import amibridge.cli
from amibridge.cli import main
from amibridge.errors import (
    AmibridgeError,
    NotFineError,
    SettingsError,
    StoreError,
    UnavailableError,
    UsageError,
)


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command that does only this; returns the status and what was said."""

    def end(do: Callable[[], object]) -> tuple[int, str, str]:
        app = typer.Typer(pretty_exceptions_enable=False)
        app.command()(lambda: do())  # noqa: PLW0108 - typer reads the parameters of what it is given
        monkeypatch.setattr(amibridge.cli, "app", app)
        monkeypatch.setattr(amibridge.cli, "_forget", lambda _: None)
        monkeypatch.setattr(sys, "argv", ["amibridge", "--"])
        status = main()
        sys.stdout.flush()
        return status, *capfd.readouterr()

    return end


def raising(error: BaseException) -> Callable[[], NoReturn]:
    """A command that fails so."""

    def fail() -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize(
    ("kind", "status"),
    [(NotFineError, 1), (UsageError, 2), (UnavailableError, 69), (StoreError, 74), (SettingsError, 78)],
)
def test_errors(ending: Callable[..., tuple[int, str, str]], kind: type[AmibridgeError], status: int) -> None:
    """An error that a person can act on is its line and its status, also when it comes out of a group of tasks."""
    assert ending(raising(kind("do this"))) == (status, "", "amibridge: do this\n")
    nested = ExceptionGroup("daemon", [ExceptionGroup("api", [kind("do this")]), NotFineError("and that")])
    assert ending(raising(nested)) == (status, "", "amibridge: do this\n")


def test_faults(ending: Callable[..., tuple[int, str, str]]) -> None:
    """A fault of ours is shown whole: nobody could report it otherwise."""
    for fault in (ZeroDivisionError("x"), ExceptionGroup("daemon", [NotFineError("x"), ZeroDivisionError("x")])):
        with pytest.raises(type(fault)):
            ending(raising(fault))
    with pytest.raises(FileNotFoundError):
        ending(raising(FileNotFoundError(errno.ENOENT, "No such file", "/x")))


@pytest.mark.parametrize(
    ("do", "status", "errors"),
    [
        (lambda: 5, 5, ""),
        (lambda: None, 0, ""),
        (lambda: "text", 0, ""),
        (raising(KeyboardInterrupt()), 130, ""),
        (raising(typer.Exit(3)), 3, ""),
        (raising(BrokenPipeError(errno.EPIPE, "Broken pipe")), 0, ""),
        (
            raising(OSError(errno.ENOSPC, "No space left on device")),
            1,
            "amibridge: standard output cannot be written: No space left on device; make room or send it elsewhere\n",
        ),
    ],
)
def test_endings(
    ending: Callable[..., tuple[int, str, str]], do: Callable[[], object], status: int, errors: str
) -> None:
    """A command's own status is kept; Ctrl-C and a reader that has seen enough are no errors."""
    assert ending(do) == (status, "", errors)
