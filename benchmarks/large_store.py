"""The management API and the daemon's start with a large store, against an empty one, in one run.

Both stores are served by the same program over real sockets; the requests alternate between them, so that whatever
else the machine does troubles both alike.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from amibridge.calls.events import EventType
from amibridge.store.database import Store
from tests.api.service import Service, running
from tests.fakes.daemon import DaemonProcess

ASSIGNMENTS: Final = 100_000
EXTENSIONS: Final = 10_000
REQUESTS: Final = 400
FACTOR_LIMIT: Final = 1.5
START_LIMIT_SECONDS: Final = 3.0
COLLECTION: Final = "/uapi/extensions/@me/210/phoneCallEvents"
OPERATIONS: Final = ("create", "list", "update", "delete")


async def fill(path: Path, assignments: int, extensions: int) -> None:
    """Make a store with so many assignments, spread evenly over so many declared extensions."""
    async with Store.open(path):
        pass
    numbers = [f"{100_000 + number}" for number in range(extensions)]
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO extension (number, kind, service, did, name) VALUES (?, 'phone', '', '', 'Somebody')",
            [(number,) for number in numbers],
        )
        connection.executemany(
            "INSERT INTO assignment (assignment_id, extension, type, method, url, enabled, note, modified)"
            " VALUES (?, ?, ?, 1, ?, 1, 'screen pop', 1795342272.0)",
            [
                (f"a{number:029}", numbers[number % extensions], number % 5, f"https://crm.example/hook?n={number}")
                for number in range(assignments)
            ],
        )
    connection.close()


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


async def start_seconds(path: Path) -> float:
    """How long the daemon takes from its start until it is ready, in seconds."""
    daemon = DaemonProcess(path.parent, {"ami": {"username": "nobody", "secret": "nobody", "port": 9}})
    daemon.store = path
    daemon.write_settings()
    started = time.perf_counter()
    await daemon.start()
    await daemon.said("daemon_ready")
    took = time.perf_counter() - started
    await daemon.stop()
    return took


async def measure(folder: Path, requests: int) -> bool:
    """Print the table; returns whether all of it is within its limits."""
    stores = {name: folder / name / "amibridge.db" for name in ("empty", "large")}
    for path in stores.values():
        path.parent.mkdir()
    await fill(stores["large"], ASSIGNMENTS, EXTENSIONS)
    async with running(stores["empty"]) as empty, running(stores["large"]) as large:
        services = {"empty": empty, "large": large}
        seconds: dict[str, dict[str, list[float]]] = {name: {op: [] for op in OPERATIONS} for name in services}
        for _ in range(requests):
            for name, service in services.items():
                await one_life(service, seconds[name])
        for service in services.values():
            await service.create(f"{COLLECTION}/0")
        matching = {name: matching_seconds(service, "210") for name, service in services.items()}
    medians = {op: [statistics.median(seconds[name][op]) for name in services] for op in OPERATIONS}
    started = {name: await start_seconds(path) for name, path in stores.items()}

    print(f"{ASSIGNMENTS:,} assignments over {EXTENSIONS:,} extensions, against none; medians of {requests} requests\n")
    print(f"{'':<20} {'empty':>10} {'large':>10} {'ratio':>7}")
    fine = started["large"] <= START_LIMIT_SECONDS
    for op, (without, with_many) in medians.items():
        print(f"{op:<20} {without * 1e3:>7.2f} ms {with_many * 1e3:>7.2f} ms {with_many / without:>7.2f}")
        fine = fine and with_many / without <= FACTOR_LIMIT
    print(f"{'match an event':<20} {matching['empty'] * 1e9:>7.0f} ns {matching['large'] * 1e9:>7.0f} ns")
    print(f"{'start of the daemon':<20} {started['empty']:>8.2f} s {started['large']:>8.2f} s")
    limits = f"At most {FACTOR_LIMIT} times as long, and a start within {START_LIMIT_SECONDS:.0f} s"
    print(f"\n{limits}: {'yes' if fine else 'NO'}")
    return fine


def main(arguments: Sequence[str]) -> int:
    """Measure; status 1 when something is beyond its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_store", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each kind (default: %(default)s)")
    requests = parser.parse_args(arguments).requests
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(measure(Path(folder), requests)) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
