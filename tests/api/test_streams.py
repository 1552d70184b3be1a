"""The streams as programs read them: scope, resume, filters, ends, and what is said when it cannot be."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from structlog.testing import capture_logs

from amibridge.accounts.tree import AccountKind
from amibridge.api import connection, event_stream
from amibridge.calls.directory import Extension
from amibridge.calls.events import EventType
from amibridge.settings import ApiSettings
from amibridge.store.calls import CallBatch
from amibridge.stream.frames import Frame, FrameReader
from tests.api.happened import NOW, event, happen
from tests.api.service import Service, running
from tests.api.wire import answer_on, connected, request

PATIENCE = 5.0


class Stream:
    """An open stream.

    Args:
        response: Its answer.
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.reader = FrameReader()

    async def next(self) -> Frame:
        """The next event."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.response.content:
                for frame in self.reader.read(line.decode().rstrip("\n")):
                    return frame
        raise EOFError

    async def position(self) -> str:
        """Where it stands, as it says when it is opened."""
        async with asyncio.timeout(PATIENCE):
            while not self.reader.last_id:
                list(self.reader.read((await self.response.content.readline()).decode().rstrip("\n")))
        return self.reader.last_id

    async def ids(self, count: int) -> list[str]:
        """The extensions and ids of the next call events."""
        found = [await self.next() for _ in range(count)]
        return [f"{frame.data['extension']}/{frame.data['id']}" for frame in found]

    async def end(self) -> str:
        """Why it ends: the last thing that it says."""
        last = await self.next()
        with pytest.raises(EOFError):
            await self.next()
        return f"{last.event}: {last.data['reason']}"


@asynccontextmanager
async def stream(
    service: Service,
    path: str = "/stream/events",
    *,
    who: str = "administrator",
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Stream]:
    """Open a stream."""
    sent = {"Authorization": f"Bearer {service.people.tokens[who]}", **(headers or {})}
    async with service.client.get(f"{service.server.url}{path}", headers=sent) as response:
        assert response.status == 200, await response.text()
        opened = Stream(response)
        await opened.position()
        yield opened


def transport_of(writer: asyncio.StreamWriter) -> asyncio.Transport:
    """The connection, to stop and go on reading."""
    transport = writer.transport
    assert isinstance(transport, asyncio.Transport)
    return transport


async def until(holds: Any) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


async def test_the_answer(service: Service) -> None:
    """What proxies and browsers are told; an id and a pause before the first event."""
    await happen(service, event("210", 1))
    async with stream(service) as opened:
        headers = opened.response.headers
        assert headers["Content-Type"].startswith("text/event-stream")
        assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
        assert headers["X-Request-Id"]
        assert opened.reader.last_id == "1"


async def test_entries_are_those_of_the_journal(service: Service) -> None:
    """Field by field."""
    async with stream(service) as opened:
        await happen(service, event("210", 1))
        frame = await opened.next()
    (entry,) = (await service.ask("GET", "/v1/call-events")).body["entry"]
    assert (frame.event, frame.data, frame.event_id) == ("call-event", entry, str(entry["id"]))


async def test_nothing_is_streamed_before_it_is_committed(service: Service) -> None:
    """A batch that the store refuses is not seen by anybody."""
    async with stream(service) as opened:
        with suppress(Exception):
            bad = event("210", 1)
            await service.calls.record(CallBatch(events=[bad, object()], recorded_at=NOW))  # type: ignore[list-item]
        await happen(service, event("220", 2))
        assert await opened.ids(1) == ["220/1"]
        # One that is known already is no second one.
        await happen(service, event("220", 2), event("300", 3))
        assert (await opened.next()).data["extension"] == "300"


@pytest.mark.parametrize(
    ("who", "seen"),
    [("administrator", "210 220 300 410 500 999"), ("acme", "210 220 300"), ("alice", "210"), ("eve", "410")],
)
@pytest.mark.parametrize("replayed", [False, True])
async def test_reach(service: Service, who: str, seen: str, *, replayed: bool) -> None:
    """Live and from the journal an account sees what it reaches, as in /v1/call-events."""
    numbers = ["999", "500", "410", "300", "220", "210"]
    happened = [event(number, n) for n, number in enumerate(numbers, 1)]
    if replayed:
        await happen(service, *happened)
    async with stream(service, "/stream/events?since=0", who=who) as opened:
        if not replayed:
            await happen(service, *happened)
        expected = [f"{number}/{n}" for n, number in enumerate(numbers, 1) if number in seen.split()]
        assert await opened.ids(len(expected)) == expected
        service.hub.close()
        assert (await opened.end()).startswith("bye: amibridge stops")


async def test_reach_that_changes(service: Service) -> None:
    """An extension that goes to another owner is seen by that one from then on."""
    async with stream(service, who="alice") as alice, stream(service, who="eve") as eve:
        await happen(service, event("210", 1))
        assert await alice.ids(1) == ["210/1"]
        await service.extensions.add(Extension(number="210", owner_id=service.people.accounts["eve"]))
        await happen(service, event("210", 2))
        assert await eve.ids(1) == ["210/2"]
        await service.extensions.add(Extension(number="210", owner_id=service.people.accounts["alice"]))
        await happen(service, event("210", 3))
        assert await alice.ids(1) == ["210/3"]


async def test_resume(service: Service) -> None:
    """After a lost connection: by header or parameter, the header first; what happened meanwhile, once."""
    await happen(service, *(event("210", n) for n in range(1, 5)))
    async with stream(service, headers={"Last-Event-ID": "2"}) as opened:
        assert await opened.ids(2) == ["210/3", "210/4"]
        await happen(service, event("210", 5))
        assert await opened.ids(1) == ["210/5"]
    async with stream(service, "/stream/events?lastEventId=4") as opened:
        assert await opened.ids(1) == ["210/5"]
    async with stream(service, "/stream/events?lastEventId=1&last=5", headers={"Last-Event-ID": "4"}) as opened:
        assert await opened.ids(1) == ["210/5"]


async def test_filters(service: Service) -> None:
    """One extension, one type; and some of the last."""
    async with stream(service, "/stream/events?extension=210&type=2") as opened:
        await happen(
            service,
            event("210", 1),
            event("220", 2, EventType.HANGUP),
            event("210", 3, EventType.HANGUP),
        )
        assert await opened.ids(1) == ["210/3"]
    async with stream(service, "/stream/events?last=2&extension=210") as opened:
        assert await opened.ids(2) == ["210/1", "210/3"]


async def test_retention(service: Service) -> None:
    """An id older than what is kept: a gap, then what is left. Deleted rows at the end are a gap too."""
    await happen(service, *(event("210", n) for n in range(1, 4)))
    await service.calls.purge(NOW + 2000)
    await happen(service, event("210", 4))
    async with stream(service, headers={"Last-Event-ID": "1"}) as opened:
        assert (await opened.next()).event == "gap"
        assert await opened.ids(1) == ["210/4"]
    async with stream(service, headers={"Last-Event-ID": "3"}) as opened:
        assert await opened.ids(1) == ["210/4"]
    await service.calls.purge(NOW + 2000)
    async with stream(service, headers={"Last-Event-ID": "3"}) as opened:
        assert (await opened.next()).event == "gap"
    async with stream(service, headers={"Last-Event-ID": "4"}) as opened:
        service.hub.close()
        assert (await opened.end()).startswith("bye")


async def test_the_log(service: Service) -> None:
    """Administrators alone follow it; with its filters."""
    service.hub.logged(
        {"timestamp": "2026-11-22T10:11:12Z", "level": "info", "event": "call_event", "extension": "210"}
    )
    service.hub.logged({"timestamp": "2026-11-22T10:11:13Z", "level": "error", "event": "disk_full"})
    async with stream(service, "/stream/logs?last=10&level=warning") as opened:
        assert (await opened.next()).data["event"] == "disk_full"
        last_id = opened.reader.last_id
        service.hub.logged({"timestamp": "2026-11-22T10:11:14Z", "level": "error", "event": "store_refuses"})
        assert (await opened.next()).data["event"] == "store_refuses"
    async with stream(service, f"/stream/logs?lastEventId={last_id}&event=store_refuses") as opened:
        assert (await opened.next()).data["event"] == "store_refuses"
    async with stream(service, "/stream/logs?last=10&extension=210") as opened:
        assert (await opened.next()).data["event"] == "call_event"


@pytest.mark.parametrize(
    ("path", "who", "status", "code"),
    [
        ("/stream/events", None, 401, "access_denied"),
        ("/stream/logs", None, 401, "access_denied"),
        ("/stream/logs", "alice", 403, "access_denied"),
        ("/stream/logs", "acme", 403, "access_denied"),
        ("/stream/events?deliveries=1", "acme", 403, "access_denied"),
        ("/stream/events?extension=220", "alice", 403, "access_denied"),
        ("/stream/events?extension=x", "administrator", 400, "extension_invalid"),
        ("/stream/events?type=5", "administrator", 400, "type_invalid"),
        ("/stream/events?deliveries=yes", "administrator", 400, "deliveries_invalid"),
        ("/stream/events?since=then", "administrator", 400, "since_invalid"),
        ("/stream/events?last=1001", "administrator", 400, "last_invalid"),
        ("/stream/events?lastEventId=x", "administrator", 400, "lasteventid_invalid"),
        ("/stream/logs?lastEventId=17", "administrator", 400, "lasteventid_invalid"),
        ("/stream/logs?level=loud", "administrator", 400, "level_invalid"),
    ],
)
async def test_refusals(service: Service, path: str, who: str | None, status: int, code: str) -> None:
    """In the one shape of all errors, and no place is taken."""
    reply = await service.ask("GET", path, who=who)
    assert (reply.status, reply.code) == (status, code)
    assert service.hub.clients == 0


async def test_a_token_in_the_url(service: Service) -> None:
    """For browsers, which cannot set headers."""
    token = service.people.tokens["alice"]
    url = f"{service.server.url}/stream/events?accessRequestToken={token}"
    async with service.client.get(url) as response:
        assert response.status == 200


@pytest.mark.parametrize("how", ["token", "account", "expiry"])
async def test_a_worthless_token_ends_the_stream(tmp_path: Path, how: str) -> None:
    """Nothing more is sent, and it is said why."""
    async with running(tmp_path / "a.db", settings=ApiSettings(port=0, stream_heartbeat_seconds=0.2)) as service:
        account_id = (await service.accounts.add_account(AccountKind.ADMINISTRATOR, "passing", None)).account_id
        seconds = 0.5 if how == "expiry" else None
        issued = await service.accounts.issue_token(account_id=account_id, expires_seconds=seconds)
        service.people.tokens["passing"] = issued.clear
        async with stream(service, who="passing") as opened:
            if how == "token":
                await service.accounts.revoke_token(issued.token.token_id)
                await happen(service, event("210", 1))
            elif how == "account":
                await service.accounts.remove_account(account_id)
            assert await opened.end() == "bye: the token is not valid any more"
        await until(lambda: service.hub.clients == 0)


async def test_heartbeats(tmp_path: Path) -> None:
    """A comment, with the position, however quiet it is."""
    async with (
        running(tmp_path / "a.db", settings=ApiSettings(port=0, stream_heartbeat_seconds=0.02)) as service,
        stream(service) as opened,
    ):
        async with asyncio.timeout(PATIENCE):
            lines = [await opened.response.content.readline() for _ in range(8)]
        assert lines.count(b":\n") >= 2
        assert lines.count(b"id: 0\n") >= 2


async def test_too_many(tmp_path: Path) -> None:
    """Further ones are told to come later; a place that is given back is free."""
    async with running(tmp_path / "a.db", settings=ApiSettings(port=0, stream_clients=2)) as service:
        async with stream(service), stream(service, "/stream/logs"):
            reply = await service.ask("GET", "/stream/events")
            assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "service_unavailable", "10")
            assert (await service.ask("GET", "/v1/call-events")).status == 200
        await until(lambda: service.hub.clients == 0)
        async with stream(service):
            assert service.hub.clients == 1


async def test_an_idle_stream_outlives_the_idle_limit(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of ordinary requests do not hold for it."""
    monkeypatch.setattr("amibridge.api.protocol.IDLE_SECONDS", 0.05)
    monkeypatch.setattr("amibridge.api.protocol.HEAD_SECONDS", 0.05)
    async with stream(service) as opened:
        await asyncio.sleep(0.3)
        await happen(service, event("210", 1))
        assert await opened.ids(1) == ["210/1"]


