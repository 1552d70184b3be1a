"""Several programs at once, and a store that fails."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from amibridge.api.dependencies import ApiDependencies
from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType
from amibridge.errors import StoreError
from tests.api.service import DRAFT, EVENTS, Service, running


async def test_concurrent_updates_lose_no_field(service: Service) -> None:
    """Programs that change different fields of one assignment at once all succeed."""
    created = await service.create()
    path = f"{EVENTS}/{created['id']}"
    changes = [{"note": "x"}, {"method": "0"}, {"url": "https://other.example/"}, {"status": "0"}]
    for _ in range(10):
        replies = await asyncio.gather(*(service.ask("PUT", path, json=change) for change in changes))
        assert {reply.status for reply in replies} == {200}
        (entry,) = (await service.ask("GET", path)).body["entry"]
        assert {name: entry[name] for change in changes for name in change} == {
            name: value for change in changes for name, value in change.items()
        }
        await service.ask("PUT", path, json={**DRAFT, "note": "", "status": 1})


async def test_updates_and_deletes_at_once(service: Service) -> None:
    """A deleted assignment stays deleted; who updates it meanwhile is told."""
    for _ in range(20):
        created = await service.create()
        path = f"{EVENTS}/{created['id']}"
        updated, deleted = await asyncio.gather(
            service.ask("PUT", path, json={"note": "x"}), service.ask("DELETE", path)
        )
        assert deleted.status == 200
        assert updated.status == 200 or updated.code == "pce_id_invalid"
        assert len(service.assignments.index) == 0


async def test_many_programs_at_once(service: Service) -> None:
    """Creates and lists side by side: every create is there, every list is whole."""
    paths = [f"{EVENTS}/{number % 5}" for number in range(60)]
    replies = await asyncio.gather(
        *(service.ask("POST", path, json=DRAFT) for path in paths),
        *(service.ask("GET", f"{EVENTS}?count=5000") for _ in range(20)),
    )
    assert {reply.status for reply in replies} == {200}
    assert (await service.ask("GET", EVENTS)).body["totalResults"] == 60


class FullDiskError(StoreError):
    """What a store says that can write nothing; the path must not reach programs."""

    def __str__(self) -> str:
        return "store /secret/place: the disk is full"


class FailingBook:
    """Assignments of a store that can be read but not written.

    Args:
        index: What can be read.
        error: What each change raises.
    """

    def __init__(self, index: AssignmentIndex, error: Exception) -> None:
        self.index = index
        self._error = error

    async def create(self, assignment: Assignment) -> None:  # noqa: ARG002 - the port has it
        """Fail."""
        raise self._error

    async def update(self, assignment: Assignment) -> None:  # noqa: ARG002 - the port has it
        """Fail."""
        raise self._error

    async def delete(self, assignment_ids: Sequence[str]) -> None:  # noqa: ARG002 - the port has it
        """Fail."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (FullDiskError(), 503, "service_unavailable"),
        (RuntimeError("secret detail"), 500, "internal_server_error"),
    ],
)
async def test_a_change_that_cannot_be_kept(tmp_path: Path, error: Exception, status: int, code: str) -> None:
    """Each change is refused in the error shape, the reason goes to the log alone, and lists still work."""

    def wrap(dependencies: ApiDependencies) -> ApiDependencies:
        book: Any = dependencies.assignments
        return replace(dependencies, assignments=FailingBook(book.index, error))

    async with running(tmp_path / "amibridge.db", wrap=wrap) as service:
        kept = Assignment(
            assignment_id="K", extension="210", type=EventType.DIAL_IN, method=Method.GET, url="http://x/", modified=0
        )
        service.assignments.index.put(kept)
        with capture_logs() as logs:
            for method in ("POST", "PUT", "DELETE"):
                path = f"{EVENTS}/K" if method != "POST" else f"{EVENTS}/0"
                reply = await service.ask(method, path, json=DRAFT)
                assert (reply.status, reply.code) == (status, code)
                assert "secret" not in str(reply.body)
        assert (await service.ask("GET", EVENTS)).body["totalResults"] == 1
        assert service.assignments.index.get("K") is kept
        told = [line for line in logs if line["log_level"] == "error"]
        assert len(told) == 3
        assert service.changes == []
