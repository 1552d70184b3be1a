"""A table of wrong requests with their exact answers, and the order in which faults are told."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from amibridge.settings import ApiSettings
from tests.api.service import DRAFT, EVENTS, JSON_TYPE, Service, running

ID = "{id}"
"""Stands for the id of an assignment of type 0."""
TYPED = f"{EVENTS}/0"
ONE = f"{EVENTS}/0/{ID}"
BY_ID = f"{EVENTS}/{ID}"
NO_ID = "N" * 30
LARGE = json.dumps({**DRAFT, "note": "a" * 65536})


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A wrong request and its answer."""

    method: str
    path: str
    status: int
    code: str
    body: Any = None
    """Sent as JSON."""
    data: bytes | str | None = None
    who: str | None = "administrator"
    headers: dict[str, str] = field(default_factory=dict)


def wrong(method: str, path: str, status: int, code: str, **rest: Any) -> Wrong:
    """One line of the table."""
    return Wrong(method=method, path=path, status=status, code=code, **rest)


EACH_ROUTE = [
    ("POST", EVENTS),
    ("POST", TYPED),
    ("GET", EVENTS),
    ("GET", TYPED),
    ("GET", BY_ID),
    ("GET", ONE),
    ("PUT", BY_ID),
    ("PUT", ONE),
    ("DELETE", EVENTS),
    ("DELETE", TYPED),
    ("DELETE", BY_ID),
    ("DELETE", ONE),
]
TAKES_BODY = [(method, path) for method, path in EACH_ROUTE if method in {"POST", "PUT"}]
LISTS = [path for method, path in EACH_ROUTE if method == "GET"]


def at(path: str, *, user: str = "@me", number: str = "210") -> str:
    """The same path at another place."""
    return path.replace("/@me/210/", f"/{user}/{number}/")


