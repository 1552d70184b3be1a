"""The notify protocol, with a real datagram socket at the other end."""

import os
import socket
import time
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


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, 0),
        ({"WATCHDOG_USEC": "60000000"}, 60),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 60),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, 0),
        ({"WATCHDOG_USEC": "0"}, 0),
        ({"WATCHDOG_USEC": "-5"}, 0),
        ({"WATCHDOG_USEC": "soon"}, 0),
    ],
)
def test_watchdog(environ: dict[str, str], seconds: float) -> None:
    """Its interval, when it is meant for this process; nonsense is none."""
    manager = ServiceManager.from_environment({VARIABLE: "/run/notify", **environ})
    assert manager.watchdog_seconds == seconds


def test_nobody_watches() -> None:
    """Without a socket there is nobody to give signs of life to."""
    assert not ServiceManager.from_environment({"WATCHDOG_USEC": "60000000"}).watchdog_seconds
    assert not ServiceManager.from_environment({}).listens


def test_a_reload(listening: tuple[str, socket.socket]) -> None:
    """It begins with the monotonic time, and ends with the word that the daemon is ready, also when it fails."""
    name, listener = listening
    manager = ServiceManager(name)
    manager.tell_ready()
    with pytest.raises(RuntimeError), manager.reloading():
        raise RuntimeError
    said = [listener.recv(1000).decode() for _ in range(3)]
    assert (said[0], said[2]) == ("READY=1", "READY=1")
    assert said[1].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert 0 <= time.monotonic_ns() // 1000 - int(said[1].partition("MONOTONIC_USEC=")[2]) < 60_000_000


def test_a_reload_while_it_starts(listening: tuple[str, socket.socket]) -> None:
    """The end of a reload would be taken for the end of the start, so nothing is said."""
    name, listener = listening
    manager = ServiceManager(name)
    with manager.reloading():
        pass
    manager.tell(STOPPING="1")
    assert listener.recv(1000) == b"STOPPING=1"


def test_a_manager_that_does_not_read(listening: tuple[str, socket.socket]) -> None:
    """Its full queue holds the daemon up for a moment only."""
    name, _ = listening
    manager = ServiceManager(name)
    started = time.monotonic()
    with capture_logs() as lines:
        while not lines:
            manager.tell(STATUS="x" * 1000)
    assert time.monotonic() - started < 10
    assert lines[0]["event"] == "service_manager_unreachable"
