"""What can go wrong with the store's file, in words that say what to do."""

import sqlite3
from pathlib import Path
from typing import Final

from amibridge.errors import StoreError, UnavailableError, reason_of

_IO_ERROR: Final = sqlite3.SQLITE_IOERR
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_CURES: Final = {
    sqlite3.SQLITE_FULL: ("the disk is full", "make room on it"),
    sqlite3.SQLITE_IOERR: ("the disk failed", "check the disk and the system's log, then start again"),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", "move it away and restore a backup, or start with a new one"),
    sqlite3.SQLITE_NOTADB: ("the file is not a database", "set [store] path to amibridge's own file"),
    sqlite3.SQLITE_BUSY: ("another program holds it", "end the program that has the file open"),
    sqlite3.SQLITE_READONLY: ("it cannot be written", "make the file and its directory writable for amibridge"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "make the file and its directory readable and writable"),
    sqlite3.SQLITE_PERM: ("it cannot be opened", "make the file and its directory readable and writable"),
}
_NO_ROOM_FOR_INDEX: Final = sqlite3.SQLITE_IOERR_SHMSIZE
"""The file beside the WAL cannot grow: SQLite calls a failed disk what is a full one."""
_PRIMARY: Final = 0xFF
"""The bits of an extended result code that say the primary one."""


class UnusableStoreError(StoreError):
    """The store's file cannot be used."""

    def __init__(self, *, path: Path, problem: str, cure: str) -> None:
        super().__init__(path, problem, cure)
        self.path, self.problem, self.cure = path, problem, cure

    def __str__(self) -> str:
        return f"store {self.path}: {self.problem}; {self.cure}"


class StoreEndedError(StoreError):
    """The store was closed, or its writer failed before: nothing can be written any more."""

    final = True

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"store {self.path}: nothing is written any more ({self.reason}); start amibridge again"


class NoRoomError(StoreError):
    """The disk is full, and the room that was left is for what has to be marked; its text is the whole line."""


class StoreHeldError(UnavailableError):
    """Another amibridge has the store."""

    def __init__(self, *, path: Path, holder: str) -> None:
        super().__init__(path, holder)
        self.path, self.holder = path, holder

    def __str__(self) -> str:
        who = f"another amibridge (process {self.holder})" if self.holder else "another amibridge"
        return f"{who} holds the store {self.path}: stop it first, or set [store] path to another file"


class NewerStoreError(UnavailableError):
    """The store was written by a later amibridge."""

    def __init__(self, *, path: Path, found: int, known: int) -> None:
        super().__init__(path, found, known)
        self.path, self.found, self.known = path, found, known

    def __str__(self) -> str:
        return (
            f"store {self.path}: it is of version {self.found}, this amibridge knows {self.known} at most; "
            "install the later amibridge, or restore the copy made before the upgrade"
        )


def unusable(error: sqlite3.Error | OSError, path: Path) -> UnusableStoreError:
    """Say in one line what an error of SQLite or of the file system means."""
    code = result_code(error) if isinstance(error, sqlite3.Error) else None
    text = reason_of(error)
    problem, cure = _CURES.get(code, ("", "")) if code is not None else ("", "")
    if isinstance(error, PermissionError):
        cure = "run this with sudo or as the daemon's user, or mend the permissions of the file and its directory"
        return UnusableStoreError(path=path, problem=text, cure=cure)
    if not problem:
        return UnusableStoreError(path=path, problem=text, cure="check the file, its directory and their permissions")
    return UnusableStoreError(path=path, problem=f"{problem} ({text})", cure=cure)


def is_of_the_store(error: BaseException) -> bool:
    """Whether an error is the file's or the disk's fault, not that of the statement."""
    return isinstance(error, sqlite3.Error) and result_code(error) in _CURES


def is_fatal(error: BaseException) -> bool:
    """Whether no later success would prove anything: a failed write to disk, a damaged file."""
    return isinstance(error, sqlite3.Error) and result_code(error) in {_IO_ERROR, *_DAMAGED}


def is_full(error: BaseException) -> bool:
    """Whether there is no room on the disk."""
    return isinstance(error, sqlite3.Error) and result_code(error) == sqlite3.SQLITE_FULL


def result_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for errors of Python's own module."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code == _NO_ROOM_FOR_INDEX:
        return sqlite3.SQLITE_FULL
    return None if code is None else code & _PRIMARY
