"""Reads the form of a token request, in each way that programs send it."""

import base64
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from amibridge.api.body import read_body
from amibridge.errors import AmibridgeError


class InvalidTokenRequestError(AmibridgeError):
    """A token request that says nothing usable; its text says what to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who wants a token."""

    client_id: str
    client_secret: str


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form-encoded or multipart body; a leading ``&`` does no harm.

    Raises:
        InvalidTokenRequestError: It is no form, or a field comes twice.
        ApiError: It is too large.
    """
    body = await read_body(request)
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        pairs = await _multipart(request, body)
    else:
        pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        raise InvalidTokenRequestError("a field comes twice: send each once")
    return dict(pairs)


def client_of(form: dict[str, str], authorization: str) -> Client:
    """The credentials in a form, or in an ``Authorization: Basic`` header.

    Raises:
        InvalidTokenRequestError: There are none.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() == "basic":
        return _basic(encoded.strip())
    client_id, client_secret = form.get("client_id"), form.get("client_secret")
    if not client_id or not client_secret:
        raise InvalidTokenRequestError("client_id or client_secret is missing: send both")
    return Client(client_id=client_id, client_secret=client_secret)


def _basic(encoded: str) -> Client:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        raise InvalidTokenRequestError("the Basic credentials are not base64: send ID:SECRET encoded so") from None
    client_id, _, client_secret = text.partition(":")
    return Client(client_id=unquote_plus(client_id), client_secret=unquote_plus(client_secret))


async def _multipart(request: Request, body: bytes) -> list[tuple[str, str]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(request.headers, stream(), max_files=0).parse()
    except (MultiPartException, FormParserError, LookupError, ValueError):
        raise InvalidTokenRequestError("the multipart body is damaged: send fields only, each once") from None
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
