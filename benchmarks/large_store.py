"""The management API with a large store against an empty one, one request after the other.

Both stores are served by the same program over real sockets; the requests alternate between them, so that whatever
else the machine does troubles both alike.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from amibridge.calls.events import EventType
from benchmarks.daemons import ASSIGNMENTS, fill, many, numbers
from benchmarks.report import Report
from tests.api.service import Service, running

REQUESTS: Final = 200
GROUP: Final = "5. API, one request after the other"
FACTOR_LIMIT: Final = 1.5
COLLECTION: Final = "/uapi/extensions/@me/210/phoneCallEvents"
OPERATIONS: Final = ("create", "list", "update", "delete")


async def timed(work: Callable[[], Awaitable[object]], into: list[float]) -> object:
    """Note how long something takes, in seconds."""
    started = time.perf_counter()
    result = await work()
    into.append(time.perf_counter() - started)
    return result


async def one_life(service: Service, seconds: Mapping[str, list[float]]) -> None:
    """Create an assignment, list, change and delete it."""

    async def create() -> str:
        return str((await service.create(f"{COLLECTION}/0"))["id"])

    created = str(await timed(create, seconds["create"]))
    where = f"{COLLECTION}/0/{created}"
    await timed(lambda: service.ask("GET", COLLECTION), seconds["list"])
    await timed(lambda: service.ask("PUT", where, json={"status": "0"}), seconds["update"])
    await timed(lambda: service.ask("DELETE", where), seconds["delete"])


def matching_seconds(service: Service, extension: str) -> float:
    """What it takes to find who wants an event of an extension, in seconds."""
    index, rounds = service.assignments.index, 20_000
    started = time.perf_counter()
    for _ in range(rounds):
        index.matches(extension, EventType.DIAL_IN)
    return (time.perf_counter() - started) / rounds


async def measure(report: Report, folder: Path) -> None:
    """The same operations with both stores, and what matching an event costs."""
    paths = {size: folder / f"growth-{size}" / "amibridge.db" for size in (0, ASSIGNMENTS)}
    for size, path in paths.items():
        await fill(path, many(size), numbers() if size else ())
    async with running(paths[0]) as empty, running(paths[ASSIGNMENTS]) as large:
        services = {0: empty, ASSIGNMENTS: large}
        seconds: dict[int, dict[str, list[float]]] = {size: {op: [] for op in OPERATIONS} for size in services}
        for _ in range(REQUESTS):
            for size, service in services.items():
                await one_life(service, seconds[size])
        for size, service in services.items():
            for op in OPERATIONS:
                report.add(GROUP, f"{op}, {size:,} assignments", 1000 * statistics.median(seconds[size][op]), "ms")
            await service.create(f"{COLLECTION}/0")
            report.add(GROUP, f"match an event, {size:,} assignments", matching_seconds(service, "210") * 1e9, "ns")
    for what in (*OPERATIONS, "match an event"):
        many_of, few_of = f"{what}, {ASSIGNMENTS:,} assignments", f"{what}, 0 assignments"
        report.hold(f"5. Growth with assignments: {what}", GROUP, many_of, FACTOR_LIMIT, over=few_of)
