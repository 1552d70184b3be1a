"""From call event and assignment to the request."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import CallEvent, CallFlow, EventType
from amibridge.delivery.request import (
    NotificationRequest,
    SigningSecretError,
    UnusableUrlError,
    build_request,
    origin,
    parameters,
    sign,
)

from .samples import HOOK, RINGING

SECRET, NEWER, OTHER = (f"whsec_{base64.b64encode(bytes(range(n, n + 32))).decode()}" for n in range(3))
DOCUMENTED = [
    "CallID",
    "CallerIDNum",
    "CallerIDName",
    "CalledDID",
    "CalledExtension",
    "CallStatus",
    "CallFlow",
    "CallerExtension",
    "CalledNumber",
    "CallAPIID",
]


def build(
    assignment: Assignment = HOOK,
    event: CallEvent = RINGING,
    *,
    lower: bool = False,
    extra: bool = True,
    secrets: Sequence[str] = (),
    timestamp: int = 1700000001,
) -> NotificationRequest:
    """Build attempt 3 of a notification."""
    return build_request(
        assignment,
        event,
        attempt=3,
        timestamp=timestamp,
        call_flow_case="lower" if lower else "upper",
        extra_parameters=extra,
        signing_secrets=secrets,
        version="1.2.3",
    )


def test_post() -> None:
    """POST carries the parameters form-encoded; the URL with its own query stays as it is."""
    request = build()
    assert request.method == "POST"
    assert request.url == "https://crm.example/hook?tenant=7"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert request.body == (
        b"CallID=1700000000.0&CallerIDNum=%2B49+30+1234&CallerIDName=Zo%C3%AB+%26+S%C3%B8n+%3D+100+%25"
        b"&CalledDID=004930555&CalledExtension=210&CallStatus=CALLING&CallFlow=IN&CallerExtension="
        b"&CalledNumber=004930555&CallAPIID="
        b"&EventType=0&EventID=" + RINGING.event_id.encode() + b"&EventTime=2023-11-14T22%3A13%3A20.250000%2B00%3A00"
        b"&Extension=210"
    )


def test_get() -> None:
    """GET adds the parameters after the URL's own query, and has no body and no content type."""
    request = build(replace(HOOK, method=Method.GET), extra=False)
    assert request.method == "GET"
    assert request.url == (
        "https://crm.example/hook?tenant=7&CallID=1700000000.0&CallerIDNum=%2B49+30+1234"
        "&CallerIDName=Zo%C3%AB+%26+S%C3%B8n+%3D+100+%25&CalledDID=004930555&CalledExtension=210&CallStatus=CALLING"
        "&CallFlow=IN&CallerExtension=&CalledNumber=004930555&CallAPIID="
    )
    assert request.body == b""
    assert "Content-Type" not in request.headers


def test_the_ten_documented_parameters_are_always_there() -> None:
    """Unknown values are empty, not missing, and the order is the documented one; ours can be left out."""
    bare = CallEvent(
        event_id="e",
        type=EventType.HANGUP,
        extension="1",
        call_id="c",
        flow=RINGING.flow,
        status=RINGING.status,
    )
    assert list(parameters(bare, call_flow_case="upper", extra=False)) == DOCUMENTED
    assert list(parameters(bare, call_flow_case="upper", extra=True)) == [
        *DOCUMENTED,
        "EventType",
        "EventID",
        "EventTime",
        "Extension",
    ]
    assert parameters(bare, call_flow_case="upper", extra=True)["EventTime"] == ""


def test_recovered_events_say_so() -> None:
    """An event that was learned from a listing carries Recovered=1."""
    assert parameters(RINGING._replace(recovered=True), call_flow_case="upper", extra=True)["Recovered"] == "1"


@pytest.mark.parametrize(("flow", "lower", "sent"), [(CallFlow.IN, False, "IN"), (CallFlow.OUT, True, "out")])
def test_call_flow_case(flow: CallFlow, lower: bool, sent: str) -> None:  # noqa: FBT001 - a table's column
    """A setting gives CallFlow in lower case."""
    body = build(event=RINGING._replace(flow=flow), lower=lower).body.decode()
    assert f"&CallFlow={sent}&" in body


def test_headers() -> None:
    """Each request names us, its event, its time and its attempt, and is unsigned without a secret."""
    assert build(replace(HOOK, method=Method.GET)).headers == {
        "User-Agent": "amibridge/1.2.3",
        "webhook-id": RINGING.event_id,
        "webhook-timestamp": "1700000001",
        "webhook-attempt": "3",
    }


@pytest.mark.parametrize("method", [Method.GET, Method.POST])
def test_signature(method: Method) -> None:
    """The reference library verifies the signature over the body, for GET over the raw query, and misses changes."""
    now = int(datetime.now(UTC).timestamp())
    request = build(replace(HOOK, method=method), secrets=[SECRET], timestamp=now)
    content = request.body.decode() or urlsplit(request.url).query
    verifier = Webhook(SECRET)
    verifier.verify(content, dict(request.headers), json_parse=False)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(content + "&x=1", dict(request.headers), json_parse=False)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(content, {**request.headers, "webhook-id": "another"}, json_parse=False)


