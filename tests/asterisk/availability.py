"""What happens to the live tests where no Asterisk is installed: they do not run, and the session's last lines say so.

A conftest takes the hooks from here: that of ``tests/asterisk``, and that of ``tests``, which a parallel session's
own process reads alone.
"""

import os
from functools import cache

import pytest

from tests.asterisk.lab.install import SUITES, is_ready, root_of

_ready = cache(is_ready)
_SAID = pytest.StashKey[bool]()


def missing(versions: tuple[str, ...]) -> str:
    """Which of these major versions are not installed, and the cure; empty when all are."""
    absent = [version for version in versions if not _ready(version)]
    return _why(absent[0]) if absent else ""


def _why(version: str) -> str:
    return f"no Asterisk {version} in {root_of(version)}: as root, make asterisk"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the live tests without their Asterisk; under CI they run, and fail, since nothing may be left out there."""
    if os.environ.get("CI") == "true":
        return
    for item in items:
        marker = item.get_closest_marker("asterisk")
        if marker and (reason := missing(marker.args)):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud, at the very end, which live calls were not made."""
    if terminalreporter.config.stash.get(_SAID, False):
        return
    terminalreporter.config.stash[_SAID] = True
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for version in SUITES:
        count = sum(_why(version) in reason for reason in skipped)
        if count:
            said = f"{count} tests were NOT run on a real Asterisk {version}"
            terminalreporter.write_sep("!", said, red=True, bold=True)
            terminalreporter.write_line(f"{_why(version)}, then again.", red=True)
