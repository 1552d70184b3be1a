"""Every operation of the PhoneCallEvents service by every path to it, and what stays as it is after a wrong request."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from amibridge.settings import ApiSettings
from tests.api.service import DRAFT, EVENTS, JSON_TYPE, Reply, Service, running
from tests.api.told import Told

BASES: Final = ("/uapi", "/unifiedapi", "")
SLASHES: Final = ("", "/")
ID: Final = "{id}"
"""Stands for the id of the one assignment that there is: of type 0, of extension 210."""
NO_ID: Final = "N" * 30
OPERATIONS: Final = (
    *(("POST", ""), ("POST", "/0")),
    *(("GET", ""), ("GET", "/0"), ("GET", f"/{ID}"), ("GET", f"/0/{ID}")),
    *(("PUT", f"/{ID}"), ("PUT", f"/0/{ID}")),
    *(("DELETE", ""), ("DELETE", "/0"), ("DELETE", f"/{ID}"), ("DELETE", f"/0/{ID}")),
)
"""Method, and path below phoneCallEvents."""
ALLOWED: Final = {
    "": "DELETE, GET, POST",
    "/0": "DELETE, GET, POST, PUT",
    f"/{ID}": "DELETE, GET, POST, PUT",
    f"/0/{ID}": "DELETE, GET, PUT",
}
"""The methods of each path."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request."""

    method: str
    below: str = ""
    """The path below phoneCallEvents."""
    base: str = "/uapi"
    user: str = "@me"
    number: str = "210"
    slash: str = ""
    query: str = ""
    who: str | None = "administrator"
    json: Any = None
    data: bytes | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    """The whole of it, instead of base, user, number and below."""

    def path_for(self, event_id: str) -> str:
        """What stands in the request's line."""
        place = self.path or f"{self.base}/extensions/{self.user}/{self.number}/phoneCallEvents{self.below}"
        query = f"?{self.query}" if self.query else ""
        return f"{place}{self.slash}{query}".replace(ID, event_id)

    def to(self, **other: Any) -> "Sent":
        """The same with something else in it."""
        return replace(self, **other)


def operations(**other: Any) -> Iterator[Sent]:
    """A right request of each operation, or what these things make of it."""
    for method, below in OPERATIONS:
        body = {"POST": {**DRAFT, "type": 0}, "PUT": {"note": "changed"}}.get(method)
        yield Sent(method=method, below=below, json=body).to(**other)


async def send(service: Service, sent: Sent, event_id: str) -> Reply:
    """Send a request."""
    return await service.ask(
        sent.method,
        sent.path_for(event_id),
        who=sent.who,
        json=sent.json if sent.data is None else None,
        data=sent.data,
        headers=sent.headers,
    )


@dataclass(frozen=True, kw_only=True)
class Still:
    """What is there before a wrong request, and has to be there after it: one assignment."""

    service: Service
    store: Path
    created: dict[str, Any]
    rows: list[dict[str, Any]]
    """What the store's file holds."""

    @classmethod
    async def of(cls, service: Service, store: Path) -> "Still":
        """Make the assignment."""
        created = await service.create(note="screen pop")
        return cls(service=service, store=store, created=created, rows=rows_of(store))

    async def refuses(self, sent: Sent, told: Told) -> None:
        """Hold the answer to a wrong request, and everything that it might have changed, against what should be."""
        reply = await send(self.service, sent, self.created["id"])
        wrong = f"{sent}: {reply.status} {reply.body}"
        assert reply.status == told.status, wrong
        body = {"error": {"code": told.code, "message": told.message}}
        assert reply.body == (None if sent.method == "HEAD" else body), wrong
        assert reply.headers["Content-Type"] == JSON_TYPE, wrong
        assert reply.headers["Cache-Control"] == "no-store", wrong
        assert len(reply.headers["X-Request-Id"]) == 16, wrong
        for name in ("Allow", "WWW-Authenticate", "Retry-After"):
            assert reply.headers.get(name) == told.headers.get(name), wrong
        await self.check(wrong)

    async def check(self, why: str = "") -> None:
        """Nothing has changed: not what a list shows, not what the store holds."""
        listed = await self.service.ask("GET", EVENTS)
        assert listed.body["entry"] == [self.created], why
        assert rows_of(self.store) == self.rows, why
        assert len(self.service.assignments.index) == len(self.service.changes) == 1, why


@asynccontextmanager
async def still(tmp_path: Path) -> AsyncIterator[Still]:
    """The API with one assignment, which is as it was at the end; wrong tokens are not slowed down."""
    store = tmp_path / "amibridge.db"
    async with running(store, settings=ApiSettings(port=0, wrong_tokens_per_minute=10_000)) as service:
        before = await Still.of(service, store)
        yield before
        await before.check()


def rows_of(store: Path) -> list[dict[str, Any]]:
    """The assignments in a store, as its file has them."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM assignment ORDER BY id")]
