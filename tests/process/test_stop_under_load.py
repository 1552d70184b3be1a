"""The daemon is told to stop in the middle of its work: it stops in time, and the next one goes on where it was."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.fakes.ami_server import AmiServer, Script
from tests.fakes.receiver import SILENCE, Answer, Receiver
from tests.process.ami_battery import call, call_id
from tests.process.ledger import MOST_UNDER_WAY, Ledger
from tests.process.test_daemon import SECRET, assign, daemon_of

CALLS_A_SECOND: Final = 50
"""300 notifications."""
BEFORE_THE_STOP: Final = 300
"""So many notifications arrive first."""


class Load:
    """Calls that begin and end all the time.

    Args:
        pbx: On which PBX.
    """

    def __init__(self, pbx: AmiServer) -> None:
        self._pbx = pbx
        self.calls = 0

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Until the end; each message is an own one, so that calls are at all their stages at any moment."""

        async def calls() -> None:
            loop = asyncio.get_running_loop()
            began_at, sent = loop.time(), 0
            under_way: list[list[bytes]] = []
            while True:
                while sent < (loop.time() - began_at) * CALLS_A_SECOND:
                    sent, self.calls = sent + 1, self.calls + 1
                    under_way.append(call(self.calls))
                self._pbx.push(b"".join(messages.pop(0) for messages in under_way))
                under_way = [messages for messages in under_way if messages]
                await asyncio.sleep(0.005)

        flow = asyncio.create_task(calls(), name="calls")
        try:
            yield
        finally:
            flow.cancel()
            await asyncio.wait([flow])


async def test_sigterm_under_load(tmp_path: Path) -> None:
    """It ends with 0 within 10 s although a receiver hangs; nothing is lost, and only what hung is sent again."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as well, Receiver() as hanging:
        daemon = daemon_of(tmp_path, pbx.port)
        daemon.write_settings(delivery={"allow_destinations": [well.address, hanging.address], "timeout_seconds": 60})
        ledger, load = Ledger(daemon, well, hanging), Load(pbx)
        async with daemon.running():
            await assign(daemon, hanging, "201")
            await assign(daemon, well, "202")
            hanging.otherwise = SILENCE
            async with load.flowing():
                await well.wait_for(BEFORE_THE_STOP)
                told_at = time.monotonic()
                assert await daemon.stop() == 0
                took = time.monotonic() - told_at
        ledger.note()
        hanging.otherwise = Answer()
        async with daemon.running():
            pbx.push(b"".join(call(load.calls + 1)))
            await ledger.quiet(call_id(load.calls + 1))
            ledger.note()
        verdict = ledger.verdict(call_id(load.calls + 1))
    sys.stdout.write(f"stopped in {took:.1f} s; {verdict}\n")  # pytest -rP shows it
    assert (verdict.lost, verdict.wrong) == ([], []), verdict
    assert 0 < verdict.duplicates <= MOST_UNDER_WAY // 2
    assert len(well.received) == len({got.headers["webhook-id"] for got in well.received})