ON_EACH_ROUTE = [
    line
    for method, path in EACH_ROUTE
    for line in (
        wrong(method, path, 401, "access_denied", who=None),
        wrong(method, path, 401, "access_denied", headers={"Authorization": "Bearer wrong"}),
        wrong(method, path, 403, "host_invalid", headers={"Host": "evil.example"}),
        wrong(method, path, 403, "host_invalid", headers={"Origin": "https://evil.example"}),
        wrong(method, path, 403, "host_invalid", headers={"Origin": "null"}),
        wrong(method, path, 403, "access_denied", who="eve"),
        wrong(method, path, 403, "access_denied", who="evil"),
        wrong(method, at(path, user="3"), 403, "access_denied", who="eve"),
        wrong(method, at(path, user="999"), 403, "access_denied", who="alice"),
        wrong(method, at(path, user="999"), 400, "user_invalid"),
        wrong(method, at(path, user="me"), 400, "user_invalid", who="alice"),
        wrong(method, at(path, user="viewer"), 400, "user_invalid", who="alice"),
        wrong(method, at(path, user="owner"), 400, "user_invalid", who="alice"),
        wrong(method, at(path, number="@self"), 400, "extension_invalid", who="alice"),
        wrong(method, at(path, number="21a"), 400, "extension_invalid", who="alice"),
        wrong(method, at(path, number="999"), 403, "access_denied", who="alice"),
        wrong(method, f"/other{path}", 404, "not_found"),
        wrong(method, f"{path}/x/y/z", 404, "not_found"),
        wrong(method, f"{path}//", 404, "not_found"),
        wrong("PATCH", path, 405, "method_not_allowed"),
        wrong("OPTIONS", path, 405, "method_not_allowed"),
    )
]
BODIES = [
    line
    for method, path in TAKES_BODY
    for line in (
        *(
            wrong(method, path, 400, "request_invalid", data=data)
            for data in (b"", b"null", b"[]", b'"x"', b"{", b'{"a":NaN}', b'{"a":Infinity}', b"\xff\xfe{}", b"a=b")
        ),
        wrong(method, path, 400, "request_invalid", data=b"[" * 60_000),
        wrong(method, path, 400, "request_invalid", data=b'{"method":' + b"9" * 5000 + b"}"),
        wrong(method, path, 413, "request_too_large", data=LARGE),
        *(
            wrong(method, path, 400, "pce_method_invalid", body={**DRAFT, "type": 0, "method": bad})
            for bad in (2, "GET")
        ),
        *(wrong(method, path, 400, "pce_url_invalid", body={**DRAFT, "type": 0, "url": bad}) for bad in (7, "", "x")),
        *(
            wrong(method, path, 400, "pce_status_invalid", body={**DRAFT, "type": 0, "status": bad})
            for bad in (2, True)
        ),
        *(
            wrong(method, path, 400, "pce_note_invalid", body={**DRAFT, "type": 0, "note": bad})
            for bad in ("\0", "\ud800")
        ),
        wrong(method, path, 400, "pce_id_invalid", body={**DRAFT, "type": 0, "id": NO_ID}),
        wrong(
            method,
            path,
            400,
            "pcet_type_invalid" if method == "POST" else "pce_type_invalid",
            body={**DRAFT, "type": "9"},
        ),
    )
]
PARAMETERS = [
    wrong("GET", f"{path}?{query}", 400, code)
    for path in LISTS
    for query, code in (
        ("count=0", "count_invalid"),
        ("count=", "count_invalid"),
        ("startIndex=5001", "startindex_invalid"),
        ("filterBy=owner&filterValue=x", "filterby_invalid"),
        ("filterBy=url&filterOp=like&filterValue=x", "filterop_invalid"),
        ("filterBy=url", "filtervalue_invalid"),
        ("fields=owner", "fields_invalid"),
        ("sortOrder=up", "sortorder_invalid"),
    )
]
OTHERS = [
    wrong("POST", EVENTS, 400, "pcet_type_invalid", body=DRAFT),
    wrong("POST", TYPED, 400, "pcet_type_invalid", body={**DRAFT, "type": 1}),
    *(
        wrong("POST", f"{EVENTS}/{bad}", 400, "pcet_type_invalid", body=DRAFT)
        for bad in ("5", "99", "00", "abc", NO_ID)
    ),
    *(
        wrong(method, f"{EVENTS}/{bad}", 400, "pce_type_invalid")
        for method in ("GET", "PUT", "DELETE")
        for bad in (5, 99)
    ),
    *(wrong(method, f"{EVENTS}/x/{ID}", 400, "pce_type_invalid") for method in ("GET", "PUT", "DELETE")),
    *(wrong(method, f"{EVENTS}/1/{ID}", 400, "pce_id_invalid", body=DRAFT) for method in ("GET", "PUT", "DELETE")),
    *(wrong(method, f"{EVENTS}/{NO_ID}", 400, "pce_id_invalid", body=DRAFT) for method in ("GET", "PUT", "DELETE")),
    *(wrong(method, at(ONE, number="220"), 400, "pce_id_invalid", body=DRAFT) for method in ("GET", "PUT", "DELETE")),
    wrong("PUT", TYPED, 400, "pce_id_invalid", body=DRAFT),
    wrong("PUT", ONE, 400, "pce_type_invalid", body={"type": "1"}),
    wrong("PUT", EVENTS, 405, "method_not_allowed", body=DRAFT),
    wrong("POST", ONE, 405, "method_not_allowed", body=DRAFT),
    wrong("GET", "/", 404, "not_found", who=None),
    wrong("GET", "/uapi", 404, "not_found", who=None),
    wrong("GET", "/uapi/extensions/@me//phoneCallEvents", 404, "not_found"),
    wrong("GET", "/uapi/extensions/@me/2%2F10/phoneCallEvents", 404, "not_found"),
    wrong("GET", "/docs", 404, "not_found", who=None),
    wrong("GET", "/redoc", 404, "not_found", who=None),
    wrong("POST", "/healthz", 405, "method_not_allowed", who=None),
    wrong("GET", "/oauth/token", 405, "method_not_allowed", who=None),
    wrong("GET", "/healthz", 403, "host_invalid", who=None, headers={"Host": "evil.example"}),
    wrong("GET", "/readyz", 403, "host_invalid", who=None, headers={"Host": "evil.example"}),
    wrong("GET", "/openapi.json", 403, "host_invalid", who=None, headers={"Host": "evil.example"}),
    wrong("POST", "/oauth/token", 403, "host_invalid", who=None, headers={"Host": "evil.example"}),
]
TABLES = {"each route": ON_EACH_ROUTE, "bodies": BODIES, "parameters": PARAMETERS, "others": OTHERS}


