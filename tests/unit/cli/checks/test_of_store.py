"""What the look at the store says."""

from pathlib import Path

import pytest

from amibridge.calls.directory import Extension
from amibridge.cli.checks.finding import Verdict
from amibridge.cli.checks.of_store import check_store
from amibridge.control.look import KNOWN_VERSION, StoreLook
from amibridge.store.files import StoreRoom

MB = 1024 * 1024


@pytest.mark.parametrize(
    ("seen", "verdict", "text"),
    [
        (StoreLook(exists=False), Verdict.OK, "/x/a.db will be made when it is first needed; SQLite 3.40.1"),
        (StoreLook(exists=False, problem="no directory"), Verdict.PROBLEM, "no directory"),
        (StoreLook(exists=True, problem="damaged"), Verdict.PROBLEM, "damaged"),
        (StoreLook(exists=True, concern="readable"), Verdict.WARNING, "readable"),
        (
            StoreLook(exists=True, extensions=(Extension(number="210"),), version=KNOWN_VERSION),
            Verdict.OK,
            f"/x/a.db, 1 declared extensions; schema {KNOWN_VERSION}; SQLite 3.40.1, written on one connection",
        ),
        (
            StoreLook(exists=True, version=1),
            Verdict.OK,
            f"/x/a.db, 0 declared extensions; schema 1, which the next start brings to {KNOWN_VERSION} after a copy",
        ),
    ],
)
def test_store(seen: StoreLook, verdict: Verdict, text: str) -> None:
    """A store that is not there yet is fine; what keeps it from being used is not."""
    object.__setattr__(seen, "sqlite_version", "3.40.1")
    (found,) = check_store(Path("/x/a.db"), seen, daemon_runs=False)
    assert (found.verdict, found.subject) == (verdict, "store")
    assert found.text.startswith(text)


@pytest.mark.parametrize(
    ("free", "reserve", "daemon_runs", "verdict", "text"),
    [
        (
            31,
            0,
            False,
            Verdict.PROBLEM,
            "31.0 MB are free on the disk of /x/a.db, too little to keep anything",
        ),
        (31, 16, True, Verdict.WARNING, "only 31.0 MB are free on the disk of /x/a.db: make room"),
        (255, 0, False, Verdict.WARNING, "only 255.0 MB are free on the disk of /x/a.db: make room"),
        (900, 0, True, Verdict.WARNING, "900.0 MB are free, but there is no reserve for a full disk"),
        (900, 0, False, Verdict.OK, "900.0 MB are free on its disk"),
        (900, 16, True, Verdict.OK, "900.0 MB are free on its disk, and 16.0 MB are kept for a full disk"),
    ],
)
def test_room(free: int, reserve: int, verdict: Verdict, text: str, *, daemon_runs: bool) -> None:
    """There must be room, and while a daemon runs a reserve."""
    room = StoreRoom(size_bytes=MB, free_bytes=free * MB, reserve_bytes=reserve * MB)
    _, found = check_store(Path("/x/a.db"), StoreLook(exists=True, room=room), daemon_runs=daemon_runs)
    assert found.verdict is verdict
    assert found.text.startswith(text)
