"""Whether there is a place for the management API."""

import socket
from pathlib import Path

import pytest

from amibridge.cli.checks.finding import Finding, Verdict
from amibridge.cli.checks.of_api import check_api
from amibridge.settings import ApiSettings
from tests.unit.control.test_status import FACTS


def found(api: ApiSettings) -> Finding:
    """The one finding where no daemon runs."""
    (finding,) = check_api(api, None)
    return finding


def test_port() -> None:
    """A port that is taken is a failure, one that is free is fine."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finding = found(ApiSettings(port=port))
        assert finding.verdict is Verdict.PROBLEM
        assert finding.text == (
            f"127.0.0.1:{port} cannot be had (Address already in use): end what uses it, or change [api]"
        )
    assert found(ApiSettings(port=port)).text == f"127.0.0.1:{port} is free"


def test_foreign_address() -> None:
    """An address that is not of this host cannot be had."""
    assert "Cannot assign requested address" in found(ApiSettings(host="192.0.2.1", plain_http=True)).text


def test_own_daemon() -> None:
    """What the running daemon has is its own."""
    (finding,) = check_api(ApiSettings(), FACTS)
    assert (finding.verdict, finding.text) == (Verdict.OK, "the daemon serves http://127.0.0.1:8480")


@pytest.mark.parametrize(
    ("name", "verdict", "text"),
    [
        ("api.sock", Verdict.OK, "is free"),
        ("file", Verdict.PROBLEM, "there is a file of that name"),
        ("none/api.sock", Verdict.PROBLEM, "there is no directory"),
    ],
)
def test_unix_socket(tmp_path: Path, name: str, verdict: Verdict, text: str) -> None:
    """A Unix socket needs a directory, and nothing in its way."""
    (tmp_path / "file").touch()
    finding = found(ApiSettings(unix_socket=str(tmp_path / name)))
    assert finding.verdict is verdict
    assert text in finding.text
