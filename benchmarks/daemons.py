"""The real daemon as a process, for what is measured of it, and stores for it."""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from amibridge.store.database import Store
from tests.fakes.daemon import DaemonProcess

NOBODY: Final[Mapping[str, object]] = {"username": "nobody", "secret": "nobody", "port": 9}
"""A PBX that is not there."""
ASSIGNMENTS: Final = 100_000
EXTENSIONS: Final = 10_000

_TICKS: Final = os.sysconf("SC_CLK_TCK")

Row = tuple[str, int, str]
"""Extension, type, URL."""


async def fill(path: Path, assignments: Iterable[Row], extensions: Iterable[str] = ()) -> None:
    """Make a store with these assignments and declared extensions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    async with Store.open(path):
        pass
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO extension (number, kind, service, did, name) VALUES (?, 'phone', '', '', 'Somebody')",
            [(number,) for number in extensions],
        )
        connection.executemany(
            "INSERT INTO assignment (assignment_id, extension, type, method, url, enabled, note, modified)"
            " VALUES (?, ?, ?, 1, ?, 1, 'screen pop', 1795342272.0)",
            [(f"a{number:029}", *row) for number, row in enumerate(assignments)],
        )
    connection.close()


def numbers(count: int = EXTENSIONS) -> list[str]:
    """So many extension numbers."""
    return [f"{100_000 + number}" for number in range(count)]


def many(assignments: int = ASSIGNMENTS) -> list[Row]:
    """So many assignments, spread evenly over ``numbers()``."""
    known = numbers()
    return [
        (known[number % EXTENSIONS], number % 5, f"https://crm.example/hook?n={number}")
        for number in range(assignments)
    ]


def cpu_seconds(daemon: DaemonProcess) -> float:
    """The processor time that a daemon has taken."""
    fields = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak_mebibytes(daemon: DaemonProcess) -> float:
    """The most memory that a daemon has had."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
