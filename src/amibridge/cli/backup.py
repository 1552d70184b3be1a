"""``amibridge backup``: a checked copy of the store."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from amibridge.cli.common import ConfigOption, settings_of
from amibridge.store.backup import back_up


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; must not exist yet.")],
    config: ConfigOption = None,
) -> None:
    """Write a checked copy of the store to FILE; the daemon may run, and goes on meanwhile."""
    asyncio.run(back_up(Path(settings_of(config).store.path), file))
