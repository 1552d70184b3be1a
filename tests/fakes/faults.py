"""A disk that fills up, fails or forgets, a clock that steps, a name that moves: under one daemon, as a test says."""

import os
import random
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.fakes.daemon import DaemonProcess

SOURCE: Final = Path(__file__).with_name("faults.c")
SECTOR_BYTES: Final = 512
"""A disk writes so much whole or not at all."""

_FIELDS: Final = {
    "clock_offset_ns": 0,
    "capacity": 8,
    "fail_sync": 16,
    "read_only": 24,
    "hang_sync": 32,
    "refused": 40,
    "passed_ns": 48,
}
_CONTROL_BYTES: Final = 4096
_SYNCED: Final = {"": "db", "-wal": "db-wal"}
_COUNTED: Final = ("", "-wal", "-shm", ".reserve")


def compiled(folder: Path) -> Path:
    """The library that is preloaded; without a compiler the test is skipped, but not where nothing may be left out."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no C compiler: apt-get install gcc libc6-dev")
        pytest.skip("there is no C compiler: apt-get install gcc libc6-dev")
    library = folder / "faults.so"
    command = (compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, SOURCE)
    built = subprocess.run((*command, "-ldl", "-pthread"), capture_output=True, text=True, timeout=60, check=False)
    assert built.returncode == 0, built.stderr
    return library


class Faults:
    """The faults of one daemon, none at first; what is set holds at once, and on through its restarts.

    Args:
        library: From ``compiled``.
        daemon: Has not been started yet.
        forgetful: Whether ``power_cut`` will be called: it remembers what was synced, and waits for no real disk.
    """

    def __init__(self, library: Path, daemon: DaemonProcess, *, forgetful: bool = False) -> None:
        self._store = daemon.store
        folder = daemon.store.parent / "faults"
        self._control, self._synced = folder / "control", folder / "synced"
        self._synced.mkdir(parents=True)
        self._control.write_bytes(bytes(_CONTROL_BYTES))
        self._hosts = folder / "hosts"
        self._names: dict[str, tuple[str, ...]] = {}
        daemon.variables |= {
            "LD_PRELOAD": str(library),
            "FAULTS_STORE": str(daemon.store),
            "FAULTS_CONTROL": str(self._control),
            "FAULTS_HOSTS": str(self._hosts),
        }
        if forgetful:
            daemon.variables["FAULTS_SYNCED"] = str(self._synced)

    @property
    def refused(self) -> int:
        """How many writes and syncs have failed so far."""
        return self._get("refused")

    @property
    def used_bytes(self) -> int:
        """What the store's files take."""
        files = [self._store.with_name(f"{self._store.name}{suffix}") for suffix in _COUNTED]
        return sum(file.stat().st_size for file in files if file.exists())

    def fill_disk(self, *, free_bytes: int = 0) -> None:
        """Let no more room be left than this."""
        self._set("capacity", self.used_bytes + free_bytes)

    def empty_disk(self) -> None:
        """Let there be room again."""
        self._set("capacity", 0)

    def fail_syncs(self) -> None:
        """Let the disk refuse to keep what is written."""
        self._set("fail_sync", 1)

    def mend_syncs(self) -> None:
        """Let it keep everything again."""
        self._set("fail_sync", 0)

    def hang_syncs(self) -> None:
        """Let the disk not answer any more."""
        self._set("hang_sync", 1)

    def answer_syncs(self) -> None:
        """Let it answer again."""
        self._set("hang_sync", 0)

    def forbid_writing(self) -> None:
        """Let the file system be one that can only be read, as Linux makes it when a disk fails."""
        self._set("read_only", 1)

    def step_clock(self, seconds: float) -> None:
        """Let the wall clock be so far from the true one."""
        self._set("clock_offset_ns", int(seconds * 1e9))

    def pass_time(self, seconds: float) -> None:
        """Let so much time have passed in all, by every clock: what waits for a time is awake at once."""
        self._set("passed_ns", int(seconds * 1e9))

    def resolve(self, name: str, *addresses: str) -> None:
        """Let a name resolve to these addresses from now on; without any it resolves to nothing."""
        self._names[name] = addresses
        written = self._hosts.with_suffix(".new")
        written.write_text("".join(" ".join((one, *where)) + "\n" for one, where in self._names.items()))
        written.replace(self._hosts)

    def power_on(self) -> None:
        """Take what is on the disk now for safely there; before each start of a daemon that is to lose its power."""
        for suffix, name in _SYNCED.items():
            file = self._store.with_name(f"{self._store.name}{suffix}")
            kept = self._synced / name
            if file.exists():
                shutil.copyfile(file, kept)
            else:
                kept.unlink(missing_ok=True)

    def power_cut(self, dice: random.Random, *, torn: bool = False) -> int:
        """Make of a killed daemon's store what is there after a power cut.

        Args:
            dice: Decides which sectors.
            torn: Of what was not synced, some sectors are there and some are not; else none of it is.

        Returns:
            How many bytes were not synced.
        """
        lost = 0
        for suffix, name in _SYNCED.items():
            file, kept = self._store.with_name(f"{self._store.name}{suffix}"), self._synced / name
            written = file.read_bytes() if file.exists() else b""
            there = kept.read_bytes() if kept.exists() else b""
            size = max(len(written), len(there))
            lost += sum(one != other for one, other in zip(written, there, strict=False)) + size - len(there)
            if torn:
                there = _torn(dice, written.ljust(size, b"\0"), there.ljust(size, b"\0"), len(there))
            file.unlink(missing_ok=True)
            if there:
                file.write_bytes(there)
        self._store.with_name(f"{self._store.name}-shm").unlink(missing_ok=True)
        return lost

    def _get(self, field: str) -> int:
        data = self._control.read_bytes()[_FIELDS[field] :]
        value: int = struct.unpack_from("<q", data)[0]
        return value

    def _set(self, field: str, value: int) -> None:
        with self._control.open("r+b", buffering=0) as control:
            control.seek(_FIELDS[field])
            control.write(struct.pack("<q", value))


def _torn(dice: random.Random, written: bytes, synced: bytes, synced_length: int) -> bytes:
    """Each sector as it was written or as it was synced; the file as long as one of them was."""
    sectors = [dice.choice((written, synced))[at : at + SECTOR_BYTES] for at in range(0, len(written), SECTOR_BYTES)]
    return b"".join(sectors)[: dice.choice((len(written), synced_length))]
