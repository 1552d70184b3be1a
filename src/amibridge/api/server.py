"""Serves the app inside the daemon's loop: uvicorn without its signal handlers, log settings and ways to exit."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import structlog
import uvicorn
from fastapi import FastAPI

from amibridge.api.listener import give_back, listen, tls_context, url_of
from amibridge.api.protocol import IDLE_SECONDS, BoundedProtocol
from amibridge.settings import ApiSettings

if TYPE_CHECKING:
    from socket import socket

GRACE_SECONDS = 3
"""Requests under way may take so long when the server stops."""

log = structlog.get_logger(__name__)


class ApiServer:
    """The API on its socket: ``start``, then ``run`` until cancelled.

    Args:
        app: What answers.
        settings: Where to listen, and whether with TLS.
    """

    def __init__(self, app: FastAPI, settings: ApiSettings) -> None:
        self._app = app
        self._settings = settings
        self._socket: socket | None = None
        self._server: _Server | None = None
        self.url = ""
        """Where it listens, known once started: ``http://127.0.0.1:8480``, or ``unix:`` and a path."""

    async def start(self) -> None:
        """Take the port or path; who connects from now on is answered once ``run`` runs.

        Raises:
            UnavailableError: The port or path is taken.
            SettingsError: There is no such place to listen on, or the certificate cannot be used.
        """
        context = tls_context(self._settings)
        self._socket = await asyncio.to_thread(listen, self._settings)
        self.url = url_of(self._socket, tls=context is not None)
        self._server = _Server(
            uvicorn.Config(
                self._app,
                http=BoundedProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
                ssl_context_factory=None if context is None else lambda _config, _default: context,
            )
        )

    async def run(self) -> None:
        """Answer until cancelled; then finish what is under way, for some seconds at most.

        Raises:
            RuntimeError: It was not started.
        """
        if self._server is None or self._socket is None:
            raise RuntimeError("start() comes before run()")
        log.info("api_listening", where=self.url)
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="api server")
        try:
            await asyncio.shield(serving)
        finally:
            self._server.should_exit = True
            await asyncio.wait([serving])
            self.close()

    def close(self) -> None:
        """Give the port or path back; for a server that was started and never run."""
        if self._socket is not None:
            give_back(self._socket, self._settings)
            self._socket = None


class _Server(uvicorn.Server):
    """uvicorn, which leaves signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
