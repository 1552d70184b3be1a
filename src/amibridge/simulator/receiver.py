"""The demo's receiver: an HTTP server on loopback that takes notifications and tells of each at once."""

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One request that came in."""

    method: str
    """``GET`` or ``POST``."""
    path: str
    parameters: Mapping[str, str]
    """What it says about the call, from the query or the form."""
    attempt: int
    """Which attempt the sender says it is, from 1."""
    arrived_at: float
    """Unix seconds."""


class Receiver:
    """Takes any GET and POST on a free port of loopback, answers 204, and hands it on; ``async with`` opens it."""

    def __init__(self, on_notification: Callable[[Notification], None]) -> None:
        self._on_notification = on_notification
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        self.url = ""
        """``http://127.0.0.1:PORT``, once it is open."""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(self._runner, listener).start()
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        arrived_at = time.time()
        if request.method not in {"GET", "POST"}:
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "POST"])
        form = await request.post()
        parameters = dict(request.query) | {name: value for name, value in form.items() if isinstance(value, str)}
        attempt = request.headers.get("webhook-attempt", "")
        self._on_notification(
            Notification(
                method=request.method,
                path=request.path,
                parameters=parameters,
                attempt=int(attempt) if attempt.isdecimal() else 1,
                arrived_at=arrived_at,
            )
        )
        return web.Response(status=204)
