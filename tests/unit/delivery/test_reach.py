"""Whether a receiver could be called."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
import trustme

from amibridge.delivery.destination import DestinationPolicy
from amibridge.delivery.reach import Reached, reach, tls_context
from amibridge.errors import SettingsError
from amibridge.settings import DeliverySettings


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, asyncio.Queue[bytes]]]:
    """A server on loopback; its port, and what it was sent."""
    sent: asyncio.Queue[bytes] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent.put_nowait(await reader.read())
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1], sent


async def tried(
    origin: str, *, allow: Sequence[str] = ("127.0.0.0/8",), deny: Sequence[str] = (), tls: ssl.SSLContext | None = None
) -> Reached:
    """What comes of trying that origin."""
    settings = DeliverySettings(allow_destinations=list(allow), deny_destinations=list(deny))
    return await reach(
        origin,
        policy=DestinationPolicy.from_settings(settings),
        by_administrator=True,
        own_addresses=[ip_address("127.0.0.1")],
        tls=tls or tls_context(""),
        timeout_seconds=0.5,
    )


async def test_reached() -> None:
    """A connection is made, and nothing is sent."""
    async with listening() as (port, sent):
        found = await tried(f"http://127.0.0.1:{port}")
        assert await asyncio.wait_for(sent.get(), 5) == b""
    assert (found.address, found.problem) == (f"127.0.0.1 port {port}", "")
    assert 0 < found.seconds < 0.5


async def test_tls() -> None:
    """HTTPS needs a certificate that is accepted, and a server that speaks TLS."""
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    async with listening(server) as (port, _):
        assert (await tried(f"https://127.0.0.1:{port}", tls=client)).problem == ""
        unknown = await tried(f"https://127.0.0.1:{port}")
    assert unknown.problem.startswith("its TLS certificate is not accepted (")
    assert unknown.problem.endswith("): mend it there, or name its CA in delivery.tls_ca_file")


@pytest.mark.parametrize(
    ("origin", "deny", "problem"),
    [
        ("http://127.0.0.1:{free}", [], "Connection refused: look whether its name and port are right, and whether"),
        ("http://a..b:80", [], "its host is not written as a name or an address: look whether its name and port are"),
        (
            "http://169.254.169.254:80",
            [],
            "it is not called, 169.254.169.254 is a cloud metadata address, which delivery.allow_destinations does not",
        ),
        (
            "http://127.0.0.1:{free}",
            ["127.0.0.0/8"],
            "it is not called, 127.0.0.1 is in delivery.deny_destinations: take it out there, if it is to be",
        ),
    ],
)
async def test_not_reached(origin: str, deny: list[str], problem: str) -> None:
    """Why not, and what to do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = await tried(origin.format(free=port), deny=deny)
    assert problem in found.problem
    assert found.address == ""


async def test_never_answers() -> None:
    """A server that does not take part in the handshake is given up."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        found = await tried(f"https://127.0.0.1:{silent.getsockname()[1]}")
    assert found.problem == "no connection within 0.5 s: look whether it runs, and for firewalls"


def test_ca_file() -> None:
    """A CA bundle that cannot be read is named with the setting."""
    with pytest.raises(SettingsError, match=r"delivery\.tls_ca_file: '/none' cannot be used"):
        tls_context("/none")
