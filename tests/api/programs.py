"""Programs that use the API at the same time, each in a thread and on a connection of its own."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Barrier
from typing import Any

from tests.api.service import Service


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """The error's code; empty when it is none."""
        return "" if self.status == 200 else str(self.body["error"]["code"])


class Program:
    """One program, which waits for each answer.

    Args:
        address: Where the API listens, host and port.
        token: What it sends.
    """

    def __init__(self, address: str, token: str) -> None:
        host, _, port = address.partition(":")
        self._connection = HTTPConnection(host, int(port), timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: object = None) -> Heard:
        """Send one request."""
        data = None if body is None else json.dumps(body).encode()
        self._connection.request(method, path, data, self._headers)
        response = self._connection.getresponse()
        return Heard(response.status, json.loads(response.read()))

    def end(self) -> None:
        """Hang up."""
        self._connection.close()


Work = Callable[[Program], Any]
"""What a program does; what it returns is what it learned."""


async def together(service: Service, *works: Work, who: str = "administrator") -> list[Any]:
    """Let programs begin at the same moment; returns what each of them learned."""
    start = Barrier(len(works))
    address, token = service.server.url.removeprefix("http://"), service.people.tokens[who]

    def run(work: Work) -> Any:
        program = Program(address, token)
        start.wait(timeout=30)
        try:
            return work(program)
        finally:
            program.end()

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(works)) as threads:
        return await asyncio.gather(*(loop.run_in_executor(threads, run, work) for work in works))
