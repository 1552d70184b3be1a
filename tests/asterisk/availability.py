"""What happens to the live tests where no Asterisk is installed: they do not run, and the session's last lines say so.

A conftest takes the hooks from here: that of ``tests/asterisk``, and that of ``tests``, which a parallel session's
own process reads alone.
"""

import os

import pytest

from tests.asterisk.lab.install import DEFAULT_VERSION, is_ready, root_of

MISSING = f"no Asterisk {DEFAULT_VERSION} in {root_of()}: as root, make asterisk"

_SAID = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the live tests without an Asterisk; under CI they run, and fail, since nothing may be left out there."""
    live = [item for item in items if item.get_closest_marker("asterisk")]
    if live and os.environ.get("CI") != "true" and not is_ready():
        for item in live:
            item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud, at the very end, that the live calls were not made."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    if skipped and not terminalreporter.config.stash.get(_SAID, False):
        terminalreporter.config.stash[_SAID] = True
        terminalreporter.write_sep("!", f"{len(skipped)} calls were NOT made on a real Asterisk", red=True, bold=True)
        terminalreporter.write_line(f"{MISSING}, then again.", red=True)
