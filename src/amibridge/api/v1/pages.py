"""Pages of ``/v1``: some entries, and the URL of those that follow."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from amibridge.api.answers import Answer
from amibridge.api.callers import TOKEN_PARAMETER, query_of


def page(request: Request, entries: Sequence[dict[str, Any]], cursor: str | int | None = None) -> Answer:
    """One page of a list.

    Args:
        request: Which asked for it.
        entries: What is on it.
        cursor: Where the next one begins; None: this is the last one.
    """
    answer: dict[str, Any] = {"entry": list(entries)}
    if cursor is not None:
        answer["next"] = url_of(request, cursor=str(cursor))
    return Answer(answer)


def url_of(request: Request, **changed: str) -> str:
    """The request's own URL with other parameters, without the token that it may have been asked with."""
    parameters = {name: value for name, value in query_of(request).items() if name != TOKEN_PARAMETER} | changed
    where = f"{request.scope['scheme']}://{request.headers['host']}{request.scope['path']}"
    return f"{where}?{urlencode(parameters)}"
