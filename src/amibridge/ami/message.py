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

_UNKNOWN: Final = "<unknown>"

_KNOWN_NAMES_LIMIT: Final = 2048
"""Asterisk has a few hundred header names; a peer that makes up more of them gets no more memory for it."""

_known_names: dict[str, str] = {}
"""Header names as they are sent, and in lower case: one text for all events instead of one for each.
Not those of channel variables, whose lines are no plain headers; names with a channel in them
(``ChanVariable(PJSIP/201-00000001)``) are new with every call besides."""

_KNOWN_NAME_CHARACTERS: Final = 64

_SECONDS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,12})?")
"""Ten digits reach to the year 2286; what is longer is no time, and Python could not write it as a date."""
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class AmiEvent:
    """One AMI event.

    ``get`` takes header names in lower case. Values of names that Asterisk C-escapes (caller names, channel variables)
    are unescaped; ``<unknown>`` reads as empty.

    Attributes:
        name: The event's name.
        variables: Channel variables that the PBX exports (``ChanVariable: NAME=value``), by name.
        dest_variables: Those of the destination channel of a dial (``DestChanVariable: NAME=value``).
    """

    __slots__ = ("_block", "_headers", "dest_variables", "name", "variables")

    _block: bytes
    _headers: Mapping[str, str]
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
        self._headers = headers
        self.variables = _NONE if variables is None else variables
        self.dest_variables = _NONE if dest_variables is None else dest_variables

    @classmethod
    def unread(cls, name: str, block: bytes) -> "AmiEvent":
        """An event of which nothing but its name is read until somebody asks: many are never asked.

        Args:
            name: As the first header of the block says.
            block: As ``read_event`` takes it.
        """
        event = cls.__new__(cls)
        event.name, event._block = name, block
        return event

    def __getattr__(self, attribute: str) -> Mapping[str, str]:
        # Python comes here for what is not set: the first time that something of the block is asked for.
        if attribute not in {"_headers", "variables", "dest_variables"}:
            raise AttributeError(attribute)
        self._headers, self.variables, self.dest_variables = _read(self._block)
        self._block = b""
        found: Mapping[str, str] = getattr(self, attribute)
        return found

    def get(self, header: str, default: str = "") -> str:
        """The header's value, or ``default`` when the event has none; ``header`` in lower case."""
        return self._headers.get(header, default)

    def values(self) -> Iterable[str]:
        """The value of each header."""
        return self._headers.values()

    def number(self, header: str) -> int | None:
        """The header's value as a number; None where it is none, or one that no PBX means. A trailing text is no harm.

        ``CID-CallingPres`` comes as ``32 (Presentation Prohibited)``.
        """
        text = self._headers.get(header, "").partition(" ")[0]
        return int(text) if _NUMBER.fullmatch(text) else None

    @property
    def timestamp(self) -> float | None:
        """Unix seconds of the ``Timestamp`` header; None without one, or with one that is no number."""
        text = self._headers.get("timestamp", "")
        # float() also takes "nan", "inf" and "1_0", which are no times.
        return float(text) if _SECONDS.fullmatch(text) else None

    def __repr__(self) -> str:
        return (
            f"AmiEvent({self.name!r}, {dict(self._headers)!r}, {dict(self.variables)!r}, {dict(self.dest_variables)!r})"
        )


def read_event(block: bytes) -> AmiEvent:
    """Read one whole message, without the blank line that ends it; never raises.

    Lines that are no header are passed over. A response is a block of headers like an event, and reads as an event
    without a name.
    """
    headers, variables, dest_variables = _read(block)
    return AmiEvent(headers.get("event", ""), headers, variables, dest_variables)


def _read(block: bytes) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    """All headers of a block, and the channel variables in it; names that were met before take the short way."""
    headers: dict[str, str] = {}
    variables = dest_variables = _NONE
    known = _known_names
    text = block.decode("utf-8", "replace")
    for line in text.split("\r\n"):
        sent, _, value = line.partition(": ")
        name = known.get(sent)
        if name is not None:
            if name not in headers:
                headers[name] = value
            continue
        sent, colon, value = line.partition(":")
        if not colon:
            continue
        name, value = _lower(sent), value.removeprefix(" ")
        if name == "chanvariable" or name.startswith("chanvariable("):
            variables = _with_variable(variables, value)
        elif name == "destchanvariable":
            dest_variables = _with_variable(dest_variables, value)
        elif name not in headers:
            headers[name] = value
    if _UNKNOWN in text or "\\" in text:
        headers = {name: _meant(name, value) for name, value in headers.items()}
    return headers, variables, dest_variables


def _meant(name: str, value: str) -> str:
    if value == _UNKNOWN:
        return ""
    return unescape(value) if "\\" in value and name.endswith(_ESCAPED_HEADERS) else value


def unescape(text: str) -> str:
    r"""Undo the C escapes that Asterisk puts into names and variables; an escape it does not know (``\x``) stays."""
    return _ESCAPED.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), text)


def _with_variable(variables: Mapping[str, str], text: str) -> Mapping[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name in variables:
        return variables
    return {**variables, name: unescape(value) if "\\" in value else value}


def _lower(sent: str) -> str:
    name = sent.lower()
    if (
        len(name) <= _KNOWN_NAME_CHARACTERS
        and len(_known_names) < _KNOWN_NAMES_LIMIT
        and "(" not in name
        and not name.endswith("chanvariable")
    ):
        _known_names[sent] = name
    return name
