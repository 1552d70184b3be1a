"""Wrong requests and their exact answers, on every operation, below every base, with and without trailing slash.

What may be wrong with bodies, lists, paths and HTTP itself have tables of their own.
"""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from amibridge.accounts.tree import AccountKind
from amibridge.api.dependencies import ApiDependencies
from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType
from amibridge.settings import ApiSettings
from tests.api import told
from tests.api.failing import FailingBook, FullDiskError
from tests.api.operations import (
    ALLOWED,
    BASES,
    ID,
    OPERATIONS,
    SLASHES,
    Sent,
    Still,
    operations,
    rows_of,
    send,
    still,
)
from tests.api.service import Service, running


def ways(answer: told.Told, *requests: dict[str, Any]) -> list[tuple[dict[str, Any], told.Told]]:
    """What to put into a request to earn an answer."""
    return [(request, answer) for request in requests]


def header(name: str, *values: str) -> list[dict[str, Any]]:
    """Requests with that header."""
    return [{"headers": {name: value}} for value in values]


def in_query(*queries: str) -> list[dict[str, Any]]:
    """Requests without the header for tokens, with that query."""
    return [{"who": None, "query": query} for query in queries]


def by_alice(name: str, *values: str) -> list[dict[str, Any]]:
    """Requests of a user's, with something else in the path."""
    return [{"who": "alice", name: value} for value in values]


ON_EVERY_OPERATION = [
    *ways(told.NOT_FOUND, *({"base": base} for base in ("/other", "/UAPI", "/uapi/uapi", "/uapi/unifiedapi", "/"))),
    *ways(told.HOST, *header("Host", "evil.example", "localhost.evil.example", "192.0.2.1:80", "a@localhost", "")),
    *ways(told.HOST, *header("Origin", "https://evil.example", "null", "file://", "http://localhost.evil.example")),
    *ways(told.NO_TOKEN, {"who": None}),
    *ways(told.NO_TOKEN, *header("Authorization", "", "Bearer", "Token abc", "Basic dXNlcg==", "abc", "Bearer a b")),
    *ways(told.NO_TOKEN, *in_query("accessRequestToken=", "accessrequesttoken=a", "token=a")),
    *ways(told.WRONG_TOKEN, *header("Authorization", "Bearer wrong", "bearer  wrong", f"Bearer {'A' * 43}")),
    *ways(told.WRONG_TOKEN, *({"who": who} for who in ("expired", "revoked", "suspended", "gone"))),
    *ways(told.WRONG_TOKEN, *in_query(*(f"accessRequestToken={token}" for token in ("a", "Bearer+a", "%ff")))),
    *ways(told.USER_MALFORMED, *by_alice("user", "me", "viewer", "owner", "0", "alice")),
    *ways(told.USER_UNKNOWN, {"user": "99"}),
    *ways(told.NUMBER_MALFORMED, *by_alice("number", "@self", "21a", "2*", "1" * 16)),
    *ways(told.OUT_OF_REACH, {"who": "eve"}, {"who": "evil"}, {"user": "1"}),
    *ways(told.OUT_OF_REACH, *by_alice("number", "220", "300", "410", "500", "999")),
    *ways(told.OUT_OF_REACH, *by_alice("user", "1", "2", "4", "99")),
]  # fmt: skip


async def end_tokens(service: Service) -> None:
    """Tokens that open nothing any more: expired, revoked, of a suspended App, of a removed account."""
    accounts, tokens, people = service.accounts, service.people.tokens, service.people.accounts
    tokens["expired"] = (await accounts.issue_token(account_id=people["alice"], expires_seconds=-1)).clear
    revoked = await accounts.issue_token(account_id=people["alice"])
    await accounts.revoke_token(revoked.token.token_id)
    app, _ = await service.new_app("alice")
    tokens |= {"revoked": revoked.clear, "suspended": (await accounts.issue_token(app_id=app.app_id)).clear}
    await accounts.suspend_app(app.app_id)
    gone = await accounts.add_account(AccountKind.USER, "gone", people["acme"])
    tokens["gone"] = (await accounts.issue_token(account_id=gone.account_id)).clear
    await accounts.remove_account(gone.account_id)


@pytest.mark.parametrize(("base", "slash"), list(product(BASES, SLASHES)))
async def test_on_every_operation(tmp_path: Path, base: str, slash: str) -> None:
    """Every way to be no request, nobody, or at the wrong place is answered so, and changes nothing."""
    async with still(tmp_path) as before:
        await end_tokens(before.service)
        for sent, (wrong, answer) in product(operations(base=base, slash=slash), ON_EVERY_OPERATION):
            await before.refuses(sent.to(**wrong), answer)


@pytest.mark.parametrize(("base", "slash"), list(product(BASES, SLASHES)))
async def test_wrong_methods(tmp_path: Path, base: str, slash: str) -> None:
    """Whoever asks is told the right ones, in the message and in Allow."""
    methods = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "PURGE", "QUERY")
    async with still(tmp_path) as before:
        for (below, allowed), method in product(ALLOWED.items(), methods):
            if method not in allowed.split(", "):
                sent = Sent(method=method, below=below, base=base, slash=slash, who=None)
                await before.refuses(sent, told.wrong_method(allowed))
                await before.refuses(sent.to(who="administrator"), told.wrong_method(allowed))


