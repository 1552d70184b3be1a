"""OAuth 2 client credentials: an App's id and secret for a token that lasts an hour (RFC 6749, section 4.4)."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from fastapi import FastAPI, Request

from amibridge.accounts.tree import App
from amibridge.api.answers import Answer
from amibridge.api.callers import count_wrong_token
from amibridge.api.credentials import InvalidTokenRequestError, client_of, form_of
from amibridge.api.dependencies import ApiDependencies, Dependencies
from amibridge.api.documented import OF_EVERY_ROUTE, error_responses
from amibridge.api.errors import ApiError
from amibridge.api.schemas import TokenAnswer, TokenError
from amibridge.errors import NotFineError

PATHS: Final = ("/oauth/token", "/oauth/token.php")
EXPIRES_SECONDS: Final = 3600
"""How long a token lasts."""
_UNCACHED: Final = {"Pragma": "no-cache"}


async def issue_token(request: Request, dependencies: Dependencies) -> Answer:
    """Exchange an App's client id and secret for a token."""
    try:
        form = await form_of(request)
        if form.get("grant_type") != "client_credentials":
            return _error(400, *_grant_fault(form))
        client = client_of(form, request.headers.get("authorization", ""))
    except InvalidTokenRequestError as error:
        return _error(400, "invalid_request", str(error))
    except ApiError as error:
        return _error(error.status, "invalid_request", error.message)
    app = _app_of(dependencies, client.client_id, client.client_secret)
    if app is None:
        return _refuse(request)
    try:
        issued = await dependencies.accounts.issue_token(app_id=app.app_id, expires_seconds=EXPIRES_SECONDS)
    except NotFineError:  # removed or suspended since it was found
        return _refuse(request)
    request.state.account_id = app.account_id
    answer = {"access_token": issued.clear, "token_type": "Bearer", "expires_in": EXPIRES_SECONDS}
    return Answer(answer, headers=_UNCACHED)


def add_routes(app: FastAPI) -> None:
    """Serve the token endpoint under both names."""
    errors: dict[int | str, dict[str, Any]] = {
        400: {"model": TokenError, "description": "Nothing that this endpoint takes."},
        401: {"model": TokenError, "description": "No such client id and secret, or its App is suspended."},
        413: {"model": TokenError, "description": "Too large."},
        429: {"model": TokenError, "description": "Too many wrong secrets from that address."},
    }
    for path in PATHS:
        app.add_api_route(
            path,
            issue_token,
            methods=["POST"],
            tags=["Tokens"],
            include_in_schema=path == PATHS[0],
            responses={
                200: {"model": TokenAnswer, "description": "A new token."},
                **errors,
                **error_responses(*OF_EVERY_ROUTE),
            },
            openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(_KINDS, _SENT)}},
        )


_KINDS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_SENT: Final = {
    "schema": {
        "type": "object",
        "required": ["grant_type", "client_id", "client_secret"],
        "properties": {
            "grant_type": {"type": "string", "const": "client_credentials"},
            "client_id": {"type": "string"},
            "client_secret": {"type": "string"},
        },
    }
}


def _grant_fault(form: Mapping[str, str]) -> tuple[str, str]:
    if form.get("grant_type"):
        return "unsupported_grant_type", "send grant_type=client_credentials"
    return "invalid_request", "grant_type is missing: send grant_type=client_credentials"


def _app_of(dependencies: ApiDependencies, client_id: str, client_secret: str) -> App | None:
    """The App of these credentials; an unknown one takes as long to find out as a wrong secret."""
    app = dependencies.accounts.app_by_client_id(client_id)
    sent = sha256(client_secret.encode(errors="replace")).hexdigest()
    matches = hmac.compare_digest(app.client_secret_hash if app else "", sent)
    return app if app is not None and matches and not app.suspended else None


def _refuse(request: Request) -> Answer:
    headers = {"WWW-Authenticate": 'Basic realm="amibridge"'}
    try:
        count_wrong_token(request)
    except ApiError as error:
        return _error(error.status, "invalid_client", error.message, error.headers)
    return _error(401, "invalid_client", "there is no such client id and secret, or its App is suspended", headers)


def _error(status: int, error: str, description: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer({"error": error, "error_description": description}, status, {**_UNCACHED, **(headers or {})})
