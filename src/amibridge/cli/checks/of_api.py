"""Is there a place for the management API?"""

import socket
from pathlib import Path
from typing import Final

from amibridge.cli.checks.finding import Finding, ok, problem
from amibridge.control.operation import DaemonFacts
from amibridge.errors import reason_of
from amibridge.settings import ApiSettings

_SUBJECT: Final = "api"


def check_api(api: ApiSettings, daemon: DaemonFacts | None) -> list[Finding]:
    """Whether the API's place is free, or the running daemon's own."""
    where = api.unix_socket or f"{api.host}:{api.port}"
    if daemon is not None:
        return [ok(_SUBJECT, f"the daemon serves {daemon.api_url}")]
    why = _socket_problem(Path(api.unix_socket)) if api.unix_socket else _port_problem(api.host, api.port)
    if why:
        return [problem(_SUBJECT, f"{where} cannot be had ({why}): end what uses it, or change [api]")]
    return [ok(_SUBJECT, f"{where} is free")]


def _port_problem(host: str, port: int) -> str:
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            # As a server does it: a connection that has just ended is no obstacle.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        return reason_of(error)
    return ""


def _socket_problem(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no directory {path.parent}"
    if path.exists() and not path.is_socket():
        return "there is a file of that name"
    return ""
