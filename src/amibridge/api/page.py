"""The readable page of the OpenAPI document; whatever it needs is served from here."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from fastapi import FastAPI
from fastapi.responses import Response

from amibridge.api.documented import OF_EVERY_ROUTE, error_responses
from amibridge.api.errors import not_found

PATH: Final = "/docs"

_ASSETS: Final[Mapping[str, str]] = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_POLICY: Final = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>amibridge: management API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="page"><noscript>This page needs JavaScript; the document itself is <a href="openapi.json">openapi.json</a>.\
</noscript></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</body>
</html>
"""
_SCRIPT: Final = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#page", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0,
  displayRequestDuration: true, persistAuthorization: false, validatorUrl: null
})
"""


async def page() -> Response:
    """The page."""
    return Response(_PAGE, media_type="text/html", headers=_HEADERS)


async def asset(name: str) -> Response:
    """One of its scripts and styles.

    Raises:
        ApiError: It has none of that name.
    """
    if name == "page.js":
        return Response(_SCRIPT, media_type="text/javascript", headers=_HEADERS)
    if name not in _ASSETS:
        raise not_found()
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers={**_HEADERS, "Cache-Control": "max-age=86400"})


def add_routes(app: FastAPI) -> None:
    """Serve the page."""
    app.add_api_route(
        PATH,
        page,
        methods=["GET"],
        tags=["Service"],
        response_class=Response,
        responses={
            200: {"description": "A web page.", "content": {"text/html": {"schema": {"type": "string"}}}},
            **error_responses(*OF_EVERY_ROUTE),
        },
    )
    app.add_api_route(f"{PATH}/{{name}}", asset, methods=["GET"], include_in_schema=False)
