"""One HTTP request to a receiver: bounded in time and size, to permitted addresses alone, exactly as it was built."""

import os
import socket
import ssl
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

from amibridge.delivery.destination import Address, DestinationPolicy, Refusal
from amibridge.delivery.interfaces import own_addresses
from amibridge.delivery.policy import Answered, Failed, Outcome, Refused
from amibridge.delivery.reach import tls_context
from amibridge.delivery.request import NotificationRequest

CONNECT_SECONDS: Final = 3.0
"""Looking up the name, connecting and the TLS handshake together."""
BODY_LIMIT_BYTES: Final = 64 * 1024
"""How much of an answer's body is read; it is dropped undecoded, so that nothing can unfold in it."""
KEEP_ALIVE_SECONDS: Final = 4.0
"""Shorter than the 5 s after which common servers close idle connections: a request never meets a closing one."""

UNREACHABLE: Final = "none of the host's addresses that may be called can be reached"


@dataclass(slots=True)
class _Places:
    """What became of the addresses that one request's host has."""

    permitted: bool = False
    """At least one of them may be called."""


_PLACES: Final[ContextVar[_Places]] = ContextVar("places")
"""Those of the request that is being sent; connecting may happen in tasks of its own, which share it."""


class DestinationRefusedError(OSError):
    """The policy refuses the address that a socket was about to be connected to.

    Its text is the same for all addresses, so that aiohappyeyeballs hands it through whole when it refused each of
    those that it tried. aiohttp tries a name's addresses again and again, each time without the first: the last error
    is only that of the last address.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal

    def __str__(self) -> str:
        return "refused destination"


class HttpSender:
    """Sends notifications; an async context manager that holds the connections.

    Args:
        destinations: Which addresses may be called.
        timeout_seconds: The whole request with its answer's body.
        tls_ca_file: A CA bundle for receivers; empty: the system's CAs.
        own: Reads the addresses of this host, each time a socket is made.

    Raises:
        SettingsError: The CA bundle cannot be read.
    """

    def __init__(
        self,
        *,
        destinations: DestinationPolicy,
        timeout_seconds: float,
        tls_ca_file: str = "",
        own: Callable[[], Collection[Address]] = own_addresses,
    ) -> None:
        self._destinations = destinations
        self._timeout_seconds = timeout_seconds
        self._own = own
        self._tls = tls_context(tls_ca_file)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        # A connection that an administrator's assignment may use must not serve others: each has its own pool.
        self._sessions = {by_administrator: self._session(by_administrator) for by_administrator in (True, False)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()

    async def send(self, request: NotificationRequest, *, by_administrator: bool) -> Outcome:
        """Send it once; whatever the receiver or the network does becomes an outcome."""
        _PLACES.set(places := _Places())
        try:
            async with self._sessions[by_administrator].request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body or None,
                headers=request.headers,
                allow_redirects=False,
                middlewares=(_Once(),),
            ) as answer:
                await _drop_body(answer)
                return Answered(status_code=answer.status, retry_after=answer.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
            return self._outcome(error, places)

    def _session(self, by_administrator: bool) -> aiohttp.ClientSession:  # noqa: FBT001 - private, called once

        def open_socket(info: aiohttp.AddrInfoType) -> socket.socket:
            family, kind, protocol, _, where = info
            address = ip_address(where[0])
            refusal = self._destinations.refusal(
                address, where[1], by_administrator=by_administrator, own_addresses=self._own()
            )
            if refusal:
                raise DestinationRefusedError(refusal)
            _PLACES.get().permitted = True
            return socket.socket(family, kind, protocol)

        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=self._tls, limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, socket_factory=open_socket
            ),
            timeout=aiohttp.ClientTimeout(total=self._timeout_seconds, connect=CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )

    def _outcome(self, error: Exception, places: _Places) -> Outcome:
        match error:
            case aiohttp.ClientConnectorError(os_error=DestinationRefusedError() as cause):
                return Failed(reason=UNREACHABLE) if places.permitted else Refused(reason=str(cause.refusal))
            case aiohttp.InvalidURL():
                return Refused(reason="the URL's host is not written as a name or an address")
            case UnicodeError():  # the resolver's own
                return Refused(reason="the URL's host has an empty or an over-long label")
            case aiohttp.ConnectionTimeoutError():
                return Failed(reason=f"no connection within {min(CONNECT_SECONDS, self._timeout_seconds):g} s")
            case TimeoutError():
                return Failed(reason=f"no answer within {self._timeout_seconds:g} s")
            case _:
                return Failed(reason=_reason(error))


class _Once:
    """Client middleware that keeps aiohttp from sending a GET again by itself: attempts are counted in the outbox."""

    def __init__(self) -> None:
        self._failure: aiohttp.ClientError | None = None

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self._failure:
            raise self._failure
        try:
            return await handler(request)
        except aiohttp.ClientError as error:
            self._failure = error
            raise


async def _drop_body(answer: aiohttp.ClientResponse) -> None:
    """Read the body up to the limit, so that the connection can be used again; the status stands whatever it is."""
    left = BODY_LIMIT_BYTES
    try:
        while left > 0 and (part := await answer.content.read(left)):
            left -= len(part)
    except (aiohttp.ClientError, TimeoutError, OSError):
        left = 0
    if left <= 0:
        answer.close()


def _reason(error: Exception) -> str:
    """The failure in a few words of ours: what libraries say may quote the URL, which may hold a secret."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            reason = "the host name does not resolve"
        case aiohttp.ClientConnectorCertificateError(certificate_error=ssl.SSLCertVerificationError() as cause):
            reason = f"TLS certificate not accepted: {cause.verify_message}"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            reason = "the TLS handshake failed"
        case aiohttp.ServerDisconnectedError():
            reason = "the connection was closed without an answer"
        case aiohttp.ClientResponseError():
            reason = "the answer is not HTTP"
        case OSError(errno=int(number)):
            reason = os.strerror(number).lower()
        case _:
            reason = f"the request failed ({type(error).__name__})"
    return reason
