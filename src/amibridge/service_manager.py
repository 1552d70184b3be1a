"""systemd's notify protocol: a line to the socket that the service manager names (sd_notify(3))."""

import socket
from collections.abc import Mapping
from typing import Final, Self

import structlog

from amibridge.errors import reason_of

VARIABLE: Final = "NOTIFY_SOCKET"

log = structlog.get_logger(__name__)


class ServiceManager:
    """Whoever started the daemon and waits for its word; nobody, when it was started by hand.

    Args:
        address: The socket's path, or ``@`` and an abstract name; empty: nobody waits.
    """

    def __init__(self, address: str = "") -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The one that the environment names."""
        return cls(environ.get(VARIABLE, ""))

    def tell(self, **facts: str) -> None:
        """Say something: ``READY="1"``, ``STOPPING="1"``, ``STATUS="…"``; one that does not listen is no failure."""
        if not self._address:
            return
        text = "\n".join(f"{name}={value}" for name, value in facts.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.connect(self._address)
                sender.sendall(text.encode())
        except OSError as error:
            log.warning("service_manager_unreachable", error=reason_of(error))
