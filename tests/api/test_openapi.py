"""Hostile requests made from the served document: never a 5xx, never an answer that the document does not announce."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from amibridge.settings import ApiSettings
from tests.api.service import running

EXAMPLES = 15
"""Requests an operation and mode."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPERATIONS = {GenerationMode.POSITIVE: 13, GenerationMode.NEGATIVE: 11}
"""All but the document itself, which is where they are read; two take nothing that could be wrong."""


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("who", ["administrator", "alice", "nobody"])
async def test_every_answer_is_announced(tmp_path: Path, mode: GenerationMode, who: str) -> None:
    """For programs with all rights, some and none; for requests that fit the document and requests that do not."""
    generous = ApiSettings(port=0, wrong_tokens_per_minute=10_000)
    async with running(tmp_path / "amibridge.db", settings=generous) as service:
        for event_type in range(5):
            await service.create(f"/uapi/extensions/@me/210/phoneCallEvents/{event_type}")
        token = service.people.tokens.get(who, "nobody's")
        tried = await asyncio.to_thread(attack, service.server.url, {"Authorization": f"Bearer {token}"}, mode)
        assert tried == OPERATIONS[mode]


def attack(url: str, headers: dict[str, str], mode: GenerationMode) -> int:
    """Try each operation; returns how many there were."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    if mode is GenerationMode.NEGATIVE:
        operations = [one for one in operations if one.path_parameters or one.query or one.body]
    for operation in operations:
        _try(operation, headers, mode)
    return len(operations)


def _try(operation: Any, headers: dict[str, str], mode: GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Case[Any]) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=10)

    attempt()
