"""Tokens: how they are sent, when they open nothing, and what guessing them brings."""

from pathlib import Path

import pytest

from amibridge.api.throttle import ADDRESSES_LIMIT, TooManyWrongTokensError, WrongTokens
from amibridge.settings import ApiSettings
from tests.api.service import EVENTS, Service, running


@pytest.mark.parametrize(
    ("header", "query"),
    [
        ("Bearer {}", ""),
        ("bearer {}", ""),
        ("Bearer   {} ", ""),
        ("", "accessRequestToken={}"),
        ("", "accessRequestToken=Bearer%20{}"),
        ("", "accessRequestToken=Bearer+{}"),
        ("", "accessRequestToken=bearer+{}&count=1"),
        ("Basic dXNlcjpwYXNz", "accessRequestToken={}"),
        ("Bearer {}", "accessRequestToken=wrong"),
    ],
)
async def test_ways_to_send_a_token(service: Service, header: str, query: str) -> None:
    """In the header, or in the URL, there with or without ``Bearer``; the header goes first."""
    token = service.people.tokens["alice"]
    headers = {"Authorization": header.format(token)} if header else {}
    reply = await service.ask("GET", f"{EVENTS}?{query.format(token)}", who=None, headers=headers)
    assert reply.status == 200


@pytest.mark.parametrize(
    ("header", "query"),
    [
        ("", ""),
        ("{}", ""),
        ("Token {}", ""),
        ("Bearer", ""),
        ("Bearer {}x", ""),
        ("Bearer wrong", "accessRequestToken={}"),
        ("", "accessRequestToken="),
        ("", "accessrequesttoken={}"),
        ("", "accessRequestToken=Token+{}"),
        ("", "accessRequestToken=%ff%00"),
    ],
)
async def test_what_is_no_token(service: Service, header: str, query: str) -> None:
    """It is answered 401, with the way to send one."""
    token = service.people.tokens["alice"]
    headers = {"Authorization": header.format(token)} if header else {}
    reply = await service.ask("GET", f"{EVENTS}?{query.format(token)}", who=None, headers=headers)
    assert (reply.status, reply.code) == (401, "access_denied")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert token not in str(reply.body)


async def test_tokens_that_have_ended(service: Service) -> None:
    """Expired, revoked, of a suspended App, of a removed account: none opens anything."""
    accounts, alice = service.accounts, service.people.accounts["alice"]
    expired = await accounts.issue_token(account_id=alice, expires_seconds=-1)
    revoked = await accounts.issue_token(account_id=alice)
    await accounts.revoke_token(revoked.token.token_id)
    app, _ = await service.new_app("alice")
    suspended = await accounts.issue_token(app_id=app.app_id)
    await accounts.suspend_app(app.app_id)
    eve = service.people.tokens["eve"]
    await service.extensions.remove("410")
    await accounts.remove_account(service.people.accounts["eve"])
    for token in (expired.clear, revoked.clear, suspended.clear, eve):
        reply = await service.ask("GET", EVENTS, who=None, headers={"Authorization": f"Bearer {token}"})
        assert reply.code == "access_denied"
    await accounts.resume_app(app.app_id)
    resumed = await service.ask("GET", EVENTS, who=None, headers={"Authorization": f"Bearer {suspended.clear}"})
    assert resumed.status == 200


async def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    """After so many wrong tokens each further one is 429 with Retry-After; valid ones and missing ones are not."""
    settings = ApiSettings(port=0, wrong_tokens_per_minute=3)
    async with running(tmp_path / "amibridge.db", settings=settings) as service:
        statuses = []
        for guess in range(5):
            reply = await service.ask("GET", EVENTS, who=None, headers={"Authorization": f"Bearer guess{guess}"})
            statuses.append(reply.status)
        assert statuses == [401, 401, 401, 429, 429]
        assert reply.code == "too_many_requests"
        assert 1 <= int(reply.headers["Retry-After"]) <= 60
        assert (await service.ask("GET", EVENTS)).status == 200
        assert (await service.ask("GET", EVENTS, who=None)).status == 401


def test_wrong_tokens_are_forgotten_after_a_minute() -> None:
    """The window slides; refused guesses do not prolong it."""
    wrong = WrongTokens(2)
    wrong.record("192.0.2.7", 100.0)
    wrong.record("192.0.2.7", 130.0)
    for now, seconds in ((131.0, 29), (159.5, 1), (159.999, 1)):
        with pytest.raises(TooManyWrongTokensError, match=f"wait {seconds} s") as raised:
            wrong.record("192.0.2.7", now)
        assert raised.value.retry_after_seconds == seconds
    wrong.record("192.0.2.7", 160.0)
    with pytest.raises(TooManyWrongTokensError):
        wrong.record("192.0.2.7", 161.0)


def test_addresses_count_apart_and_networks_of_ipv6_together() -> None:
    """One IPv6 host has a whole network of addresses to guess from."""
    wrong = WrongTokens(1)
    for address in ("192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db8:0:1::1", ""):
        wrong.record(address, 0.0)
    for address in ("192.0.2.7", "2001:db8::2", ""):
        with pytest.raises(TooManyWrongTokensError):
            wrong.record(address, 1.0)


def test_memory_of_addresses_is_bounded() -> None:
    """Whoever guesses from ever new addresses fills no memory."""
    wrong = WrongTokens(1)
    for number in range(ADDRESSES_LIMIT + 5):
        wrong.record(f"host {number}", 0.0)
    assert len(wrong._by_address) == ADDRESSES_LIMIT
