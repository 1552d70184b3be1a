"""Bounds on each connection, and the one error shape also for what is no HTTP at all.

uvicorn's protocol waits for a request's head and body for ever, keeps any amount of headers, and answers malformed
requests in plain text.
"""

import asyncio
from typing import Any, Final

import structlog
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from amibridge.api.answers import Answer, error_answer
from amibridge.api.connection import Connection
from amibridge.api.envelope import REQUEST_ID_HEADER, new_request_id
from amibridge.api.errors import ApiError, too_large
from amibridge.api.parser import DeafParser

HEAD_SECONDS: Final = 10.0
"""A request's line and headers take at most this long."""
IDLE_SECONDS: Final = 30
"""A body, or the pause between two requests, takes at most this long."""
HEAD_LIMIT: Final = 64 * 1024
"""Bytes of a request's line and headers."""
SLICE_BYTES: Final = 4096
"""So many are parsed at a time; where in them a head begins or ends is not known, so its limit is as exact as that."""
UNREAD_SECONDS: Final = 30.0
"""An answer of which nothing is read for so long is given up."""
CONNECTIONS_LIMIT: Final = 128
"""Connections that are served at once; so many again are told to come back later."""

_SEND: Final = "send HTTP/1.1, and percent-encode what is not ASCII in the URL"

log = structlog.get_logger(__name__)


class BoundedProtocol(HttpToolsProtocol):
    """One connection. uvicorn makes it, so its arguments are uvicorn's."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.parser = DeafParser(self)  # type: ignore[assignment]
        self._deadline: asyncio.TimerHandle | None = None
        self._reading_deadline: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head_bytes = 0
        self._unanswered = 0
        self._refusal: ApiError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > 2 * CONNECTIONS_LIMIT:
            transport.abort()
        elif len(self.connections) > CONNECTIONS_LIMIT:
            self.app = _answer_overload
        self._wait_at_most(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._stop_waiting()
        self._reads_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; nothing more after what was no HTTP."""
        for start in range(0, len(data), SLICE_BYTES):
            if self._refusal is not None or self.transport.is_closing():
                return
            part = data[start : start + SLICE_BYTES]
            super().data_received(part)
            if self._in_head:
                self._head_bytes += len(part)
                if self._head_bytes > HEAD_LIMIT:
                    self._refuse(too_large(HEAD_LIMIT))

    def pause_writing(self) -> None:
        """More of an answer waits than is kept for a client: it must read on."""
        super().pause_writing()
        self._reading_deadline = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It has."""
        self._reads_on()
        super().resume_writing()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        self._wait_at_most(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        self._wait_at_most(IDLE_SECONDS)
        super().on_headers_complete()
        self.scope["state"]["connection"] = Connection(self.transport, self.cycle)
        self._unanswered += 1

    def on_message_complete(self) -> None:
        """Its body is there; the answer takes as long as it takes."""
        self._stop_waiting()
        super().on_message_complete()
        self._wait_for_next()

    def on_response_complete(self) -> None:
        """Its answer is sent."""
        self._unanswered -= 1
        super().on_response_complete()
        self._wait_for_next()
        if self._refusal is not None and not self._unanswered:
            self._end(self._refusal)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(ApiError(status=400, code="request_invalid", message=f"{msg.rstrip('.')}: {_SEND}"))

    def _refuse(self, error: ApiError) -> None:
        """Answer what is no whole request, after the whole ones before it; then close."""
        if self._refusal is not None or self.transport.is_closing():
            return
        self._refusal = error
        log.info("api_malformed", status_code=error.status, address=self.client[0] if self.client else "")
        self._stop_waiting()
        if self._unanswered and self.cycle.more_body:  # it is the body of the last request that is damaged
            self._forget_last()
        if not self._unanswered:
            self._end(error)

    def _forget_last(self) -> None:
        """Let the last request, which will never be whole, change nothing and answer nothing."""
        self._unanswered -= 1
        if self.pipeline:
            self.pipeline.popleft()
        self.cycle.disconnected = True
        self.cycle.message_event.set()

    def _end(self, error: ApiError) -> None:
        if self.transport.is_closing():
            return
        halfway = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not halfway:
            self.transport.write(_raw(error))
        self.transport.close()

    def _wait_for_next(self) -> None:
        """Once the last request is there and answered, the next one must come in time.

        uvicorn's own timer stops at any byte, also at line ends that begin no request.
        """
        if self.cycle.response_complete and self._deadline is None and not self.transport.is_closing():
            self._wait_at_most(IDLE_SECONDS)

    def _wait_at_most(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _reads_on(self) -> None:
        if self._reading_deadline is not None:
            self._reading_deadline.cancel()
            self._reading_deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.close()


def overloaded() -> ApiError:
    """There are more connections than are served."""
    message = "too many connections: close some, or try again later"
    return ApiError(status=503, code="service_unavailable", message=message, headers={"Connection": "close"})


async def _answer_overload(scope: Scope, receive: Receive, send: Send) -> None:
    answer = error_answer(overloaded())
    answer.headers[REQUEST_ID_HEADER] = new_request_id()
    await answer(scope, receive, send)


def _raw(error: ApiError) -> bytes:
    """An answer as bytes, for a request that never became one."""
    answer: Answer = error_answer(error)
    answer.headers[REQUEST_ID_HEADER] = new_request_id()
    answer.headers["Connection"] = "close"
    head = b"".join(b"%b: %b\r\n" % header for header in answer.raw_headers)
    return b"HTTP/1.1 %d \r\n%b\r\n%b" % (error.status, head, bytes(answer.body))
