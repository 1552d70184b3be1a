"""What the OpenAPI document says of each route beside its path: answers, errors with examples, bodies, parameters."""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from pydantic import BaseModel
from starlette.responses import Response

from amibridge.api.errors import error_body
from amibridge.api.schemas import ErrorAnswer
from amibridge.assignments.listing import COUNT_DEFAULT, LIMIT, FilterOp
from amibridge.assignments.resource import FIELDS, VALUE_FIELDS

_CODES: Final[Mapping[str, tuple[int, str]]] = {
    "user_invalid": (400, "userId must be @me, @viewer, @owner or an account's id"),
    "extension_invalid": (400, "the extension must be a number such as 210 or 0003*210"),
    "pcet_type_invalid": (400, "type is missing: send 0 to 4, in path or body"),
    "pce_type_invalid": (400, "the type in the path is none of the five: send 0 to 4"),
    "pce_id_invalid": (400, "there is no such event under this extension and type"),
    "pce_method_invalid": (400, "method is missing: send 0 (GET) or 1 (POST)"),
    "pce_url_invalid": (400, "url must begin with http:// or https:// and a host"),
    "pce_status_invalid": (400, "status is unknown: send 1 (enabled) or 0 (disabled)"),
    "pce_note_invalid": (400, "note is longer than 1024 characters: send a shorter one"),
    "request_invalid": (400, "the body must be one JSON object in UTF-8"),
    "count_invalid": (400, f"count must be 1 to {LIMIT}"),
    "startindex_invalid": (400, f"startIndex must be 0 to {LIMIT}"),
    "filterby_invalid": (400, f"filterBy must be one of {', '.join(VALUE_FIELDS)}"),
    "filterop_invalid": (400, f"filterOp must be one of {', '.join(FilterOp)}"),
    "filtervalue_invalid": (400, "filterValue is missing: send what to compare with"),
    "fields_invalid": (400, f"fields must be names out of {', '.join(FIELDS)}, joined by commas"),
    "sortorder_invalid": (400, "sortOrder must be ascending (asc) or descending (desc)"),
    "limit_invalid": (400, "limit must be 1 to 1000"),
    "cursor_invalid": (400, "cursor must be taken from the 'next' of the page before"),
    "kind_invalid": (400, "kind must be one of phone, queue, conference, ivr"),
    "state_invalid": (400, "state must be one of pending, sending, delivered, dead, expired"),
    "type_invalid": (400, "type must be one of 0 to 4"),
    "since_invalid": (400, "since must be a time such as 2026-11-22T10:11:12Z, or Unix seconds"),
    "until_invalid": (400, "until must be a time such as 2026-11-22T10:11:12Z, or Unix seconds"),
    "lasteventid_invalid": (400, "the last event id must be one that this stream gave: send it as it came, or none"),
    "last_invalid": (400, "last must be 0 to 1000"),
    "deliveries_invalid": (400, "deliveries must be 0 or 1"),
    "level_invalid": (400, "level must be one of debug, info, warning, error"),
    "no_such_thing": (404, "there is no such thing (only administrators are told; others get 403)"),
    "delivery_final": (409, "delivery 17 is delivered: nothing is left to do"),
    "no_token": (401, "the token is wrong, expired or revoked: send a valid one"),
    "access_denied": (403, "your account may not touch that user and extension"),
    "host_invalid": (403, "send a Host (and Origin, if any) that this server is known by"),
    "request_too_large": (413, "send at most 65536 bytes"),
    "too_many_requests": (429, "too many wrong tokens from your address: wait 42 s"),
    "internal_server_error": (500, "the server failed at this request"),
    "service_unavailable": (503, "nothing can be stored at the moment: try again"),
}
_SENT_AS: Final[Mapping[str, str]] = {"no_token": "access_denied", "no_such_thing": "not_found"}
_OF_EVERY_TOKEN: Final = ("no_token", "access_denied", "too_many_requests")
OF_EVERY_ROUTE: Final = ("host_invalid", "internal_server_error", "service_unavailable")
"""What any request may come to."""
_HEADERS: Final[Mapping[int, str]] = {401: "WWW-Authenticate", 429: "Retry-After"}
SCHEMA_PLACE: Final = "#/components/schemas/{model}"
"""Where the document has the shapes."""


_FRAME: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer", "minimum": 0},
    },
}
"""A Server-Sent Event, as OpenAPI 3.2 describes one."""

Handler: TypeAlias = Callable[..., Coroutine[Any, Any, Response]]
"""What answers the requests of a route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One operation that needs a token."""

    success: Any
    """The type of a successful answer; None: Server-Sent Events."""
    success_text: str
    codes: tuple[str, ...]
    """What may be wrong with a request, beside what may be wrong with any."""
    body: type[BaseModel] | None = None
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Those of the query, by name."""

    def route(self, tag: str, handler: Handler) -> dict[str, Any]:
        """All of it, as ``add_api_route`` takes it."""
        return {
            "endpoint": handler,
            "operation_id": handler.__name__,
            "tags": [tag],
            "responses": self.responses(),
            "openapi_extra": self.extra(),
        }

    def responses(self) -> dict[int | str, dict[str, Any]]:
        """All answers, by status."""
        body_codes = ("request_too_large",) if self.body else ()
        success = (
            {"content": {"text/event-stream": {"itemSchema": _FRAME}}}
            if self.success is None
            else {"model": self.success}
        )
        return {
            200: {**success, "description": self.success_text},
            **error_responses(*self.codes, *body_codes, *_OF_EVERY_TOKEN, *OF_EVERY_ROUTE),
        }

    def extra(self) -> dict[str, Any]:
        """Request body, parameters, and the ways to send a token."""
        extra: dict[str, Any] = {"security": [{"bearer": []}, {"parameter": []}, {"clientCredentials": []}]}
        if self.body is not None:
            shape = {"$ref": SCHEMA_PLACE.format(model=self.body.__name__)}
            extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
        if self.parameters:
            extra["parameters"] = [{"name": name, "in": "query", **rest} for name, rest in self.parameters.items()]
        return extra


def error_responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The answers that these codes come with, each with an example."""
    by_status: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for code in codes:
        status, message = _CODES[code]
        sent = _SENT_AS.get(code, code)
        by_status[status][code] = {"value": error_body(sent, message)}
    return {
        status: {
            "model": ErrorAnswer,
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"examples": examples}},
            **({"headers": {_HEADERS[status]: {"schema": {"type": "string"}}}} if status in _HEADERS else {}),
        }
        for status, examples in sorted(by_status.items())
    }


LIST_PARAMETERS: Final[Mapping[str, dict[str, Any]]] = {
    "count": {
        "description": "Entries of a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT, "default": COUNT_DEFAULT},
    },
    "startIndex": {
        "description": "The first entry of the page.",
        "schema": {"type": "integer", "minimum": 0, "maximum": LIMIT, "default": 0},
    },
    "filterBy": {
        "description": "Show only those of which this field fits.",
        "schema": {"type": "string", "enum": list(VALUE_FIELDS)},
    },
    "filterOp": {
        "description": "How the field is compared; `inArray` takes a comma-separated filterValue, `present` none.",
        "schema": {"type": "string", "enum": [str(op) for op in FilterOp], "default": "equals"},
    },
    "filterValue": {"description": "What it is compared with.", "schema": {"type": "string"}},
    "fields": {
        "description": "What entries show.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "string", "enum": list(FIELDS)}, "minItems": 1},
    },
    "sortOrder": {
        "description": "Always by url, then id.",
        "schema": {"type": "string", "enum": ["ascending", "asc", "descending", "desc"], "default": "ascending"},
    },
}
