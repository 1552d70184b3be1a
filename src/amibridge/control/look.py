"""A look at a store that changes nothing, and needs nobody's leave but to read it."""

import os
from dataclasses import dataclass
from pathlib import Path

from amibridge.calls.directory import Extension
from amibridge.errors import AmibridgeError
from amibridge.store.assignments import read_receivers
from amibridge.store.database import SQLITE_VERSION, read_version
from amibridge.store.extensions import read_directory
from amibridge.store.files import PRIVATE_MODE, StoreRoom, room_of
from amibridge.store.reserve import reserve_bytes
from amibridge.store.schema import migrations

KNOWN_VERSION = max(migrations())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverLook:
    """A receiver of enabled assignments."""

    origin: str
    by_administrator: bool
    """Whether an administrator made them: who else may not call the same addresses."""
    assignments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLook:
    """What was seen of a store."""

    exists: bool
    problem: str = ""
    """Why it cannot be used, with its cure; empty when it can."""
    concern: str = ""
    """What should be mended although it can be used, with its cure."""
    extensions: tuple[Extension, ...] = ()
    """The directory in it."""
    receivers: tuple[ReceiverLook, ...] = ()
    """Those with the most assignments first."""
    version: int = 0
    """Of its schema."""
    known_version: int = KNOWN_VERSION
    """The newest that this amibridge knows."""
    room: StoreRoom | None = None
    """Its share of the disk; None where that cannot be seen."""
    sqlite_version: str = SQLITE_VERSION


async def look(path: Path) -> StoreLook:
    """Look at the store of that path, which a daemon may have open."""
    if not os.path.exists(path):  # noqa: ASYNC240, PTH110 - nothing else waits; Path.exists() raises where it may not look
        problem = _directory_problem(path.parent)
        return StoreLook(exists=False, problem=problem, room=None if problem else _room(path))
    try:
        directory, assigned = await read_directory(path), await read_receivers(path)
        version = await read_version(path)
    except AmibridgeError as error:
        return StoreLook(exists=True, problem=str(error))
    problem = (
        ""
        if os.access(path, os.W_OK, effective_ids=True)
        else f"store {path} cannot be written: run this as the daemon's user, or root"
    )
    return StoreLook(
        exists=True,
        problem=problem,
        concern=_concern(path),
        extensions=tuple(directory.all()),
        receivers=tuple(
            ReceiverLook(origin=origin, by_administrator=by_administrator, assignments=count)
            for (origin, by_administrator), count in assigned.most_common()
        ),
        version=version,
        room=_room(path),
    )


def _room(path: Path) -> StoreRoom | None:
    try:
        return room_of(path, reserve_bytes=reserve_bytes(path))
    except OSError:
        return None


def _directory_problem(directory: Path) -> str:
    try:
        there = directory.is_dir()
    except PermissionError:
        return f"{directory} may not be looked into: run this as the daemon's user, or root"
    if not there:
        return f"there is no directory {directory}: make it, or set [store] path to a file in one that exists"
    if not os.access(directory, os.W_OK | os.X_OK, effective_ids=True):
        return f"no file can be made in {directory}: run this as the daemon's user or root, or change [store] path"
    return ""


def _concern(path: Path) -> str:
    found, above = path.stat(), path.parent.stat()
    if found.st_mode & 0o777 & ~PRIVATE_MODE:
        return f"others may read store {path}, which holds signing secrets: chmod 600 {path}"
    if found.st_uid != above.st_uid:
        return f"store {path} and its directory belong to different users: chown --reference={path.parent} {path}*"
    return ""
