"""The addresses of this host's network interfaces, as the kernel lists them now."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final

PROC_NET: Final = Path("/proc/net")


def own_addresses(proc_net: Path = PROC_NET) -> frozenset[IPv4Address | IPv6Address]:
    """Read them.

    Raises:
        OSError: The kernel does not say; nobody may conclude from this that there are none.
    """
    v6 = proc_net / "if_inet6"  # absent where the kernel runs without IPv6
    digits = [line.split()[0] for line in v6.read_text().splitlines()] if v6.exists() else []
    return frozenset(_local((proc_net / "fib_trie").read_text())) | frozenset(
        IPv6Address(int(text, 16)) for text in digits
    )


def _local(routing_trie: str) -> Iterator[IPv4Address]:
    """The leaves of the IPv4 routing trie that are delivered to this host; a leaf's routes stand below it."""
    leaf = ""
    for line in routing_trie.splitlines():
        match line.split():
            case ["|--", address]:
                leaf = address
            case ["/32", "host", "LOCAL", *_]:
                yield IPv4Address(leaf)
