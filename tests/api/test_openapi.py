"""Hostile requests made from the served document: never a 5xx, never an answer that the document does not announce."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import Draft202012Validator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from amibridge.calls.events import EventType
from amibridge.calls.hearing import Gap
from amibridge.calls.journal import OpenPart
from amibridge.settings import ApiSettings
from amibridge.store.calls import CallBatch
from tests.api.document import served, written
from tests.api.happened import deliver, event
from tests.api.service import running

DOCUMENT = Path(__file__).parents[2] / "docs/openapi.json"

EXAMPLES = 15
"""Requests an operation and mode."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPERATIONS = {GenerationMode.POSITIVE: 26, GenerationMode.NEGATIVE: 22}
"""All but the document itself, which is where they are read; three take nothing that could be wrong."""


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("who", ["administrator", "alice", "nobody"])
async def test_every_answer_is_announced(tmp_path: Path, mode: GenerationMode, who: str) -> None:
    """For programs with all rights, some and none; for requests that fit the document and requests that do not."""
    generous = ApiSettings(port=0, wrong_tokens_per_minute=10_000)
    async with running(tmp_path / "amibridge.db", settings=generous) as service:
        for event_type in EventType:
            resource = await service.create(f"/uapi/extensions/@me/210/phoneCallEvents/{int(event_type)}")
            await deliver(service, event("210", int(event_type), event_type), resource["id"])
            service.parts.append(
                OpenPart(
                    dial=event("210", 10 + event_type),
                    answered=bool(event_type),
                    called_extension="",
                    called_did="",
                    call_api_id="",
                )
            )
        await service.calls.record(CallBatch(gaps=[Gap(lost_at=1, back_at=2, reason="cut")], recorded_at=2))
        service.hub.close()  # so that a stream says good-bye and ends
        token = service.people.tokens.get(who, "nobody's")
        tried = await asyncio.to_thread(attack, service.server.url, {"Authorization": f"Bearer {token}"}, mode)
        assert tried == OPERATIONS[mode]


def attack(url: str, headers: dict[str, str], mode: GenerationMode, *, examples: int = EXAMPLES) -> int:
    """Try each operation with so many requests; returns how many operations there were."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    if mode is GenerationMode.NEGATIVE:
        operations = [one for one in operations if one.path_parameters or one.query or one.body]
    for operation in operations:
        _try(operation, headers, mode, examples)
    return len(operations)


def _try(operation: Any, headers: dict[str, str], mode: GenerationMode, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Case[Any]) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=10)

    attempt()


async def test_the_committed_document_is_the_served_one() -> None:
    """Who reads docs/openapi.json reads what the server says."""
    assert written(await served()) == DOCUMENT.read_text(encoding="utf-8"), "after a change of the API: make openapi"


async def test_examples_are_true() -> None:
    """Each example of a shape is one."""
    schemas = (await served())["components"]["schemas"]
    tried = 0
    for name, schema in schemas.items():
        validator = Draft202012Validator({**schema, "components": {"schemas": schemas}})
        for example in schema.get("examples", ()):
            assert [fault.message for fault in validator.iter_errors(example)] == [], name
            tried += 1
    assert tried >= 10
