"""The whole way: recorded calls from an AMI server through the real daemon to a receiver, each a process of its own.

Each call has two extensions and six notifications. All processes read the same clock, so the latency is the time from
the moment before the AMI server writes an event to the moment at which the receiver has read the request.
"""

import array
import asyncio
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.daemons import Row, cpu_seconds, fill, many, peak_mebibytes
from benchmarks.report import Report
from benchmarks.sessions import Script, feeder
from benchmarks.streams import Expected, ordinary_calls, traffic, write_script
from tests.fakes.daemon import DaemonProcess, Settings

GROUP: Final = "3. End to end, six durable notifications a call"
RATES: Final = (10, 50, 100, 200)
"""Calls a second."""
HIGHER: Final = (250, 300, 350, 400, 500)
"""Until one of them leaves a backlog."""
SECONDS: Final = 8.0
DRAINING_SECONDS: Final = 10.0
PARTS: Final = 8
KEPT_UP_SECONDS: Final = 0.25
"""No eighth of the notifications may be later than the first one by so much; more is a backlog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one rate gave."""

    latencies: list[float]
    """Seconds, in the order of sending."""
    missing: int
    doubled: int
    cores: float
    """Of the daemon, while calls came."""
    peak_mebibytes: float

    @property
    def kept_up(self) -> bool:
        """Whether everything was told, and late ones no later than early ones."""
        count = len(self.latencies)
        cuts = [count * number // PARTS for number in range(PARTS + 1)]
        first, *others = (statistics.median(self.latencies[start:end] or [0.0]) for start, end in pairwise(cuts))
        return not self.missing and not self.doubled and max(others) - first < KEPT_UP_SECONDS

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the notifications came."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def receiver(log: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The receiver's process and port."""
    command = [sys.executable, "-m", "benchmarks.receiver", str(log)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101
        yield process, int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


async def run(folder: Path, stream: str, rate: float, seconds: float, others: Sequence[Row] = ()) -> Run:
    """Play calls at a rate, and see what comes of them.

    Args:
        folder: An empty one.
        stream: Of which recorded stream.
        rate: Calls a second.
        seconds: So long do calls begin; the last ones end some seconds later.
        others: Further assignments in the store, of other extensions.
    """
    folder.mkdir()
    lines, expected = traffic(stream, rate, seconds)
    script = Script(path=folder / "calls.script", events=len(lines), options=("--keep-time", "--stay"))
    write_script(script.path, lines)
    sent, log = folder / "sent", folder / "received"
    with (
        receiver(log) as (_, hook),
        feeder(script, "--begin-after", "CoreShowChannels", "--sent", str(sent)) as (feeding, port),
    ):
        own = sorted({extension for call in ordinary_calls(stream) for extension in call.extensions})
        url = f"http://127.0.0.1:{hook}/hook"
        rows = [(extension, kind, url) for extension in own for kind in range(5)]
        settings: Settings = {
            "ami": {"port": port, "username": "benchmark", "secret": "none"},
            "delivery": {"allow_destinations": [f"127.0.0.1:{hook}"]},
        }
        daemon = DaemonProcess(folder, settings)
        await fill(daemon.store, [*rows, *others])
        daemon.write_settings()
        await daemon.start()
        try:
            await daemon.said("daemon_ready")
            before = cpu_seconds(daemon)
            await asyncio.sleep(seconds)
            cores = (cpu_seconds(daemon) - before) / seconds
            assert feeding.stdout is not None  # noqa: S101
            await asyncio.to_thread(feeding.stdout.readline)
            await _settled(daemon, len(expected))
            peak = peak_mebibytes(daemon)
        finally:
            await daemon.stop()
    return _result(expected, sent, log, cores, peak)


async def _settled(daemon: DaemonProcess, count: int) -> None:
    """Wait until so many notifications are delivered, but not for ever."""
    deadline = asyncio.get_running_loop().time() + DRAINING_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if sum(line["event"] == "delivery_delivered" for line in daemon.lines) >= count:
            return
        await asyncio.sleep(0.25)


def _result(expected: Expected, sent: Path, log: Path, cores: float, peak: float) -> Run:
    moments = array.array("q", sent.read_bytes())
    arrived: dict[str, int] = {}
    doubled = 0
    for line in log.read_text().splitlines():
        at, _, key = line.partition(" ")
        doubled += key in arrived
        arrived.setdefault(key, int(at))
    latencies = [(arrived[key] - moments[place]) / 1e9 for key, place in expected.items() if key in arrived]
    return Run(
        latencies=latencies or [float("inf")],
        missing=sum(key not in arrived for key in expected),
        doubled=doubled,
        cores=cores,
        peak_mebibytes=peak,
    )


def _note(report: Report, label: str, result: Run) -> None:
    for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)):
        report.add(GROUP, f"{label}: {name}", result.percentile(share), "ms")
    report.add(GROUP, f"{label}: CPU of the daemon", result.cores, "cores")
    report.add(GROUP, f"{label}: peak memory", result.peak_mebibytes, "MiB")
    report.add(GROUP, f"{label}: kept up", float(result.kept_up), "")
    if result.missing or result.doubled:
        report.notes.append(f"{label}: {result.missing} notifications missing, {result.doubled} doubled")


async def measure(report: Report, folder: Path) -> None:
    """Each rate; then the highest without a growing backlog; then what unread events and many assignments cost."""
    highest = 0
    for rate in RATES:
        result = await run(folder / f"e2e-{rate}", "filtered", rate, SECONDS)
        _note(report, f"{rate} calls a second", result)
        highest = rate if result.kept_up else highest
    for rate in HIGHER if highest == RATES[-1] else ():
        result = await run(folder / f"e2e-{rate}", "filtered", rate, SECONDS)
        if not result.kept_up:
            late, lost = result.percentile(0.5), result.missing
            report.notes.append(f"{rate} calls a second left a backlog: p50 {late:,.0f} ms, {lost} missing at the end")
            break
        highest = rate
    report.add(GROUP, "highest rate kept up with", highest, "calls/s")
    _note(report, "50 calls a second, unfiltered", await run(folder / "e2e-all", "unfiltered", 50, SECONDS))
    _note(
        report,
        "50 calls a second, 100,000 assignments more",
        await run(folder / "e2e-many", "filtered", 50, SECONDS, many()),
    )
    for name, limit in (("p50", 5), ("p99", 40)):
        report.hold(f"3. 50 calls a second: {name}, ms", GROUP, f"50 calls a second: {name}", limit)
    report.hold("3. 200 calls a second: kept up", GROUP, "200 calls a second: kept up", 1, at_least=True)
    report.hold("3. 200 calls a second: cores", GROUP, "200 calls a second: CPU of the daemon", 1)
    report.hold("3. 200 calls a second: peak memory, MiB", GROUP, "200 calls a second: peak memory", 150)
