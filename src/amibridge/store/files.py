"""The store's file and what lies beside it: permissions and the lock that keeps a second daemon out."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from amibridge.store.failures import StoreHeldError, UnusableStoreError, unusable

PRIVATE_MODE: Final = 0o600
"""The store holds signing secrets and who called whom: its owner only."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
"""Of file systems that know no second name for a file, as that of many a memory stick."""
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRoom:
    """A store's share of its disk."""

    size_bytes: int
    """The file and its WAL."""
    free_bytes: int
    """What its user may still take of the disk."""
    reserve_bytes: int
    """What is kept beside it for a full disk."""


def room_of(path: Path, *, reserve_bytes: int) -> StoreRoom:
    """Look how much room a store takes, and has.

    Raises:
        OSError: Its directory cannot be looked into.
    """
    disk = os.statvfs(path.parent)
    return StoreRoom(
        size_bytes=_size_bytes(path) + _size_bytes(path.with_name(f"{path.name}-wal")),
        free_bytes=disk.f_bavail * disk.f_frsize,
        reserve_bytes=reserve_bytes,
    )


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """The right to write the store: an flock on ``<path>.lock``, gone with the process however that ends.

    The lock's file stays: removing it would let two processes lock two files of one name.

    Raises:
        StoreHeldError: Another process has it.
        UnusableStoreError: The lock's file cannot be made.
    """
    try:
        descriptor = os.open(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_MODE)
    except OSError as error:
        raise unusable(error, path) from error
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreHeldError(path=path, holder=os.read(descriptor, 20).decode("ascii", "replace").strip()) from error
    except OSError as error:
        raise unusable(error, path) from error
    # Who has it is a help for people; on a full disk there is no room for it.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())


def lock_path(path: Path) -> Path:
    """Where the lock of that store is."""
    return path.with_name(f"{path.name}.lock")


def prepare(path: Path) -> None:
    """Make sure that the store's file is there and can be written; what it is, nobody knows yet.

    Raises:
        UnusableStoreError: It cannot.
    """
    _require_directory(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_MODE))
    except OSError as error:
        raise unusable(error, path) from error


def new_file_beside(path: Path) -> Path:
    """Make an empty file of a name that nobody else has, in the directory of another one.

    Raises:
        UnusableStoreError: It cannot be made.
    """
    _require_directory(path)
    try:
        descriptor, name = mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise unusable(error, path) from error
    os.close(descriptor)
    return Path(name)


def name_for_good(part: Path, path: Path) -> None:
    """Give a finished file its name, unless there is a file of that name by now.

    Raises:
        FileExistsError: There is.
        OSError: The file system failed.
    """
    try:
        # Unlike a rename it never takes the place of another file.
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_MODE))
        part.replace(path)


def _require_directory(path: Path) -> None:
    try:
        there = path.parent.is_dir()
    except OSError as error:
        raise unusable(error, path) from error
    if not there:
        raise UnusableStoreError(
            path=path,
            problem=f"there is no directory {path.parent}",
            cure="make it, or set [store] path to a file in one that exists",
        )


def require(path: Path) -> None:
    """Make sure that the store's file is there and can be read.

    Raises:
        UnusableStoreError: It is not.
    """
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        raise unusable(error, path) from error


def make_private(path: Path) -> None:
    """Take an existing file from everybody but its owner.

    Raises:
        OSError: It belongs to somebody else.
    """
    if path.stat().st_mode & _OTHERS:
        path.chmod(PRIVATE_MODE)


def sync(path: Path) -> None:
    """Wait until a finished file and its name are on the disk."""
    for place, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(place, flags | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
