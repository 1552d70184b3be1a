"""Whether the daemon lives, and whether it does its work: for service managers and monitoring, without a token."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from amibridge.api.answers import Answer
from amibridge.api.dependencies import Dependencies
from amibridge.api.documented import OF_EVERY_ROUTE, error_responses
from amibridge.api.errors import error_body
from amibridge.api.schemas import LifeAnswer, NotReadyAnswer, ReadyAnswer
from amibridge.health import Health

HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"
METRICS_PATH = "/metrics"


async def healthz() -> Answer:
    """Say that the daemon is alive."""
    return Answer({"status": "alive"})


async def readyz(dependencies: Dependencies) -> Answer:
    """Say whether the daemon does its work, and else what keeps it from it."""
    health = dependencies.health()
    if health.ready:
        return Answer({"status": "ready", "parts": _states(health)})
    body = error_body("service_unavailable", "the daemon is not ready: see reasons")
    return Answer({**body, "reasons": list(health.reasons), "parts": _states(health)}, 503)


async def metrics(request: Request, dependencies: Dependencies) -> Response:
    """Show what is counted and measured, for Prometheus."""
    shown = await dependencies.metrics(request.headers.get("Accept", ""))
    headers = {"Content-Type": shown.content_type, "Cache-Control": "no-store"}
    return Response(shown.content, headers=headers)


def _states(health: Health) -> dict[str, str]:
    return {part.value: "ready" if works else "not ready" for part, works in health.parts.items()}


def add_routes(app: FastAPI) -> None:
    """Serve both probes and the metrics; some monitors ask with HEAD, which the server answers without a body."""
    errors = error_responses(*OF_EVERY_ROUTE)
    alive: dict[int | str, dict[str, Any]] = {200: {"model": LifeAnswer, "description": "It is alive."}}
    ready: dict[int | str, dict[str, Any]] = {200: {"model": ReadyAnswer, "description": "It is ready."}}
    not_ready: dict[int | str, dict[str, Any]] = {503: {"model": NotReadyAnswer, "description": "It is not ready."}}
    app.add_api_route(HEALTH_PATH, healthz, methods=["GET"], tags=["Service"], responses={**errors, **alive})
    app.add_api_route(READY_PATH, readyz, methods=["GET"], tags=["Service"], responses={**errors, **not_ready, **ready})
    app.add_api_route(
        METRICS_PATH,
        metrics,
        methods=["GET"],
        tags=["Service"],
        response_class=Response,
        responses={
            200: {
                "description": "All metrics, in the format that is asked for.",
                "content": {
                    content: {"schema": {"type": "string"}}
                    for content in ("text/plain", "application/openmetrics-text")
                },
            },
            **errors,
        },
    )
    for path, handler in ((HEALTH_PATH, healthz), (READY_PATH, readyz), (METRICS_PATH, metrics)):
        app.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False)
