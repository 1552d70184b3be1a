"""Pages of ``/v1``: some entries, and the URL of those that follow."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from amibridge.api.answers import Answer
from amibridge.api.callers import query_of
from amibridge.api.documented import Documented
from amibridge.api.links import list_url, url_here


def page(
    request: Request, documented: Documented, entries: Sequence[dict[str, Any]], cursor: str | int | None = None
) -> Answer:
    """One page of a list.

    Args:
        request: Which asked for it.
        documented: The list.
        entries: What is on it.
        cursor: Where the next one begins; None: this is the last one.
    """
    answer: dict[str, Any] = {"entry": list(entries)}
    if cursor is not None:
        where = url_here(request, request.scope["path"])
        answer["next"] = list_url(where, query_of(request), documented.parameters, cursor=str(cursor))
    return Answer(answer)
