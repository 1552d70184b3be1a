"""Who wants this event: the assignments in memory, found in constant time."""

from collections.abc import Iterable

from amibridge.assignments.resource import Assignment
from amibridge.calls.events import EventType


class AssignmentIndex:
    """All assignments by id and by (extension, type); changed by the store's shell after its commit."""

    def __init__(self, assignments: Iterable[Assignment] = ()) -> None:
        self._by_id: dict[str, Assignment] = {}
        self._by_match: dict[tuple[str, EventType], dict[str, Assignment]] = {}
        for assignment in assignments:
            self.put(assignment)

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, assignment_id: str) -> Assignment | None:
        """The assignment of that id, or None."""
        return self._by_id.get(assignment_id)

    def matches(self, extension: str, event_type: EventType) -> list[Assignment]:
        """The enabled assignments that want this event, oldest first."""
        wanted = self._by_match.get((extension, event_type))
        return [assignment for assignment in wanted.values() if assignment.enabled] if wanted else []

    def of_extension(self, extension: str, event_type: EventType | None = None) -> list[Assignment]:
        """The assignments of an extension, of one type or of all, disabled ones included."""
        types = EventType if event_type is None else (event_type,)
        return [one for kind in types for one in self._by_match.get((extension, kind), {}).values()]

    def put(self, assignment: Assignment) -> None:
        """Add an assignment, or replace the one of the same id."""
        self.remove(assignment.assignment_id)
        self._by_id[assignment.assignment_id] = assignment
        self._by_match.setdefault((assignment.extension, assignment.type), {})[assignment.assignment_id] = assignment

    def remove(self, assignment_id: str) -> None:
        """Forget an assignment; an unknown id changes nothing."""
        known = self._by_id.pop(assignment_id, None)
        if known is None:
            return
        key = (known.extension, known.type)
        self._by_match[key].pop(assignment_id)
        if not self._by_match[key]:
            del self._by_match[key]
