"""Which names a request may call this server by, so that no foreign web page can reach it (DNS rebinding)."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")

_AUTHORITY: Final = re.compile(r"(?:\[(?P<literal>[^\]]*)\]|(?P<name>[^:\[\]@/]+))(?::[0-9]{0,5})?")
_ORIGIN: Final = re.compile(r"https?://(?P<authority>[^/?#]*)", re.IGNORECASE)


class KnownHosts:
    """The names and addresses that are meant when somebody means this server.

    Args:
        names: Those of the settings; addresses of no particular host (``0.0.0.0``) among them name nobody.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = (_normal(name) for name in (*LOOPBACK_NAMES, *names))
        self._known = frozenset(name for name in known if name not in {"", "0.0.0.0", "::"})  # noqa: S104 - refused

    def allow(self, *, hosts: list[str], origins: list[str], local_address: str) -> bool:
        """Whether a request may be answered.

        Args:
            hosts: Its Host headers: exactly one is right.
            origins: Its Origin headers: browsers send one, other programs none.
            local_address: The address that the connection reached, as the kernel says.
        """
        known = self._known | {_normal(local_address)}
        if len(hosts) != 1 or not _is_known(hosts[0], known):
            return False
        found = [_ORIGIN.fullmatch(origin) for origin in origins]
        return all(origin is not None and _is_known(origin["authority"], known) for origin in found)


def _is_known(authority: str, known: frozenset[str]) -> bool:
    parts = _AUTHORITY.fullmatch(authority)
    return parts is not None and _normal(parts["literal"] or parts["name"] or "") in known


def _normal(name: str) -> str:
    """One spelling for each name or address."""
    text = name.removeprefix("[").removesuffix("]").removesuffix(".").lower()
    try:
        return str(ip_address(text))
    except ValueError:
        return text
