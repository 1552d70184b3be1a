"""The store's file and its lock."""

import errno
import os
import stat
from pathlib import Path

import pytest

from amibridge.errors import StoreError, UnavailableError
from amibridge.store.failures import StoreHeldError
from amibridge.store.files import exclusive_lock, lock_path, make_private, prepare, sync
from tests.unit.store.samples import unprivileged


def test_a_second_daemon_is_kept_out(path: Path) -> None:
    """While the lock is held nobody else gets it, and is told who has it; afterwards it is free."""
    with exclusive_lock(path):
        with pytest.raises(UnavailableError, match=rf"process {os.getpid()}\) holds the store"), exclusive_lock(path):
            pass
        assert stat.S_IMODE(lock_path(path).stat().st_mode) == 0o600
    with exclusive_lock(path):
        pass


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    """Without a directory to write to there is no lock, and the store is not opened without one."""
    with pytest.raises(StoreError, match="No such file or directory"), exclusive_lock(tmp_path / "no" / "a.db"):
        pass


def test_a_new_file_is_private(path: Path) -> None:
    """Only the owner may read what is kept there."""
    prepare(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_old_file_becomes_private(path: Path) -> None:
    """A file that everybody may read is taken from them."""
    path.touch(mode=0o644)
    make_private(path)
    make_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    """Directories are not made: a mistyped path would leave them behind."""
    with pytest.raises(StoreError, match=r"there is no directory .*/no; make it"):
        prepare(tmp_path / "no" / "a.db")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    """A path to a directory is refused in one line."""
    with pytest.raises(StoreError, match="Is a directory"):
        prepare(tmp_path)


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """Without the right to write there the store says so."""
    tmp_path.chmod(0o500)
    with unprivileged(), pytest.raises(StoreError, match="Permission denied; run this with sudo"):
        prepare(tmp_path / "a.db")


def test_the_lock_needs_no_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the store is locked all the same: only who has it is not written down."""

    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("amibridge.store.files.os.write", full)
    with exclusive_lock(path), pytest.raises(StoreHeldError, match="another amibridge holds"), exclusive_lock(path):
        pass


def test_sync_takes_finished_files(path: Path) -> None:
    """A file and its directory can be waited for."""
    path.touch()
    sync(path)
