"""Where one request ends and the next begins: damaged, cut, chunked, pipelined and dripping requests on raw sockets."""

import json
from itertools import pairwise, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amibridge.delivery.outbox import DeliveryState
from tests.api.happened import deliver, event
from tests.api.service import DRAFT, EVENTS, Service
from tests.api.wire import all_answers, answer_on, chunked, connected, request, sent, told, until_closed

BODY = json.dumps(DRAFT).encode()
CREATE = f"{EVENTS}/0"
CHUNKED = ("Transfer-Encoding: chunked",)
GARBAGE = (
    b"GARBAGE\r\n\r\n",
    b"xx\r\n\r\n",
    b"\0",
    b"{}",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\0",
)
NO_HTTP = "400 request_invalid"
BAD_CHUNKS = (
    *(b"zz\r\n", b"-1\r\n", b"\r\n", b"1\r\nabc\r\n", b"2\r\n{}x\r\n0\r\n\r\n", b"f" * 30 + b"\r\n", b"1 2\r\n{}"),
    *(b"2\r\n{}\r\n0\r\nno field\r\n\r\n", b"2\n{}\n0\n\n", b"0x2\r\n{}\r\n0\r\n\r\n"),
)
CHANGES = (
    ("POST", EVENTS),
    ("POST", CREATE),
    ("PUT", f"{EVENTS}/{{}}"),
    ("PUT", f"{CREATE}/{{}}"),
    ("DELETE", EVENTS),
    ("DELETE", CREATE),
    ("DELETE", f"{EVENTS}/{{}}"),
    ("DELETE", f"{CREATE}/{{}}"),
    ("POST", f"{CREATE}/{{}}/test"),
)
"""Whatever changes or sends something."""


async def test_what_came_whole_before_garbage_is_done_and_answered(service: Service) -> None:
    """Who is told of a change by nothing but an error would make it again."""
    for garbage in GARBAGE:
        created = await service.create()
        create = request(service, "POST", CREATE, BODY)
        assert await told(service, create + garbage) == ["200", NO_HTTP]
        assert await told(service, create * 3 + garbage) == ["200", "200", "200", NO_HTTP]
        assert len(service.assignments.index) == 5
        update = request(service, "PUT", f"{EVENTS}/{created['id']}", b'{"note": "x"}')
        answers = await all_answers(await sent(service, update + request(service, "DELETE", EVENTS) + garbage))
        assert [answer.short for answer in answers] == ["200", "200", NO_HTTP]
        assert answers[0].body["note"] == "x"
        assert len(answers[1].body) == 5
        assert len(service.assignments.index) == 0
        assert answers[2].headers["connection"] == "close"


async def test_a_request_with_a_damaged_body_changes_nothing(service: Service) -> None:
    """Whether the damage comes at once or later, and whether the body matters or not."""
    created = await service.create()
    for damage, (method, path) in product(BAD_CHUNKS, CHANGES):
        head = request(service, method, path.format(created["id"]), headers=CHUNKED)
        for parts in ((head + damage,), (head, damage), (head + damage[:1], damage[1:])):
            assert await told(service, *parts) == [NO_HTTP], (method, path, parts)
    assert (await service.ask("GET", EVENTS)).body["entry"] == [created]
    assert (service.changes, service.tried) == ([None], [])


async def test_a_retry_with_a_damaged_body_changes_nothing(service: Service) -> None:
    """A delivery that was given up stays so, and the worker is not woken."""
    resource = await service.create()
    where = f"/v1/deliveries/{await deliver(service, event('210', 1), resource['id'], DeliveryState.DEAD)}"
    before = await service.ask("GET", where)
    for damage in BAD_CHUNKS:
        assert await told(service, request(service, "POST", f"{where}/retry", headers=CHUNKED), damage) == [NO_HTTP]
    assert (await service.ask("GET", where)).body == before.body
    assert service.changes == [None]


async def test_a_damaged_body_behind_whole_requests(service: Service) -> None:
    """Those before it are answered, it is refused, and what follows it is never read."""
    create, update = request(service, "POST", CREATE, BODY), request(service, "DELETE", EVENTS, headers=CHUNKED)
    look = request(service, "GET", EVENTS)
    for parts in ((create + look + update + b"zz\r\n" + create,), (create + look + update, b"zz\r\n" + create)):
        assert await told(service, *parts) == ["200", "200", NO_HTTP]
    assert len(service.assignments.index) == 2


