"""HTTP itself: versions, methods, targets, expectations, offers of other protocols, and connections that go on."""

import json
from itertools import product

import pytest

from tests.api.operations import ALLOWED
from tests.api.service import DRAFT, EVENTS, Service
from tests.api.wire import all_answers, answer_on, chunked, connected, request, sent, told, until_closed

BODY = json.dumps(DRAFT).encode()
CREATE = f"{EVENTS}/0"
CLOSE = ("Connection: close",)
NO_HTTP = "400 request_invalid"
WAITS = "Expect: 100-continue"


async def test_http_1_0(service: Service) -> None:
    """It is answered and the connection ends, whatever it says; it needs a Host too."""
    for headers in ((), ("Connection: keep-alive",)):
        answers = await all_answers(
            await sent(service, request(service, "GET", EVENTS, version="1.0", headers=headers))
        )
        assert [(answer.short, answer.headers["connection"]) for answer in answers] == [("200", "close")]
        create = request(service, "POST", CREATE, BODY, version="1.0", headers=headers)
        assert await told(service, create + create) == ["200"]
    assert len(service.assignments.index) == 2
    assert await told(service, b"GET /healthz HTTP/1.0\r\n\r\n") == ["403 host_invalid"]
    assert await told(service, request(service, "POST", CREATE, b"{", version="1.0")) == [NO_HTTP]


LINES = (
    ("GET /healthz HTTP/1.1", "200"),
    ("GET http://localhost/healthz HTTP/1.1", "200"),
    ("GET http://evil.example/healthz HTTP/1.1", "200"),  # Host says who is meant, and it is right
    ("GET /healthz?x=%zz&%ff&=&&; HTTP/1.1", "200"),
    ("GET /healthz#top HTTP/1.1", "200"),
    ("GET /health%7a HTTP/1.1", "200"),
    ("GET * HTTP/1.1", "404 not_found"),
    ("OPTIONS * HTTP/1.1", "404 not_found"),
    ("GET //healthz HTTP/1.1", "404 not_found"),
    ("GET /./healthz HTTP/1.1", "404 not_found"),
    ("GET /x/../healthz HTTP/1.1", "404 not_found"),
    ("GET /healthz%00 HTTP/1.1", "404 not_found"),
    ("GET /healthz%0d%0aX:%20y HTTP/1.1", "404 not_found"),
    ("GET /healthz\\x HTTP/1.1", "404 not_found"),
    ("HEAD /nothing HTTP/1.1", "404"),
    ("HEAD /healthz HTTP/1.1", "200"),
    ("OPTIONS /healthz HTTP/1.1", "405 method_not_allowed"),
    ("TRACE /healthz HTTP/1.1", "405 method_not_allowed"),
    ("GET healthz HTTP/1.1", NO_HTTP),
    ("GET  HTTP/1.1", NO_HTTP),
    ("GET ?x HTTP/1.1", NO_HTTP),
    ("GET http:// HTTP/1.1", NO_HTTP),
    ("GET /health z HTTP/1.1", NO_HTTP),
    ("GET /healthz\t HTTP/1.1", NO_HTTP),
    ("GET /h\xc3\xbc HTTP/1.1", NO_HTTP),
    ("GET /healthz?\xff HTTP/1.1", NO_HTTP),
    ("GET /healthz HTTP/1.2", NO_HTTP),
    ("GET /healthz HTTP/3.0", NO_HTTP),
    ("GET /healthz HTTP/1", NO_HTTP),
    ("GET /healthz HTTP/1.1 x", NO_HTTP),
    ("GET /healthz http/1.1", NO_HTTP),
    ("GET /healthz HTTPS/1.1", NO_HTTP),
    ("get /healthz HTTP/1.1", NO_HTTP),
    ("FROB /healthz HTTP/1.1", NO_HTTP),
    ("GETX /healthz HTTP/1.1", NO_HTTP),
    (" GET /healthz HTTP/1.1", NO_HTTP),
    ("PRI * HTTP/2.0", NO_HTTP),
    ("CONNECT evil.example:443 HTTP/1.1", NO_HTTP),
)


