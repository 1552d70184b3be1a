"""All figures in one run, side by side on the same bytes: ``make bench``."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from amibridge import logs
from amibridge.settings import LoggingSettings
from benchmarks import api, end_to_end, large_store, reading, start, state
from benchmarks.report import Report

ROUNDS: Final = 3
FOLDER: Final = Path(".bench")
GROUPS: Final = ("link", "tracker", "paced", "end-to-end", "state", "api", "growth", "start")


def peers(folder: Path) -> Path:
    """The Python that has what is compared with, made when it is not there or was made from another list."""
    asked = Path(__file__).with_name("peers.txt")
    home, made_from = folder / "peers", folder / "peers" / "made-from.txt"
    python = home / "bin/python"
    if not made_from.exists() or made_from.read_text() != asked.read_text():
        venv.create(home, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(asked)]
        subprocess.run(pip, check=True)
        made_from.write_text(asked.read_text())
    return python


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, write the JSON; status 1 when a ratio does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"all when none is named: {', '.join(GROUPS)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="interleaved, of link and tracker (default: 3)")
    given = parser.parse_args(arguments)
    chosen = set(given.groups or GROUPS)
    if unknown := chosen - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    logs.configure(LoggingSettings(level="error"), sys.stderr)
    FOLDER.mkdir(exist_ok=True)
    python, report, began = peers(FOLDER), Report(), time.monotonic()
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        work = Path(folder)
        parts: Sequence[tuple[str, Callable[[], object]]] = (
            ("link", lambda: reading.link(report, work, python, given.rounds)),
            ("tracker", lambda: reading.tracker(report, work, python, given.rounds)),
            ("paced", lambda: reading.paced(report, work, python)),
            ("end-to-end", lambda: asyncio.run(end_to_end.measure(report, work))),
            ("state", lambda: state.measure(report, work)),
            ("api", lambda: asyncio.run(api.measure(report, work))),
            ("growth", lambda: asyncio.run(large_store.measure(report, work))),
            ("start", lambda: asyncio.run(start.measure(report, work))),
        )
        for name, part in parts:
            if name in chosen:
                started = time.monotonic()
                part()
                print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    report.notes.append(f"{time.monotonic() - began:.0f} s in all; written to {FOLDER / 'results.json'}")
    print(report.table())
    report.write(FOLDER / "results.json")
    return 0 if report.gate_holds else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
