"""The addresses of this host."""

import socket
from ipaddress import ip_address
from pathlib import Path

import pytest

from amibridge.delivery.interfaces import own_addresses

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 4
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 10.7.0.0
        /24 link UNICAST
     |-- 10.7.0.9
        /32 link UNICAST
        /32 host LOCAL
Local:
  +-- 0.0.0.0/0 3 0 4
     |-- 127.0.0.0
        /8 host LOCAL
     |-- 127.0.0.1
        /32 host LOCAL
     |-- 10.7.0.5
        /32 host LOCAL tos 8
     |-- 10.7.0.255
        /32 link BROADCAST
"""


def test_reads_what_the_kernel_lists(tmp_path: Path) -> None:
    """Every address that is delivered to this host is its own; networks, broadcasts and neighbours are not."""
    (tmp_path / "fib_trie").write_text(TRIE)
    (tmp_path / "if_inet6").write_text(
        "20010db8000000000000000000000007 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n"
    )
    assert own_addresses(tmp_path) == {
        ip_address(text) for text in ("10.7.0.9", "10.7.0.5", "127.0.0.1", "2001:db8::7", "::1")
    }


def test_a_kernel_without_ipv6(tmp_path: Path) -> None:
    """Without IPv6 there is no list of its addresses, which is fine."""
    (tmp_path / "fib_trie").write_text(TRIE)
    assert ip_address("127.0.0.1") in own_addresses(tmp_path)


def test_no_list_is_no_permission(tmp_path: Path) -> None:
    """When the kernel does not say, it is an error, not an empty list."""
    with pytest.raises(FileNotFoundError):
        own_addresses(tmp_path)


def test_this_host() -> None:
    """On the real host, the address that a socket gets is among its own."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert ip_address(client.getsockname()[0]) in own_addresses()
