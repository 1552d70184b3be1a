"""Where ``amibridge tail`` reads: the daemon on this host, over its control socket, or any daemon, over its API."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Final, Protocol

from amibridge.control.client import NoDaemonError
from amibridge.control.following import Follow, followed
from amibridge.errors import AmibridgeError, NotFineError, UsageError, reason_of

_CONNECT_SECONDS: Final = 10.0
_SILENCE_SECONDS: Final = 60.0
"""Four heartbeats: a connection that says nothing for so long is dead."""
_LINE_BYTES: Final = 8 * 1024 * 1024
_SEND_TOKEN: Final = "give --token, or set AMIBRIDGE_TOKEN"  # noqa: S105 - an advice


class AwayError(AmibridgeError):
    """The daemon is not there, or not any more; it may come back."""


class Source(Protocol):
    """A daemon that can be followed."""

    def lines(self, wanted: Follow) -> AsyncGenerator[str, None]:
        """The lines of a stream until the daemon ends it.

        Raises:
            AwayError: It is not there, or the connection was lost.
            AmibridgeError: It refuses.
        """
        ...


class LocalDaemon:
    """The daemon of a store of this host.

    Args:
        path: Its control socket.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def lines(self, wanted: Follow) -> AsyncGenerator[str, None]:
        """See ``Source``."""
        try:
            async with aclosing(followed(self._path, wanted)) as lines:
                async for line in lines:
                    yield line
        except NoDaemonError as error:
            raise AwayError(str(error)) from error


class RemoteDaemon:
    """A daemon behind its API.

    Args:
        url: Of the API, ``http://host:port``.
        token: An administrator's; others see what their account reaches, without deliveries.
    """

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise UsageError("--url takes the API's URL, such as https://pbx.example:8480")
        if not token:
            raise UsageError(f"the API wants a token: {_SEND_TOKEN}")
        self._url, self._token = url.rstrip("/"), token
        self._deliveries = True

    async def lines(self, wanted: Follow) -> AsyncGenerator[str, None]:
        """See ``Source``."""
        # It takes long to load, and only here is it needed.
        import aiohttp  # noqa: PLC0415

        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENCE_SECONDS)
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "text/event-stream"}
        if wanted.last_id:
            headers["Last-Event-ID"] = wanted.last_id
        path = "/stream/logs" if wanted.logs else "/stream/events"
        try:
            async with aiohttp.ClientSession(timeout=timeout, read_bufsize=_LINE_BYTES) as client:
                while True:
                    query = _query(wanted, deliveries=self._deliveries)
                    async with client.get(f"{self._url}{path}", params=query, headers=headers) as answer:
                        if answer.status == 403 and self._deliveries and not wanted.logs:  # noqa: PLR2004
                            self._deliveries = False
                            continue
                        if answer.status != 200:  # noqa: PLR2004
                            raise await _refused(answer.status, await answer.text())
                        async for line in answer.content:
                            yield line.decode(errors="replace").rstrip("\n")
                        return
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise AwayError(f"nobody answers at {self._url}: {_words(error)}") from error


def _words(error: Exception) -> str:
    """What keeps us from a daemon elsewhere, and what to do."""
    import aiohttp  # noqa: PLC0415

    match error:
        case aiohttp.ClientConnectorCertificateError():
            reason = reason_of(error.certificate_error)
            return f"its TLS certificate is not accepted ({reason}): mend it there, or make its CA one of the system's"
        case aiohttp.ClientSSLError():
            return "the TLS handshake failed: look whether it speaks HTTPS on this port, or write http://"
        case aiohttp.ClientConnectorError():
            return f"{reason_of(error.os_error)}: look whether its name and port are right, and whether it runs"
        case aiohttp.InvalidURL():
            return "that is no URL: write it like https://pbx.example:8480"
        case TimeoutError():
            return "it took too long: look whether it runs, and for firewalls"
        case _:
            return "it gave no answer in HTTP: look whether the port is that of the API, and whether it wants https://"


def _query(wanted: Follow, *, deliveries: bool) -> dict[str, str]:
    query = {"last": str(wanted.before)}
    if deliveries and not wanted.logs:
        query["deliveries"] = "1"
    if wanted.since is not None:
        query["since"] = f"{wanted.since:.6f}"
    if wanted.extension is not None:
        query["extension"] = wanted.extension
    if wanted.event_type is not None:
        query["type"] = str(int(wanted.event_type))
    return query


async def _refused(status: int, text: str) -> AmibridgeError:
    import json  # noqa: PLC0415

    try:
        message = str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        message = "that is no API of amibridge"
    error = f"the API says {status}: {message}"
    return AwayError(error) if status in {429, 502, 503, 504} else NotFineError(error)
