"""Room on the disk that is kept for a full one: with it, what was sent can still be marked as sent.

Without such marks everything that is delivered while the disk is full would be delivered again. So a file of a few
megabytes lies beside the store, written and not sparse. When the disk is full it is removed, and until there is room
for another one only what makes no new rows is written.
"""

import asyncio
import errno
import os
import stat
from pathlib import Path
from typing import Final, NoReturn

import structlog

from amibridge.store.failures import UnusableStoreError
from amibridge.store.files import PRIVATE_MODE, sync

RESERVE_BYTES: Final = 16 * 1024 * 1024
"""Enough for the marks of some hundred thousand attempts."""
AGAIN_SECONDS: Final = 1.0
"""How often it is looked whether there is room again."""
_ROOM_FACTOR: Final = 2
"""So much must be free for another reserve: a disk that it would fill up at once is no better than before."""
_CHUNK_BYTES: Final = 1024 * 1024
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

log = structlog.get_logger(__name__)


class Reserve:
    """The file beside a store that is removed when the disk is full.

    Args:
        store_path: The store's file.
        size_bytes: How much is kept; 0: nothing.
        again_seconds: How often to look whether there is room again.
    """

    def __init__(self, store_path: Path, *, size_bytes: int, again_seconds: float = AGAIN_SECONDS) -> None:
        self.path = _path_beside(store_path)
        self._store_path, self._size_bytes, self._again_seconds = store_path, size_bytes, again_seconds
        self._full = asyncio.Event()

    @property
    def problem(self) -> str:
        """Why nothing new can be kept at the moment; empty when it can."""
        if not self._full.is_set():
            return ""
        cure = f"make room on it, {self._size_bytes * _ROOM_FACTOR // _CHUNK_BYTES} MB at least"
        return str(UnusableStoreError(path=self._store_path, problem="the disk is full", cure=cure))

    @property
    def kept_bytes(self) -> int:
        """So much room is kept at the moment."""
        return 0 if self._full.is_set() else self._size_bytes

    async def make(self) -> None:
        """Make sure that it is there; where there is no room for it, the disk is full."""
        if self._size_bytes and not self._full.is_set() and not await asyncio.to_thread(self._made):
            self.release()

    def release(self) -> bool:
        """The disk is full: give the room to the store; returns whether there was some to give."""
        if not self._size_bytes or self._full.is_set():
            return False
        self._full.set()
        log.error("disk_full", reason=self.problem)
        there = self.path.exists()
        self.path.unlink(missing_ok=True)
        return there

    async def keep(self) -> NoReturn:
        """Make it again whenever there is room, until cancelled."""
        while True:
            await self._full.wait()
            if await asyncio.to_thread(self._made):
                self._full.clear()
                log.warning("disk_has_room")
            else:
                await asyncio.sleep(self._again_seconds)

    def _made(self) -> bool:
        """Whether it is there now."""
        if _found_bytes(self._store_path) == self._size_bytes:
            return True
        found = os.statvfs(self.path.parent)
        if found.f_bavail * found.f_frsize < self._size_bytes * _ROOM_FACTOR:
            return False
        try:
            self._write()
        except OSError as error:
            self.path.unlink(missing_ok=True)
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                return False
            raise
        return True

    def _write(self) -> None:
        """Noise, which no file system can store in less room."""
        with os.fdopen(os.open(self.path, _FLAGS, PRIVATE_MODE), "wb") as file:
            for start in range(0, self._size_bytes, _CHUNK_BYTES):
                file.write(os.urandom(min(_CHUNK_BYTES, self._size_bytes - start)))
        sync(self.path)


def reserve_bytes(store_path: Path) -> int:
    """How much is kept beside a store that another process may have open; what is no reserve keeps nothing."""
    try:
        return _found_bytes(store_path)
    except UnusableStoreError:
        return 0


def _found_bytes(store_path: Path) -> int:
    """How big a store's reserve is; 0 when there is none.

    Raises:
        UnusableStoreError: Something else is in its place: a symbolic link, or what a start would wait for (a FIFO).
    """
    path = _path_beside(store_path)
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0
    if not stat.S_ISREG(found.st_mode):
        raise UnusableStoreError(
            path=store_path,
            problem=f"{path} is no regular file",
            cure="remove it: room for a full disk is kept there",
        )
    return found.st_size


def _path_beside(store_path: Path) -> Path:
    return store_path.with_name(f"{store_path.name}.reserve")
