"""docs/receivers.md shows what is really sent."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from amibridge import VERSION
from amibridge.assignments.resource import Method
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType, event_id
from amibridge.delivery.request import NotificationRequest, build_request, parameters
from amibridge.settings import DeliverySettings

from .samples import HOOK

PAGE: Final = (Path(__file__).parents[3] / "docs" / "receivers.md").read_text()
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEWER: Final = "whsec_bmV3ZXIgdGhhbiB0aGUgb3RoZXIgc2VjcmV0"
EVENT: Final = CallEvent(
    event_id=event_id(uniqueid="pbx-1790000000.17", extension="210", flow=CallFlow.IN, event_type=EventType.DIAL_IN),
    type=EventType.DIAL_IN,
    extension="210",
    call_id="pbx-1790000000.16",
    flow=CallFlow.IN,
    status=CallStatus.CALLING,
    caller_id_num="+493012345",
    caller_id_name="Zoë Müller",
    called_extension="210",
    called_number="0301234210",
    called_did="0301234210",
    at=1790000000.25,
)


def request(
    method: Method, *, timestamp: int = 1790000000, version: str = VERSION, secrets: tuple[str, ...] = (SECRET,)
) -> NotificationRequest:
    """The page's example."""
    return build_request(
        replace(HOOK, method=method),
        EVENT,
        attempt=1,
        timestamp=timestamp,
        call_flow_case="upper",
        extra_parameters=True,
        signing_secrets=secrets,
        version=version,
    )


@pytest.mark.parametrize("method", Method)
def test_the_examples_are_real(method: Method) -> None:
    """Request line, headers and body of the examples are what amibridge sends."""
    sent = request(method, version="0.1.0")
    where = urlsplit(sent.url)
    head = [f"{sent.method} {where.path}?{where.query} HTTP/1.1", f"Host: {where.netloc}"]
    head += [f"{name}: {value}" for name, value in sent.headers.items()]
    body = ["", sent.body.decode()] if sent.body else []
    assert "\n".join(["```http", *head, *body, "```"]) in PAGE


def test_the_verifier_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's function accepts what is sent, for GET and POST, and refuses changes and old requests."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102 - the page's own code is what is tested
    is_genuine = namespace["is_genuine"]
    monkeypatch.setattr("time.time", lambda: 1790000000.0)
    for method in Method:
        sent = request(method)
        headers = {name.lower(): value for name, value in sent.headers.items()}
        content = sent.body.decode() or urlsplit(sent.url).query
        assert is_genuine(headers, content, SECRET)
        assert not is_genuine(headers, content + "&x=1", SECRET)
        assert not is_genuine(headers | {"webhook-timestamp": "1790000001"}, content, SECRET)
        both = {name.lower(): value for name, value in request(method, secrets=(NEWER, SECRET)).headers.items()}
        assert is_genuine(both, content, SECRET)
        assert is_genuine(both, content, NEWER)
        assert not is_genuine(headers, content, NEWER)
        assert not is_genuine({**headers, "webhook-signature": "v1, ü"}, content, SECRET)
        monkeypatch.setattr("time.time", lambda: 1790000400.0)
        assert not is_genuine(headers, content, SECRET)
        monkeypatch.setattr("time.time", lambda: 1790000000.0)


def test_every_parameter_and_setting_is_explained() -> None:
    """Each parameter has its line, and each named setting exists."""
    told = parameters(EVENT._replace(recovered=True), call_flow_case="upper", extra=True)
    assert [name for name in told if f"`{name}`" not in PAGE] == []
    named = set(re.findall(r"`delivery\.(\w+)", PAGE)) | {"allow_destinations"}
    assert named <= set(DeliverySettings.model_fields)
