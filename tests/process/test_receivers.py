"""The battery of receivers: each fault of one beside one that is well, which hears of everything all the same."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
import trustme

from tests.fakes.gate import Gate, Mishap
from tests.fakes.receiver import ENDLESS, HUGE, SILENCE, Answer, Receiver, gzip_bomb, redirect
from tests.process.house import CALLS_BEFORE, PAUSE_SECONDS, TIMEOUT_SECONDS, House, house, types
from tests.process.resources import Resources

FLOOD_MB: Final = 64
"""By so much the daemon may grow while a receiver floods it."""
CALLS_AT_ONCE: Final = 40
"""More than one origin may have requests under way."""
DIAL_ANSWER_HANGUP: Final = ["1", "4", "2"]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who vouches for receivers."""
    return trustme.CA()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> AsyncIterator[House]:
    """The house of all tests of this file."""
    folder = tmp_path_factory.mktemp("house")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    settings = {"delivery": {"tls_ca_file": str(folder / "ca.pem")}}
    async with house(folder, destinations=["127.0.0.1/32"], settings=settings) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def home(shared: House) -> AsyncIterator[House]:
    """The house, in which all is mended when the test ends."""
    yield shared
    shared.ill.answers.clear()
    shared.ill.otherwise = Answer()
    await shared.send_to(shared.ill.url("/201"))


async def heard_late(home: House, call: str, failures: list[tuple[int | None, str]]) -> None:
    """The first notification failed so, then all went out, in order and with each attempt counted."""
    await home.tried(call, len(failures) + 3)
    await home.told(call)
    expected = [(number, *failure) for number, failure in enumerate(failures, 1)]
    assert home.attempts(call)[: len(failures)] == expected
    assert [number for number, code, _ in home.attempts(call) if code == 200] == [len(failures) + 1, 1, 1]
    assert types(home.requests(call, "201")) == DIAL_ANSWER_HANGUP
    await home.quiet(call)


async def test_closed_then_open(home: House) -> None:
    """While nobody listens the notifications wait; once somebody does they arrive, with no attempt more than due."""
    await home.ill.close()
    call = await home.pbx.call()
    await home.tried(call, 2)
    await home.told(call)
    await home.ill.open()
    await home.told(call, "201")
    await home.quiet(call)
    failed = [one for one in home.attempts(call) if one[1] is None]
    assert {reason for _, _, reason in failed} == {"connection refused"}
    assert [int(got.headers["webhook-attempt"]) for got in home.requests(call, "201")] == [len(failed) + 1, 1, 1]


async def test_accepts_and_never_answers(home: House) -> None:
    """Each request has its time, and then its next attempt; meanwhile the other receiver has everything."""
    home.ill.answers.append(SILENCE)
    call = await home.pbx.call()
    await home.told(call)
    assert home.attempts(call) == []
    await heard_late(home, call, [(None, f"no answer within {TIMEOUT_SECONDS} s")])


async def test_one_byte_a_second(home: House) -> None:
    """Dripping is no answer either: the time is that of the whole request."""
    async with Gate(home.ill, Mishap(drip_seconds=1)) as gate:
        await home.send_to(gate.url("/201"))
        call = await home.pbx.call()
        await home.told(call)
        assert home.attempts(call) == []
        await heard_late(home, call, [(None, f"no answer within {TIMEOUT_SECONDS} s")])
    assert len(home.requests(call, "201")) == 4


async def test_one_byte_a_second_of_the_body(home: House) -> None:
    """The status has come, and stands; how the body goes on changes nothing."""
    home.ill.answers.append(Answer(body=b"x" * 100, drip_seconds=1))
    call = await home.pbx.call()
    await heard_late(home, call, [])
    assert len(home.requests(call, "201")) == 3


@pytest.mark.parametrize(
    ("mishap", "arrived"),
    [
        (Mishap(reset_after_bytes=0), 3),
        (Mishap(reset_after_bytes=100), 3),
        (Mishap(reset_answer=True), 5),
    ],
    ids=["before the request", "during the request", "after the request"],
)
async def test_reset(home: House, mishap: Mishap, arrived: int) -> None:
    """It is sent again; where the receiver had it already, the number of the attempt says so."""
    async with Gate(home.ill, mishap, mishap) as gate:
        await home.send_to(gate.url("/201"))
        call = await home.pbx.call()
        await home.tried(call, 5)
        assert {code for _, code, _ in home.attempts(call)[:2]} == {None}
        assert {reason for _, _, reason in home.attempts(call)[:2]} <= {
            "connection reset by peer",
            "the connection was closed without an answer",
        }
        await home.quiet(call)
    assert len(home.requests(call, "201")) == arrived


