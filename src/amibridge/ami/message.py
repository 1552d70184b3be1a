"""A header block of AMI, read: names compare without case, the first occurrence of a header wins."""

from collections.abc import Mapping

_ESCAPES = {
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


class AmiEvent:
    """One AMI event.

    ``get`` takes header names in lower case. Values of names that Asterisk C-escapes (caller names, channel variables)
    are unescaped; ``<unknown>`` reads as empty.
    """

    __slots__ = ("_headers", "name", "variables")

    def __init__(self, name: str, headers: Mapping[str, str], variables: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._headers = headers
        self.variables: Mapping[str, str] = variables or {}
        """Channel variables that the PBX exports (``ChanVariable: NAME=value``), by name."""

    def get(self, header: str, default: str = "") -> str:
        """The header's value, or ``default`` when the event has none; ``header`` in lower case."""
        return self._headers.get(header, default)

    @property
    def timestamp(self) -> float | None:
        """Unix seconds of the ``Timestamp`` header; None without one, or with one that is no number."""
        try:
            return float(self._headers["timestamp"])
        except (KeyError, ValueError):
            return None

    def __repr__(self) -> str:
        return f"AmiEvent({self.name!r}, {dict(self._headers)!r}, {dict(self.variables)!r})"
