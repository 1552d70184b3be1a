"""Slows down who guesses tokens: a few wrong ones a minute from an address, and no more."""

import math
from collections import deque
from ipaddress import IPv6Address, ip_address
from typing import Final

from amibridge.errors import AmibridgeError

WINDOW_SECONDS: Final = 60.0
ADDRESSES_LIMIT: Final = 10_000
"""So many addresses are remembered; beyond, the one that was heard of first is forgotten."""
_V6_HOST_BITS: Final = 64


class TooManyWrongTokensError(AmibridgeError):
    """An address has used up its wrong tokens."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds

    def __str__(self) -> str:
        return f"too many wrong tokens: wait {self.retry_after_seconds} s"


class WrongTokens:
    """The wrong tokens of the last minute, by address.

    Args:
        limit: How many an address has in a minute.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._by_address: dict[str, deque[float]] = {}

    def record(self, address: str, now: float) -> None:
        """Note a wrong token.

        Args:
            address: Where it came from; empty for a Unix socket.
            now: Seconds of a clock that never goes back.

        Raises:
            TooManyWrongTokensError: The address has had its wrong tokens; this one is not noted.
        """
        key = _group(address)
        times = self._by_address.setdefault(key, deque())
        while times and times[0] <= now - WINDOW_SECONDS:
            times.popleft()
        if len(times) >= self.limit:
            raise TooManyWrongTokensError(retry_after_seconds=max(1, math.ceil(times[0] + WINDOW_SECONDS - now)))
        times.append(now)
        if len(self._by_address) > ADDRESSES_LIMIT:
            del self._by_address[next(iter(self._by_address))]


def _group(address: str) -> str:
    """An address; of IPv6 the network, in which one host has them all."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> _V6_HOST_BITS) if isinstance(parsed, IPv6Address) else address
