"""What all tests have in common: a log as nobody configured it, and a last word on the calls that were not made."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from amibridge import logs
from tests.asterisk import availability

# A slow machine is no failure; for a longer search: --hypothesis-profile=thorough
settings.register_profile("bounded", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=5000)
settings.load_profile("bounded")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end what tests have seen (``record_property``), and which live calls were not made."""
    seen = [pair for reports in terminalreporter.stats.values() for one in reports for pair in _seen(one)]
    if seen:
        terminalreporter.write_sep("=", "what was seen")
    for what, figures in sorted(seen):
        terminalreporter.write_line(f"{what}: {figures}")
    availability.pytest_terminal_summary(terminalreporter)


def _seen(report: object) -> list[tuple[str, object]]:
    return report.user_properties if isinstance(report, pytest.TestReport) and report.when == "call" else []


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """A command configures the log of the whole process, and its stream ends with the test."""
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logs.LibraryHandler)]:
        root.removeHandler(handler)
    root.setLevel(logging.WARNING)
    for name in logs.SILENT:
        logging.getLogger(name).setLevel(logging.NOTSET)
