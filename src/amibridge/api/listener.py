"""The socket that the API listens on: made before anything else starts, so that what is wrong is said in one line."""

import errno
import os
import socket
import ssl
import stat
from pathlib import Path
from typing import Final

from amibridge.errors import SettingsError, UnavailableError, reason_of
from amibridge.settings import ApiSettings

BACKLOG: Final = 128
SOCKET_MODE: Final = 0o660
"""Owner and group may connect to a Unix socket."""

_TAKEN: Final = frozenset({errno.EADDRINUSE, errno.EACCES, errno.EPERM})


class AddressTakenError(UnavailableError):
    """Another program listens there, or only root may."""

    def __init__(self, *, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place, self.reason = place, reason

    def __str__(self) -> str:
        return (
            f"the API cannot listen on {self.place} ({self.reason}): end what uses it, "
            "or set another [api] port, host or unix_socket"
        )


class ListenSettingsError(SettingsError):
    """The settings name no place to listen on."""

    def __init__(self, *, name: str, fault: str, cure: str) -> None:
        super().__init__(name, fault, cure)
        self.name, self.fault, self.cure = name, fault, cure

    def __str__(self) -> str:
        return f"[api] {self.name}: {self.fault}; {self.cure}"


def listen(settings: ApiSettings) -> socket.socket:
    """A socket that listens where the settings say.

    Raises:
        UnavailableError: The port or path is taken.
        SettingsError: There is no such place.
    """
    if settings.unix_socket:
        return _listen_unix(Path(settings.unix_socket))
    return _listen_tcp(settings)


def tls_context(settings: ApiSettings) -> ssl.SSLContext | None:
    """How HTTPS is served; None: it is not.

    Raises:
        SettingsError: Certificate or key cannot be used.
    """
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        fault = f"{certificate} and {key} cannot be used ({reason_of(error)})"
        cure = "name a certificate chain and its unencrypted key, both PEM and readable"
        raise ListenSettingsError(name="tls_certificate_file", fault=fault, cure=cure) from error
    context.set_alpn_protocols(["http/1.1"])
    return context


def url_of(listening: socket.socket, *, tls: bool) -> str:
    """Where a listening socket is reached from this host."""
    if listening.family == socket.AF_UNIX:
        return f"unix:{listening.getsockname()}"
    host, port = listening.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def give_back(listening: socket.socket, settings: ApiSettings) -> None:
    """Close a listening socket, and remove its path when it has one."""
    listening.close()
    if settings.unix_socket:
        Path(settings.unix_socket).unlink(missing_ok=True)


def _listen_tcp(settings: ApiSettings) -> socket.socket:
    place = f"{settings.host} port {settings.port}"
    try:
        found = socket.getaddrinfo(
            settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise _no_such_host(settings, error) from error
    family, kind, protocol, _, address = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno in _TAKEN:
            raise AddressTakenError(place=place, reason=reason_of(error)) from error
        raise _no_such_host(settings, error) from error
    return listening


def _listen_unix(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _make_way(path)
        listening.bind(str(path))
        path.chmod(SOCKET_MODE)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno in _TAKEN:
            raise AddressTakenError(place=str(path), reason=reason_of(error)) from error
        cure = "name a path in a directory that is there and writable, of at most 107 characters"
        fault = f"no socket can be made at {path} ({reason_of(error)})"
        raise ListenSettingsError(name="unix_socket", fault=fault, cure=cure) from error
    return listening


def _make_way(path: Path) -> None:
    """Remove the socket that a killed process left behind; nothing else is ever removed.

    Raises:
        OSError: Somebody listens there, or something else is there.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EADDRINUSE, "something that is no socket is there")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _no_such_host(settings: ApiSettings, error: Exception) -> ListenSettingsError:
    fault = f"{settings.host!r} is no address of this host ({reason_of(error)})"
    return ListenSettingsError(name="host", fault=fault, cure="set one that 'ip address' shows, such as 127.0.0.1")
