"""The one shape of all answers that are no success, and every code that the API gives."""

from collections.abc import Mapping
from typing import Any

from amibridge.accounts.access import Refusal
from amibridge.assignments.validation import InvalidRequestError
from amibridge.errors import AmibridgeError


class ApiError(AmibridgeError):
    """An answer other than 2xx; the text says what to send instead."""

    def __init__(self, *, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})

    def __str__(self) -> str:
        return self.message


def error_body(code: str, message: str) -> dict[str, Any]:
    """The body of every answer other than 2xx."""
    return {"error": {"code": code, "message": message}}


def invalid(error: InvalidRequestError) -> ApiError:
    """What a fault in a request comes to."""
    return ApiError(status=400, code=error.code, message=error.message)


def refused(refusal: Refusal) -> ApiError:
    """What a place that may not be touched comes to."""
    status, code, message = _REFUSALS[refusal]
    return ApiError(status=status, code=code, message=message)


def not_found() -> ApiError:
    """There is nothing at that path."""
    message = "there is nothing at this path: see /openapi.json for those that exist"
    return ApiError(status=404, code="not_found", message=message)


def method_not_allowed(methods: str) -> ApiError:
    """The path exists, but not for that method."""
    message = f"this path takes {methods}"
    return ApiError(status=405, code="method_not_allowed", message=message, headers={"Allow": methods})


def host_invalid() -> ApiError:
    """The request names a host that this is not, or comes from a foreign web page."""
    message = "send a Host (and Origin, if any) that this server is known by; further names belong into api.hosts"
    return ApiError(status=403, code="host_invalid", message=message)


def no_access(message: str) -> ApiError:
    """There is no token, or none that opens anything."""
    headers = {"WWW-Authenticate": 'Bearer realm="amibridge"'}
    return ApiError(status=401, code="access_denied", message=message, headers=headers)


def too_many_requests(retry_after_seconds: int) -> ApiError:
    """Too many wrong tokens came from that address."""
    message = f"too many wrong tokens from your address: send a valid one, or wait {retry_after_seconds} s"
    headers = {"Retry-After": str(retry_after_seconds)}
    return ApiError(status=429, code="too_many_requests", message=message, headers=headers)


def too_many_followers(message: str) -> ApiError:
    """No more streams are served at the moment."""
    return ApiError(status=503, code="service_unavailable", message=message, headers={"Retry-After": "10"})


def too_large(limit: int) -> ApiError:
    """The request is longer than anything that is taken."""
    return ApiError(status=413, code="request_too_large", message=f"send at most {limit} bytes")


def no_json_object() -> ApiError:
    """The body is nothing to work with."""
    message = 'the body must be one JSON object in UTF-8, such as {"method": "1", "url": "https://…"}'
    return ApiError(status=400, code="request_invalid", message=message)


def unknown_event(
    message: str = "there is no such event under this extension and type: list them with GET …/phoneCallEvents",
) -> ApiError:
    """No such assignment under that extension and type."""
    return ApiError(status=400, code="pce_id_invalid", message=message)


def unavailable() -> ApiError:
    """Nothing can be kept at the moment."""
    message = "nothing can be stored at the moment, and nothing was changed: try again, and see the server's log"
    return ApiError(status=503, code="service_unavailable", message=message)


def internal() -> ApiError:
    """Our own fault."""
    message = "the server failed at this request: its log says why, under the X-Request-Id of this answer"
    return ApiError(status=500, code="internal_server_error", message=message)


_REFUSALS: Mapping[Refusal, tuple[int, str, str]] = {
    Refusal.USER_MALFORMED: (400, "user_invalid", "userId must be @me, @viewer, @owner or an account's id"),
    Refusal.USER_UNKNOWN: (400, "user_invalid", "there is no account of that id: send @me, or see 'account list'"),
    Refusal.EXTENSION_MALFORMED: (
        400,
        "extension_invalid",
        "the extension must be a number such as 210 or 0003*210",
    ),
    Refusal.EXTENSION_UNKNOWN: (
        400,
        "extension_invalid",
        "there is no such extension: declare it first ('amibridge extension add')",
    ),
    Refusal.OUT_OF_REACH: (
        403,
        "access_denied",
        "your account may not touch that user and extension: send @me and an extension that is yours",
    ),
}
