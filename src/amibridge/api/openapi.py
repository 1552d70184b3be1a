"""The OpenAPI document: what FastAPI knows of the routes, and what it does not."""

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from amibridge import VERSION
from amibridge.api.answers import Answer
from amibridge.api.callers import TOKEN_PARAMETER
from amibridge.api.documented import OF_EVERY_ROUTE, SCHEMA_PLACE, error_responses
from amibridge.api.schemas import PhoneCallEventToCreate, PhoneCallEventToUpdate
from amibridge.api.v1.schemas import Delivery, DeliveryWithAttempts

_TEXT: Final = """Assigns URLs to what happens at the extensions of an Asterisk PBX; when it happens, the URL is called.

**PhoneCallEvents** is a service of the UnifiedAPI: its routes also stand below `/unifiedapi` and without a base, its
numbers are sent as strings, and accepted as strings or numbers. What stands below `/v1` and `/stream` is amibridge's
own.

A trailing slash is optional everywhere. Unknown query parameters and body fields are ignored. Every answer other than
2xx has the same shape, with a code for programs and a message for people; its `X-Request-Id` leads to the server's log.
An account sees and changes what is its own and what belongs to accounts below it; administrators everything."""
_SENT_BODIES: Final[tuple[type[BaseModel], ...]] = (PhoneCallEventToCreate, PhoneCallEventToUpdate)
_WITH_NULLS: Final[tuple[type[BaseModel], ...]] = (Delivery, DeliveryWithAttempts)
_SECURITY: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of `amibridge token issue`, or of an App."},
    "parameter": {"type": "apiKey", "in": "query", "name": TOKEN_PARAMETER, "description": "The same, in the URL."},
    "clientCredentials": {
        "type": "oauth2",
        "description": "An App's client id and secret, exchanged for a token.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
    },
}


async def openapi(request: Request) -> Answer:
    """This document."""
    return Answer(document_of(request.app))


def add_routes(app: FastAPI) -> None:
    """Serve the document."""
    app.add_api_route(
        "/openapi.json",
        openapi,
        methods=["GET"],
        tags=["Service"],
        responses={200: {"description": "An OpenAPI 3.1 document."}, **error_responses(*OF_EVERY_ROUTE)},
    )


def document_of(app: FastAPI) -> dict[str, Any]:
    """The document of an app; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="amibridge",
        version=VERSION,
        summary="Call events of a PBX",
        description=_TEXT,
        routes=app.routes,
    )
    components = document["components"]
    schemas = components["schemas"]
    for model in _SENT_BODIES:
        schemas[model.__name__] = model.model_json_schema(ref_template=SCHEMA_PLACE)
    for model in _WITH_NULLS:  # which FastAPI drops, from examples too
        schemas[model.__name__]["examples"] = model.model_json_schema()["examples"]
    components["securitySchemes"] = _SECURITY
    # FastAPI announces its own validation, which never has anything to refuse here.
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            summary, _, rest = operation.pop("description").partition("\n\n")
            operation["summary"] = summary.replace("\n", " ").removesuffix(".")
            if rest:
                operation["description"] = rest
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document
