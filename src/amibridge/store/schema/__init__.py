"""The store's schema: ``NNNN_what.sql`` brings a store of version NNNN - 1 to version NNNN."""

import sqlite3
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

# Read at once: a command that gives up root afterwards may not be able to read its own installation any more.
_SCRIPTS: Final = sorted(
    (file.name, file.read_text(encoding="utf-8")) for file in files(__name__).iterdir() if file.name.endswith(".sql")
)


def migrations() -> Mapping[int, str]:
    """The migrations' SQL by the version that each leads to, in order."""
    return {int(name.partition("_")[0]): script for name, script in _SCRIPTS}


def statements(script: str) -> Iterator[str]:
    """The script's statements, so that a transaction of ours can hold them all."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