async def test_a_client_that_never_reads(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is dropped with a reason that it can read if it wakes up soon, and hurts nobody."""
    monkeypatch.setattr(event_stream, "UNREAD_SECONDS", 0.3)
    with capture_logs() as lines:
        async with stream(service) as other, connected(service) as (reader, writer):
            transport_of(writer).pause_reading()
            writer.write(request(service, "GET", "/stream/events"))
            await until(lambda: service.hub.clients == 2)
            count = 0
            while not service.hub.dropped:
                names = [event("210", count + n) for n in range(1, 101)]
                await happen(service, *names)
                assert len(await other.ids(100)) == 100
                count += 100
                assert count < 50_000
            await until(lambda: service.hub.clients == 1)
            transport_of(writer).resume_reading()
            async with asyncio.timeout(PATIENCE):
                received = await reader.read()
            assert received.endswith(b"0\r\n\r\n")
            assert b"event: dropped\ndata: " in received[-200:]
    (line,) = [line for line in lines if line["event"] == "stream_dropped"]
    assert (line["log_level"], line["path"]) == ("warning", "/stream/events")
    assert not [line for line in lines if line["log_level"] == "error"]


async def test_one_that_sleeps_on_is_cut_off(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for it is given up after all; so is an ordinary answer that nobody reads."""
    monkeypatch.setattr(event_stream, "UNREAD_SECONDS", 0.1)
    monkeypatch.setattr(connection, "PARTING_SECONDS", 0.1)
    monkeypatch.setattr("amibridge.api.protocol.UNREAD_SECONDS", 0.2)
    server = service.server._server
    assert server is not None
    for path in ("/stream/events?since=0", "/v1/call-events?limit=1000"):
        await happen(service, *(event("210", n) for n in range(1, 8001)))
        async with connected(service) as (_, writer):
            transport_of(writer).pause_reading()
            writer.write(b"".join(request(service, "GET", path) for _ in range(20)))
            await until(lambda: server.server_state.connections)
            await until(lambda: not server.server_state.connections)


async def test_ends_with_the_daemon(service: Service) -> None:
    """Each stream says good-bye, and the connection is closed."""
    async with stream(service) as events, stream(service, "/stream/logs") as logs:
        service.hub.close()
        assert await events.end() == "bye: amibridge stops: connect again"
        assert await logs.end() == "bye: amibridge stops: connect again"


async def test_clients_that_come_and_go(service: Service) -> None:
    """Nothing is left of them: no place, no task, no waiter."""
    before = len(asyncio.all_tasks())
    for _ in range(30):
        async with connected(service) as (reader, writer):
            writer.write(request(service, "GET", "/stream/events"))
            await answer_on(reader)
    await until(lambda: service.hub.clients == 0)
    await until(lambda: len(asyncio.all_tasks()) <= before)
    assert not service.hub.calls_bell._waiting
    structlog.contextvars.clear_contextvars()
