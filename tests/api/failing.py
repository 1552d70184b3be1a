"""A store that can be read but not written, for the API to stand on."""

from collections.abc import Sequence

from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment
from amibridge.errors import StoreError


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
