"""A receiver of notifications in a process of its own: ``python -m benchmarks.receiver LOG``.

It prints its port, answers each request at once with 204, and at SIGTERM writes when each came (nanoseconds of the
monotonic clock) and what it was, ``call|type|extension``.
"""

import asyncio
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast
from urllib.parse import parse_qs

import uvloop

_ANSWER: Final = b"HTTP/1.1 204 No Content\r\n\r\n"
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\nContent-Length: ([0-9]+)\r\n", re.IGNORECASE)


class Receiver(asyncio.Protocol):
    """One connection.

    Args:
        arrived: Takes the moment and the form that was sent.
    """

    def __init__(self, arrived: list[tuple[int, bytes]]) -> None:
        self._arrived = arrived
        self._waiting = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take the requests that are whole, head and form."""
        now = time.monotonic_ns()
        self._waiting += data
        while (end := self._waiting.find(_HEAD_END)) >= 0:
            length = _LENGTH.search(self._waiting, 0, end + 2)
            whole = end + len(_HEAD_END) + (int(length[1]) if length else 0)
            if len(self._waiting) < whole:
                return
            self._arrived.append((now, self._waiting[end + len(_HEAD_END) : whole]))
            self._waiting = self._waiting[whole:]
            self._transport.write(_ANSWER)


def key_of(form: bytes) -> str:
    """What a request tells: ``call|type|extension``."""
    sent = parse_qs(form.decode(), keep_blank_values=True)
    return f"{sent['CallID'][0]}|{sent['EventType'][0]}|{sent['Extension'][0]}"


async def receive(log: Path) -> None:
    """Serve until SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    arrived: list[tuple[int, bytes]] = []
    server = await loop.create_server(lambda: Receiver(arrived), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    log.write_text("".join(f"{at} {key_of(form)}\n" for at, form in arrived))


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(receive(Path(arguments[0])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
