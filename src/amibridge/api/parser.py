"""The HTTP parser, deaf to offers of another protocol: what comes with an offer is answered in HTTP/1.1.

httptools drops the body of such a request, and Java's HTTP client offers HTTP/2 with each that it sends in clear.
"""

from typing import Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_OFFER: Final = b"upgrade"


class DeafParser:
    """Parses for a connection; a request with an offer is read twice, the second time without it.

    Args:
        connection: What is told of each part of a request.
    """

    def __init__(self, connection: HttpToolsProtocol) -> None:
        self._connection = connection
        self._offered = False
        self._head = b""
        self.on_message_begin = connection.on_message_begin
        self.on_url = connection.on_url
        self.on_header = connection.on_header
        self.on_body = connection.on_body
        self._parser = self._new_parser()

    # What uvicorn asks of its parser. ------------------------------------------------------------------------------

    def feed_data(self, data: bytes) -> None:
        """Parse what arrived.

        Raises:
            httptools.HttpParserError: It is no HTTP.
            httptools.HttpParserUpgrade: It asks for a tunnel.
        """
        while True:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                if not self._offered:
                    raise
                self._offered = False
                self._parser = self._new_parser()
                data = self._head + data[offer.args[0] :]
            else:
                return

    def get_http_version(self) -> str:
        """The version that the request claims."""
        return self._parser.get_http_version()

    def get_method(self) -> bytes:
        """The request's method."""
        return self._parser.get_method()

    def should_keep_alive(self) -> bool:
        """Whether another request may follow."""
        return self._parser.should_keep_alive()

    def should_upgrade(self) -> bool:
        """Never."""
        return False

    # What httptools tells. -----------------------------------------------------------------------------------------

    def on_headers_complete(self) -> None:
        """A head is there: begin with the request, unless it is to be read again."""
        self._offered = self._parser.should_upgrade() and self._parser.get_method() != b"CONNECT"
        if self._offered:
            self._head = self._head_without_offer()
        else:
            self._connection.on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is there."""
        if not self._offered:
            self._connection.on_message_complete()

    def _head_without_offer(self) -> bytes:
        connection, version = self._connection, self._parser.get_http_version()
        line = b"%b %b HTTP/%b" % (self._parser.get_method(), connection.url, version.encode())
        fields = [b"%b: %b" % header for header in connection.headers if header[0] != _OFFER]
        return b"\r\n".join((line, *fields, b"", b""))

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn: what follows is dropped unread
        return parser
