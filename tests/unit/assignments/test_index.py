"""The index that answers who wants an event."""

from dataclasses import replace

from amibridge.assignments.index import AssignmentIndex
from amibridge.calls.events import EventType
from tests.unit.assignments.samples import HOOK


def test_only_enabled_assignments_of_that_extension_and_type_match() -> None:
    """In the order in which they were made."""
    second = replace(HOOK, assignment_id="B")
    index = AssignmentIndex(
        [
            HOOK,
            second,
            replace(HOOK, assignment_id="C", enabled=False),
            replace(HOOK, assignment_id="D", extension="220"),
            replace(HOOK, assignment_id="E", type=EventType.HANGUP),
        ]
    )
    assert index.matches("210", EventType.DIAL_IN) == [HOOK, second]
    assert index.matches("999", EventType.DIAL_IN) == []


def test_of_extension_shows_disabled_ones_too() -> None:
    """Of one type, or of all."""
    disabled = replace(HOOK, assignment_id="C", enabled=False)
    hangup = replace(HOOK, assignment_id="E", type=EventType.HANGUP)
    index = AssignmentIndex([hangup, HOOK, disabled])
    assert index.of_extension("210") == [HOOK, disabled, hangup]
    assert index.of_extension("210", EventType.HANGUP) == [hangup]


def test_putting_an_id_again_replaces_it() -> None:
    """The former one no longer matches, wherever it stood."""
    index = AssignmentIndex([HOOK])
    index.put(replace(HOOK, type=EventType.HANGUP))
    assert index.matches("210", EventType.DIAL_IN) == []
    assert len(index) == 1


def test_removing_leaves_nothing_behind() -> None:
    """An unknown id changes nothing."""
    other = replace(HOOK, assignment_id="B")
    index = AssignmentIndex([HOOK, other])
    index.remove("unknown")
    assert index.get(HOOK.assignment_id) is HOOK
    index.remove("B")
    assert index.of_extension("210") == [HOOK]
    index.remove(HOOK.assignment_id)
    assert index.get(HOOK.assignment_id) is None
    assert index.of_extension("210") == []
    assert len(index) == 0
