"""Reads what a program sends: never more than the limit, and nothing but one JSON object."""

import json
from typing import Annotated, Any, Final, NoReturn

from fastapi import Depends, Request

from amibridge.api.errors import no_json_object, too_large

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a body."""


async def read_body(request: Request) -> bytes:
    """The body of a request.

    Raises:
        ApiError: It is too large; what is left of it is not waited for.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > BODY_LIMIT:
        raise too_large(BODY_LIMIT)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise too_large(BODY_LIMIT)
    return bytes(body)


WholeBody = Annotated[bytes, Depends(read_body)]
"""For what needs no body: a request that never arrives whole changes nothing. It is a handler's last argument, since
what is wrong with the place is said before."""


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object that a request carries; of a name that comes twice, the last value.

    Raises:
        ApiError: It is too large, or no JSON object.
    """
    body = await read_body(request)
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise no_json_object() from None
    if not isinstance(value, dict):
        raise no_json_object()
    return value


def _refuse_constant(name: str) -> NoReturn:
    """Python would read NaN and Infinity, which are no JSON."""
    raise ValueError(name)
