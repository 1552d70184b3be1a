"""The API as the daemon runs it, on a free loopback port, with a real store behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import aiohttp
from yarl import URL

from amibridge.accounts.tree import AccountKind, App
from amibridge.api.app import create_app
from amibridge.api.dependencies import ApiDependencies
from amibridge.api.server import ApiServer
from amibridge.assignments.resource import Assignment
from amibridge.calls.directory import Extension
from amibridge.calls.journal import OpenPart
from amibridge.delivery.trial import TrialOutcome
from amibridge.health import Health
from amibridge.metrics import Metrics
from amibridge.settings import ApiSettings
from amibridge.store.accounts import AccountBook
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallLog
from amibridge.store.database import Store
from amibridge.store.deliveries import Deliveries
from amibridge.store.extensions import ExtensionBook
from amibridge.store.following import FollowedJournal
from amibridge.store.outbox import OutboxTable
from amibridge.stream.hub import Hub
from amibridge.stream.streams import Streams

HOOK: Final = "https://crm.example/hook?tenant=7"
DRAFT: Final[Mapping[str, Any]] = {"method": "1", "url": HOOK}
"""The least that a create with the type in the path needs."""
JSON_TYPE: Final = "application/json; charset=UTF-8"
EVENTS: Final = "/uapi/extensions/@me/210/phoneCallEvents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: Any
    """What the JSON says."""

    @property
    def code(self) -> str:
        """The error's code."""
        assert set(self.body) >= {"error"}, self.body
        assert set(self.body["error"]) == {"code", "message"}, self.body
        assert self.body["error"]["message"]
        return str(self.body["error"]["code"])


