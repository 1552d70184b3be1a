"""panoramisk's protocol with our own framing under it, guarded.

panoramisk connects again by itself, sends unanswered actions again, pings without listening for the answer, and drops
the session when a callback raises. So each connection gets a manager of its own, which is given a connection that is
already made and is never told that it was lost, and whose callbacks and pings are not used.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from panoramisk import Manager
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from amibridge.ami.message import AmiEvent
from amibridge.ami.protocol import Answered, Banner, Damaged, Framer, Heard
from amibridge.errors import reason_of

Answer: TypeAlias = Sequence[AmiEvent]
"""The response to an action, and the events of its list behind it."""

_MAX_ANSWER_MESSAGES: Final = 100_000
"""A listing of more channels than any PBX has is damage."""

_CLOSING_SECONDS: Final = 5.0

# panoramisk writes whole actions into its log, the secret of a login included.
_SILENT: Final = logging.getLogger(f"{__name__}.panoramisk")
_SILENT.addFilter(lambda _record: False)


class Received(Message):  # type: ignore[misc]  # panoramisk has no types
    """A message as panoramisk's actions take it: the headers that it routes by, nothing else of what a peer says."""

    def __init__(self, message: AmiEvent) -> None:
        routing = ("event", "actionid") if message.name else ("response", "actionid", "message", "eventlist")
        super().__init__({header: message.get(header) for header in routing if message.get(header)})
        self.read = message


def answer_of(result: Received | list[Received]) -> Answer:
    """What a panoramisk action was answered with, as we read it."""
    return [one.read for one in (result if isinstance(result, list) else [result])]


class Connection(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """One connection; raises nothing into the event loop.

    Args:
        framer: Reads the stream.
        hear: Called with the wanted events, all at once that are read at once.
        tap: Called with all bytes, before they are read.

    Attributes:
        banner: Done when the PBX has greeted.
        ended: Done when the connection is over, with the reason; with the exception that ``hear`` or ``tap`` raised.
        announced: Why the PBX will close the connection, if it said so.
        on_answer: What is called with an action's answer at its place in the stream, by ActionID.
    """

    def __init__(
        self,
        framer: Framer,
        hear: Callable[[Heard], None],
        tap: Callable[[bytes], None] | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._framer, self._hear, self._tap = framer, hear, tap
        self._lost = asyncio.Event()
        self.banner: asyncio.Future[Banner] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()
        self.announced = ""
        self.on_answer: dict[str, Callable[[Answer], None]] = {}

    def send_action(self, action: Action) -> "asyncio.Future[Received | list[Received]]":
        """Send an action; the future is done when panoramisk has its whole answer."""
        answered: asyncio.Future[Received | list[Received]] = self.factory.send_action(action)
        return answered

    def forget(self, action: Action) -> None:
        """Nobody waits for the action's answer any more; panoramisk would keep and repeat it."""
        action.future.cancel()
        self.responses.pop(action.id, None)
        self.on_answer.pop(action.id, None)

    def data_received(self, data: bytes) -> None:
        """Read what came, message by message."""
        if self.ended.done():
            return
        try:
            if self._tap is not None:
                self._tap(data)
            self._read(data)
        except Exception as error:  # noqa: BLE001 - goes to whoever awaits `ended`, not to the event loop's log
            self._end(error)

    def connection_lost(self, error: Exception | None) -> None:
        """The event loop says that the connection is over."""
        self._lost.set()
        if not self.ended.done():
            self.ended.set_result(self.announced or (reason_of(error) if error else "Asterisk closed it"))

    def drop(self, reason: str) -> None:
        """End the connection at once; what it still sends is not read."""
        self._end(reason)

    async def abandon(self) -> None:
        """End the connection, and wait until the event loop has let go of it."""
        self.drop("given up")
        async with asyncio.timeout(_CLOSING_SECONDS):
            await self._lost.wait()

    def _end(self, why: str | Exception) -> None:
        if self.ended.done():
            pass
        elif isinstance(why, str):
            self.ended.set_result(why)
        else:
            self.ended.set_exception(why)
        self.transport.abort()

    def _read(self, data: bytes) -> None:
        for frame in self._framer.feed(data):
            match frame:
                case Heard() if self.responses:
                    self._tell_apart(frame)
                case Heard():
                    self._hear(frame)
                case Answered(message=message):
                    self._answered(message)
                case Banner():
                    self.banner.set_result(frame)
                case Damaged(reason=reason):
                    self.drop(f"damaged stream: {reason}")
            if self.ended.done():
                return

    def _tell_apart(self, heard: Heard) -> None:
        """Events, and among them perhaps lines of a list that we asked for, each at its place."""
        size_bytes = heard.size_bytes
        for is_answer, events in groupby(heard.events, lambda event: event.get("actionid") in self.responses):
            if is_answer:
                for event in events:
                    if not self.ended.done():
                        self._answered(event)
            else:
                self._hear(Heard(events=list(events), size_bytes=size_bytes))
                size_bytes = 0  # the first part counts for all
            if self.ended.done():
                return

    def _answered(self, message: AmiEvent) -> None:
        action = self.responses.get(message.get("actionid"))
        if action is None:
            return
        self.handle_message(Received(message))
        on_answer = self.on_answer.get(action.id)
        if on_answer is not None and action.future.done() and not action.future.cancelled():
            on_answer(answer_of(action.future.result()))
        elif len(action.responses) > _MAX_ANSWER_MESSAGES:
            self.drop(f"damaged stream: an answer of more than {_MAX_ANSWER_MESSAGES} messages")


def adopt(made: "asyncio.Future[tuple[asyncio.BaseTransport, Connection]]") -> None:
    """Put a panoramisk manager over a connection, and keep it from doing anything by itself."""
    manager = Manager(loop=asyncio.get_running_loop(), log=_SILENT)
    manager.connection_made(made)
    manager.pinger.cancel()
