"""Who is asking: host check, bearer token, account."""

import hmac
import re
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from amibridge.accounts.tree import Account, Token
from amibridge.api.dependencies import Dependencies
from amibridge.api.errors import host_invalid, no_access, too_many_requests
from amibridge.api.hosts import KnownHosts
from amibridge.api.throttle import TooManyWrongTokensError, WrongTokens

TOKEN_PARAMETER: Final = "accessRequestToken"  # noqa: S105 - the parameter's name
_BEARER: Final = re.compile(r"bearer +(?P<token>\S+) *", re.IGNORECASE)
_SEND_ONE: Final = f"'Authorization: Bearer TOKEN' (or the parameter {TOKEN_PARAMETER})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The program that asks, by its token."""

    account: Account
    token: Token


class HostCheck:
    """Answers only who means this server; a dependency of every route.

    Args:
        known: What it is known by.
    """

    def __init__(self, known: KnownHosts) -> None:
        self.known = known

    async def __call__(self, request: Request) -> None:
        """Check a request.

        Raises:
            ApiError: Its Host or Origin is foreign.
        """
        server = request.scope.get("server")
        allowed = self.known.allow(
            hosts=request.headers.getlist("host"),
            origins=request.headers.getlist("origin"),
            local_address=server[0] if server else "",
        )
        if not allowed:
            raise host_invalid()


async def identify(request: Request, dependencies: Dependencies) -> Caller:
    """Let in whoever has a valid token.

    Raises:
        ApiError: There is no such token, or too many wrong ones came from there.
    """
    sent = sent_token(request)
    if not sent:
        raise no_access(f"send a token: {_SEND_ONE}")
    token_hash = sha256(sent.encode(errors="replace")).hexdigest()
    token = dependencies.accounts.identify(token_hash, dependencies.clock())
    account = dependencies.accounts.account(token.account_id) if token else None
    if token is None or account is None or not hmac.compare_digest(token.token_hash, token_hash):
        count_wrong_token(request)
        raise no_access(f"the token is wrong, expired or revoked: send a valid one as {_SEND_ONE}")
    request.state.account_id = account.account_id
    return Caller(account=account, token=token)


def sent_token(request: Request) -> str:
    """The token that a request carries; empty when it has none."""
    header = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if header is not None:
        return header["token"]
    value = query_of(request).get(TOKEN_PARAMETER, "").strip()
    prefixed = _BEARER.fullmatch(value)
    return prefixed["token"] if prefixed is not None else value


def query_of(request: Request) -> dict[str, str]:
    """The parameters of the URL, in its order; of one that comes twice, the first value."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True):
        found.setdefault(name, value)
    return found


def count_wrong_token(request: Request) -> None:
    """Note a wrong token or client secret of the address that sent it.

    Raises:
        ApiError: There were too many.
    """
    wrong_tokens: WrongTokens = request.app.state.wrong_tokens
    try:
        wrong_tokens.record(request.client.host if request.client else "", time.monotonic())
    except TooManyWrongTokensError as error:
        raise too_many_requests(error.retry_after_seconds) from None


CurrentCaller = Annotated[Caller, Depends(identify)]