async def test_lines(service: Service) -> None:
    """What may stand in the first line, and what it comes to; always as JSON, never cached."""
    for line, answer in LINES:
        data = await sent(service, f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1"))
        head, _, body = data.partition(b"\r\n\r\n")
        status, _, code = answer.partition(" ")
        assert head.split(b" ")[1].decode() == status, line
        if code:
            assert json.loads(body)["error"]["code"] == code, line
        else:
            assert body == (b'{"status":"alive"}' if answer == "200" and line.startswith("GET") else b""), line
        fields = head.lower().split(b"\r\n")
        for field in (
            b"content-type: application/json; charset=utf-8",
            b"cache-control: no-store",
            b"connection: close",
        ):
            assert field in fields, line
    assert (await service.ask("GET", "/healthz", who=None)).status == 200


async def test_head_has_no_body(service: Service) -> None:
    """Else the next answer on the connection would begin in its middle."""
    created = await service.create()
    for below, allowed in ALLOWED.items():
        path = f"{EVENTS}{below}".replace("{id}", created["id"])
        async with connected(service) as (reader, writer):
            writer.write(request(service, "HEAD", path) + request(service, "GET", "/healthz"))
            answer = await answer_on(reader, to_head=True)
            assert (answer.status, answer.headers["allow"]) == (405, allowed)
            assert int(answer.headers["content-length"]) > 0
            assert (await answer_on(reader)).body == {"status": "alive"}


@pytest.mark.parametrize("spelling", [WAITS, "expect: 100-Continue", "EXPECT:100-continue"])
async def test_a_body_is_asked_for_when_it_is_wanted(service: Service, spelling: str) -> None:
    """Who waits is asked to go on, and then answered; the connection goes on too."""
    created = await service.create()
    for method, path in (("POST", CREATE), ("PUT", f"{EVENTS}/{created['id']}"), ("DELETE", CREATE)):
        async with connected(service) as (reader, writer):
            head = request(service, method, path, headers=(spelling, f"Content-Length: {len(BODY)}"))
            writer.write(head)
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(BODY)
            answer = await answer_on(reader)
            assert (answer.status, answer.headers.get("connection")) == (200, None)
            writer.write(request(service, "GET", "/healthz"))
            assert (await answer_on(reader)).body == {"status": "alive"}


async def test_a_body_that_is_not_wanted_is_not_asked_for(service: Service) -> None:
    """Who waits for leave gets the answer instead, and the connection ends: the body will not come."""
    created = await service.create()
    length = f"Content-Length: {len(BODY)}"
    refused: list[tuple[str, str, str | None, tuple[str, ...], str]] = [
        ("POST", CREATE, None, (length,), "401 access_denied"),
        ("POST", CREATE, "eve", (length,), "403 access_denied"),
        ("POST", CREATE, "administrator", (length, "Origin: null"), "403 host_invalid"),
        ("POST", "/nothing", "administrator", (length,), "404 not_found"),
        ("PATCH", CREATE, "administrator", (length,), "405 method_not_allowed"),
        ("POST", f"{EVENTS}/9", "administrator", (length,), "400 pcet_type_invalid"),
        ("PUT", f"{EVENTS}/x", "administrator", (length,), "400 pce_id_invalid"),
        ("POST", CREATE, "administrator", ("Content-Length: 65537",), "413 request_too_large"),
        ("PUT", f"{EVENTS}/{created['id']}", "administrator", ("Content-Length: 99999999",), "413 request_too_large"),
        ("DELETE", EVENTS, "administrator", ("Content-Length: 65537",), "413 request_too_large"),
        ("POST", CREATE, None, ("Transfer-Encoding: chunked",), "401 access_denied"),
    ]
    for method, path, who, headers, answer in refused:
        (got,) = await all_answers(
            await sent(service, request(service, method, path, who=who, headers=(WAITS, *headers)))
        )
        assert (got.short, got.headers["connection"]) == (answer, "close")
    assert (await service.ask("GET", EVENTS)).body["entry"] == [created]


async def test_who_does_not_wait_is_not_asked(service: Service) -> None:
    """Other expectations, an answer that needs no body, and a body that is there already do no harm."""
    look = request(service, "GET", EVENTS, headers=("Expect: the-best", *CLOSE))
    assert await told(service, look) == ["200"]
    assert (await sent(service, request(service, "POST", CREATE, BODY, headers=(WAITS, *CLOSE)))).count(
        b"HTTP/1.1"
    ) == 2
    early = request(service, "POST", "/nothing", BODY, headers=(WAITS,)) + request(service, "DELETE", EVENTS)
    assert await told(service, early) == ["404 not_found"]
    assert len(service.assignments.index) == 1


OFFERS = (
    ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA"),
    ("Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"),
    ("upgrade: foo/2", "connection: UPGRADE"),
    ("Upgrade: a", "Upgrade: b", "Connection: upgrade"),
)


@pytest.mark.parametrize("offer", OFFERS)
async def test_offers_of_other_protocols_are_not_taken(service: Service, offer: tuple[str, ...]) -> None:
    """The request is answered as it is, with its body, in any pieces; and so is what follows on the connection."""
    for step in (10_000, 997, 101, 29):
        created = await service.create()
        one = f"{EVENTS}/{created['id']}"
        stream = b"".join(
            (
                request(service, "POST", CREATE, BODY, headers=offer),
                request(service, "PUT", one, chunked(b'{"note": "x"}'), headers=(*offer, "Transfer-Encoding: chunked")),
                request(service, "GET", one, headers=offer),
                request(service, "GET", "/healthz"),
                request(service, "POST", CREATE, b"{", headers=offer),
                request(service, "POST", CREATE, BODY, who=None, headers=offer),
                request(service, "DELETE", CREATE, headers=offer),
                request(service, "GET", EVENTS, headers=(*CLOSE, "Upgrade: a")),
            )
        )
        parts = [stream[start : start + step] for start in range(0, len(stream), step)]
        answers = await all_answers(await sent(service, *parts))
        expected = ["200", "200", "200", "200", NO_HTTP, "401 access_denied", "200", "200"]
        assert [answer.short for answer in answers] == expected, step
        assert answers[2].body["entry"][0]["note"] == "x"
        assert len(answers[6].body) == 2
        assert answers[7].body["totalResults"] == 0


async def test_an_offer_that_drips_or_waits(service: Service) -> None:
    """Byte by byte it is the same request; with leave to go on as well."""
    create = request(service, "POST", CREATE, BODY, headers=(*OFFERS[0][:2], "X: y"))
    async with connected(service) as (reader, writer):
        for byte in create:
            writer.write(bytes([byte]))
            await writer.drain()
        assert (await answer_on(reader)).status == 200
        writer.write(request(service, "POST", CREATE, headers=(*OFFERS[0], WAITS, f"Content-Length: {len(BODY)}")))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(BODY)
        assert (await answer_on(reader)).status == 200
    assert len(service.assignments.index) == 2


async def test_offers_with_damage(service: Service) -> None:
    """An offer hides no damaged body, and no body without end."""
    for offer in OFFERS:
        damaged = request(service, "DELETE", EVENTS, headers=(*offer, "Transfer-Encoding: chunked")) + b"zz\r\n"
        assert await told(service, request(service, "POST", CREATE, BODY, headers=offer) + damaged) == ["200", NO_HTTP]
        large = chunked(b" " * 70_000, 9000)
        endless = request(service, "POST", CREATE, large, headers=(*offer, "Transfer-Encoding: chunked"))
        last = request(service, "GET", "/healthz", headers=CLOSE)
        assert await told(service, endless + last) == ["413 request_too_large", "200"]
    assert len(service.assignments.index) == len(OFFERS)


async def test_a_tunnel_is_not_made(service: Service) -> None:
    """CONNECT of a path is a method that the path does not take."""
    async with connected(service) as (reader, writer):
        writer.write(request(service, "CONNECT", EVENTS))
        assert (await answer_on(reader)).short == "405 method_not_allowed"


async def test_headers_that_come_twice(service: Service) -> None:
    """Of two tokens the first counts; two Hosts are nobody's; Content-Type may say anything."""
    right = f"Authorization: Bearer {service.people.tokens['administrator']}"
    wrong = "Authorization: Bearer wrong"
    for headers, answer in (
        ((right, wrong), "200"),
        ((wrong, right), "401 access_denied"),
        ((right, "Host: localhost"), "403 host_invalid"),
        ((right, "Host: evil.example"), "403 host_invalid"),
        ((right, "Origin: http://localhost", "Origin: null"), "403 host_invalid"),
        ((right, "Content-Type: a", "Content-Type: multipart/form-data"), "200"),
        ((right, "Accept: text/html", "Accept-Encoding: gzip", "Range: bytes=0-1", "If-None-Match: *"), "200"),
        (
            (right, "X-HTTP-Method-Override: DELETE", "X-Original-URL: /nothing", "X-Forwarded-Host: evil.example"),
            "200",
        ),
    ):
        assert await told(service, request(service, "GET", EVENTS, who=None, headers=(*headers, *CLOSE))) == [answer]


async def test_a_connection_goes_on_after_each_error(service: Service) -> None:
    """Only what was no HTTP, or a body that was not asked for, ends it."""
    errors = [
        (method, path, body, who)
        for (method, path, body), who in product(
            (
                ("GET", "/nothing", b""),
                ("PATCH", EVENTS, BODY),
                ("POST", CREATE, b"{"),
                ("POST", CREATE, b" " * 70_000),
                ("PUT", f"{EVENTS}/x", BODY),
                ("GET", f"{EVENTS}/9?count=0", b"x" * 70_000),
            ),
            ("administrator", "eve", None),
        )
    ]
    async with connected(service) as (reader, writer):
        for method, path, body, who in errors * 2:
            writer.write(request(service, method, path, body, who=who))
            assert (await answer_on(reader)).code
            writer.write(request(service, "GET", "/healthz", headers=("Connection: keep-alive",)))
            assert (await answer_on(reader)).body == {"status": "alive"}
        writer.write(request(service, "GET", "/nothing", headers=CLOSE))
        assert (await answer_on(reader)).headers["connection"] == "close"
        assert await until_closed(reader) == b""
