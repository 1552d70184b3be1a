"""What a person reads when the store fails."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from amibridge.errors import AmibridgeError
from amibridge.store.failures import (
    NewerStoreError,
    StoreEndedError,
    StoreHeldError,
    UnusableStoreError,
    is_fatal,
    is_of_the_store,
    unusable,
)

PATH = Path("/srv/a.db")


def failed(code: int | None) -> sqlite3.Error:
    """An error of SQLite with that result code."""
    error = sqlite3.OperationalError("words of SQLite")
    if code is not None:
        error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (
            UnusableStoreError(path=PATH, problem="it is odd", cure="make it even"),
            74,
            "store /srv/a.db: it is odd; make it even",
        ),
        (
            StoreEndedError(path=PATH, reason="it was closed"),
            74,
            "store /srv/a.db: nothing is written any more (it was closed); start amibridge again",
        ),
        (
            StoreHeldError(path=PATH, holder="4711"),
            69,
            (
                "another amibridge (process 4711) holds the store /srv/a.db: "
                "stop it first, or set [store] path to another file"
            ),
        ),
        (
            StoreHeldError(path=PATH, holder=""),
            69,
            "another amibridge holds the store /srv/a.db: stop it first, or set [store] path to another file",
        ),
        (
            NewerStoreError(path=PATH, found=9, known=1),
            69,
            (
                "store /srv/a.db: it is of version 9, this amibridge knows 1 at most; "
                "install the later amibridge, or restore the copy made before the upgrade"
            ),
        ),
    ],
)
def test_each_says_what_to_do(error: AmibridgeError, status: int, text: str) -> None:
    """Every error is one line with its cure, and ends a command with its own status."""
    assert (str(error), error.exit_status) == (text, status)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_FULL, "the disk is full (words of SQLite); make room on it"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "the disk is full (words of SQLite); make room on it"),
        (sqlite3.SQLITE_IOERR_FSYNC, "the disk failed (words of SQLite)"),
        (sqlite3.SQLITE_CORRUPT, "the file is damaged"),
        (sqlite3.SQLITE_NOTADB, "the file is not a database"),
        (sqlite3.SQLITE_BUSY, "another program holds it"),
        (sqlite3.SQLITE_READONLY, "it cannot be written"),
        (sqlite3.SQLITE_CANTOPEN, "it cannot be opened"),
        (sqlite3.SQLITE_MISUSE, "words of SQLite; check the file"),
        (None, "words of SQLite; check the file"),
    ],
)
def test_sqlites_codes_are_translated(code: int | None, words: str) -> None:
    """A result code, extended ones included, becomes a problem and its cure."""
    assert words in str(unusable(failed(code), PATH))


def test_the_file_systems_words_are_kept() -> None:
    """An error of the file system is told in its own words, without its number."""
    error = OSError(errno.EROFS, os.strerror(errno.EROFS))
    assert "Read-only file system; check the file" in str(unusable(error, PATH))
    assert "odd; check the file" in str(unusable(OSError("odd"), PATH))


@pytest.mark.parametrize(
    ("error", "of_the_store", "fatal"),
    [
        (failed(sqlite3.SQLITE_IOERR_FSYNC), True, True),
        (failed(sqlite3.SQLITE_CORRUPT), True, True),
        (failed(sqlite3.SQLITE_FULL), True, False),
        (failed(sqlite3.SQLITE_IOERR_SHMSIZE), True, False),
        (failed(sqlite3.SQLITE_BUSY), True, False),
        (failed(sqlite3.SQLITE_CONSTRAINT_UNIQUE), False, False),
        (failed(None), False, False),
        (ValueError("odd"), False, False),
    ],
)
def test_what_is_fatal(error: BaseException, *, of_the_store: bool, fatal: bool) -> None:
    """After a failed write or damage nothing is trusted any more; a full or locked disk may get better."""
    assert (is_of_the_store(error), is_fatal(error)) == (of_the_store, fatal)
