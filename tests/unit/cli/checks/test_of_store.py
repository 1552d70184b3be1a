"""What the look at the store says."""

from pathlib import Path

import pytest

from amibridge.calls.directory import Extension
from amibridge.cli.checks.finding import Verdict
from amibridge.cli.checks.of_store import check_store
from amibridge.control.look import StoreLook


@pytest.mark.parametrize(
    ("seen", "verdict", "text"),
    [
        (StoreLook(exists=False), Verdict.OK, "/x/a.db will be made when it is first needed; SQLite 3.40.1"),
        (StoreLook(exists=False, problem="no directory"), Verdict.PROBLEM, "no directory"),
        (StoreLook(exists=True, problem="damaged"), Verdict.PROBLEM, "damaged"),
        (StoreLook(exists=True, concern="readable"), Verdict.WARNING, "readable"),
        (
            StoreLook(exists=True, extensions=(Extension(number="210"),)),
            Verdict.OK,
            "/x/a.db, 1 declared extensions; SQLite 3.40.1, written on one connection",
        ),
    ],
)
def test_store(seen: StoreLook, verdict: Verdict, text: str) -> None:
    """A store that is not there yet is fine; what keeps it from being used is not."""
    object.__setattr__(seen, "sqlite_version", "3.40.1")
    (found,) = check_store(Path("/x/a.db"), seen)
    assert (found.verdict, found.subject) == (verdict, "store")
    assert found.text.startswith(text)
