"""systemd's notify protocol (sd_notify(3), sd_watchdog_enabled(3)): lines to the socket that the manager names."""

import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Self

import structlog

from amibridge.errors import reason_of

VARIABLE: Final = "NOTIFY_SOCKET"
WATCHDOG_VARIABLE: Final = "WATCHDOG_USEC"
WATCHDOG_PID_VARIABLE: Final = "WATCHDOG_PID"
TELLING_SECONDS: Final = 1.0
"""A service manager that does not read holds nobody up for longer."""
_MICROSECONDS: Final = 1_000_000

log = structlog.get_logger(__name__)


class ServiceManager:
    """Whoever started the daemon and waits for its word; nobody, when it was started by hand.

    Args:
        address: The socket's path, or ``@`` and an abstract name; empty: nobody waits.
        watchdog_seconds: It ends a daemon that gives no sign of life for this long; 0: it does not.
    """

    def __init__(self, address: str = "", *, watchdog_seconds: float = 0.0) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_seconds = watchdog_seconds if address else 0.0
        self._ready = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The one that the environment names; a watchdog that is meant for another process is none."""
        microseconds, meant = environ.get(WATCHDOG_VARIABLE, ""), environ.get(WATCHDOG_PID_VARIABLE, "")
        watched = microseconds.isascii() and microseconds.isdigit() and meant in {"", str(os.getpid())}
        return cls(environ.get(VARIABLE, ""), watchdog_seconds=int(microseconds) / _MICROSECONDS if watched else 0.0)

    @property
    def listens(self) -> bool:
        """Whether there is one."""
        return bool(self._address)

    def tell(self, **facts: str) -> None:
        """Say something: ``READY="1"``, ``STOPPING="1"``, ``STATUS="…"``; one that does not listen is no failure."""
        if not self._address:
            return
        text = "\n".join(f"{name}={value}" for name, value in facts.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(TELLING_SECONDS)
                sender.connect(self._address)
                sender.sendall(text.encode())
        except OSError as error:
            log.warning("service_manager_unreachable", error=reason_of(error))

    def tell_ready(self) -> None:
        """Say that the daemon has started."""
        self._ready = True
        self.tell(READY="1")

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """Say that the settings are read again, and then that this is done.

        While the daemon starts nothing is said: the second word would be taken for the first one that it is ready.
        """
        if not self._ready:
            yield
            return
        # The time tells the reload that this is from one that is asked for meanwhile.
        self.tell(RELOADING="1", MONOTONIC_USEC=str(time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000))
        try:
            yield
        finally:
            self.tell(READY="1")

    def ask_for_time(self, seconds: float, status: str) -> None:
        """Say that starting takes longer, and why: it is not given up for so long from now on."""
        self.tell(EXTEND_TIMEOUT_USEC=str(int(seconds * _MICROSECONDS)), STATUS=status)
