"""Which URLs may be assigned: http or https after RFC 3986, so that what is stored is what will be sent."""

import re
from ipaddress import IPv6Address
from typing import Final

LENGTH_LIMIT: Final = 2048
"""The longest URL, in characters."""

_SPLIT: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_AUTHORITY: Final = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>.*))?", re.DOTALL)
_NAME: Final = re.compile(r"(?=.{1,253}\.?$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.(?!$)|\.?$))+")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]")
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_LAST_PORT: Final = 65535


def fault_of(url: str) -> str | None:
    """What keeps a URL from being assigned, and what to send instead; None: nothing does.

    The text never repeats the URL, which may hold a secret.
    """
    if len(url) > LENGTH_LIMIT:
        return f"is longer than {LENGTH_LIMIT} characters: send a shorter one"
    parts = _SPLIT.fullmatch(url)
    if parts is None or parts["scheme"].lower() not in {"http", "https"}:
        return "must begin with http:// or https:// and a host"
    if "#" in parts["rest"]:
        return "has a fragment: leave out '#' and what follows it (or send '%23' for a '#' that is meant)"
    return _fault_of_authority(parts["authority"]) or _fault_of_rest(parts["rest"])


def _fault_of_authority(authority: str) -> str | None:
    if "@" in authority:
        return "has a user name or password before the host: leave it out (a token can stand in the query)"
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None or not _is_host(parts["host"]):
        return "has no valid host: send a name of letters, digits, '-' and '.', or an address (IPv6 in brackets)"
    if parts["port"] is not None and not _is_port(parts["port"]):
        return f"has no valid port: send 1 to {_LAST_PORT} after the host's ':', or leave out both"
    return None


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return _NAME.fullmatch(host) is not None
    try:
        return IPv6Address(host[1:-1]).scope_id is None
    except ValueError:
        return False


def _is_port(port: str) -> bool:
    return _PORT.fullmatch(port) is not None and 1 <= int(port) <= _LAST_PORT


def _fault_of_rest(rest: str) -> str | None:
    unsafe = _UNSAFE.search(rest)
    if unsafe is not None:
        return f"holds a character that no URL may hold ({_named(unsafe[0])}): percent-encode it"
    if _BROKEN_PERCENT.search(rest):
        return "has a '%' without two hexadecimal digits after it: send '%25' for a '%' that is meant"
    return None


def _named(character: str) -> str:
    return f"'{character}'" if character.isascii() and character.isprintable() else f"U+{ord(character):04X}"
