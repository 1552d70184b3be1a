"""What open calls cost in memory, what following them costs as they grow in number, and a large snapshot."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.report import Report
from benchmarks.sessions import Script, ours
from benchmarks.streams import Line, fresh, listing, messages, write_script

SIZES: Final = (1_000, 10_000)
LISTED: Final = (1_000, 10_000)
GROUP: Final = "4. State"
LIMIT_BYTES: Final = 8 * 1024


def measure(report: Report, folder: Path) -> None:
    """Memory and time for each size."""
    for calls in SIZES:
        facts = _facts(calls)
        report.add(GROUP, f"{calls:,} open calls: memory a call", facts["bytes"], "bytes")
        report.add(GROUP, f"{calls:,} open calls: time an event", facts["microseconds"], "us")
        report.add(GROUP, f"{calls:,} calls, all ended: memory a call", facts["left"], "bytes")
    for channels in LISTED:
        path, answer = folder / f"after-{channels}.script", folder / f"listing-{channels}"
        answer.write_bytes(listing(channels))
        after = [Line(at=0.0, data=fresh(one, 9999)) for one in messages("filtered")]
        write_script(path, after)
        facts = ours("tracker", Script(path=path, events=len(after)), "--listing", str(answer))
        report.add(GROUP, f"snapshot of {channels:,} channels settled after", facts["settled_seconds"], "s")
        report.add(GROUP, f"events after that snapshot, told: {channels:,} channels", facts["told"], "call events")
    report.hold("4. An open call, bytes", GROUP, f"{max(SIZES):,} open calls: memory a call", LIMIT_BYTES)
    report.hold("4. A snapshot of 10,000 channels, s", GROUP, f"snapshot of {max(LISTED):,} channels settled after", 1)


def _facts(calls: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.memory_of_calls", "--calls", str(calls), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    facts: dict[str, float] = json.loads(done.stdout)
    return facts
