"""How the API writes an assignment."""

from dataclasses import replace

from amibridge.assignments.resource import FIELDS
from tests.unit.assignments.samples import HOOK


def test_all_fields_are_strings() -> None:
    """Numbers go out as strings, the time with its offset."""
    link = "http://127.0.0.1:8480/uapi/x"
    assert HOOK.as_json(link) == {
        "type": "0",
        "id": "A" * 30,
        "method": "1",
        "url": "https://crm.example/hook?tenant=7",
        "status": "1",
        "note": "screen pop",
        "modified": "2026-11-22T10:11:12+00:00",
        "links": {"self": link},
    }
    assert tuple(HOOK.as_json(link)) == FIELDS


def test_a_field_without_a_value_is_left_out() -> None:
    """There is no empty note."""
    assert "note" not in replace(HOOK, note="").as_json("")


def test_a_disabled_assignment_says_so() -> None:
    """Its status is 0."""
    assert replace(HOOK, enabled=False).values()["status"] == "0"
