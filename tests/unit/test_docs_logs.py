"""docs/logs.md against the source: every event, with its levels and fields, and no other."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from amibridge.logs import FIELDS
from tests.unit.log_calls import said

PAGE: Final = (Path(__file__).parents[2] / "docs" / "logs.md").read_text(encoding="utf-8")
_ROW: Final = re.compile(
    r"^\| `(?P<event>\w+)` \| (?P<levels>[\w, ]+) \| (?P<fields>[`\w, ]*)\| (?P<meaning>.+) \|$", re.MULTILINE
)
_RECIPE: Final = re.compile(r"^journalctl -o cat .*\| (?P<command>jq .+)$", re.MULTILINE)
_JOURNAL: Final = (
    "Starting amibridge.service - Call events of Asterisk as webhooks...",
    json.dumps(
        {"timestamp": "2026-11-28T13:27:12.5Z", "level": "info", "event": "call_event", "event_type": "hangup"}
        | {"call_id": "office-1795872433.7", "extension": "202", "status": "ANSWER"}
    ),
    "Traceback (most recent call last):",
    json.dumps({"timestamp": "2026-11-28T13:27:13.5Z", "level": "warning", "event": "delivery_failed"}),
    "",
    "amibridge.service: Consumed 1.2s CPU time.",
)
"""What a journal has of the service: lines of systemd, too, and what was written to standard error."""

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


def test_recipes_pass_over_what_is_no_line_of_ours() -> None:
    """Each finds the one line that it is for, in a journal as it is."""
    commands = [found["command"] for found in _RECIPE.finditer(PAGE)]
    assert len(commands) == PAGE.count("jq ") == 3
    if shutil.which("jq") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("jq is missing: apt-get install jq")
        pytest.skip("jq is missing: apt-get install jq")
    found = [
        subprocess.run(
            ("sh", "-c", command), input="\n".join(_JOURNAL), capture_output=True, text=True, timeout=20, check=True
        )
        for command in commands
    ]
    assert [one.stderr for one in found] == ["", "", ""]
    warning, call, told = (one.stdout for one in found)
    assert json.loads(warning)["event"] == "delivery_failed"
    assert json.loads(call)["call_id"] == "office-1795872433.7"
    assert told == "2026-11-28T13:27:12.5Z\t202\thangup\tANSWER\n"