OTHER_PATHS = {
    "/healthz": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/openapi.json": "GET",
    "/oauth/token": "POST",
    "/oauth/token.php": "POST",
}


@pytest.mark.parametrize("path", OTHER_PATHS)
async def test_wrong_requests_elsewhere(tmp_path: Path, path: str) -> None:
    """Where no token is needed, method and Host are looked at all the same."""
    allowed = OTHER_PATHS[path]
    async with still(tmp_path) as before:
        for method, slash in product(("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"), SLASHES):
            sent = Sent(method=method, path=path, slash=slash, who=None)
            for wrong in (*header("Host", "evil.example"), *header("Origin", "null"), {}):
                if method not in allowed.split(", "):
                    await before.refuses(sent.to(**wrong), told.wrong_method(allowed))
                elif wrong:
                    await before.refuses(sent.to(**wrong), told.HOST)


@pytest.mark.parametrize("base", BASES)
async def test_paths_that_lead_nowhere(tmp_path: Path, base: str) -> None:
    """Whatever the method, and whoever asks."""
    place = f"{base}/extensions/@me/210/phoneCallEvents"
    paths = [
        *(base or "/", f"{base}/redoc", f"{base}/extensions", f"{base}/extensions/@me", f"{base}/extensions/@me/210"),
        *(f"{base}/extensions/@me/phoneCallEvents", f"{base}/extensions/210/phoneCallEvents"),
        *(f"{base}/extensions//210/phoneCallEvents", f"{base}/extensions/@me//phoneCallEvents", f"{base}//extensions"),
        *(place.replace(*names) for names in (("phone", "Phone"), ("Events", "Event"), ("extensions", "Extensions"))),
        *(f"{place}//", f"{place}//0", f"{place}/0//{ID}", f"{place}/0//", f"{place}/0/{ID}//", f"{place}/0/{ID}/x"),
        *(f"{place}/0/{ID}/x/y", f"{place}%2F0", f"{place}%2f", f"{place};x=1", f"{place}/../0/{ID}/x"),
    ]  # fmt: skip
    async with still(tmp_path) as before:
        for path, method, who in product(paths, ("GET", "POST", "PUT", "DELETE", "PATCH"), ("administrator", None)):
            await before.refuses(Sent(method=method, path=path, who=who, data=b"{"), told.NOT_FOUND)


@pytest.mark.parametrize("base", BASES)
async def test_guessing_tokens(tmp_path: Path, base: str) -> None:
    """Once too many were wrong, each further one gets 429 with Retry-After; no token and a valid one do not."""
    path = tmp_path / "amibridge.db"
    async with running(path, settings=ApiSettings(port=0, wrong_tokens_per_minute=1)) as service:
        before = await Still.of(service, path)
        await before.refuses(Sent(method="GET", headers={"Authorization": "Bearer wrong"}), told.WRONG_TOKEN)
        for sent, slash in product(operations(base=base), SLASHES):
            for wrong in (
                {"headers": {"Authorization": "Bearer wrong"}},
                {"who": None, "query": "accessRequestToken=x"},
            ):
                request = sent.to(slash=slash, **wrong)
                reply = await send(service, request, before.created["id"])
                seconds = int(reply.headers["Retry-After"])
                assert 1 <= seconds <= 60
                assert reply.body["error"] == {"code": "too_many_requests", "message": GUESSED.format(seconds)}, request
                assert (reply.status, "WWW-Authenticate" in reply.headers) == (429, False)
            await before.refuses(sent.to(slash=slash, who=None), told.NO_TOKEN)
        await before.check()


GUESSED = "too many wrong tokens from your address: send a valid one, or wait {} s"


@pytest.mark.parametrize(
    ("error", "answer"),
    [(FullDiskError(), told.STORE), (RuntimeError("secret detail"), told.FAILED)],
    ids=["full disk", "our own fault"],
)
async def test_a_store_that_fails(tmp_path: Path, error: Exception, answer: told.Told) -> None:
    """No operation changes anything, none says why, and lists go on."""

    def wrap(dependencies: ApiDependencies) -> ApiDependencies:
        index = dependencies.assignments.index
        return replace(dependencies, assignments=FailingBook(index, error))

    path = tmp_path / "amibridge.db"
    async with running(path, wrap=wrap) as service:
        await service.assignments.create(KEPT)
        rows = rows_of(path)
        with capture_logs() as logs:
            for sent, base, slash in product(operations(), BASES, SLASHES):
                reply = await send(service, sent.to(base=base, slash=slash), KEPT.assignment_id)
                if sent.method == "GET":
                    assert [one["id"] for one in reply.body["entry"]] == [KEPT.assignment_id]
                else:
                    assert reply.status == answer.status, sent
                    assert reply.body == {"error": {"code": answer.code, "message": answer.message}}
        assert service.changes == []
        assert rows_of(path) == rows
        failed = [line for line in logs if line["log_level"] == "error"]
        assert len(failed) == 6 * len([method for method, _ in OPERATIONS if method != "GET"])


KEPT = Assignment(
    assignment_id="K" * 30,
    extension="210",
    type=EventType.DIAL_IN,
    method=Method.GET,
    url="http://crm.example/",
    modified=0.0,
)
