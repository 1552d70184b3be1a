"""A header block of AMI, read: names compare without case, the first occurrence of a header wins."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_ESCAPES: Final = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "?": "?",
    "\\": "\\",
    '"': '"',
    "'": "'",
}
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_HEADERS: Final = ("calleridname", "connectedlinename")
"""Ends of the names of headers whose values Asterisk C-escapes."""

UNKNOWN: Final = "<unknown>"
"""How Asterisk writes that there is none."""

_SECONDS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,12})?")
"""Ten digits reach to the year 2286; what is longer is no time, and Python could not write it as a date."""
_TIMESTAMP: Final = re.compile(rf"\r\nTimestamp: (?:({_SECONDS.pattern})\r\n)?")
"""The first such line, and its time if it is one: as nearly every event has it."""
_NUMBER_DIGITS: Final = 9

NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})

_SPELLED: Final = {
    name.lower(): f"\r\n{name}: "
    for name in (
        *("ActionID", "BridgeUniqueid", "Cause", "Context"),
        *("CID-CallingPres", "DestUniqueid", "DialStatus", "DialString", "Exten", "Forward", "Priority", "Queue"),
        *("Timestamp", "Uniqueid"),
    )
}
"""How Asterisk begins the lines that are asked for most: found so, nothing need be put into lower case."""
_starts: dict[str, str] = {}
"""How the line of a header begins, by the names that this program asks for; never by those that a peer sends."""


class AmiEvent:
    """One AMI event.

    ``get`` takes header names in lower case. Values of names that Asterisk C-escapes (caller names, channel variables)
    are unescaped; ``<unknown>`` reads as empty.

    Theory of operation. An event has two dozen headers, and whoever wants it asks for a few of them: so a message is
    kept as text and searched for each header that is asked for, which costs less than taking it all apart.
    """

    __slots__ = ("_headers", "dest_variables", "name", "text", "variables")

    text: str
    """The message as it was sent, each line between two CRLF; empty where it is not kept."""
    variables: Mapping[str, str]
    dest_variables: Mapping[str, str]

    def __init__(
        self,
        name: str,
        headers: Mapping[str, str],
        variables: Mapping[str, str] | None = None,
        dest_variables: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._headers: Mapping[str, str] | None = headers
        self.text = ""
        self.variables, self.dest_variables = variables or NO_VARIABLES, dest_variables or NO_VARIABLES

    @classmethod
    def unread(cls, name: str, block: bytes) -> "AmiEvent":
        """An event of which nothing but its name is read until somebody asks.

        Args:
            name: As the first header of the block says.
            block: As ``read_event`` takes it.
        """
        event = cls.__new__(cls)
        event.name, event._headers = name, None  # noqa: SLF001 - its own
        event.text = f"\r\n{block.decode('utf-8', 'replace')}\r\n"
        return event

    def __getattr__(self, attribute: str) -> object:
        # Python comes here for what is not set: the first time that variables are asked for.
        if attribute == "variables":
            self.variables = variables_in(self.text, "\r\nchanvariable")
        elif attribute == "dest_variables":
            self.dest_variables = variables_in(self.text, "\r\ndestchanvariable")
        else:
            raise AttributeError(attribute)
        return getattr(self, attribute)

    def get(self, header: str, default: str = "") -> str:
        """The header's value, or ``default`` when the event has none; ``header`` in lower case."""
        if self._headers is not None:
            return self._headers.get(header, default)
        text = self.text
        start = _SPELLED.get(header, "")
        place = text.find(start) if start else -1
        if place < 0:
            start = _starts.get(header) or _start(header)
            place = in_lower_case(text).find(start)
            if place < 0:
                return default
            if text[place + len(start)] == " ":
                place += 1
        place += len(start)
        value = text[place : text.find("\r\n", place)]
        return value if "\\" not in value and value != UNKNOWN else _meant(header, value)

    @property
    def headers(self) -> Mapping[str, str]:
        """All headers, by their names in lower case."""
        if self._headers is None:
            headers: dict[str, str] = {}
            text = self.text
            for line, lowered in zip(text.split("\r\n"), in_lower_case(text).split("\r\n"), strict=True):
                name, colon, _ = lowered.partition(":")
                if colon and name not in headers and not _is_variable(name):
                    headers[name] = _meant(name, line[len(name) + 1 :].removeprefix(" "))
            self._headers = headers
        return self._headers

    def values(self) -> Iterable[str]:
        """The value of each header."""
        return self.headers.values()

    def number(self, header: str) -> int | None:
        """The header's value as a number; None where it is none, or one that no PBX means. A trailing text is no harm.

        ``CID-CallingPres`` comes as ``32 (Presentation Prohibited)``.
        """
        return number_in(self.get(header))

    @property
    def timestamp(self) -> float | None:
        """Unix seconds of the ``Timestamp`` header; None without one, or with one that is no number."""
        found = _TIMESTAMP.search(self.text)
        if found is not None and found[1]:
            return float(found[1])
        text = self.get("timestamp")
        # float() also takes "nan", "inf" and "1_0", which are no times.
        return float(text) if _SECONDS.fullmatch(text) else None

    def __repr__(self) -> str:
        return f"AmiEvent({self.name!r}, {self.headers!r}, {dict(self.variables)!r}, {dict(self.dest_variables)!r})"


def read_event(block: bytes) -> AmiEvent:
    """One whole message, without the blank line that ends it; never raises.

    Lines that are no header are passed over. A response is a block of headers like an event, and reads as an event
    without a name.
    """
    event = AmiEvent.unread("", block)
    event.name = event.get("event")
    return event


def _meant(header: str, value: str) -> str:
    if value == UNKNOWN:
        return ""
    return unescape(value) if header.endswith(_ESCAPED_HEADERS) else value


def in_lower_case(text: str) -> str:
    """ASCII letters alone, so that each character stays at its place."""
    return text.lower() if text.isascii() else text.encode().lower().decode()


def number_in(text: str) -> int | None:
    """The number that a text begins with; None where it is none, or one that no PBX means."""
    if " " in text:
        text = text.partition(" ")[0]
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _NUMBER_DIGITS else None


def unescape(text: str) -> str:
    r"""Undo the C escapes that Asterisk puts into names and variables; an escape it does not know (``\x``) stays."""
    return text if "\\" not in text else _ESCAPED.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), text)


def _start(header: str) -> str:
    start = _starts[header] = f"\r\n{header}:"
    return start


def _is_variable(name: str) -> bool:
    return name in {"chanvariable", "destchanvariable"} or name.startswith(("chanvariable(", "destchanvariable("))


def variables_in(text: str, start: str) -> Mapping[str, str]:
    """The channel variables in the lines that begin so, whatever their case; the first of a name counts."""
    lowered = in_lower_case(text)
    place = lowered.find(start)
    if place < 0:
        return NO_VARIABLES
    found: dict[str, str] = {}
    while place >= 0:
        end = lowered.find("\r\n", place + len(start))
        # ChanVariable: NAME=value, and in events of more than one channel ChanVariable(PJSIP/201-00000001): NAME=value
        header, _, sent = text[place + len(start) : end].partition(":")
        name, equals, value = sent.removeprefix(" ").partition("=")
        if equals and name not in found and (not header or header[0] == "("):
            found[name] = unescape(value) if "\\" in value else value
        place = lowered.find(start, end)
    return found
