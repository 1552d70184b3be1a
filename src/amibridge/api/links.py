"""URLs in answers: as the caller spelt the host, and never with a token."""

from collections.abc import Container, Mapping
from urllib.parse import urlencode

from fastapi import Request


def url_here(request: Request, path: str) -> str:
    """The absolute URL of a path of the server that a request was sent to."""
    return f"{request.scope['scheme']}://{request.headers['host']}{path}"


def list_url(where: str, asked: Mapping[str, str], known: Container[str], **changed: str) -> str:
    """The URL of another page of a list, without what is no parameter of that list: it may be a token.

    Args:
        where: The list's own URL, without query.
        asked: The parameters that this page was asked with.
        known: The names of the list's parameters.
        changed: Those that are different for the other page.
    """
    kept = {name: value for name, value in asked.items() if name in known}
    return f"{where}?{urlencode(kept | changed)}"
