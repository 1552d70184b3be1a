"""One request to a receiver, over real sockets."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import trustme

from amibridge.assignments.resource import Method
from amibridge.delivery import sender as sender_module
from amibridge.delivery.destination import Address, DestinationPolicy, Range, Refusal
from amibridge.delivery.policy import Answered, Failed, Outcome, Refused
from amibridge.delivery.request import NotificationRequest, build_request
from amibridge.delivery.sender import HttpSender
from amibridge.errors import SettingsError
from amibridge.settings import DeliverySettings
from tests.fakes.receiver import ENDLESS, RESET, SILENCE, Answer, Receiver, gzip_bomb, redirect

from .samples import HOOK, RINGING


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    async with Receiver() as running:
        yield running


@asynccontextmanager
async def sending(*allow: str, timeout_seconds: float = 5, ca_file: str = "") -> AsyncIterator[HttpSender]:
    """A sender that may call those places on loopback."""
    policy = DestinationPolicy.from_settings(DeliverySettings(allow_destinations=list(allow)))
    async with HttpSender(destinations=policy, timeout_seconds=timeout_seconds, tls_ca_file=ca_file) as sender:
        yield sender


def notification(url: str, method: Method = Method.GET) -> NotificationRequest:
    """A notification to a URL."""
    return build_request(
        replace(HOOK, url=url, method=method),
        RINGING,
        attempt=1,
        timestamp=1700000001,
        call_flow_case="upper",
        extra_parameters=True,
        signing_secrets=(),
        version="1.2.3",
    )


async def send(sender: HttpSender, url: str, *, method: Method = Method.GET, administrator: bool = True) -> Outcome:
    """Send a notification to a URL."""
    return await sender.send(notification(url, method), by_administrator=administrator)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name resolve to those addresses."""

    def getaddrinfo(_host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_get_arrives_exactly_as_built(receiver: Receiver) -> None:
    """Path and query are those of the request, byte for byte, and there is no body."""
    url = receiver.url("/a%2Fb/../c;d?q=%7E~+%20%zz&[]={}|")
    async with sending(receiver.address) as sender:
        assert await send(sender, url) == Answered(status_code=200)
    (got,) = receiver.received
    assert got.method == "GET"
    assert receiver.url(got.target) == notification(url).url
    assert got.body == b""
    assert {name.lower() for name in got.headers} == {
        "host",
        "accept",
        "accept-encoding",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "webhook-attempt",
    }


async def test_post_arrives_exactly_as_built(receiver: Receiver) -> None:
    """Body and headers are those of the request; the URL's query is untouched."""
    async with sending(receiver.address) as sender:
        await send(sender, receiver.url("/hook?tenant=7"), method=Method.POST)
    (got,) = receiver.received
    assert (got.method, got.target) == ("POST", "/hook?tenant=7")
    assert got.body == notification(receiver.url(), Method.POST).body
    assert got.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert got.headers["User-Agent"] == "amibridge/1.2.3"
    assert got.headers["webhook-id"] == RINGING.event_id
    assert got.parameters["CallerIDName"] == RINGING.caller_id_name


@pytest.mark.parametrize("status", [204, 302, 404, 410, 429, 500, 503])
async def test_any_status_is_an_answer(receiver: Receiver, status: int) -> None:
    """The status comes back as it is, with the Retry-After header."""
    receiver.otherwise = Answer(status=status, body=b"", headers={"Retry-After": "17"})
    async with sending(receiver.address) as sender:
        assert await send(sender, receiver.url()) == Answered(status_code=status, retry_after="17")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    """A redirect is an answer like any other; the place that it names is never called."""
    async with Receiver() as other, sending(receiver.address, other.address) as sender:
        receiver.otherwise = redirect(other.url(), status=status)
        assert await send(sender, receiver.url()) == Answered(status_code=status)
    assert other.received == []


async def test_a_cookie_is_not_kept(receiver: Receiver) -> None:
    """What one receiver sets is not sent back."""
    receiver.otherwise = Answer(headers={"Set-Cookie": "a=b"})
    async with sending(receiver.address) as sender:
        await send(sender, receiver.url())
        await send(sender, receiver.url())
    assert all("Cookie" not in got.headers for got in receiver.received)


async def test_proxy_variables_are_ignored(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxies are not used: they would hide where a request goes."""
    async with Receiver() as proxy, sending(receiver.address, proxy.address) as sender:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.delenv("no_proxy", raising=False)
        await send(sender, receiver.url())
    assert (len(receiver.received), len(proxy.received)) == (1, 0)


async def test_connections_are_used_again(receiver: Receiver) -> None:
    """A receiver that keeps its connection open gets the next notification on it, also after an error's body."""
    receiver.answers.append(Answer(status=500, body=b"x" * 60_000))
    async with sending(receiver.address) as sender:
        for _ in range(3):
            await send(sender, receiver.url(), method=Method.POST)
    assert len({got.client_port for got in receiver.received}) == 1


@pytest.mark.parametrize("method", [Method.GET, Method.POST])
async def test_a_dropped_request_is_one_attempt(receiver: Receiver, method: Method) -> None:
    """A connection cut instead of an answer fails the attempt, and nothing is sent a second time behind our back."""
    async with sending(receiver.address) as sender:
        await send(sender, receiver.url(), method=method)
        receiver.otherwise = RESET
        outcome = await send(sender, receiver.url(), method=method)
    assert outcome in (
        Failed(reason="the connection was closed without an answer"),
        Failed(reason="connection reset by peer"),
    )
    assert len(receiver.received) == 2


async def test_silence_times_out(receiver: Receiver) -> None:
    """A receiver that takes the request and never answers fails it when the time is up."""
    receiver.otherwise = SILENCE
    async with sending(receiver.address, timeout_seconds=0.3) as sender:
        assert await send(sender, receiver.url()) == Failed(reason="no answer within 0.3 s")


@pytest.mark.parametrize("status", [200, 500])
async def test_a_slow_body_does_not_undo_the_status(receiver: Receiver, status: int) -> None:
    """A body that drips ends with the time; the status that came before it stands."""
    receiver.otherwise = Answer(status=status, body=b"x" * 1000, drip_seconds=0.05)
    async with sending(receiver.address, timeout_seconds=0.3) as sender:
        before = time.monotonic()
        assert await send(sender, receiver.url()) == Answered(status_code=status)
        assert time.monotonic() - before < 2


@pytest.mark.parametrize("answer", [ENDLESS, Answer(reset_in_body=True)], ids=["endless", "cut"])
async def test_a_bad_body_does_not_undo_the_status(receiver: Receiver, answer: Answer) -> None:
    """An endless body is left alone after 64 KiB, a cut one is over; the next notification goes out as ever."""
    receiver.answers.append(answer)
    async with sending(receiver.address) as sender:
        assert await send(sender, receiver.url()) == Answered(status_code=200)
        assert await send(sender, receiver.url()) == Answered(status_code=200)


async def test_a_gzip_bomb_stays_folded(receiver: Receiver) -> None:
    """Bodies are not decoded: a small one that would unfold to 64 MiB costs what its bytes cost."""
    receiver.otherwise = gzip_bomb(unfolded_bytes=64 * 1024 * 1024)
    async with sending(receiver.address) as sender:
        assert await send(sender, receiver.url()) == Answered(status_code=200)
    assert receiver.received[0].headers["Accept-Encoding"] == "identity"


async def test_a_closed_port() -> None:
    """Nobody there is a failure that says so."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with sending(f"127.0.0.1:{port}") as sender:
        assert await send(sender, f"http://127.0.0.1:{port}/") == Failed(reason="connection refused")


@pytest.mark.parametrize(
    "answer", [b"220 mail ready\r\n", b"HTTP/1.1 OK\r\n\r\n", b"\0" * 100, b"HTTP/1.1 200 OK\r\nA"]
)
async def test_something_else_answers(answer: bytes) -> None:
    """A server that does not speak HTTP is a failure, not a fault."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with sending(f"127.0.0.1:{port}") as sender:
            outcome = await send(sender, f"http://127.0.0.1:{port}/?secret=1")
    assert outcome in (
        Failed(reason="the answer is not HTTP"),
        Failed(reason="the connection was closed without an answer"),
    )


async def test_a_header_without_end_is_not_kept(receiver: Receiver) -> None:
    """An answer whose head is larger than any honest one fails the attempt."""
    receiver.otherwise = Answer(headers={"X-Long": "x" * 100_000})
    async with sending(receiver.address) as sender:
        assert await send(sender, receiver.url()) == Failed(reason="the answer is not HTTP")


async def test_a_name_that_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a failure, because names get repaired."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    async with sending() as sender:
        assert await send(sender, "http://crm.example/") == Failed(reason="the host name does not resolve")


async def test_a_resolver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up the name counts as connecting."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(0.5))
    monkeypatch.setattr(sender_module, "CONNECT_SECONDS", 0.1)
    async with sending() as sender:
        assert await send(sender, "http://crm.example/") == Failed(reason="no connection within 0.1 s")


SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7F.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.2",
    "127.0.0.1.",
    "①②⑦.⓪.⓪.①",
    "localhost",
    "LOCALHOST",
    "0.0.0.0",
    "0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_loopback_is_refused_in_every_spelling(host: str) -> None:
    """However loopback is written, no socket is connected to it, even where something listens."""
    hits = 0

    def count(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal hits
        hits += 1
        writer.close()

    async with await asyncio.start_server(count, None, 0, family=socket.AF_INET) as server, sending() as sender:
        port = server.sockets[0].getsockname()[1]
        outcome = await send(sender, f"http://{host}:{port}/")
        assert isinstance(outcome, Refused), outcome
        assert hits == 0


async def test_a_name_that_leads_to_loopback(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A harmless name is judged by the addresses that it resolves to, all of them."""
    resolve_to(monkeypatch, "127.0.0.1", "::1", "::ffff:127.0.0.1")
    async with sending() as sender:
        assert isinstance(await send(sender, f"http://crm.example:{receiver.port}/"), Refused)
    assert receiver.received == []


@pytest.mark.parametrize(
    "addresses", [("169.254.169.254", "127.0.0.1"), ("127.0.0.1", "169.254.169.254"), ("::1", "127.0.0.1", "::")]
)
async def test_a_name_that_leads_to_several_places(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    """Of several addresses the permitted one is called; if it fails, that is a failure like others."""
    resolve_to(monkeypatch, *addresses)
    async with sending(receiver.address) as sender:
        assert await send(sender, f"http://crm.example:{receiver.port}/") == Answered(status_code=200)
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    async with sending(f"127.0.0.1:{closed}") as sender:
        assert isinstance(await send(sender, f"http://crm.example:{closed}/"), Failed)


async def test_own_addresses_are_read_when_a_socket_is_made() -> None:
    """An address that this host has by now is refused; when the kernel does not say, nothing is called."""
    own: Callable[[], frozenset[Address]]

    def unknown() -> frozenset[Address]:
        raise PermissionError(13, "Permission denied", "/proc/net/fib_trie")

    for own, expected in [
        (
            lambda: frozenset({ip_address("8.8.8.8")}),
            Refused(reason="8.8.8.8 is an address of this host, which delivery.allow_destinations does not allow"),
        ),
        (unknown, Failed(reason="permission denied")),
    ]:
        async with HttpSender(destinations=DestinationPolicy(), timeout_seconds=1, own=own) as sender:
            assert await send(sender, "http://8.8.8.8/") == expected


async def test_private_addresses_are_not_for_users() -> None:
    """A LAN address is refused for an assignment that no administrator made, before a socket exists."""
    async with sending() as sender:
        assert await send(sender, "http://10.255.255.1:9/", administrator=False) == Refused(
            reason="10.255.255.1 is a private address, which delivery.allow_destinations does not allow"
        )


class AdministratorsOnly(DestinationPolicy):
    """As if loopback were a private network."""

    def refusal(self, address: Address, port: int, *, by_administrator: bool, own_addresses: object) -> Refusal | None:
        """Permit everything to administrators, nothing to others."""
        del port, own_addresses
        return None if by_administrator else Refusal(address=address, range=Range.PRIVATE)


async def test_an_administrators_connection_serves_nobody_else(receiver: Receiver) -> None:
    """An open connection to a place is no way around the policy for those who may not call it."""
    async with HttpSender(destinations=AdministratorsOnly(), timeout_seconds=5) as sender:
        assert await send(sender, receiver.url(), administrator=True) == Answered(status_code=200)
        assert isinstance(await send(sender, receiver.url(), administrator=False), Refused)
    assert len(receiver.received) == 1


@pytest.mark.parametrize("host", ["h..x", "x" * 64 + ".example"])
async def test_a_host_that_is_no_name(host: str) -> None:
    """A host that cannot be looked up is refused; nothing is raised."""
    async with sending() as sender:
        assert await send(sender, f"http://{host}/") == Refused(
            reason="the URL's host has an empty or an over-long label"
        )


async def test_what_nobody_foresaw_is_a_failure() -> None:
    """An error of the HTTP library's that has no words here is named, without its text."""
    async with sending() as sender:
        request = replace(notification("http://h/"), url="ftp://h/canary")
        assert await sender.send(request, by_administrator=True) == Failed(
            reason="the request failed (NonHttpUrlClientError)"
        )


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A CA that no system knows."""
    return trustme.CA()


def serving(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """A server's side of TLS with a certificate for those names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


async def test_tls_with_a_ca_of_ones_own(authority: trustme.CA, tmp_path: Path) -> None:
    """A certificate that the given CA signed is accepted, one for another name is not."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    async with (
        Receiver(tls=serving(authority, "127.0.0.1")) as receiver,
        Receiver(tls=serving(authority, "crm.example")) as other,
        sending(receiver.address, other.address, ca_file=str(bundle)) as sender,
    ):
        assert await send(sender, receiver.url()) == Answered(status_code=200)
        outcome = await send(sender, other.url())
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("TLS certificate not accepted: IP address mismatch")
    assert other.received == []


async def test_tls_that_nobody_vouches_for(authority: trustme.CA) -> None:
    """A certificate that no known CA signed gets nothing."""
    async with Receiver(tls=serving(authority, "127.0.0.1")) as receiver, sending(receiver.address) as sender:
        outcome = await send(sender, receiver.url())
    assert outcome == Failed(reason="TLS certificate not accepted: unable to get local issuer certificate")


async def test_tls_to_a_server_that_has_none(receiver: Receiver) -> None:
    """TLS to a plain HTTP port fails in the handshake."""
    async with sending(receiver.address) as sender:
        outcome = await send(sender, f"https://{receiver.address}/")
    assert outcome == Failed(reason="the TLS handshake failed")


@pytest.mark.parametrize(("text", "cause"), [(None, "No such file or directory"), ("no PEM", "not PEM certificates")])
async def test_a_bad_ca_bundle_is_a_settings_error(tmp_path: Path, text: str | None, cause: str) -> None:
    """A CA bundle that is missing or none stops the start, in one line."""
    bundle = tmp_path / "ca.pem"
    if text is not None:
        bundle.write_text(text)
    with pytest.raises(SettingsError) as caught:
        HttpSender(destinations=DestinationPolicy(), timeout_seconds=1, tls_ca_file=str(bundle))
    assert str(caught.value) == (
        f"delivery.tls_ca_file: '{bundle}' cannot be used ({cause}); name a file of PEM certificates"
    )
