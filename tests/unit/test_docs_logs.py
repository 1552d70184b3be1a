"""docs/logs.md against the source: every event, with its levels and fields, and no other."""

import re
from pathlib import Path
from typing import Final

from amibridge.logs import FIELDS
from tests.unit.log_calls import said

PAGE: Final = (Path(__file__).parents[2] / "docs" / "logs.md").read_text(encoding="utf-8")
_ROW: Final = re.compile(
    r"^\| `(?P<event>\w+)` \| (?P<levels>[\w, ]+) \| (?P<fields>[`\w, ]*)\| (?P<meaning>.+) \|$", re.MULTILINE
)
OF_LIBRARIES: Final = "library_says"
"""Its level is the library's."""


def test_the_table_is_the_source() -> None:
    """An event that is new, gone, or has other fields is a change of the page."""
    listed = {
        row["event"]: (set(row["levels"].split(", ")), set(re.findall(r"\w+", row["fields"])))
        for row in _ROW.finditer(PAGE)
    }
    found = {event: (one.levels, one.fields) for event, one in said().items()}
    found[OF_LIBRARIES] = ({"warning", "error"}, found[OF_LIBRARIES][1])
    assert listed == found


def test_the_table_is_in_order() -> None:
    """To be found."""
    events = [row["event"] for row in _ROW.finditer(PAGE)]
    assert events == sorted(events)
    assert all(row["meaning"].endswith(".") or "?" in row["meaning"] for row in _ROW.finditer(PAGE))


def test_each_field_may_be_written() -> None:
    """One that may not would be withheld."""
    assert {name for one in said().values() for name in one.fields} <= FIELDS
