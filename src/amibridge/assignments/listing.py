"""Which assignments a list shows: filtered, in an order that does not change between pages, cut to a page."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amibridge.assignments.resource import FIELDS, VALUE_FIELDS, Assignment
from amibridge.assignments.validation import InvalidRequestError

COUNT_DEFAULT: Final = 20
"""Entries of a page when nobody says how many."""
LIMIT: Final = 5000
"""The largest ``count`` and ``startIndex``."""

_NUMBER: Final = re.compile(r"[0-9]{1,9}")


class FilterOp(StrEnum):
    """How a field is compared."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    IN_ARRAY = "inArray"
    PRESENT = "present"


_TESTS: Final[Mapping[FilterOp, Callable[[str, str], bool]]] = {
    FilterOp.EQUALS: lambda value, wanted: value == wanted,
    FilterOp.CONTAINS: lambda value, wanted: wanted in value,
    FilterOp.STARTS_WITH: lambda value, wanted: value.startswith(wanted),
    FilterOp.IN_ARRAY: lambda value, wanted: value in wanted.split(","),
    FilterOp.PRESENT: lambda value, wanted: True,  # noqa: ARG005 - the field is there: that is the whole test
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Shows only the assignments of which a field fits."""

    field: str
    op: FilterOp
    value: str

    def fits(self, assignment: Assignment) -> bool:
        """Whether the assignment is shown."""
        found = assignment.values().get(self.field)
        return found is not None and _TESTS[self.op](found, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list was asked for."""

    count: int = COUNT_DEFAULT
    start_index: int = 0
    filter: Filter | None = None
    fields: tuple[str, ...] = FIELDS
    """What each entry shows."""
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another page of the same list."""

    start_index: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list."""

    entries: tuple[Assignment, ...]
    total: int
    """How many there are on all pages."""
    next: Neighbour | None
    """None: there is none, or none that may be asked for."""
    previous: Neighbour | None
    """It ends where this page begins (or the list ends); the first one may be shorter than the others."""


def list_query_of(parameters: Mapping[str, str]) -> ListQuery:
    """What the parameters of a URL ask for; unknown ones are ignored.

    Raises:
        InvalidRequestError: The first fault, in the order of the fields of ``ListQuery``.
    """
    return ListQuery(
        count=_number(parameters, "count", least=1, default=COUNT_DEFAULT),
        start_index=_number(parameters, "startIndex", least=0, default=0),
        filter=_filter(parameters),
        fields=_fields(parameters),
        descending=_descending(parameters),
    )


def page_of(assignments: Iterable[Assignment], query: ListQuery) -> Page:
    """The page that was asked for, always sorted by URL and then id."""
    shown = sorted(
        (one for one in assignments if query.filter is None or query.filter.fits(one)),
        key=lambda one: (one.url, one.assignment_id),
        reverse=query.descending,
    )
    start, end = min(query.start_index, len(shown)), query.start_index + query.count
    before = max(0, start - query.count)
    return Page(
        entries=tuple(shown[start:end]),
        total=len(shown),
        next=Neighbour(start_index=end, count=query.count) if end < len(shown) and end <= LIMIT else None,
        previous=Neighbour(start_index=before, count=start - before) if start else None,
    )


def _number(parameters: Mapping[str, str], name: str, *, least: int, default: int) -> int:
    text = parameters.get(name)
    if text is None:
        return default
    if _NUMBER.fullmatch(text) is None or not least <= int(text) <= LIMIT:
        raise InvalidRequestError(code=f"{name.lower()}_invalid", message=f"{name} must be {least} to {LIMIT}")
    return int(text)


def _filter(parameters: Mapping[str, str]) -> Filter | None:
    field, op, value = (parameters.get(name) for name in ("filterBy", "filterOp", "filterValue"))
    if field is not None and field not in VALUE_FIELDS:
        message = f"filterBy must be one of {', '.join(VALUE_FIELDS)}"
        raise InvalidRequestError(code="filterby_invalid", message=message)
    if op is not None and op not in set(FilterOp):
        raise InvalidRequestError(code="filterop_invalid", message=f"filterOp must be one of {', '.join(FilterOp)}")
    if field is None:
        return None
    wanted = FilterOp(op or FilterOp.EQUALS)
    if value is None and wanted is not FilterOp.PRESENT:
        message = "filterValue is missing: send what to compare with, or filterOp=present"
        raise InvalidRequestError(code="filtervalue_invalid", message=message)
    return Filter(field=field, op=wanted, value=value or "")


def _fields(parameters: Mapping[str, str]) -> tuple[str, ...]:
    text = parameters.get("fields")
    if text is None:
        return FIELDS
    names = {name.strip() for name in text.split(",")}
    if not names <= set(FIELDS):
        message = f"fields must be names out of {', '.join(FIELDS)}, joined by commas"
        raise InvalidRequestError(code="fields_invalid", message=message)
    return tuple(name for name in FIELDS if name in names)


def _descending(parameters: Mapping[str, str]) -> bool:
    order = parameters.get("sortOrder", "ascending")
    if order not in {"ascending", "asc", "descending", "desc"}:
        message = "sortOrder must be ascending (asc) or descending (desc)"
        raise InvalidRequestError(code="sortorder_invalid", message=message)
    return order.startswith("desc")
