"""An answer that goes on until somebody ends it: Server-Sent Events, to a client that reads them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from amibridge.api.connection import Connection
from amibridge.api.ports import Streams
from amibridge.errors import StoreError
from amibridge.first_of import first_of
from amibridge.stream.frames import BYE, DROPPED, frame

UNREAD_SECONDS: Final = 20.0
"""A client that takes nothing for so long is dropped."""
_REASON: Final = f"nothing was read for {UNREAD_SECONDS:g} s"
_UNREADABLE: Final = "the store cannot be read at the moment: connect again"

log = structlog.get_logger(__name__)


class EventStream(Response):
    """Sends frames as they come.

    Args:
        frames: What is sent.
        place: Given back when it ends.
        streams: Counts who was dropped.
        request: The request.
    """

    media_type = "text/event-stream"

    def __init__(
        self, frames: AsyncGenerator[bytes, None], *, place: ExitStack, streams: Streams, request: Request
    ) -> None:
        # Programs between must neither keep nor gather it; the connection ends with the stream.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "close"}
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._frames, self._place, self._streams = frames, place, streams
        self._address = request.client.host if request.client else ""
        self._path = request.scope["path"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them until they end, the client leaves or does not read."""
        with self._place:
            await self._follow(scope, receive, send)

    async def _follow(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection: Connection = scope["state"]["connection"]
        connection.keep_little()
        log.info("stream_opened", path=self._path, address=self._address, account_id=scope["state"]["account_id"])
        async with aclosing(self._frames):
            await first_of(self._send(send, connection), _until_gone(receive))

    async def _send(self, send: Send, connection: Connection) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        last = b""
        try:
            async for chunk in self._frames:
                try:
                    async with asyncio.timeout(UNREAD_SECONDS):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                except TimeoutError:
                    self._streams.count_dropped()
                    log.warning("stream_dropped", path=self._path, address=self._address, reason=_REASON)
                    connection.hang_up(frame(DROPPED, {"reason": _REASON}))
                    return
        except StoreError as error:
            log.error("stream_store_failed", reason=str(error))  # noqa: TRY400 - no fault of ours to be traced
            last = frame(BYE, {"reason": _UNREADABLE})
        await send({"type": "http.response.body", "body": last, "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
