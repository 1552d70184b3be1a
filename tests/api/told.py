"""Every answer other than 2xx that programs of the PhoneCallEvents service get, to the letter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer other than 2xx."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those that not every answer has."""


def bad(code: str, message: str) -> Told:
    """A fault of the request."""
    return Told(status=400, code=code, message=message)


_BEARER: Final = {"WWW-Authenticate": 'Bearer realm="amibridge"'}
_SEND_ONE: Final = "'Authorization: Bearer TOKEN' (or the parameter accessRequestToken)"
TYPES: Final = "0 (Dial-In), 1 (Dial-Out), 2 (Hangup), 3 (Answer-In) or 4 (Answer-Out)"

NOT_FOUND: Final = Told(
    status=404, code="not_found", message="there is nothing at this path: see /openapi.json for those that exist"
)
HOST: Final = Told(
    status=403,
    code="host_invalid",
    message="send a Host (and Origin, if any) that this server is known by; further names belong into api.hosts",
)
NO_TOKEN: Final = Told(status=401, code="access_denied", message=f"send a token: {_SEND_ONE}", headers=_BEARER)
WRONG_TOKEN: Final = Told(
    status=401,
    code="access_denied",
    message=f"the token is wrong, expired or revoked: send a valid one as {_SEND_ONE}",
    headers=_BEARER,
)
OUT_OF_REACH: Final = Told(
    status=403,
    code="access_denied",
    message="your account may not touch that user and extension: send @me and an extension that is yours",
)
USER_MALFORMED: Final = bad("user_invalid", "userId must be @me, @viewer, @owner or an account's id")
USER_UNKNOWN: Final = bad("user_invalid", "there is no account of that id: send @me, or see 'account list'")
NUMBER_MALFORMED: Final = bad("extension_invalid", "the extension must be a number such as 210 or 0003*210")
NUMBER_UNKNOWN: Final = bad(
    "extension_invalid", "there is no such extension: declare it first ('amibridge extension add')"
)

PATH_TYPE: Final = bad("pce_type_invalid", f"the type in the path is none of the five: send {TYPES}")
PATH_TYPE_TO_CREATE: Final = bad("pcet_type_invalid", PATH_TYPE.message)
NO_EVENT: Final = bad(
    "pce_id_invalid",
    "there is no such event under this extension and type: list them with GET …/phoneCallEvents",
)
ID_NEEDED: Final = bad("pce_id_invalid", "an update needs an id: send it as the last segment of the path")

NO_OBJECT: Final = bad(
    "request_invalid", 'the body must be one JSON object in UTF-8, such as {"method": "1", "url": "https://…"}'
)
NO_HTTP: Final = bad(
    "request_invalid",
    "Invalid HTTP request received: send HTTP/1.1, and percent-encode what is not ASCII in the URL",
)
TOO_LARGE: Final = Told(status=413, code="request_too_large", message="send at most 65536 bytes")

TYPE_MISSING: Final = bad("pcet_type_invalid", f"type is missing: send {TYPES}, in path or body")
TYPE_UNKNOWN_TO_CREATE: Final = bad("pcet_type_invalid", f"type is none of the five: send {TYPES}")
TYPE_UNKNOWN: Final = bad("pce_type_invalid", TYPE_UNKNOWN_TO_CREATE.message)
TYPE_DIFFERS_TO_CREATE: Final = bad(
    "pcet_type_invalid", "type is 1 in the body but 0 by the path: leave it out of the body"
)
TYPE_DIFFERS: Final = bad("pce_type_invalid", TYPE_DIFFERS_TO_CREATE.message)
ID_TO_CREATE: Final = bad("pce_id_invalid", "leave out id: the server makes it")
ID_CHANGED: Final = bad("pce_id_invalid", "id cannot change: leave it out of the body")
METHOD_MISSING: Final = bad("pce_method_invalid", "method is missing: send 0 (GET) or 1 (POST)")
METHOD_UNKNOWN: Final = bad("pce_method_invalid", "method is unknown: send 0 (GET) or 1 (POST)")
URL_MISSING: Final = bad("pce_url_invalid", "url is missing: send the URL to call")
URL_NO_TEXT: Final = bad("pce_url_invalid", "url is no text: send the URL to call as a string")
STATUS_UNKNOWN: Final = bad("pce_status_invalid", "status is unknown: send 1 (enabled) or 0 (disabled)")
NOTE_NO_TEXT: Final = bad("pce_note_invalid", "note is no plain text: send a string without control characters")
NOTE_TOO_LONG: Final = bad("pce_note_invalid", "note is longer than 1024 characters: send a shorter one")

COUNT: Final = bad("count_invalid", "count must be 1 to 5000")
START_INDEX: Final = bad("startindex_invalid", "startIndex must be 0 to 5000")
FILTER_BY: Final = bad("filterby_invalid", "filterBy must be one of type, id, method, url, status, note, modified")
FILTER_OP: Final = bad("filterop_invalid", "filterOp must be one of equals, contains, startsWith, inArray, present")
FILTER_VALUE: Final = bad(
    "filtervalue_invalid", "filterValue is missing: send what to compare with, or filterOp=present"
)
FIELDS: Final = bad(
    "fields_invalid",
    "fields must be names out of type, id, method, url, status, note, modified, links, joined by commas",
)
SORT_ORDER: Final = bad("sortorder_invalid", "sortOrder must be ascending (asc) or descending (desc)")

STORE: Final = Told(
    status=503,
    code="service_unavailable",
    message="nothing can be stored at the moment, and nothing was changed: try again, and see the server's log",
)
FAILED: Final = Told(
    status=500,
    code="internal_server_error",
    message="the server failed at this request: its log says why, under the X-Request-Id of this answer",
)


def wrong_method(allowed: str) -> Told:
    """The path takes other methods."""
    message = f"this path takes {allowed}"
    return Told(status=405, code="method_not_allowed", message=message, headers={"Allow": allowed})


def url_fault(fault: str) -> Told:
    """What is wrong with a URL to assign."""
    return bad("pce_url_invalid", f"url {fault}")
