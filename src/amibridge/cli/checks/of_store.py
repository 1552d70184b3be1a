"""Can the store be used, and is there room for it?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from amibridge.cli.checks.finding import Finding, ok, problem, warning
from amibridge.cli.report import size
from amibridge.control.look import StoreLook
from amibridge.store.reserve import RESERVE_BYTES

SCARCE_BYTES: Final = 256 * 1024 * 1024
"""Less than this is little for a disk."""
_SUBJECT: Final = "store"


def check_store(path: Path, seen: StoreLook, *, daemon_runs: bool) -> list[Finding]:
    """What the look at the store says.

    Args:
        path: The store's file.
        seen: What was seen.
        daemon_runs: Whether a daemon has it open, which keeps a reserve beside it.
    """
    if seen.problem:
        return [problem(_SUBJECT, seen.problem)]
    return [_itself(path, seen), *_room(path, seen, daemon_runs=daemon_runs)]


def _itself(path: Path, seen: StoreLook) -> Finding:
    sqlite = f"SQLite {seen.sqlite_version}, written on one connection"
    if not seen.exists:
        return ok(_SUBJECT, f"{path} will be made when it is first needed; {sqlite}")
    if seen.concern:
        return warning(_SUBJECT, seen.concern)
    version = f"schema {seen.version}"
    if seen.version < seen.known_version:
        version += f", which the next start brings to {seen.known_version} after a copy"
    return ok(_SUBJECT, f"{path}, {len(seen.extensions)} declared extensions; {version}; {sqlite}")


def _room(path: Path, seen: StoreLook, *, daemon_runs: bool) -> Iterator[Finding]:
    room = seen.room
    if room is None:
        return
    free = size(room.free_bytes)
    needed = 2 * RESERVE_BYTES
    if room.free_bytes < needed and not room.reserve_bytes:
        yield problem(
            _SUBJECT,
            f"{free} are free on the disk of {path}, too little to keep anything: make room, {size(needed)} at least",
        )
    elif room.free_bytes < SCARCE_BYTES:
        yield warning(_SUBJECT, f"only {free} are free on the disk of {path}: make room")
    elif daemon_runs and not room.reserve_bytes:
        yield warning(_SUBJECT, f"{free} are free, but there is no reserve for a full disk: look into the daemon's log")
    else:
        reserve = f", and {size(room.reserve_bytes)} are kept for a full disk" if room.reserve_bytes else ""
        yield ok(_SUBJECT, f"{free} are free on its disk{reserve}")
