"""The command ``amibridge``: errors become one line on standard error and an exit status."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO

import typer
from typer.main import get_command

from amibridge import logs
from amibridge.cli import completion
from amibridge.cli.app import app
from amibridge.cli.common import QuietLogging, complain
from amibridge.errors import AmibridgeError, StoreError

INTERRUPTED: Final = 130
"""What a shell says of a program that Ctrl-C ended."""
WRONG_USE: Final = 2


def main() -> int:
    """Run the command that the arguments name; returns the exit status."""
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # What a command logs by the way must not stand among what it prints.
    logs.configure(QuietLogging(), sys.stderr)
    try:
        instruction = os.environ.get(completion.VARIABLE)
        status = completion.complete(instruction) if instruction else _status(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be written to it when Python ends, either.
        _forget(sys.stdout)
        return 0
    except OSError as error:
        if error.filename is not None:
            raise
        _forget(sys.stdout)
        return complain(f"standard output cannot be written: {error.strerror}; make room or send it elsewhere", 1)
    return status


def _open_what_is_closed() -> None:
    """Let what is written to a closed standard output or error go nowhere (``>&-``; Python has None for such a one)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole process


def _status(arguments: list[str]) -> int:
    command = get_command(app)
    if not arguments or "--help" in arguments:
        _leave_out_types_of_flags(command)
    try:
        # Not command.main(), which ends the process by itself when a pipe is closed.
        with command.make_context("amibridge", list(arguments) or ["--help"]) as context:
            returned = command.invoke(context)
    except typer.Exit as error:
        returned = error.exit_code
    except AmibridgeError as error:
        return complain(str(error), error.exit_status)
    except BaseExceptionGroup as group:
        return _expected(group)
    except typer.TyperException as error:
        name = _command_named(command, arguments)
        # The library that reads arguments puts its own word before some of what it says, and lists choices in lines.
        text = error.format_message().replace("Value error, ", "").replace("\n\t", " ")
        return complain(f"{text.removesuffix('.')}: see '{name} --help'", error.exit_code)
    except KeyboardInterrupt:
        return INTERRUPTED
    if not arguments:
        return WRONG_USE
    return returned if isinstance(returned, int) else 0


def _leave_out_types_of_flags(command: Any) -> None:
    """Let the help name a flag alone, where the library would write ``<bool>`` behind it."""
    for option in command.get_params(typer.Context(command)):
        if getattr(option, "is_flag", False):
            option.metavar = ""
    for below in getattr(command, "commands", {}).values():
        _leave_out_types_of_flags(below)


def _command_named(command: object, arguments: list[str]) -> str:
    """The command that the arguments name, as far as there is one; not all errors of the library know theirs."""
    words = ["amibridge"]
    for word in arguments:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        words.append(word)
    return " ".join(words)


def _expected(group: BaseExceptionGroup[BaseException]) -> int:
    """The one line for what several tasks raised, when all of it is of the kind that a person can act on."""
    expected, rest = group.split(AmibridgeError)
    if expected is None or rest is not None:
        raise group
    error: BaseException = expected
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    # What failed, rather than what somebody could not do any more because of it.
    if isinstance(error, StoreError) and error.final and isinstance(error.__cause__, AmibridgeError):
        error = error.__cause__
    return complain(str(error), error.exit_status if isinstance(error, AmibridgeError) else 1)


def _forget(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
