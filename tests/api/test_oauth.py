"""Client credentials, in each way that existing programs send them."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from amibridge.settings import ApiSettings
from tests.api.service import EVENTS, JSON_TYPE, Reply, Service, running

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def post(
    service: Service, data: Any, *, path: str = "/oauth/token", headers: dict[str, str] | None = None
) -> Reply:
    """Ask for a token."""
    return await service.ask("POST", path, who=None, data=data, headers=headers if headers is not None else FORM)


async def fields(service: Service) -> dict[str, str]:
    """What a program of alice's sends."""
    app, client_secret = await service.new_app("alice")
    return {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": client_secret}


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/token/", "/oauth/token.php", "/oauth/token.php/"])
async def test_an_app_gets_a_token_that_opens(service: Service, path: str) -> None:
    """The token acts for the account that the App is registered to, for an hour."""
    reply = await post(service, urlencode(await fields(service)), path=path)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == JSON_TYPE
    assert reply.headers["Cache-Control"] == "no-store"
    assert {**reply.body, "access_token": ""} == {"access_token": "", "token_type": "Bearer", "expires_in": 3600}
    headers = {"Authorization": f"Bearer {reply.body['access_token']}"}
    assert (await service.ask("GET", EVENTS, who=None, headers=headers)).status == 200
    foreign = await service.ask("GET", EVENTS.replace("210", "220"), who=None, headers=headers)
    assert foreign.code == "access_denied"


async def test_ways_to_send_credentials(service: Service) -> None:
    """Form with a leading ``&`` and extra fields, multipart, no content type, Basic."""
    sent = await fields(service)
    extra = {**sent, "type": "client", "redirect_uri": "http://localhost", "state": "x"}
    assert (await post(service, f"&{urlencode(extra)}")).status == 200
    assert (await post(service, urlencode(extra), headers={"Content-Type": "text/plain"})).status == 200
    multipart = aiohttp.FormData(default_to_multipart=True)
    for name, value in extra.items():
        multipart.add_field(name, value)
    assert (await post(service, multipart, headers={})).status == 200
    basic = base64.b64encode(f"{sent['client_id']}:{sent['client_secret']}".encode()).decode()
    headers = {**FORM, "Authorization": f"Basic {basic}"}
    assert (await post(service, "grant_type=client_credentials", headers=headers)).status == 200


async def test_wrong_token_requests(service: Service) -> None:
    """Errors are those of RFC 6749."""
    sent = await fields(service)
    unset = {"client_id": "", "client_secret": ""}
    damaged = {"Content-Type": "multipart/form-data; boundary=x"}
    cases: list[tuple[Any, dict[str, str], int, str]] = [
        ("", FORM, 400, "invalid_request"),
        (urlencode({**sent, "grant_type": ""}), FORM, 400, "invalid_request"),
        (urlencode({**sent, "grant_type": "password"}), FORM, 400, "unsupported_grant_type"),
        (urlencode({**sent, **unset}), FORM, 400, "invalid_request"),
        (f"{urlencode(sent)}&client_id=twice", FORM, 400, "invalid_request"),
        (urlencode(sent), {**FORM, "Authorization": "Basic ???"}, 400, "invalid_request"),
        (urlencode({**sent, "client_id": "unknown"}), FORM, 401, "invalid_client"),
        (urlencode({**sent, "client_secret": "wrong"}), FORM, 401, "invalid_client"),
        (urlencode(sent), {**FORM, "Authorization": "Basic eDp5"}, 401, "invalid_client"),
        ("--x\r\nnonsense", damaged, 400, "invalid_request"),
        (urlencode(sent), {"Content-Type": "multipart/form-data"}, 400, "invalid_request"),
        ("--x\r\n", {"Content-Type": "multipart/form-data; boundary=x; charset=none-such"}, 400, "invalid_request"),
        ("a" * 65537, FORM, 413, "invalid_request"),
    ]
    for data, headers, status, error in cases:
        reply = await post(service, data, headers=headers)
        assert (reply.status, reply.body["error"]) == (status, error), data
        assert reply.body["error_description"]
        assert ("WWW-Authenticate" in reply.headers) == (status == 401)


async def test_a_suspended_app_gets_none(service: Service) -> None:
    """Until it is resumed."""
    sent = await fields(service)
    app = service.accounts.app_by_client_id(sent["client_id"])
    assert app is not None
    await service.accounts.suspend_app(app.app_id)
    assert (await post(service, urlencode(sent))).body["error"] == "invalid_client"
    await service.accounts.resume_app(app.app_id)
    assert (await post(service, urlencode(sent))).status == 200


async def test_an_app_that_is_suspended_at_that_moment(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets none either, and no fault of ours instead."""
    sent = await fields(service)
    app = service.accounts.app_by_client_id(sent["client_id"])
    assert app is not None
    issue = service.accounts.issue_token

    async def suspended_first(**arguments: Any) -> object:
        await service.accounts.suspend_app(app.app_id)
        return await issue(**arguments)

    monkeypatch.setattr(service.accounts, "issue_token", suspended_first)
    reply = await post(service, urlencode(sent))
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")


async def test_guessing_secrets_is_slowed_down(tmp_path: Path) -> None:
    """Wrong secrets count like wrong tokens; right ones always pass."""
    settings = ApiSettings(port=0, wrong_tokens_per_minute=2)
    async with running(tmp_path / "amibridge.db", settings=settings) as service:
        sent = await fields(service)
        wrong = urlencode({**sent, "client_secret": "wrong"})
        replies = [await post(service, wrong) for _ in range(3)]
        assert [reply.status for reply in replies] == [401, 401, 429]
        assert int(replies[2].headers["Retry-After"]) > 0
        assert (await post(service, urlencode(sent))).status == 200
