"""From bodies to drafts and changes, and each way to be wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.assignments.resource import Method
from amibridge.assignments.validation import (
    NOTE_LIMIT,
    Change,
    Draft,
    InvalidRequestError,
    change_of,
    draft_of,
    event_type_of,
)
from amibridge.calls.events import EventType
from tests.unit.assignments.samples import HOOK

URL = "https://crm.example/hook"
LEAST: dict[str, Any] = {"type": "0", "method": "0", "url": URL}
NOTHING = Change(method=None, url=None, enabled=None, note=None)

WRONG: dict[str, list[Any]] = {
    "method": ["", "2", "GET", "00", "\u0660", -1, 2, True, 1.0, [], {}],
    "url": ["", "crm.example", "http://u:p@crm.example", 7, True, []],
    "status": ["", "2", "on", True, False, 1.0, []],
    "note": ["\0", "\x1b[31m", "\ud800", "a" * 1025, True, 1.5, []],
}
WRONG_TYPES: list[Any] = ["", "5", "00", "dial-in", "\u0662", 5, -1, True, 0.0, []]
SHARED_FAULTS = [({name: value}, f"pce_{name}_invalid") for name, values in WRONG.items() for value in values]
"""The same in create and update."""


@pytest.mark.parametrize(
    ("body", "path_type", "draft"),
    [
        (
            LEAST,
            None,
            Draft(type=EventType.DIAL_IN, method=Method.GET, url=URL, enabled=True, note=""),
        ),
        (
            {"type": 4, "method": 1, "url": URL, "status": 0, "note": 7, "colour": "red"},
            None,
            Draft(type=EventType.ANSWER_OUT, method=Method.POST, url=URL, enabled=False, note="7"),
        ),
        (
            {"type": "2", "method": "1", "url": URL, "status": "1", "note": "Zoë\n📞"},
            EventType.HANGUP,
            Draft(type=EventType.HANGUP, method=Method.POST, url=URL, enabled=True, note="Zoë\n📞"),
        ),
        (
            {"type": None, "id": None, "method": "0", "url": URL, "status": None, "note": None},
            EventType.ANSWER_IN,
            Draft(type=EventType.ANSWER_IN, method=Method.GET, url=URL, enabled=True, note=""),
        ),
        (
            {**LEAST, "note": "a" * NOTE_LIMIT},
            None,
            Draft(type=EventType.DIAL_IN, method=Method.GET, url=URL, enabled=True, note="a" * NOTE_LIMIT),
        ),
    ],
)
def test_drafts(body: dict[str, Any], path_type: EventType | None, draft: Draft) -> None:
    """Strings and numbers are both accepted, null is nothing sent, and foreign fields are ignored."""
    assert draft_of(body, path_type=path_type) == draft


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": None}, "pcet_type_invalid"),
        *(({"type": value}, "pcet_type_invalid") for value in WRONG_TYPES),
        ({"id": "abc"}, "pce_id_invalid"),
        ({"id": ""}, "pce_id_invalid"),
        ({"method": None}, "pce_method_invalid"),
        ({"url": None}, "pce_url_invalid"),
        *SHARED_FAULTS,
    ],
)
def test_wrong_creates(body: dict[str, Any], code: str) -> None:
    """Each fault has its code."""
    with pytest.raises(InvalidRequestError) as raised:
        draft_of({**LEAST, **body}, path_type=None)
    assert raised.value.code == code
    assert str(raised.value)


def test_the_type_in_path_and_body_must_agree() -> None:
    """The message says which is which."""
    with pytest.raises(InvalidRequestError, match="0 in the body but 2 by the path") as raised:
        draft_of(LEAST, path_type=EventType.HANGUP)
    assert raised.value.code == "pcet_type_invalid"


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ({}, NOTHING),
        ({"type": "0", "id": "A" * 30, "modified": "whenever", "links": {}}, NOTHING),
        ({"type": 0, "method": None, "url": None, "status": None, "note": None}, NOTHING),
        ({"method": "0", "note": ""}, Change(method=Method.GET, url=None, enabled=None, note="")),
        ({"url": URL, "status": "0"}, Change(method=None, url=URL, enabled=False, note=None)),
    ],
)
def test_changes(body: dict[str, Any], change: Change) -> None:
    """What is not sent stays, and the resource may be sent back as it came."""
    assert change_of(body, current=HOOK) == change


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "1"}, "pce_type_invalid"),
        ({"type": "x"}, "pce_type_invalid"),
        ({"id": "B" * 30}, "pce_id_invalid"),
        ({"id": ["A" * 30]}, "pce_id_invalid"),
        *SHARED_FAULTS,
    ],
)
def test_wrong_updates(body: dict[str, Any], code: str) -> None:
    """Each fault has its code."""
    with pytest.raises(InvalidRequestError) as raised:
        change_of(body, current=HOOK)
    assert raised.value.code == code


def test_the_first_fault_is_told() -> None:
    """In the order type, id, method, url, status, note."""
    wrong = {"type": "9", "id": "x", "method": "9", "url": "x", "status": "9", "note": "\0"}
    right = {**LEAST, "id": None, "status": "1", "note": ""}
    codes = ["pcet_type_invalid"] + [f"pce_{name}_invalid" for name in ("id", "method", "url", "status", "note")]
    for name, code in zip(wrong, codes, strict=True):
        with pytest.raises(InvalidRequestError) as raised:
            draft_of(wrong, path_type=None)
        assert raised.value.code == code
        wrong = {**wrong, name: right[name]}


def test_applying_a_change() -> None:
    """Only what it names changes, and then the time of change does."""
    changed = change_of({"status": "0"}, current=HOOK).applied_to(HOOK, at=7.0)
    assert (changed.enabled, changed.modified) == (False, 7.0)
    assert (changed.url, changed.note, changed.method) == (HOOK.url, HOOK.note, HOOK.method)
    assert NOTHING.applied_to(HOOK, at=7.0) is HOOK
    assert change_of({"url": HOOK.url}, current=HOOK).applied_to(HOOK, at=7.0) is HOOK


def test_types_by_name() -> None:
    """One digit, 0 to 4."""
    assert [event_type_of(text) for text in ("0", "4", "5", "00", "")] == [
        EventType.DIAL_IN,
        EventType.ANSWER_OUT,
        None,
        None,
        None,
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=5,
)
BODIES = st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "id", "method", "url", "status", "note"), JSON))


@given(BODIES)
def test_no_body_breaks_validation(body: dict[str, Any]) -> None:
    """Whatever JSON comes, the answer is a draft and a change, or a fault that names its field."""
    for validate in (lambda: draft_of(body, path_type=None), lambda: change_of(body, current=HOOK)):
        try:
            validate()
        except InvalidRequestError as error:
            assert error.code.split("_")[1] in {"type", "id", "method", "url", "status", "note"}  # noqa: PT017
