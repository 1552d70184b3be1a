"""Whether a receiver could be called: its name, the policy, a connection, TLS. No request is sent."""

import asyncio
import socket
import ssl
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from amibridge.delivery.destination import Address, DestinationPolicy, Range, Refusal
from amibridge.errors import SettingsError, reason_of

REACH_SECONDS: Final = 3.0
"""As long as a notification's connection may take."""


_OF_ADMINISTRATORS: Final = frozenset({Range.PRIVATE, Range.LOOPBACK, Range.OWN})
"""Where a receiver may well stand; the other places that are refused are no receiver's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What came of trying."""

    address: str = ""
    """Where a connection was made to."""
    seconds: float = 0.0
    problem: str = ""
    """Why none was, with the cure; empty when one was."""


def tls_context(ca_file: str) -> ssl.SSLContext:
    """What receivers' certificates are verified with.

    Args:
        ca_file: A CA bundle; empty: the system's CAs.

    Raises:
        SettingsError: It cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        cause = "not PEM certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingsError(
            f"delivery.tls_ca_file: {ca_file!r} cannot be used ({cause}); name a file of PEM certificates"
        ) from error


async def reach(
    origin: str,
    *,
    policy: DestinationPolicy,
    by_administrator: bool,
    own_addresses: Collection[Address],
    tls: ssl.SSLContext,
    timeout_seconds: float = REACH_SECONDS,
) -> Reached:
    """Connect to a receiver and hang up; raises nothing for what a network may do.

    Args:
        origin: ``scheme://host:port``.
        policy: Which addresses may be called.
        by_administrator: Whether an administrator made the assignments.
        own_addresses: The addresses of this host's network interfaces.
        tls: What its certificate is verified with.
        timeout_seconds: For all of it.
    """
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port or 0
    started = time.monotonic()
    try:
        async with asyncio.timeout(timeout_seconds):
            addresses = await _look_up(host, port)
            refusals = [
                policy.refusal(one, port, by_administrator=by_administrator, own_addresses=own_addresses)
                for one in addresses
            ]
            allowed = [one for one, refusal in zip(addresses, refusals, strict=True) if refusal is None]
            if not allowed:
                return Reached(problem=_refused(refusals))
            address = str(allowed[0])
            secure = parts.scheme == "https"
            _, writer = await asyncio.open_connection(
                address, port, ssl=tls if secure else None, server_hostname=host if secure else None
            )
            writer.close()
    except TimeoutError:
        return Reached(problem=f"no connection within {timeout_seconds:g} s: look whether it runs, and for firewalls")
    except ssl.SSLCertVerificationError as error:
        cure = "mend it there, or name its CA in delivery.tls_ca_file"
        return Reached(problem=f"its TLS certificate is not accepted ({error.verify_message}): {cure}")
    except ssl.SSLError:
        return Reached(problem="the TLS handshake failed: look whether it speaks HTTPS on this port")
    except (OSError, UnicodeError) as error:
        return Reached(problem=f"{_words(error)}: look whether its name and port are right, and whether it runs")
    return Reached(address=f"{address} port {port}", seconds=time.monotonic() - started)


async def _look_up(host: str, port: int) -> list[Address]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(where[0]) for _, _, _, _, where in found))


def _refused(refusals: Iterable[Refusal | None]) -> str:
    refusal = next(one for one in refusals if one is not None)
    if refusal.denied:
        cure = "take it out there, if it is to be"
    elif refusal.range in _OF_ADMINISTRATORS:
        cure = "add it there, if it is to be"
    else:
        cure = "give the assignments another URL"
    return f"it is not called, {refusal}: {cure}"


def _words(error: Exception) -> str:
    return reason_of(error) if isinstance(error, OSError) else "its host is not written as a name or an address"
