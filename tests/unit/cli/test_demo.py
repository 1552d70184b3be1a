"""``amibridge demo`` as a command; what it shows is tested with the process."""

import sys
from types import SimpleNamespace

import pytest

from amibridge.cli import main
from amibridge.errors import NotFineError


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ((), {"exit_when_done": False, "speed": 1.0}),
        (("--exit", "--speed", "2.5"), {"exit_when_done": True, "speed": 2.5}),
    ],
)
def test_arguments(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], given: dict[str, object]) -> None:
    """The options are handed on, and the demo's status is the command's."""
    seen: list[dict[str, object]] = []

    def run_demo(**options: object) -> int:
        seen.append(options)
        return 3

    monkeypatch.setitem(sys.modules, "amibridge.simulator.demo", SimpleNamespace(run_demo=run_demo))
    monkeypatch.setattr(sys, "argv", ["amibridge", "demo", *arguments])
    assert main() == 3
    assert seen == [given]


def test_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A demo that was not delivered says what is missing."""

    def run_demo(**_: object) -> int:
        raise NotFineError("2 notifications are missing")

    monkeypatch.setitem(sys.modules, "amibridge.simulator.demo", SimpleNamespace(run_demo=run_demo))
    monkeypatch.setattr(sys, "argv", ["amibridge", "demo"])
    assert main() == 1
    assert capsys.readouterr().err == "amibridge: 2 notifications are missing\n"
