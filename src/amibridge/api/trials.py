"""A test notification for an assignment: sent once, marked as a test, and answered with what came of it."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Request

from amibridge.api.answers import Answer
from amibridge.api.body import WholeBody
from amibridge.api.dependencies import Dependencies
from amibridge.api.documented import Documented
from amibridge.api.phone_call_events import BASES, COLLECTION
from amibridge.api.places import EventTarget, event_by_type_and_id
from amibridge.api.v1.schemas import Trial

TRIALS_AT_ONCE: Final = 8
"""A receiver that hangs must not take more than so many connections; other trials wait for their turn."""


async def send_test(
    request: Request,
    target: Annotated[EventTarget, Depends(event_by_type_and_id)],
    dependencies: Dependencies,
    _body: WholeBody,
) -> Answer:
    """Call the assigned URL once with a made-up event, marked by the parameter `Test=1`; say what came of it."""
    turns: asyncio.Semaphore = request.app.state.trial_turns
    async with turns:
        outcome = await dependencies.try_out(target.assignment)
    return Answer({**asdict(outcome), "duration_seconds": round(outcome.duration_seconds, 6)})


def add_routes(app: FastAPI) -> None:
    """Put the route below each base."""
    app.state.trial_turns = asyncio.Semaphore(TRIALS_AT_ONCE)
    for base in BASES:
        app.add_api_route(
            f"{base}{COLLECTION}/{{type}}/{{id}}/test",
            methods=["POST"],
            include_in_schema=base == BASES[0],
            **_TRIES.route("PhoneCallEvents", send_test),
        )


_TRIES: Final = Documented(
    success=Trial,
    success_text="What came of it, whether it was delivered or not.",
    codes=("user_invalid", "extension_invalid", "pce_type_invalid", "pce_id_invalid", "request_too_large"),
)
