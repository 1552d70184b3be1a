"""The notify protocol, with a real datagram socket at the other end."""

import socket
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from structlog.testing import capture_logs

from amibridge.service_manager import VARIABLE, ServiceManager


@pytest.fixture(params=["path", "abstract"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A service manager, in each form that systemd gives its address."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@amibridge-{token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        listener.settimeout(5)
        yield name, listener


def test_tells(listening: tuple[str, socket.socket]) -> None:
    """What is said arrives as one datagram of lines."""
    name, listener = listening
    ServiceManager.from_environment({VARIABLE: name}).tell(READY="1", STATUS="PBX: up")
    assert listener.recv(1000) == b"READY=1\nSTATUS=PBX: up"


def test_nobody_waits() -> None:
    """Started by hand, there is nobody to tell."""
    with capture_logs() as lines:
        ServiceManager.from_environment({}).tell(READY="1")
    assert lines == []


def test_a_manager_that_is_gone(tmp_path: Path) -> None:
    """A socket that nobody listens at is said in the log, and stops nothing."""
    with capture_logs() as lines:
        ServiceManager(str(tmp_path / "none")).tell(READY="1")
    assert [(line["event"], line["error"]) for line in lines] == [
        ("service_manager_unreachable", "No such file or directory")
    ]
