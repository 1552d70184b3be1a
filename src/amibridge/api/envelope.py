"""What all requests have in common: an id, a line in the log, no trailing slash, an answer even when we fail."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amibridge.api.answers import error_answer
from amibridge.api.errors import internal
from amibridge.api.probes import HEALTH_PATH, METRICS_PATH, READY_PATH

REQUEST_ID_HEADER: Final = "X-Request-Id"
_GONE: Final = 499
"""What the log says when the program hung up before it had sent its request."""
_PROBES: Final = frozenset({HEALTH_PATH, READY_PATH, METRICS_PATH})

log = structlog.get_logger(__name__)


def new_request_id() -> str:
    """An id to find a request's lines in the log by."""
    return secrets.token_hex(8)


class Envelope:
    """Wraps the routes.

    Args:
        app: What answers.
        on_answer: Called after each request with its route's template and its status.
    """

    def __init__(self, app: ASGIApp, *, on_answer: Callable[[str, int], None]) -> None:
        self._app, self._on_answer = app, on_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, receive, send)
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):
            await self._answer(request, scope)
            request.write_log_line()
            self._on_answer(request.route, request.status)

    async def _answer(self, request: "_Request", scope: Scope) -> None:
        try:
            await self._app(scope, request.receive, request.send)
        except ClientDisconnect:
            request.status = _GONE
        except Exception as error:
            log.exception("api_failed", error=type(error).__name__)
            if not request.status:
                await error_answer(internal())(scope, request.receive, request.send)


class _Request:
    """One request on its way."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.request_id = new_request_id()
        self.status = 0
        self._scope = scope
        self._receive = receive
        self._send = send
        self._started = time.perf_counter()
        self._waits = Headers(scope=scope).get("expect", "").lower() == "100-continue"
        scope["path"] = _path_of(scope["raw_path"].decode("ascii"))
        scope.setdefault("state", {})

    async def receive(self) -> Message:
        """Take a part of the body; who waits to be asked for it is asked now."""
        self._waits = False
        return await self._receive()

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, with the request's id.

        Who was never asked for the body does not send it, and nobody could tell where the next request begins.
        """
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID_HEADER] = self.request_id
            if self._waits:
                headers["Connection"] = "close"
        await self._send(message)

    @property
    def route(self) -> str:
        """The template of the route that answered; ``unknown`` when there is none."""
        path: str = getattr(self._scope.get("route"), "path", "unknown")
        return path

    def write_log_line(self) -> None:
        """Say what was asked and answered; never the query, which may hold a token."""
        log.log(
            logging.DEBUG if self.route in _PROBES else logging.INFO,
            "api_request",
            method=self._scope["method"],
            path=self.route,
            status_code=self.status,
            duration_ms=round((time.perf_counter() - self._started) * 1000, 1),
            account_id=self._scope["state"].get("account_id"),
        )


def _path_of(raw_path: str) -> str:
    """A path without trailing slash, decoded segment by segment: an encoded slash parts nothing and stays encoded."""
    segments = (raw_path.removesuffix("/") or "/").split("/")
    return "/".join(unquote(segment).replace("/", "%2F") for segment in segments)
