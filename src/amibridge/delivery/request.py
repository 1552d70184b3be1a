"""From call event and assignment to the HTTP request, signature included; pure, so that equal input is equal bytes."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, urlencode

from yarl import URL

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import CallEvent, iso_utc
from amibridge.errors import AmibridgeError

_PRINTABLE: Final = "".join(chr(code) for code in range(0x21, 0x7F))
_SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the prefix that marks a signing secret, not one


class UnusableUrlError(AmibridgeError):
    """A URL that no request can be made for; its text keeps the URL out of logs, which may hold a secret."""

    def __str__(self) -> str:
        return "the URL is not http:// or https:// with a host: change the assignment's url"


class SigningSecretError(AmibridgeError):
    """A signing secret that cannot sign."""

    def __str__(self) -> str:
        return "the App's signing secret is damaged: make a new one with 'amibridge app secret'"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRequest:
    """One HTTP request, ready to be sent byte for byte."""

    method: Literal["GET", "POST"]
    url: str
    """ASCII throughout and already encoded: it goes out exactly so."""
    headers: Mapping[str, str]
    body: bytes
    """Empty for GET."""


def build_request(
    assignment: Assignment,
    event: CallEvent,
    *,
    attempt: int,
    timestamp: int,
    call_flow_case: Literal["upper", "lower"],
    extra_parameters: bool,
    signing_secrets: Sequence[str],
    version: str,
    trial: bool = False,
) -> NotificationRequest:
    """Build the notification of one event for one assignment.

    Args:
        assignment: Says method and URL.
        event: What happened.
        attempt: The number of this attempt, from 1.
        timestamp: Unix seconds of this attempt.
        call_flow_case: ``lower`` for receivers that want ``in`` and ``out``.
        extra_parameters: Send ours beside the ten documented parameters.
        signing_secrets: ``whsec_…``, the one in use first, then those that receivers may still have; each signs. None:
            the request is not signed.
        version: Ours, for the User-Agent.
        trial: Mark it as a test: nothing of it has happened.

    Raises:
        UnusableUrlError: The URL has no host that could be called.
        SigningSecretError: The signing secret in use is none.
    """
    sent = parameters(event, call_flow_case=call_flow_case, extra=extra_parameters) | ({"Test": "1"} if trial else {})
    content = urlencode(sent, errors="replace")
    headers = {
        "User-Agent": f"amibridge/{version}",
        "webhook-id": event.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-attempt": str(attempt),
    }
    base, query = _split(assignment.url)
    if assignment.method is Method.GET:
        query = content = f"{query}{'' if not query or query.endswith('&') else '&'}{content}"
        body = b""
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        body = content.encode()
    if signing_secrets:
        headers["webhook-signature"] = _signatures(
            signing_secrets, message_id=event.event_id, timestamp=timestamp, content=content
        )
    return NotificationRequest(
        method="GET" if assignment.method is Method.GET else "POST",
        url=f"{base}?{query}" if query else base,
        headers=headers,
        body=body,
    )


def parameters(event: CallEvent, *, call_flow_case: Literal["upper", "lower"], extra: bool) -> dict[str, str]:
    """The notification's parameters in the order in which they are sent; unknown ones are there and empty."""
    flow = str(event.flow)
    documented = {
        "CallID": event.call_id,
        "CallerIDNum": event.caller_id_num,
        "CallerIDName": event.caller_id_name,
        "CalledDID": event.called_did,
        "CalledExtension": event.called_extension,
        "CallStatus": str(event.status),
        "CallFlow": flow.lower() if call_flow_case == "lower" else flow,
        "CallerExtension": event.caller_extension,
        "CalledNumber": event.called_number,
        "CallAPIID": event.call_api_id,
    }
    if not extra:
        return documented
    ours = {
        "EventType": str(int(event.type)),
        "EventID": event.event_id,
        "EventTime": iso_utc(event.at) or "",
        "Extension": event.extension,
    }
    return documented | ours | ({"Recovered": "1"} if event.recovered else {})


def origin(url: str) -> str:
    """``scheme://host:port`` of a URL, in lower case, the port always written, other alphabets as IDNA.

    Raises:
        UnusableUrlError: The URL has no host that could be called.
    """
    where = _authority(url)
    host = where.raw_host or ""  # never empty: origin() of yarl refuses that
    return f"{where.scheme}://{f'[{host}]' if ':' in host else host}:{where.port}"


def sign(secret: str, *, message_id: str, timestamp: int, content: str) -> str:
    """The Standard Webhooks signature (v1, HMAC-SHA256) over id, timestamp and content.

    Raises:
        SigningSecretError: The secret is not ``whsec_`` and base64.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key or not secret.startswith(_SECRET_PREFIX):
        raise SigningSecretError
    digest = hmac.digest(key, f"{message_id}.{timestamp}.{content}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _signatures(secrets: Sequence[str], *, message_id: str, timestamp: int, content: str) -> str:
    """The signatures of all that can sign; the first one must."""
    signatures = [sign(secrets[0], message_id=message_id, timestamp=timestamp, content=content)]
    for former in secrets[1:]:
        with suppress(SigningSecretError):
            signatures.append(sign(former, message_id=message_id, timestamp=timestamp, content=content))
    return " ".join(signatures)


def _authority(url: str) -> URL:
    scheme, separator, rest = url.partition("://")
    end = min((place for mark in "/?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    if not separator or scheme.lower() not in {"http", "https"}:
        raise UnusableUrlError
    try:
        return URL(f"{scheme.lower()}://{rest[:end]}").origin()
    except ValueError as error:
        raise UnusableUrlError from error


def _split(url: str) -> tuple[str, str]:
    """The URL up to its query, and the query, as they go out: only what HTTP cannot carry is encoded."""
    where = _authority(url)
    rest = url.partition("://")[2].partition("#")[0]
    address, _, query = rest.partition("?")
    path = address[address.find("/") :] if "/" in address else "/"
    return f"{where}{quote(path, safe=_PRINTABLE)}", quote(query, safe=_PRINTABLE)