@pytest.mark.parametrize("method", [Method.GET, Method.POST])
def test_two_secrets_sign_side_by_side(method: Method) -> None:
    """While an App's receivers change over, the reference library verifies with the former secret and with the new."""
    now = int(datetime.now(UTC).timestamp())
    request = build(replace(HOOK, method=method), secrets=[NEWER, SECRET], timestamp=now)
    content = request.body.decode() or urlsplit(request.url).query
    for secret in (NEWER, SECRET):
        Webhook(secret).verify(content, dict(request.headers), json_parse=False)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(content + "&x=1", dict(request.headers), json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(content, dict(request.headers), json_parse=False)


def test_a_damaged_former_secret_is_left_out() -> None:
    """A new secret mends what a damaged one broke; when the one in use is damaged, nothing goes out unsigned."""
    assert build(secrets=[SECRET, "whsec_!!!"]).headers == build(secrets=[SECRET]).headers
    with pytest.raises(SigningSecretError):
        build(secrets=["whsec_!!!", SECRET])


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!!!", "whsec_abc", SECRET.removeprefix("whsec_"), "whsec_é"])
def test_a_damaged_secret_is_no_secret(secret: str) -> None:
    """A secret that is not whsec_ and base64 signs nothing, and its error does not quote it."""
    with pytest.raises(SigningSecretError) as caught:
        sign(secret, message_id="i", timestamp=1, content="c")
    assert str(caught.value) == "the App's signing secret is damaged: make a new one with 'amibridge app secret'"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://h", "http://h/?P"),
        ("http://h?x=1", "http://h/?x=1&P"),
        ("http://h/p?", "http://h/p?P"),
        ("http://h/p?a&b=&a", "http://h/p?a&b=&a&P"),
        ("http://h/p?a=1&", "http://h/p?a=1&P"),
        ("http://h/p?q=%7E~+%20%zz&u=http://x/?y", "http://h/p?q=%7E~+%20%zz&u=http://x/?y&P"),
        ("http://h/a%2Fb/../c;d=e?[]={}|^`", "http://h/a%2Fb/../c;d=e?[]={}|^`&P"),
        ("http://h/p?x=1#part", "http://h/p?x=1&P"),
        ("HTTPS://CRM.Example:443/P", "https://crm.example/P?P"),
        ("https://bücher.example/ä?ö=ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC&P"),
        ("http://h/a b?c d\r\nX: y", "http://h/a%20b?c%20d%0D%0AX:%20y&P"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x?P"),
        ("http://user:secret@h/x", "http://h/x?P"),
    ],
)
def test_the_own_query_stays_as_it_is(url: str, sent: str) -> None:
    """Nothing of the user's URL is encoded anew but what HTTP cannot carry; user and password never go out."""
    request = build(replace(HOOK, method=Method.GET, url=url), extra=False)
    ours = build(extra=False).body.decode()
    assert request.url.replace(ours, "P") == sent


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://CRM.example/x", "http://crm.example:80"),
        ("HTTPS://crm.example", "https://crm.example:443"),
        ("https://crm.example:8443?x", "https://crm.example:8443"),
        ("http://[2001:DB8:0::1]/", "http://[2001:db8::1]:80"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example:443"),
        ("http://例え.テスト:81", "http://xn--r8jz45g.xn--zckzah:81"),
        ("http://user:secret@h/", "http://h:80"),
        ("http://2130706433/", "http://2130706433:80"),
    ],
)
def test_origin(url: str, expected: str) -> None:
    """One receiver has one origin, however its URLs are written."""
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url", ["", "crm.example", "//h/x", "ftp://h/", "http://", "http:///x", "http://h:99999/", "http://h\\@evil/"]
)
def test_urls_without_a_host_are_refused(url: str) -> None:
    """What cannot be called is told apart, in words that do not quote the URL."""
    with pytest.raises(UnusableUrlError, match=r"^the URL is not http:// or https:// with a host: change"):
        origin(url)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(name=TEXT, number=TEXT, extension=TEXT, method=st.sampled_from(Method))
def test_what_is_sent_is_what_arrives(name: str, number: str, extension: str, method: Method) -> None:
    """Whatever the texts are, a receiver that decodes the form gets exactly them, in order."""
    event = RINGING._replace(caller_id_name=name, caller_id_num=number, extension=extension)
    request = build(replace(HOOK, method=method, url="http://h/"), event)
    content = request.body.decode() if method is Method.POST else urlsplit(request.url).query
    assert content.isascii()
    assert parse_qsl(content, keep_blank_values=True) == list(
        parameters(event, call_flow_case="upper", extra=True).items()
    )


def test_half_a_character_is_replaced() -> None:
    """A lone surrogate, which has no UTF-8, becomes a question mark instead of an error."""
    assert b"CallerIDName=a%3Fb&" in build(event=RINGING._replace(caller_id_name="a\ud800b")).body
