"""The libraries that amibridge is compared with, each reading one AMI session to its end; runs in their environment.

``python peers.py WHAT PORT [EVENT ...]`` prints what it took as a line of JSON. The connection's end is the end of the
stream; the processor time is the process's own from before it connects until it sees that end.
"""

import asyncio
import json
import logging
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import uvloop


class Done(Exception):  # noqa: N818 - it is no error
    """The stream has ended."""


class Count:
    """How often something was called."""

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self, *_: object, **_named: object) -> None:
        """One more time."""
        self.heard += 1


async def panoramisk(port: int, patterns: Sequence[str], count: Count) -> None:
    """Stock panoramisk with one handler for these events."""
    from panoramisk import Manager  # noqa: PLC0415 - each needs but its own

    over = asyncio.Event()

    class Ending(Manager):
        def connection_lost(self, _error: Exception | None) -> None:
            over.set()

    manager = Ending(
        loop=asyncio.get_running_loop(),
        host="127.0.0.1",
        port=port,
        username="benchmark",
        secret="none",
        encoding="utf8",
    )
    for pattern in patterns:
        manager.register_event(pattern, count)
    manager.connect(run_forever=False)
    await over.wait()


async def cacofonisk(port: int, count: Count) -> None:
    """Cacofonisk over panoramisk, as its own runner sets it up; what is told to its reporter is counted."""
    from cacofonisk.reporters import BaseReporter  # noqa: PLC0415
    from cacofonisk.runners import ami_runner  # noqa: PLC0415

    over = asyncio.Event()

    class Reporter(BaseReporter):
        pass

    for name in vars(BaseReporter):
        if name.startswith("on_") and name != "on_event":
            setattr(Reporter, name, count)

    class Ending(ami_runner.Manager):
        def connection_lost(self, _error: Exception | None) -> None:
            over.set()

    ami_runner.Manager = Ending
    runner = ami_runner.AmiRunner([f"tcp://benchmark:none@127.0.0.1:{port}"], Reporter())
    runner.attach_all()
    await over.wait()


async def basicami(port: int, count: Count) -> None:
    """basicami, whose events are taken from its queue as they come."""
    from basicami.basic_ami import BasicAMI  # noqa: PLC0415

    client = await BasicAMI.connect("127.0.0.1", port, "benchmark", "none")
    while True:
        events = await client.get_events(timeout=1.0, max_events=1000)
        count.heard += len(events)
        if not events and client._read_task.done():  # noqa: SLF001 - the end shows nowhere else
            return


async def pyami_asterisk(port: int, count: Count) -> None:
    """pyami_asterisk with one handler for everything."""
    from pyami_asterisk import AMIClient  # noqa: PLC0415

    class Ending(AMIClient):
        async def _connection_lost(self) -> None:
            raise Done

    client = Ending(host="127.0.0.1", port=port, username="benchmark", secret="none")
    client.register_event(["*"], count)
    try:
        await client.connect_ami()
    except Done:
        await asyncio.sleep(0)  # what its tasks still hold


def main(arguments: Sequence[str]) -> int:
    """Read one session to its end."""
    what, port, *names = arguments
    logging.basicConfig(level=logging.ERROR)
    count = Count()
    run: dict[str, Callable[[], Any]] = {
        "panoramisk": lambda: panoramisk(int(port), names or ["*"], count),
        "panoramisk-uvloop": lambda: panoramisk(int(port), names or ["*"], count),
        "cacofonisk": lambda: cacofonisk(int(port), count),
        "basicami": lambda: basicami(int(port), count),
        "pyami_asterisk": lambda: pyami_asterisk(int(port), count),
    }
    loop_factory = uvloop.new_event_loop if what.endswith("-uvloop") else None
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(run[what]())
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        took = time.monotonic() - started
    print(json.dumps({"cpu_seconds": seconds, "seconds": took, "heard": count.heard}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
