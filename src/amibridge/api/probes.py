"""Whether the daemon lives, and whether it does its work: for service managers and monitoring, without a token."""

from typing import Any

from fastapi import FastAPI

from amibridge.api.answers import Answer
from amibridge.api.dependencies import Dependencies
from amibridge.api.documented import OF_EVERY_ROUTE, error_responses
from amibridge.api.errors import error_body
from amibridge.api.schemas import NotReadyAnswer, StateAnswer

HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"


async def healthz() -> Answer:
    """Say that the daemon is alive."""
    return Answer({"status": "alive"})


async def readyz(dependencies: Dependencies) -> Answer:
    """Say whether the daemon does its work, and else what keeps it from it."""
    health = dependencies.health()
    if health.ready:
        return Answer({"status": "ready"})
    body = error_body("service_unavailable", "the daemon is not ready: see reasons")
    return Answer({**body, "reasons": list(health.reasons)}, 503)


def add_routes(app: FastAPI) -> None:
    """Serve both probes."""
    errors = error_responses(*OF_EVERY_ROUTE)
    alive: dict[int | str, dict[str, Any]] = {200: {"model": StateAnswer, "description": "It is alive."}}
    ready: dict[int | str, dict[str, Any]] = {200: {"model": StateAnswer, "description": "It is ready."}}
    not_ready: dict[int | str, dict[str, Any]] = {503: {"model": NotReadyAnswer, "description": "It is not ready."}}
    app.add_api_route(HEALTH_PATH, healthz, methods=["GET"], tags=["Service"], responses={**errors, **alive})
    app.add_api_route(READY_PATH, readyz, methods=["GET"], tags=["Service"], responses={**errors, **not_ready, **ready})
