"""The laboratory's own AMI connection: a plain socket, so that recording depends on nothing that is tested by it."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self

PATIENCE = 5.0
"""Seconds that one answer may take."""

PING_SECONDS = 0.5
"""Asterisk can hold events back until the client says something (asterisk#2145)."""

Block = list[tuple[str, str]]


class AmiError(Exception):
    """The PBX refused, or did not answer."""


class Ami:
    """Logs in, keeps every byte that it is sent, and can ask."""

    def __init__(self, port: int, *, username: str, secret: str, events: bool = True) -> None:
        self._port, self._username, self._secret, self._events = port, username, secret, events
        self.received = bytearray()
        """What the server sent, from its banner on, exactly as it came."""
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self._number = 0

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._tasks.append(asyncio.create_task(self._read(self._reader)))
        try:
            login = {"Username": self._username, "Secret": self._secret, "Events": "on" if self._events else "off"}
            await self.ask("Login", **login)
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        self._tasks.append(asyncio.create_task(self._keep_awake()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                self.received += data
                self._changed.set()

    async def _keep_awake(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            self._send("Ping")

    def _send(self, action: str, **headers: str) -> str:
        """Send an action and return its id."""
        assert self._writer is not None
        self._number += 1
        number = f"lab-{self._number}"
        lines = [("Action", action), ("ActionID", number), *headers.items()]
        self._writer.write("".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n")
        return number

    async def ask(self, action: str, **headers: str) -> list[Block]:
        """Send an action and return its response, with the list that follows it where it has one.

        Raises:
            AmiError: The PBX answered with an error, or not in time.
        """
        start = len(self.received)
        number = self._send(action, **headers)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            self._changed.clear()
            answered = [b for b in blocks(bytes(self.received[start:])) if ("ActionID", number) in b]
            if answered:
                first = dict(answered[0])
                if first.get("Response") == "Error":
                    raise AmiError(f"{action}: {first.get('Message')}")
                if first.get("EventList") != "start" or dict(answered[-1]).get("EventList") == "Complete":
                    return answered
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - asyncio.get_running_loop().time())
            except TimeoutError:
                raise AmiError(f"{action}: no answer in {PATIENCE:.0f} s") from None

    async def channels(self) -> list[str]:
        """The names of the channels that there are."""
        answered = await self.ask("CoreShowChannels")
        return [value for block in answered for name, value in block if name == "Channel"]

    async def wait_for(self, text: bytes) -> None:
        """Wait until the server has sent that text."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while text not in self.received:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - asyncio.get_running_loop().time())
            except TimeoutError:
                raise AmiError(f"{text!r} did not come in {PATIENCE:.0f} s") from None


def blocks(stream: bytes) -> list[Block]:
    """The whole messages of a stream, each as its headers in order."""
    text = stream.decode(errors="replace")
    whole = text[: text.rfind("\r\n\r\n") + 2] if "\r\n\r\n" in text else ""
    return [
        [(name, value.strip()) for name, _, value in (line.partition(":") for line in block.split("\r\n") if line)]
        for block in whole.split("\r\n\r\n")
        if block.strip()
    ]