@pytest.mark.parametrize("status", [200, 500])
async def test_reset_in_the_body(home: House, status: int) -> None:
    """What the status said stands."""
    home.ill.answers.append(Answer(status=status, reset_in_body=True))
    call = await home.pbx.call()
    await heard_late(home, call, [] if status == 200 else [(500, "HTTP 500")])


@pytest.mark.parametrize("status", [400, 404, 500, 502, 503, 504])
async def test_an_error_status(home: House, status: int) -> None:
    """It is tried again until it is taken, by the same EventID."""
    home.ill.answers.extend([Answer(status=status)] * 2)
    call = await home.pbx.call()
    await heard_late(home, call, [(status, f"HTTP {status}")] * 2)
    assert len({got.headers["webhook-id"] for got in home.requests(call, "201")[:3]}) == 1


def in_seconds(seconds: float) -> str:
    """A date as HTTP writes it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("date", [False, True], ids=["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_waited_for(home: House, status: int, *, date: bool) -> None:
    """Who asks for time is left alone for so long, although the pause is shorter; the other receiver is not."""
    # A date has whole seconds: this one is at least one second away.
    home.ill.answers.append(Answer(status=status, headers={"Retry-After": in_seconds(2) if date else "1"}))
    call = await home.pbx.call()
    await heard_late(home, call, [(status, f"HTTP {status}")])
    first, second = home.requests(call, "201")[:2]
    assert second.arrived_at - first.arrived_at >= 0.9


SILLY: Final = {
    "zero": "0",
    "negative": "-1",
    "past date": "Fri, 01 Jan 1999 00:00:00 GMT",
    "no date": "Fri, 99 Foo 99999999 99:99:99 GMT",
    "word": "soon",
    "fraction": "1.5",
    "two": "3600, 7200",
    "not ASCII": "\u0663\u0666\u0660\u0660",
    "empty": "",
    "long": "x" * 4000,
}


@pytest.mark.parametrize("silly", SILLY)
async def test_retry_after_is_ignored(home: House, silly: str) -> None:
    """What says no time that is to come is not obeyed: the next attempt comes as it would without."""
    home.ill.answers.append(Answer(status=429, headers={"Retry-After": SILLY[silly]}))
    call = await home.pbx.call()
    await heard_late(home, call, [(429, "HTTP 429")])


@pytest.mark.parametrize("asked", ["9" * 400, in_seconds(10 * 86400)], ids=["huge", "a far date"])
async def test_retry_after_is_an_hour_at_most(tmp_path: Path, library: Path, asked: str) -> None:
    """However long is asked for, after an hour it is tried again."""
    async with house(tmp_path, library=library) as home:
        assert home.faults
        home.ill.answers.append(Answer(status=429, headers={"Retry-After": asked}))
        call = await home.pbx.call()
        await home.committed(call)
        line = await home.daemon.said("delivery_failed")
        wait = datetime.fromisoformat(line["due_at"]).timestamp() - time.time()
        assert 3500 < wait <= 3600
        home.faults.pass_time(3500)
        between = await home.pbx.call()
        await home.told(between, "201")
        await home.told(call, "201")  # its later notifications, which wait for it no longer than 30 s
        home.faults.pass_time(3601)
        await home.ledger.quiet(call, between, after := await home.pbx.call())
        assert [got.parameters["EventType"] for got in home.requests(call, "201")] == ["1", "4", "2", "1"]
        assert home.ledger.verdict(call, between, after).lost == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_is_sent_elsewhere(home: House, status: int) -> None:
    """A second server, which could be called, gets no request; the redirect is a failure with its status."""
    async with Receiver() as second:
        home.ill.answers.extend([redirect(second.url("/elsewhere"), status=status)] * 2)
        call = await home.pbx.call()
        await heard_late(home, call, [(status, f"HTTP {status}")] * 2)
        assert second.received == []


FLOODS: Final[dict[str, Callable[[], Answer]]] = {
    "1 GB": lambda: HUGE,
    "endless": lambda: ENDLESS,
    "gzip bomb": gzip_bomb,
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_floods_do_not_fill_the_memory(home: House, flood: str) -> None:
    """They are cut off, and what the status said stands."""
    home.ill.answers.extend([FLOODS[flood]()] * 3)
    before = most = Resources.of(home.daemon).resident_bytes
    call = await home.pbx.call()

    def taken() -> bool:
        nonlocal most
        most = max(most, Resources.of(home.daemon).resident_bytes)
        return sum(code == 200 for _, code, _ in home.attempts(call)) == 3

    await home.ledger.until(taken, lambda: f"not all is taken: {home.attempts(call)}")
    assert most - before < FLOOD_MB * 1024 * 1024
    await home.told(call)
    await home.quiet(call)
    assert len(home.requests(call, "201")) == 3


def self_signed(_: trustme.CA) -> trustme.LeafCert:
    """Vouched for by itself."""
    own = trustme.CA(organization_name="127.0.0.1")
    return trustme.LeafCert(own.private_key_pem.bytes(), own.cert_pem.bytes(), [])


def expired(authority: trustme.CA) -> trustme.LeafCert:
    """Good until yesterday."""
    now = datetime.now(UTC)
    return authority.issue_cert("127.0.0.1", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))


def wrong_name(authority: trustme.CA) -> trustme.LeafCert:
    """Another server's."""
    return authority.issue_cert("crm.example")


