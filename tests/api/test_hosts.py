"""By which names the server answers, so that no foreign web page reaches it."""

import pytest

from amibridge.api.hosts import KnownHosts

KNOWN = KnownHosts(["pbx.example", "0.0.0.0", "", "fd00::0007"])
LOCAL = "192.0.2.7"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8480",
        "localhost.",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]:8480",
        "[0:0:0:0:0:0:0:1]",
        "pbx.example",
        "PBX.Example.:443",
        "192.0.2.7:8480",
        "[fd00::7]",
        "localhost:",
    ],
)
def test_known(host: str) -> None:
    """Loopback names, those of the settings, and the address that the connection reached; any port."""
    assert KNOWN.allow(hosts=[host], origins=[], local_address=LOCAL)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "pbx.example.evil",
        "0.0.0.0",
        "192.0.2.8",
        "[::]",
        "localhost:x",
        "localhost:123456",
        "user@localhost",
        "localhost/",
        "[::1",
        "::1",
        "localhost,evil.example",
    ],
)
def test_foreign(host: str) -> None:
    """Anything else is no name of this server."""
    assert not KNOWN.allow(hosts=[host], origins=[], local_address=LOCAL)


@pytest.mark.parametrize("hosts", [[], ["localhost", "localhost"], ["localhost", "evil.example"]])
def test_exactly_one_host(hosts: list[str]) -> None:
    """None, or several, is nobody's honest request."""
    assert not KNOWN.allow(hosts=hosts, origins=[], local_address=LOCAL)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:3000", True),
        ("https://pbx.example", True),
        ("HTTP://192.0.2.7:8480", True),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("https://pbx.example/", False),
        ("pbx.example", False),
    ],
)
def test_origins(origin: str, *, allowed: bool) -> None:
    """A web page may ask only when it is of a known host itself."""
    assert KNOWN.allow(hosts=["localhost"], origins=[origin], local_address=LOCAL) is allowed
