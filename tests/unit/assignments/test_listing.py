"""Which assignments a list shows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.assignments.listing import Filter, FilterOp, ListQuery, list_query_of, page_of
from amibridge.assignments.resource import FIELDS, Method
from amibridge.assignments.validation import InvalidRequestError
from amibridge.calls.events import EventType
from tests.unit.assignments.samples import HOOK

A = replace(HOOK, assignment_id="A", url="https://b.example/x", note="screen pop", type=EventType.HANGUP)
B = replace(HOOK, assignment_id="B", url="https://a.example/y", note="", method=Method.GET)
C = replace(HOOK, assignment_id="C", url="https://a.example/y", note="screen", enabled=False)
ALL = (A, B, C)


def shown(parameters: dict[str, str]) -> str:
    """The ids on the page, in order."""
    return "".join(one.assignment_id for one in page_of(ALL, list_query_of(parameters)).entries)


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({}, "BCA"),
        ({"sortOrder": "ascending"}, "BCA"),
        ({"sortOrder": "desc"}, "ACB"),
        ({"sortOrder": "descending"}, "ACB"),
        ({"count": "1"}, "B"),
        ({"count": "1", "startIndex": "2"}, "A"),
        ({"startIndex": "5000"}, ""),
        ({"filterBy": "note", "filterValue": "screen"}, "C"),
        ({"filterBy": "note", "filterValue": ""}, ""),
        ({"filterBy": "note", "filterOp": "contains", "filterValue": "pop"}, "A"),
        ({"filterBy": "note", "filterOp": "contains", "filterValue": ""}, "CA"),
        ({"filterBy": "url", "filterOp": "startsWith", "filterValue": "https://a."}, "BC"),
        ({"filterBy": "id", "filterOp": "inArray", "filterValue": "A,C,D"}, "CA"),
        ({"filterBy": "note", "filterOp": "present"}, "CA"),
        ({"filterBy": "type", "filterValue": "2"}, "A"),
        ({"filterBy": "method", "filterValue": "0"}, "B"),
        ({"filterBy": "status", "filterValue": "0"}, "C"),
        ({"filterBy": "modified", "filterOp": "startsWith", "filterValue": "2026-11"}, "BCA"),
        ({"filterValue": "ignored without filterBy", "filterby": "note"}, "BCA"),
    ],
)
def test_lists(parameters: dict[str, str], ids: str) -> None:
    """Filtered, sorted by URL and then id, cut."""
    assert shown(parameters) == ids


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        *(
            ({"count": wrong}, "count_invalid")
            for wrong in ("", "0", "5001", "-1", "1.0", "ten", "٣", " 1", "9" * 5000)
        ),
        *(({"startIndex": wrong}, "startindex_invalid") for wrong in ("", "-1", "5001", "x")),
        *(({"filterBy": wrong, "filterValue": "x"}, "filterby_invalid") for wrong in ("", "links", "Type", "owner")),
        *(({"filterBy": "url", "filterOp": wrong}, "filterop_invalid") for wrong in ("", "startswith", "like")),
        ({"filterOp": "like"}, "filterop_invalid"),
        ({"filterBy": "url"}, "filtervalue_invalid"),
        ({"filterBy": "url", "filterOp": "inArray"}, "filtervalue_invalid"),
        *(({"fields": wrong}, "fields_invalid") for wrong in ("", "url,", "Url", "owner")),
        *(({"sortOrder": wrong}, "sortorder_invalid") for wrong in ("", "up", "ASC")),
        ({"count": "0", "startIndex": "x", "sortOrder": "up"}, "count_invalid"),
    ],
)
def test_wrong_parameters(parameters: dict[str, str], code: str) -> None:
    """Each parameter has its code; of several faults the first counts."""
    with pytest.raises(InvalidRequestError) as raised:
        list_query_of(parameters)
    assert raised.value.code == code


def test_what_is_asked_for() -> None:
    """Fields come in the resource's order, once, spaces around them do no harm."""
    query = list_query_of({"fields": "url, id,url", "filterBy": "note", "filterValue": "x", "count": "5000"})
    assert query == ListQuery(
        count=5000, filter=Filter(field="note", op=FilterOp.EQUALS, value="x"), fields=("id", "url")
    )
    assert list_query_of({}).fields == FIELDS


def test_neighbours() -> None:
    """There is a next page only where there are entries, and a previous one only after the start."""
    first = page_of(ALL, ListQuery(count=2))
    assert (first.total, first.next_index, first.previous_index) == (3, 2, None)
    last = page_of(ALL, ListQuery(count=2, start_index=2))
    assert (last.next_index, last.previous_index) == (None, 0)
    assert page_of(ALL, ListQuery(count=3)).next_index is None


def test_no_page_beyond_what_may_be_asked_for() -> None:
    """The start ends at 5000, so no page links beyond it."""
    many = [replace(HOOK, assignment_id=f"{index:05}") for index in range(5100)]
    assert page_of(many, ListQuery(count=50, start_index=4950)).next_index == 5000
    assert page_of(many, ListQuery(count=50, start_index=4951)).next_index is None


@given(st.integers(0, 60), st.integers(1, 20), st.sampled_from(["asc", "desc"]))
def test_pages_neither_overlap_nor_leave_out(number: int, count: int, order: str) -> None:
    """Following the next pages shows every entry exactly once, in one order."""
    descending = order == "desc"
    entries = [
        replace(HOOK, assignment_id=f"{index:03}", url=f"https://{index % 7}.example/") for index in range(number)
    ]
    seen: list[str] = []
    index: int | None = 0
    while index is not None:
        page = page_of(entries, ListQuery(count=count, start_index=index, descending=descending))
        seen += [one.assignment_id for one in page.entries]
        index = page.next_index
    whole = sorted(entries, key=lambda one: (one.url, one.assignment_id), reverse=descending)
    assert seen == [one.assignment_id for one in whole]