async def test_a_request_that_is_cut_changes_nothing(service: Service) -> None:
    """Wherever the program hangs up, politely or not: the change is whole or it is none."""
    created = await service.create()
    for method, path in CHANGES:
        place = path.format(created["id"])
        for whole in (
            request(service, method, place, BODY),
            request(service, method, place, chunked(BODY), headers=CHUNKED),
        ):
            for end, polite in product((1, 20, len(whole) // 2, len(whole) - 5, len(whole) - 1), (True, False)):
                async with connected(service) as (reader, writer):
                    writer.write(whole[:end])
                    if polite:
                        writer.write_eof()
                        assert await until_closed(reader) == b""
                    else:
                        await writer.drain()
                        writer.transport.abort()
    assert (await service.ask("GET", EVENTS)).body["entry"] == [created]
    assert (service.changes, service.tried) == ([None], [])


async def test_more_body_than_was_announced(service: Service) -> None:
    """What is too much is the next request, and no good one; what is too little is no JSON."""
    long = request(service, "POST", CREATE, BODY, headers=(f"Content-Length: {len(BODY) - 1}",))
    assert await told(service, long) == [NO_HTTP, NO_HTTP]
    short = request(service, "POST", CREATE, BODY, headers=(f"Content-Length: {len(BODY)}",))
    assert await told(service, short + b"\r\n" + short + b"\n x") == ["200", "200", NO_HTTP]
    nothing = request(service, "POST", CREATE, headers=("Content-Length: 0", "Connection: close"))
    assert await told(service, nothing) == [NO_HTTP]
    no_length = request(service, "POST", CREATE, headers=("Connection: close",)) + BODY
    assert await told(service, no_length) == [NO_HTTP]
    assert len(service.assignments.index) == 2


AMBIGUOUS = (
    ("Content-Length: x",),
    ("Content-Length: -1",),
    ("Content-Length: +1",),
    ("Content-Length: 0x40",),
    ("Content-Length: 7, 7",),
    ("Content-Length: 7", "Content-Length: 7"),
    ("Content-Length: 7", "Content-Length: 8"),
    (f"Content-Length: {'9' * 30}",),
    ("Content-Length:",),
    ("Content-Length: 7", "Transfer-Encoding: chunked"),
    ("Transfer-Encoding: chunked", "Content-Length: 7"),
    ("Transfer-Encoding: gzip",),
    ("Transfer-Encoding: chunked, gzip",),
    ("Transfer-Encoding: identity",),
    ("Transfer-Encoding: xchunked",),
    ("Transfer-Encoding : chunked",),
    ("Content-Length : 7",),
    ("X: a\r\n b",),
    ("X: a\x00b",),
    ("X: a\rb",),
    ("X\x01: a",),
    (": a",),
    ("no field",),
)


async def test_heads_that_two_readers_would_read_differently(service: Service) -> None:
    """They are refused whole, on each operation: nothing is smuggled past a proxy."""
    created = await service.create()
    for headers, (method, path) in product(AMBIGUOUS, (*CHANGES, ("GET", EVENTS))):
        head = request(service, method, path.format(created["id"]), headers=headers)
        assert await told(service, head + b"7\r\n{}     \r\n0\r\n\r\n") == [NO_HTTP], (headers, method, path)
    assert (await service.ask("GET", EVENTS)).body["entry"] == [created]


async def test_chunked_bodies(service: Service) -> None:
    """In chunks of any size, with extensions and trailers; together they hold as much as any body."""
    for size in (1, 2, 7, len(BODY), 60_000):
        data = chunked(BODY.ljust(65_536 if size == 60_000 else 0), size)
        create = request(service, "POST", CREATE, data, headers=(*CHUNKED, "Connection: close"))
        assert await told(service, create) == ["200"]
    extended = b"%x;name=value\r\n%b\r\n0;last\r\nX-Trailer: 1\r\n\r\n" % (len(BODY), BODY)
    for fields in (("Transfer-Encoding: Chunked",), ("transfer-encoding:chunked",)):
        assert await told(
            service, request(service, "POST", CREATE, extended, headers=(*fields, "Connection: close"))
        ) == ["200"]
    for method, path in (*CHANGES[:2], *CHANGES[4:6]):
        large = request(
            service, method, path, chunked(BODY.ljust(65_537), 4096), headers=(*CHUNKED, "Connection: close")
        )
        assert await told(service, large) == ["413 request_too_large"]
    assert len(service.assignments.index) == 7


async def test_pipelined_requests_are_answered_in_order(service: Service) -> None:
    """Whatever came of the one before: each answer belongs to its request."""
    created = await service.create()
    one = f"{EVENTS}/{created['id']}"
    batch: list[tuple[bytes, str]] = [
        (request(service, "GET", "/nothing", who=None), "404 not_found"),
        (request(service, "PATCH", EVENTS, BODY), "405 method_not_allowed"),
        (request(service, "GET", EVENTS, who=None), "401 access_denied"),
        (request(service, "POST", EVENTS, BODY, who=None), "401 access_denied"),
        (request(service, "PUT", one, b'{"note": "a"}'), "200"),
        (request(service, "POST", CREATE, b"{"), "400 request_invalid"),
        (request(service, "POST", CREATE, chunked(b" " * 65_537, 9000), headers=CHUNKED), "413 request_too_large"),
        (request(service, "GET", one), "200"),
        (request(service, "POST", CREATE, chunked(BODY), headers=CHUNKED), "200"),
        (request(service, "GET", f"{EVENTS}?count=0"), "400 count_invalid"),
        (request(service, "GET", EVENTS, who="eve"), "403 access_denied"),
        (request(service, "DELETE", CREATE, b"{}"), "200"),
        (request(service, "PUT", one, b'{"note": "b"}'), "400 pce_id_invalid"),
        (request(service, "GET", "/healthz", who=None, headers=("Connection: close",)), "200"),
    ]
    answers = await all_answers(await sent(service, b"".join(data for data, _ in batch)))
    assert [answer.short for answer in answers] == [short for _, short in batch]
    assert answers[7].body["entry"][0]["note"] == "a"
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(batch)
    for data, short in batch[:-1]:  # the same one by one, on one connection that each of them leaves open
        async with connected(service) as (reader, writer):
            for _ in range(2):
                writer.write(data)
                await answer_on(reader)
            writer.write(request(service, "GET", "/healthz", who=None))
            assert (await answer_on(reader)).short == "200", short


async def test_thousands_of_pipelined_requests(service: Service) -> None:
    """However they fall into pieces: none of them is taken for a head without end."""
    many = request(service, "GET", "/healthz", who=None) * 1999
    last = request(service, "GET", "/healthz", who=None, headers=("Connection: close",))
    answer = await sent(service, many + last)
    assert answer.count(b"HTTP/1.1 200") == answer.count(b'{"status":"alive"}') == 2000


async def test_large_heads(service: Service) -> None:
    """Nearly 64 KiB are taken, in one field or in many, also behind another request; more is refused behind it too."""
    before = request(service, "POST", CREATE, BODY.ljust(60_000))
    for fields, answer in (
        ((f"X: {'a' * 59_000}",), "200"),
        (("X: a",) * 9_000, "200"),
        ((f"X: {'a' * 72_000}",), "413 request_too_large"),
        (("X: a",) * 12_000, "413 request_too_large"),
    ):
        look = request(service, "GET", EVENTS, headers=("Connection: close", *fields))
        assert await told(service, look) == [answer]
        assert await told(service, before + look) == ["200", answer]


async def test_a_request_that_drips(service: Service) -> None:
    """Byte by byte it is the same request."""
    for body, headers in ((BODY, ()), (chunked(BODY), CHUNKED)):
        create = request(service, "POST", CREATE, body, headers=(*headers, "Connection: close"))
        assert await told(service, *(bytes([byte]) for byte in create)) == ["200"]
    assert len(service.assignments.index) == 2


async def test_requests_cut_into_any_pieces(service: Service) -> None:
    """Wherever the network cuts a stream of requests, the answers are the same."""
    stream = b"".join(
        (
            request(service, "POST", CREATE, BODY),
            request(service, "POST", CREATE, chunked(BODY), headers=CHUNKED),
            request(service, "GET", "/nothing"),
            request(service, "DELETE", EVENTS, headers=("Connection: close",)),
        )
    )
    cuts: list[list[int]] = []

    @settings(max_examples=40, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(1, len(stream) - 1), max_size=8))
    def draw(cut: list[int]) -> None:
        cuts.append([0, *sorted(set(cut)), len(stream)])

    draw()
    for cut in cuts:
        parts = [stream[start:end] for start, end in pairwise(cut)]
        answers = await all_answers(await sent(service, *parts))
        assert [answer.short for answer in answers] == ["200", "200", "404 not_found", "200"], cut
        assert len(answers[3].body) == 2
