"""An AMI server for one client: lets it in, then sends a script; ``python -m benchmarks.feeder SCRIPT``.

It prints its port, and writes when it sent each line (nanoseconds of the monotonic clock) where ``--sent`` says. It is
a process of its own, so that what it takes is not counted as the client's.
"""

import argparse
import array
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.streams import END, Line, read_script

PIECE_BYTES: Final = 64 * 1024
_BUSY_SECONDS: Final = 0.0002
"""What is due within this is sent now: a sleep takes as long."""


class Feeder:
    """The server's end of one session.

    Args:
        client: The accepted connection.
        listing: What ``CoreShowChannels`` is answered with; None: an empty list.
        begin_after: The action after whose answer the script begins.
    """

    def __init__(self, client: socket.socket, listing: bytes, begin_after: str) -> None:
        self._client, self._listing, self._begin_after = client, listing, begin_after
        self._alone = threading.Lock()
        self._begin = threading.Event()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def converse(self) -> None:
        """Greet, and answer actions until the client leaves."""
        self._send(b"Asterisk Call Manager/11.0.0\r\n")
        waiting = b""
        while True:
            try:
                data = self._client.recv(PIECE_BYTES)
            except OSError:
                data = b""
            if not data:
                self._begin.set()
                return
            *actions, waiting = (waiting + data).split(END)
            for action in actions:
                self._answer(action)

    def _answer(self, action: bytes) -> None:
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(b":") for line in action.split(b"\r\n"))
        }
        name, action_id = headers.get(b"action", b"").decode(), headers.get(b"actionid", b"")
        known = b"ActionID: " + action_id + b"\r\n" if action_id else b""
        if name.lower() == "challenge":
            answer = b"Response: Success\r\n" + known + b"Challenge: 123456789\r\n\r\n"
        elif name == "CoreShowChannels":
            items = self._listing.replace(b"@ACTION@", action_id)
            count = items.count(END)
            answer = (
                b"Response: Success\r\n" + known + b"EventList: start\r\nMessage: Channels will follow\r\n\r\n" + items
            )
            answer += b"Event: CoreShowChannelsComplete\r\n" + known
            answer += b"EventList: Complete\r\nListItems: %d\r\n\r\n" % count
        elif name.lower() == "login":
            answer = b"Response: Success\r\n" + known + b"Message: Authentication accepted\r\n\r\n"
        else:
            answer = b"Response: Success\r\n" + known + b"Ping: Pong\r\n\r\n"
        self._send(answer)
        if name.lower() == self._begin_after.lower():
            self._begin.set()

    def _send(self, data: bytes) -> None:
        with self._alone:
            self._client.sendall(data)

    def blast(self, lines: Sequence[Line]) -> None:
        """Send all as fast as it is taken, whole messages at a time."""
        pieces: list[bytes] = []
        piece: list[bytes] = []
        size = 0
        for line in lines:
            piece.append(line.data)
            size += len(line.data)
            if size >= PIECE_BYTES:
                pieces.append(b"".join(piece))
                piece, size = [], 0
        pieces.append(b"".join(piece))
        self._begin.wait()
        for one in pieces:
            self._send(one)

    def keep_time(self, lines: Sequence[Line]) -> "array.array[int]":
        """Send each when it is due, in a write of its own, as Asterisk does; returns when each was sent."""
        sent = array.array("q", bytes(8 * len(lines)))
        self._begin.wait()
        start = time.monotonic()
        for place, line in enumerate(lines):
            while (pause := start + line.at - time.monotonic()) > _BUSY_SECONDS:
                time.sleep(pause)
            sent[place] = time.monotonic_ns()
            self._send(line.data)
        return sent


def main(arguments: Sequence[str]) -> int:
    """Serve one client; returns 0 when it was sent everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeder", description=__doc__)
    parser.add_argument("script", type=Path)
    parser.add_argument("--begin-after", default="Login")
    parser.add_argument("--listing", type=Path, help="answers CoreShowChannels; @ACTION@ stands for the ActionID")
    parser.add_argument("--keep-time", action="store_true", help="send each line when it is due")
    parser.add_argument("--sent", type=Path, help="where to write when each line was sent")
    parser.add_argument("--stay", action="store_true", help="leave the connection open until the client goes")
    given = parser.parse_args(arguments)
    lines = list(read_script(given.script))
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        client, _ = server.accept()
    feeder = Feeder(client, given.listing.read_bytes() if given.listing else b"", given.begin_after)
    talking = threading.Thread(target=feeder.converse, daemon=True)
    talking.start()
    try:
        if given.keep_time:
            sent = feeder.keep_time(lines)
            if given.sent:
                given.sent.write_bytes(sent.tobytes())
        else:
            feeder.blast(lines)
        print("sent", flush=True)
    except OSError as error:
        print(f"the client left: {error}", file=sys.stderr)
        return 1
    if given.stay:
        talking.join()
    client.shutdown(socket.SHUT_RDWR)
    client.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
