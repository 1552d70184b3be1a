"""What needs no token: probes and the OpenAPI document; and what every answer has."""

import re

import pytest
from structlog.testing import capture_logs

from amibridge.api.schemas import PhoneCallEventToCreate
from amibridge.health import Fault, Health, Part
from tests.api.service import EVENTS, Service


async def test_healthz_says_alive(service: Service) -> None:
    """Whatever the daemon's state: it answers."""
    service.health.append(Health(faults=(Fault(part=Part.LINK, reason="the PBX is not connected"),)))
    reply = await service.ask("GET", "/healthz", who=None)
    assert (reply.status, reply.body) == (200, {"status": "alive"})


async def test_readyz_says_what_is_missing(service: Service) -> None:
    """Ready, or 503 in the error shape with the reasons."""
    parts: dict[str, str] = dict.fromkeys((part.value for part in Part), "ready")
    assert (await service.ask("GET", "/readyz", who=None)).body == {"status": "ready", "parts": parts}
    service.health.append(Health(faults=(Fault(part=Part.LINK, reason="the PBX is not connected"),)))
    reply = await service.ask("GET", "/readyz", who=None)
    assert reply.status == 503
    assert reply.body.pop("reasons") == ["the PBX is not connected"]
    assert reply.body.pop("parts") == {**parts, "link": "not ready"}
    assert reply.code == "service_unavailable"


async def test_the_document_says_what_there_is(service: Service) -> None:
    """OpenAPI 3.1, every operation with its own id, only shapes that are used, and no validation of FastAPI's."""
    document = (await service.ask("GET", "/openapi.json", who=None)).body
    assert document["openapi"].startswith("3.1")
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids)) == 27
    for operation in operations:
        assert "422" not in operation["responses"]
        assert operation["responses"]["200"]
        assert operation["summary"]
    text = str(document)
    for name in document["components"]["schemas"]:
        assert f"#/components/schemas/{name}'" in text, name
    assert PhoneCallEventToCreate.__name__ in document["components"]["schemas"]


async def test_the_page_needs_nobody_else(service: Service) -> None:
    """The document as a readable page: everything that it loads is served here, and it may load nothing else."""
    url = f"{service.server.url}/docs"
    async with service.client.get(url) as response:
        text = await response.text()
        assert (response.status, response.content_type) == (200, "text/html")
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert "//" not in "".join(loaded)
    for name in loaded:
        if not name.startswith("data:"):
            async with service.client.get(f"{service.server.url}/{name}") as response:
                assert response.status == 200, name
                assert await response.read()
    assert (await service.ask("GET", "/docs/nothing.js", who=None)).code == "not_found"


async def test_requests_have_an_id_and_a_line_in_the_log(service: Service) -> None:
    """The line says what was asked, by whom and what came of it; no query, no token, no number."""
    token = service.people.tokens["alice"]
    with capture_logs() as logs:
        reply = await service.ask("GET", f"{EVENTS}?accessRequestToken={token}&x=canary", who=None)
        missing = await service.ask("GET", "/canary/nothing", who=None)
    first, second = (line for line in logs if line["event"] == "api_request")
    assert first["path"] == "/uapi/extensions/{userId}/{extension}/phoneCallEvents"
    assert (first["method"], first["status_code"]) == ("GET", 200)
    assert first["account_id"] == service.people.accounts["alice"]
    assert first["duration_ms"] >= 0
    assert (second["path"], second["status_code"], second["account_id"]) == ("unknown", 404, None)
    assert token not in str(logs)
    assert "canary" not in str(logs)
    assert reply.headers["X-Request-Id"] != missing.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
async def test_trailing_slashes_are_optional(service: Service, path: str) -> None:
    """Here too."""
    assert (await service.ask("GET", f"{path}/", who=None)).status == 200


async def test_nothing_reveals_the_server(service: Service) -> None:
    """There is no Server header and no CORS, so no page of another origin reads an answer."""
    reply = await service.ask("GET", EVENTS, headers={"Origin": "http://localhost:3000"})
    assert "Server" not in reply.headers
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]


async def test_metrics(service: Service) -> None:
    """They need no token, are in the format that is asked for, and a foreign Host gets none."""
    service.metrics.gauge("answer", "To everything.", lambda: 42)
    url = f"{service.server.url}/metrics"
    async with service.client.get(url) as response:
        assert (response.status, response.content_type) == (200, "text/plain")
        assert "\nanswer 42.0\n" in await response.text()
    accept = {"Accept": "application/openmetrics-text;version=1.0.0"}
    async with service.client.get(f"{url}/", headers=accept) as response:
        assert response.content_type == "application/openmetrics-text"
        assert (await response.text()).endswith("# EOF\n")
    reply = await service.ask("GET", "/metrics", who=None, headers={"Host": "rebound.example"})
    assert (reply.status, reply.code) == (403, "host_invalid")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_monitors_that_ask_with_head(service: Service, path: str) -> None:
    """They get the status and headers of a GET, and no body."""
    async with service.client.get(service.server.url + path) as response:
        whole = (response.status, response.content_type, response.headers["Cache-Control"])
    async with service.client.head(service.server.url + path) as response:
        assert (response.status, response.content_type, response.headers["Cache-Control"]) == whole
        assert await response.read() == b""
        assert int(response.headers["Content-Length"]) > 0


async def test_answers_are_counted_by_route(service: Service) -> None:
    """By the template, whatever stands in the path, and "unknown" where there is none."""
    for path in (EVENTS, "/canary/nothing", "/v1/gaps"):
        await service.ask("GET", path)
    await service.ask("DELETE", "/healthz")
    assert service.answered == [
        ("/uapi/extensions/{userId}/{extension}/phoneCallEvents", 200),
        ("unknown", 404),
        ("/v1/gaps", 200),
        ("/healthz", 405),
    ]
