"""Completion in a shell, as typer makes it, asked for by an environment variable."""

from typing import Final

from typer.completion import get_completion_inspect_parameters, shell_complete
from typer.main import get_command

from amibridge.cli.app import app

VARIABLE: Final = "_AMIBRIDGE_COMPLETE"
"""``source_bash``, ``source_zsh`` or ``source_fish``: print what that shell reads; ``complete_…``: what it asks."""


def complete(instruction: str) -> int:
    """Answer a shell on standard output; returns the exit status."""
    # Makes the shells known to typer, whose own options for completion are not wanted.
    get_completion_inspect_parameters()
    return shell_complete(get_command(app), {}, "amibridge", VARIABLE, instruction)
