#!/usr/bin/env python3
"""A small receiver of notifications: prints each one on a line, and none twice. Needs nothing but Python.

python3 docs/examples/receiver.py [PORT]      listens on 127.0.0.1, port 9000 unless told otherwise

With SIGNING_SECRET=whsec_... in the environment (what 'amibridge app secret ID' printed) it takes only what is signed.
"""

import base64
import hashlib
import hmac
import os
import sys
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qsl

TYPES = {"0": "Dial-In", "1": "Dial-Out", "2": "Hangup", "3": "Answer-In", "4": "Answer-Out"}
SECRET = os.environ.get("SIGNING_SECRET", "")
FRESH_SECONDS = 300
REMEMBERED_SECONDS = 25 * 3600
"""A notification comes again for 24 hours at most."""
LONGEST_BODY = 65536


class Handled:
    """Which notifications have been handled, by their EventID."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at: dict[str, float] = {}

    def is_new(self, event_id: str) -> bool:
        """Whether this one comes for the first time."""
        with self._lock:
            old = time.time() - REMEMBERED_SECONDS
            while self._at and self._at[first := next(iter(self._at))] < old:
                del self._at[first]
            if event_id in self._at:
                return False
            self._at[event_id] = time.time()
            return True


HANDLED = Handled()


class Receiver(BaseHTTPRequestHandler):
    """Takes GET and POST, and answers 204: the notification has arrived."""

    def do_GET(self) -> None:
        """The parameters are in the query."""
        self._take(self.path.partition("?")[2].encode("latin-1"))

    def do_POST(self) -> None:
        """The parameters are in the body."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal() and int(length) <= LONGEST_BODY):
            self._answer(413)
            return
        self._take(self.rfile.read(int(length)))

    def _take(self, content: bytes) -> None:
        if SECRET and not self._is_genuine(content):
            self._answer(401)
            return
        event_id = self.headers.get("webhook-id")
        if event_id is None or HANDLED.is_new(event_id):
            show(dict(parse_qsl(content.decode(errors="replace"), keep_blank_values=True)))
        self._answer(204)

    def _is_genuine(self, content: bytes) -> bool:
        """Whether amibridge sent this lately: the content is the body, or for GET the query, as it arrived."""
        event_id, at = self.headers.get("webhook-id", ""), self.headers.get("webhook-timestamp", "")
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{event_id}.{at}.".encode() + content, hashlib.sha256)
        expected = b"v1," + base64.b64encode(digest)
        fresh = at.isascii() and at.isdecimal() and abs(time.time() - int(at)) < FRESH_SECONDS
        signatures = self.headers.get("webhook-signature", "").encode().split()
        return fresh and any(hmac.compare_digest(expected, one) for one in signatures)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing more of a request."""


def show(told: dict[str, str]) -> None:
    """Print a notification."""
    what = TYPES.get(told.get("EventType", ""), "?")
    caller = told.get("CallerExtension") or told.get("CallerIDNum") or "withheld"
    called = told.get("CalledExtension") or told.get("CalledNumber", "")
    print(
        f"{told.get('Extension', ''):<8} {what:<10} {told.get('CallStatus', ''):<11} {caller} -> {called}", flush=True
    )


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
