"""The factory: everything below, put together."""

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from amibridge.api import oauth, openapi, page, phone_call_events, probes, stream, trials
from amibridge.api.answers import Answer, answer_api_error, error_answer
from amibridge.api.callers import HostCheck
from amibridge.api.dependencies import ApiDependencies
from amibridge.api.envelope import Envelope
from amibridge.api.errors import ApiError, invalid, method_not_allowed, not_found, unavailable
from amibridge.api.hosts import KnownHosts
from amibridge.api.service import PhoneCallEvents
from amibridge.api.throttle import WrongTokens
from amibridge.api.v1 import call_events, calls, deliveries, extensions, gaps
from amibridge.assignments.validation import InvalidRequestError
from amibridge.errors import StoreError
from amibridge.settings import ApiSettings

log = structlog.get_logger(__name__)


def create_app(dependencies: ApiDependencies) -> FastAPI:
    """The management API.

    Args:
        dependencies: What it uses of the daemon.
    """
    settings = dependencies.settings
    host_check = HostCheck(_known_hosts(settings))
    app = FastAPI(
        openapi_url=None,  # ours is a route like the others, with the same checks
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(host_check)],
        exception_handlers={
            ApiError: answer_api_error,
            InvalidRequestError: _answer_invalid,
            StoreError: _answer_store_error,
            404: _answer_unknown_path,
            405: _answer_wrong_method,
        },
    )
    app.state.dependencies = dependencies
    app.state.host_check = host_check
    app.state.wrong_tokens = WrongTokens(settings.wrong_tokens_per_minute)
    app.state.phone_call_events = PhoneCallEvents(dependencies)
    own = (extensions, call_events, calls, gaps, deliveries, stream)
    for part in (phone_call_events, trials, *own, oauth, probes, openapi, page):
        part.add_routes(app)
    app.add_middleware(Envelope, on_answer=dependencies.on_answer)
    return app


def use_settings(app: FastAPI, settings: ApiSettings) -> None:
    """Answer by other settings from now on, as far as they are not about where to listen."""
    app.state.host_check.known = _known_hosts(settings)
    app.state.wrong_tokens.limit = settings.wrong_tokens_per_minute


def _known_hosts(settings: ApiSettings) -> KnownHosts:
    return KnownHosts((settings.host, *settings.hosts))


async def _answer_invalid(_request: Request, error: InvalidRequestError) -> Answer:
    return error_answer(invalid(error))


async def _answer_store_error(_request: Request, error: StoreError) -> Answer:
    log.error("api_store_failed", reason=str(error))
    return error_answer(unavailable())


async def _answer_unknown_path(_request: Request, _error: HTTPException) -> Answer:
    return error_answer(not_found())


async def _answer_wrong_method(request: Request, _error: HTTPException) -> Answer:
    path = request.scope["path"]
    routes = [route for route in request.app.routes if isinstance(route, APIRoute) and route.path_regex.match(path)]
    methods = {method for route in routes for method in route.methods or ()}
    return error_answer(method_not_allowed(", ".join(sorted(methods))))