def unknown_authority(_: trustme.CA) -> trustme.LeafCert:
    """Vouched for by somebody whom nobody knows."""
    return trustme.CA().issue_cert("127.0.0.1")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (self_signed, "self-signed certificate"),
        (expired, "certificate has expired"),
        (wrong_name, "IP address mismatch, certificate is not valid for '127.0.0.1'."),
        (unknown_authority, "unable to get local issuer certificate"),
    ],
)
async def test_a_bad_certificate(
    home: House, authority: trustme.CA, bad: Callable[[trustme.CA], trustme.LeafCert], reason: str
) -> None:
    """Nothing is sent to such a server, and the reason is said; once it has a good one, all arrives."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    bad(authority).configure_cert(tls)
    async with Receiver(tls=tls) as secure:
        await home.send_to(secure.url("/201"))
        call = await home.pbx.call()
        await home.tried(call, 2)
        await home.told(call)
        assert secure.received == []
        assert {one[1:] for one in home.attempts(call)} == {(None, f"TLS certificate not accepted: {reason}")}
        authority.issue_cert("127.0.0.1").configure_cert(tls)
        home.ledger.receivers.append(secure)
        await home.quiet(call)


async def test_no_tls_at_all(home: House, authority: trustme.CA) -> None:
    """A receiver that speaks in the clear where its URL says https gets nothing; the reason is said."""
    async with Receiver() as clear:
        await home.send_to(clear.url("/201").replace("http:", "https:"))
        call = await home.pbx.call()
        await home.tried(call, 2)
        await home.told(call)
    assert {one[1:] for one in home.attempts(call)} == {(None, "the TLS handshake failed")}
    assert clear.received == []
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    async with Receiver(tls=tls, port=clear.port) as secure:
        home.ledger.receivers.append(secure)
        await home.quiet(call)


async def test_one_that_wants_no_more(home: House) -> None:
    """410 disables the assignment, what is queued waits, and a PUT of status 1 lets it go out, in order."""
    home.ill.answers.append(Answer(status=410))
    call = await home.pbx.call()
    line = await home.daemon.said("assignment_disabled", extension="201")
    await home.told(call)
    await asyncio.sleep(4 * PAUSE_SECONDS)
    assert len(home.requests(call, "201")) == 1
    await home.ask("PUT", f"/uapi/extensions/@me/201/phoneCallEvents/1/{line['assignment_id']}", {"status": "1"})
    await home.quiet(call)
    assert [got.parameters["EventType"] for got in home.requests(call, "201")] == ["1", "1", "4", "2"]


async def test_a_hanging_one_delays_nobody(tmp_path: Path) -> None:
    """Of many calls one receiver has everything before the first request to the other, which hangs, has ended."""
    async with house(tmp_path, settings={"delivery": {"timeout_seconds": 30}}) as home:
        home.ill.otherwise = SILENCE
        calls = await asyncio.gather(*(home.pbx.call() for _ in range(CALLS_AT_ONCE)))
        for call in calls:
            await home.told(call)
        assert [home.attempts(call) for call in calls] == [[]] * len(calls)
        assert len(home.well.received) == 3 * (CALLS_BEFORE + CALLS_AT_ONCE)
        home.ill.otherwise = Answer()
        await home.ill.close()
        await home.ill.open()
        await home.quiet(*calls)
