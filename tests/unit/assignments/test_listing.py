"""Which assignments a list shows."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.assignments.listing import Filter, FilterOp, ListQuery, Neighbour, Page, list_query_of, page_of
from amibridge.assignments.resource import FIELDS, VALUE_FIELDS, Assignment, Method
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
        ({"filterValue": "ignored without filterBy", "filterby": "note"}, "BCA"),
    ],
)
def test_lists(parameters: dict[str, str], ids: str) -> None:
    """Filtered, sorted by URL and then id, cut."""
    assert shown(parameters) == ids


FILTERS = """
    type      equals      0                            BC
    type      equals      2                            A
    type      equals      02
    type      contains    2                            A
    type      startsWith  0                            BC
    type      inArray     0,1                          BC
    type      inArray     2,0                          BCA
    type      present     9                            BCA
    id        equals      B                            B
    id        equals      b
    id        contains    A                            A
    id        startsWith  C                            C
    id        startsWith  AB
    id        inArray     A,C,D                        CA
    id        inArray     A,                           A
    id        present     -                            BCA
    method    equals      0                            B
    method    equals      1                            CA
    method    contains    1                            CA
    method    startsWith  0                            B
    method    inArray     0,1                          BCA
    method    inArray     GET
    method    present     -                            BCA
    url       equals      https://a.example/y          BC
    url       equals      https://a.example/
    url       equals      HTTPS://A.EXAMPLE/Y
    url       contains    example                      BCA
    url       contains    b.ex                         A
    url       contains    EXAMPLE
    url       startsWith  https://a.                   BC
    url       startsWith  a.
    url       inArray     x,https://b.example/x        A
    url       inArray     https://a.example/y          BC
    url       present     -                            BCA
    status    equals      1                            BA
    status    equals      0                            C
    status    equals      true
    status    contains    0                            C
    status    startsWith  1                            BA
    status    inArray     1,0                          BCA
    status    inArray     10
    status    present     -                            BCA
    note      equals      screen                       C
    note      equals      Screen
    note      contains    ee                           CA
    note      contains    pop                          A
    note      startsWith  screen                       CA
    note      startsWith  pop
    note      inArray     pop,screen                   C
    note      inArray     screen,none                  C
    note      present     -                            CA
    modified  equals      2026-11-22T10:11:12+00:00    BCA
    modified  equals      2026-11-22
    modified  contains    T10:                         BCA
    modified  startsWith  2026-11-                     BCA
    modified  startsWith  2027
    modified  inArray     2026-11-22T10:11:12+00:00,x  BCA
    modified  present     -                            BCA
"""
"""Field, operation, value, and the ids that are shown: of A, B and C, in order."""


def test_every_field_by_every_operation() -> None:
    """Values are compared as programs get them, letter by letter."""
    rows = [line.split() for line in FILTERS.strip().splitlines()]
    for field, op, value, *ids in rows:
        parameters = {"filterBy": field, "filterOp": op, "filterValue": value}
        assert shown(parameters) == "".join(ids), parameters
        if op == "equals":
            assert shown({"filterBy": field, "filterValue": value}) == "".join(ids)
    assert {(field, op) for field, op, *_ in rows} == set(product(VALUE_FIELDS, FilterOp))


@pytest.mark.parametrize(
    ("op", "ids"), [("equals", ""), ("contains", "CA"), ("startsWith", "CA"), ("inArray", ""), ("present", "CA")]
)
def test_an_empty_value(op: str, ids: str) -> None:
    """It is contained in every note that there is, and equals none; ``present`` needs no value at all."""
    assert shown({"filterBy": "note", "filterOp": op, "filterValue": ""}) == ids
    if op == "present":
        assert shown({"filterBy": "note", "filterOp": op}) == ids


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


def at(start_index: int, count: int) -> Neighbour:
    """A page."""
    return Neighbour(start_index=start_index, count=count)


@pytest.mark.parametrize(
    ("number", "start_index", "count", "previous", "following"),
    [
        (0, 0, 2, None, None),
        (0, 7, 2, None, None),
        (3, 0, 2, None, at(2, 2)),
        (3, 2, 2, at(0, 2), None),
        (3, 1, 2, at(0, 1), None),
        (3, 0, 3, None, None),
        (3, 3, 2, at(1, 2), None),
        (3, 5000, 2, at(1, 2), None),
        (3, 5000, 5000, at(0, 3), None),
        (5100, 4950, 50, at(4900, 50), at(5000, 50)),
        (5100, 4951, 50, at(4901, 50), None),
        (5100, 5000, 50, at(4950, 50), None),
        (5100, 0, 5000, None, at(5000, 5000)),
        (5100, 1, 5000, at(0, 1), None),
    ],
)
def test_neighbours(
    number: int, start_index: int, count: int, previous: Neighbour | None, following: Neighbour | None
) -> None:
    """A next page only where there are entries and 5000 is not passed; a previous one ends where this one begins."""
    entries = [replace(HOOK, assignment_id=f"{index:05}") for index in range(number)]
    page = page_of(entries, ListQuery(count=count, start_index=start_index))
    assert (page.total, page.previous, page.next) == (number, previous, following)


@given(st.integers(0, 60), st.integers(1, 20), st.integers(0, 70), st.sampled_from(["asc", "desc"]))
def test_pages_neither_overlap_nor_leave_out(number: int, count: int, start: int, order: str) -> None:
    """Following the pages either way from anywhere shows every entry on that side once, in one order."""
    descending = order == "desc"
    entries = [
        replace(HOOK, assignment_id=f"{index:03}", url=f"https://{index % 7}.example/") for index in range(number)
    ]
    whole = sorted(entries, key=lambda one: (one.url, one.assignment_id), reverse=descending)

    def page(neighbour: Neighbour) -> Page:
        query = ListQuery(count=neighbour.count, start_index=neighbour.start_index, descending=descending)
        return page_of(entries, query)

    after: list[Assignment] = []
    step: Neighbour | None = at(start, count)
    while step is not None:
        shown_now = page(step)
        after += shown_now.entries
        step = shown_now.next
    assert after == whole[start:]
    before: list[Assignment] = []
    step = page(at(start, count)).previous
    while step is not None:
        shown_now = page(step)
        before = [*shown_now.entries, *before]
        step = shown_now.previous
    assert before == whole[:start]