@dataclass(slots=True, kw_only=True)
class People:
    """The accounts of every test: an administrator; an organization with two users; a foreign one with its user."""

    accounts: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Service:
    """The running API, and what is behind it."""

    server: ApiServer
    client: aiohttp.ClientSession
    assignments: AssignmentBook
    accounts: AccountBook
    extensions: ExtensionBook
    people: People
    dependencies: ApiDependencies
    changes: list[None]
    """One entry for each time the API said that an assignment changed."""
    calls: CallLog
    deliveries: Deliveries
    outbox: OutboxTable
    parts: list[OpenPart]
    """The calls that go on."""
    hub: Hub
    """What those who follow are told."""
    tried: list[Assignment]
    """The assignments that a test notification was sent for."""
    health: list[Health]
    """The last one is what the daemon says of itself."""
    metrics: Metrics
    answered: list[tuple[str, int]]
    """Route and status of each request."""

    async def ask(
        self,
        method: str,
        path: str,
        *,
        who: str | None = "administrator",
        json: object = None,
        data: bytes | str | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request, the path exactly as it is written."""
        sent = dict(headers or {})
        if who is not None:
            sent.setdefault("Authorization", f"Bearer {self.people.tokens[who]}")
        url = URL(f"{self.server.url}{path}", encoded=True)
        async with self.client.request(
            method, url, json=json, data=data, headers=sent, allow_redirects=False
        ) as response:
            body = await response.json()
            return Reply(status=response.status, headers=response.headers.copy(), body=body)

    async def create(
        self, path: str = f"{EVENTS}/0", *, who: str = "administrator", **fields: object
    ) -> dict[str, Any]:
        """Make an assignment; returns the resource."""
        reply = await self.ask("POST", path, json={**DRAFT, **fields}, who=who)
        assert reply.status == 200, reply.body
        return dict(reply.body)

    async def new_app(self, who: str) -> tuple[App, str]:
        """An App of an account, and its client secret."""
        new = await self.accounts.add_app(self.people.accounts[who], "crm")
        return new.app, new.client_secret


@asynccontextmanager
async def running(
    path: Path,
    *,
    settings: ApiSettings | None = None,
    accept: Literal["matching", "directory"] = "matching",
    wrap: Callable[[ApiDependencies], ApiDependencies] = lambda dependencies: dependencies,
) -> AsyncIterator[Service]:
    """The API over the store of that file; ``wrap`` may put something else in the place of a part."""
    settings = settings or ApiSettings(port=0)
    changes: list[None] = []
    health = [Health()]
    metrics = Metrics()
    answered: list[tuple[str, int]] = []
    parts: list[OpenPart] = []
    tried: list[Assignment] = []

    async def try_out(assignment: Assignment) -> TrialOutcome:
        tried.append(assignment)
        return TrialOutcome(event_id="test-1", delivered=True, status_code=204, reason="", duration_seconds=0.0125)

    hub = Hub(limit=settings.stream_clients, heartbeat_seconds=settings.stream_heartbeat_seconds)
    async with Store.open(path) as store:
        followed = FollowedJournal(store)
        hub.begin((await followed.extent()).last_id)
        dependencies = wrap(
            ApiDependencies(
                assignments=(assignments := await AssignmentBook.open(store)),
                accounts=(accounts := await AccountBook.open(store)),
                directory=(extensions := await ExtensionBook.open(store)).directory,
                journal=(calls := CallLog(store, on_recorded=hub.told)),
                streams=Streams(hub, followed, calls),
                deliveries=(deliveries := Deliveries(store)),
                open_parts=lambda: parts,
                try_out=try_out,
                health=lambda: health[-1],
                metrics=metrics.expose,
                on_answer=lambda route, status: answered.append((route, status)),
                settings=settings,
                accept=accept,
                on_change=lambda: changes.append(None),
            )
        )
        people = await _settle(accounts, extensions)
        async with serving(dependencies, hub) as server, aiohttp.ClientSession() as client:
            yield Service(
                server=server,
                client=client,
                assignments=assignments,
                accounts=accounts,
                extensions=extensions,
                people=people,
                dependencies=dependencies,
                changes=changes,
                health=health,
                metrics=metrics,
                answered=answered,
                calls=calls,
                deliveries=deliveries,
                outbox=OutboxTable(store),
                parts=parts,
                hub=hub,
                tried=tried,
            )


@asynccontextmanager
async def serving(dependencies: ApiDependencies, hub: Hub | None = None) -> AsyncIterator[ApiServer]:
    """The server alone, stopped as the daemon stops it."""
    server = ApiServer(create_app(dependencies), dependencies.settings)
    await server.start()
    task = asyncio.create_task(server.run())
    try:
        yield server
    finally:
        if hub is not None:
            hub.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _settle(accounts: AccountBook, extensions: ExtensionBook) -> People:
    """Make the accounts, a token each, and an extension each: 210 alice, 220 bob, 300 acme, 410 eve, 500 nobody."""
    people = People()

    async def add(name: str, kind: AccountKind, parent: str | None = None) -> None:
        above = None if parent is None else people.accounts[parent]
        account_id = (await accounts.add_account(kind, name, above)).account_id
        people.accounts[name] = account_id
        people.tokens[name] = (await accounts.issue_token(account_id=account_id)).clear

    await add("administrator", AccountKind.ADMINISTRATOR)
    for organization, users in (("acme", ("alice", "bob")), ("evil", ("eve",))):
        await add(organization, AccountKind.ORGANIZATION)
        for user in users:
            await add(user, AccountKind.USER, organization)
    for number, owner in (("210", "alice"), ("220", "bob"), ("300", "acme"), ("410", "eve"), ("500", None)):
        owner_id = people.accounts[owner] if owner else None
        await extensions.add(Extension(number=number, owner_id=owner_id))
    await extensions.add(Extension(number="0003*210", owner_id=people.accounts["alice"]))
    return people


def with_settings(settings: ApiSettings) -> Callable[[ApiDependencies], ApiDependencies]:
    """Other settings than the default."""
    return lambda dependencies: replace(dependencies, settings=settings)
