"""A service manager that listens on a real datagram socket and, like systemd, ends a service that is silent."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from amibridge.service_manager import ServiceManager
from tests.fakes.daemon import DaemonProcess

LONGEST_MESSAGE: Final = 65536
PATIENCE: Final = 20.0
"""Seconds until a test that waits for a word gives up."""

Facts = dict[str, str]


class FakeServiceManager:
    """An async context manager; what it hears is in ``heard``.

    Args:
        daemon: Is told where to speak from its next start on.
        watchdog_seconds: What the daemon is told that it must give signs of life in; 0: nothing.
    """

    def __init__(self, daemon: DaemonProcess, *, watchdog_seconds: float = 0.0) -> None:
        self.heard: list[tuple[float, Facts]] = []
        """What it was told, with the loop's time."""
        self._daemon, self._seconds = daemon, watchdog_seconds
        self._address = str(daemon.store.with_name("notify"))
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._socket.bind(self._address)
        self._socket.settimeout(0)
        asyncio.get_running_loop().add_reader(self._socket, self._listen)
        self._daemon.variables["NOTIFY_SOCKET"] = self._address
        if self._seconds:
            self._daemon.variables["WATCHDOG_USEC"] = str(int(self._seconds * 1_000_000))
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _listen(self) -> None:
        text = self._socket.recv(LONGEST_MESSAGE).decode()
        facts = dict(line.split("=", 1) for line in text.splitlines())
        self.heard.append((asyncio.get_running_loop().time(), facts))
        self._changed.set()

    @property
    def signs(self) -> list[float]:
        """When there was a sign of life."""
        return [at for at, facts in self.heard if facts.get("WATCHDOG") == "1"]

    async def until(self, found: Callable[[Facts], bool], *, after: int = 0) -> Facts:
        """Wait until something of that kind is heard, in the messages from that number on."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for _, facts in self.heard[after:]:
                    if found(facts):
                        return facts
                self._changed.clear()
                await self._changed.wait()

    async def until_silent(self) -> float:
        """Wait until there was no sign of life for the whole interval; returns when the last one was."""
        now = asyncio.get_running_loop().time
        async with asyncio.timeout(PATIENCE):
            while (left := self.signs[-1] + self._seconds - now()) > 0:
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), left)
        return self.signs[-1]

    async def end_the_silent(self) -> int:
        """Do what systemd does when the watchdog's time is over: SIGABRT; returns the exit status."""
        await self.until_silent()
        self._daemon.process.send_signal(signal.SIGABRT)
        return await self._daemon.ended()


class RememberingManager(ServiceManager):
    """Inside the process: keeps what it is told.

    Attributes:
        told: Each message.
        changed: Set with each.
    """

    def __init__(self, *, watchdog_seconds: float = 0.0) -> None:
        super().__init__("/nowhere", watchdog_seconds=watchdog_seconds)
        self.told: list[Facts] = []
        self.changed = asyncio.Event()

    def tell(self, **facts: str) -> None:
        """Remember it."""
        self.told.append(facts)
        self.changed.set()
