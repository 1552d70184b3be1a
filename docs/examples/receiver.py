#!/usr/bin/env python3
"""The smallest receiver of notifications: prints each one on a line. Needs nothing but Python.

python3 docs/examples/receiver.py [PORT]      listens on 127.0.0.1, port 9000 unless told otherwise
"""

import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

TYPES = {"0": "Dial-In", "1": "Dial-Out", "2": "Hangup", "3": "Answer-In", "4": "Answer-Out"}


class Receiver(BaseHTTPRequestHandler):
    """Takes GET and POST, and answers 204: the notification has arrived."""

    def do_GET(self) -> None:
        """The parameters are in the query."""
        self._take(self.path.partition("?")[2])

    def do_POST(self) -> None:
        """The parameters are in the body."""
        self._take(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _take(self, encoded: str) -> None:
        told = dict(parse_qsl(encoded, keep_blank_values=True))
        what = TYPES.get(told.get("EventType", ""), "?")
        caller = told.get("CallerExtension") or told.get("CallerIDNum") or "withheld"
        called = told.get("CalledExtension") or told.get("CalledNumber", "")
        print(
            f"{told.get('Extension', ''):<8} {what:<10} {told.get('CallStatus', ''):<11} {caller} -> {called}",
            flush=True,
        )
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing more of a request."""


def main(arguments: list[str]) -> int:
    """Listen until somebody ends it; returns the exit status."""
    port = arguments[0] if arguments else "9000"
    if len(arguments) > 1 or not port.isdecimal():
        print("usage: receiver.py [PORT]", file=sys.stderr)
        return 2
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
    except (OSError, OverflowError) as error:
        print(f"cannot listen on port {port} ({error}): name another one, in the URL as well", file=sys.stderr)
        return 1
    print(f"listening on http://127.0.0.1:{port}", flush=True)
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
