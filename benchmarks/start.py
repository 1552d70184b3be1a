"""From the start of the process until the daemon says that it is ready."""

import time
from pathlib import Path
from typing import Final

from benchmarks.daemons import ASSIGNMENTS, NOBODY, fill, many, numbers
from benchmarks.report import Report
from tests.fakes.daemon import DaemonProcess

ROUNDS: Final = 3
SIZES: Final = (0, ASSIGNMENTS // 10, ASSIGNMENTS)
GROUP: Final = "6. Start"
_LIMITS: Final = {0: 1.5, ASSIGNMENTS: 3.0}


async def seconds(path: Path) -> float:
    """How long a daemon takes with that store."""
    daemon = DaemonProcess(path.parent, {"ami": NOBODY})
    daemon.store = path
    daemon.write_settings()
    started = time.perf_counter()
    await daemon.start()
    await daemon.said("daemon_ready")
    took = time.perf_counter() - started
    await daemon.stop()
    return took


async def measure(report: Report, folder: Path) -> None:
    """Start it with stores of three sizes."""
    paths = {size: folder / f"start-{size}" / "amibridge.db" for size in SIZES}
    for size, path in paths.items():
        await fill(path, many(size), numbers() if size else ())
    for _ in range(ROUNDS):
        for size, path in paths.items():
            report.add(GROUP, f"{size:,} assignments", await seconds(path), "s")
    for size, limit in _LIMITS.items():
        row = f"{size:,} assignments"
        report.hold(f"6. Start, {row}, s", GROUP, row, limit)
