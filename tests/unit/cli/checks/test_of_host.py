"""What the system lets the daemon have."""

import resource
from dataclasses import replace
from pathlib import Path

import pytest

from amibridge.cli.checks.finding import ok, warning
from amibridge.cli.checks.of_host import check_host
from amibridge.settings import DeliverySettings, Settings
from tests.unit.control.test_status import FACTS

LIMITS = "Max processes  63432  63432  processes\nMax open files  {:<20} 524288  files\n"


@pytest.mark.parametrize(
    ("limit", "concurrency", "text"),
    [
        ("1024", 64, ""),
        ("256", 64, ""),
        ("255", 64, "255"),
        ("1024", 1024, "1024"),
        ("unlimited", 64, ""),
    ],
)
def test_of_the_daemon(tmp_path: Path, limit: str, concurrency: int, text: str) -> None:
    """The running daemon's own limit counts, and must do for all requests at once."""
    (tmp_path / str(FACTS.pid)).mkdir()
    (tmp_path / str(FACTS.pid) / "limits").write_text(LIMITS.format(limit))
    settings = Settings(delivery=DeliverySettings(concurrency=concurrency))
    (found,) = check_host(settings, FACTS, proc=tmp_path)
    needed = 192 + concurrency
    if text:
        cure = "raise it (systemd: LimitNOFILE=65536; a shell: ulimit -n 65536)"
        assert found == warning("host", f"the daemon may open {text} files, and needs up to {needed}: {cure}")
    else:
        many = "as many files as it likes" if limit == "unlimited" else f"{limit} files"
        assert found == ok("host", f"the daemon may open {many}, and needs up to {needed}")


def test_without_one(tmp_path: Path) -> None:
    """Where none runs, or it cannot be looked at, our own limit is what one started here would have."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for daemon in (None, replace(FACTS, pid=1)):
        (found,) = check_host(Settings(), daemon, proc=tmp_path)
        assert found.text.startswith(f"a daemon that is started here may open {limit} files")
