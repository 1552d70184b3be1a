"""Answers as every program can read them: JSON, never cached, never empty."""

from typing import Any

from fastapi.responses import JSONResponse
from starlette.requests import Request

from amibridge.api.errors import ApiError, error_body


class Answer(JSONResponse):
    """A JSON answer."""

    media_type = "application/json; charset=UTF-8"

    def __init__(self, content: Any, status_code: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(content, status_code, {"Cache-Control": "no-store", **(headers or {})})


def error_answer(error: ApiError) -> Answer:
    """The answer that an error comes to."""
    return Answer(error_body(error.code, error.message), error.status, error.headers)


async def answer_api_error(_request: Request, error: Exception) -> Answer:
    """Answer an ``ApiError`` that a handler raised."""
    if not isinstance(error, ApiError):
        raise error
    return error_answer(error)