async def answer_to(service: Service, line: Wrong, event_id: str) -> None:
    """Send a wrong request and hold the answer against the table."""
    path = line.path.replace(ID, event_id)
    reply = await service.ask(line.method, path, who=line.who, json=line.body, data=line.data, headers=line.headers)
    assert (reply.status, reply.code) == (line.status, line.code), line
    assert reply.headers["Content-Type"] == JSON_TYPE
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Request-Id"]
    assert ("WWW-Authenticate" in reply.headers) == (line.status == 401)


@pytest.mark.parametrize("table", TABLES)
async def test_wrong_requests(tmp_path: Path, table: str) -> None:
    """Every line of the table is answered exactly so, and changes nothing."""
    async with running(
        tmp_path / "amibridge.db", settings=ApiSettings(port=0, wrong_tokens_per_minute=1000)
    ) as service:
        await hold(service, TABLES[table])


async def hold(service: Service, table: list[Wrong]) -> None:
    """Hold the answers against a table."""
    created = await service.create()
    for line in table:
        await answer_to(service, line, created["id"])
    assert (await service.ask("GET", EVENTS)).body["entry"] == [created]
    assert len(service.assignments.index) == 1
    assert service.changes == [None]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (EVENTS, "DELETE, GET, POST"),
        (TYPED, "DELETE, GET, POST, PUT"),
        (ONE, "DELETE, GET, PUT"),
        (f"{ONE}/", "DELETE, GET, PUT"),
        ("/healthz", "GET"),
        ("/oauth/token.php", "POST"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(service: Service, path: str, allowed: str) -> None:
    """405 comes with Allow, whole."""
    reply = await service.ask("PATCH", path, who=None)
    assert (reply.status, reply.headers["Allow"]) == (405, allowed)


FAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # the code of the fault, how the request has it, how it is mended
    ("not_found", {"base": "/other"}, {"base": "/uapi"}),
    ("method_not_allowed", {"method": "PATCH"}, {"method": "PUT"}),
    ("host_invalid", {"host": "evil.example"}, {"host": "localhost"}),
    ("access_denied", {"who": None}, {"who": "administrator"}),
    ("user_invalid", {"user": "me"}, {"user": "@me"}),
    ("extension_invalid", {"number": "@self"}, {"number": "210"}),
    ("pce_type_invalid", {"type": "9"}, {"type": "0"}),
    ("pce_id_invalid", {"id": NO_ID}, {"id": ID}),
    ("request_invalid", {"data": "{"}, {"data": json.dumps({"type": 1, "method": 9, "url": "x"})}),
    ("pce_type_invalid", {}, {"data": json.dumps({"method": 9, "url": "x"})}),
    ("pce_method_invalid", {}, {"data": json.dumps({"url": "x"})}),
    ("pce_url_invalid", {}, {"data": json.dumps({"note": "fine"})}),
]


async def test_faults_are_told_in_order(service: Service) -> None:
    """Route, method, Host, token, user, extension, type and id, body, fields: mending one shows the next."""
    created = await service.create()
    request: dict[str, Any] = {}
    for _, broken, _ in FAULTS:
        request |= broken
    for code, _, mended in FAULTS:
        reply = await _send(service, request, created["id"])
        assert reply == code
        request |= mended
    assert await _send(service, request, created["id"]) == ""


async def test_of_a_list_the_query_is_judged_last(service: Service) -> None:
    """An unknown event is told before a wrong count."""
    assert (await service.ask("GET", f"{EVENTS}/9?count=0")).code == "pce_type_invalid"
    assert (await service.ask("GET", f"{EVENTS}/{NO_ID}?count=0")).code == "pce_id_invalid"


async def _send(service: Service, request: dict[str, Any], event_id: str) -> str:
    place = f"{request['base']}/extensions/{request['user']}/{request['number']}/phoneCallEvents"
    path = f"{place}/{request['type']}/{request['id']}".replace(ID, event_id)
    reply = await service.ask(
        request["method"], path, who=request["who"], data=request["data"], headers={"Host": request["host"]}
    )
    return reply.code if reply.status != 200 else ""
