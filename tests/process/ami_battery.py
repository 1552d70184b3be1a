"""The bench of the AMI battery: a real daemon between a scripted PBX and a receiver, and an oracle outside of it.

A test makes the PBX behave badly; then, in a quiet phase, everything must be as if it had not: each call that was told
of has its Hangup, nothing came twice or out of order, nothing is stuck, and memory and descriptors are given back.
"""

import asyncio
import re
import sqlite3
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.fakes.ami_server import AmiServer, Headers, Script, block
from tests.fakes.daemon import PATIENCE, DaemonProcess
from tests.fakes.receiver import Receiver
from tests.process.resources import Resources
from tests.process.test_daemon import LISTED, SECRET, assign, daemon_of, recorded

RECONNECT_SECONDS: Final = 0.1

DIAL_IN, DIAL_OUT, HANGUP = "0", "1", "2"
_BLOCKS: Final = [one for one in recorded("internal/answered_caller_hangs_up") if b"FullyBooted" not in one]
_IDS: Final = re.compile(rb"office-1795849608\.(\d+)")
_CHANNELS: Final = re.compile(rb"-0000000([0-9a-f])\b")
_BRIDGES: Final = re.compile(rb"(BridgeUniqueid: )[0-9a-f]{8}")


def call(number: int) -> list[bytes]:
    """The messages of a call between 201 and 202, whose ids are its own."""
    return [of_call(number, one) for one in _BLOCKS]


def of_call(number: int, message: bytes) -> bytes:
    """A message of the recorded call, as one of that call."""
    message = _IDS.sub(rb"office-1795%06d.\1" % number, message)
    message = _CHANNELS.sub(rb"-%07x\1" % number, message)
    return _BRIDGES.sub(rb"\g<1>%08x" % number, message)


def call_id(number: int) -> str:
    """The CallID that it is told under."""
    return f"office-1795{number:06}.3"


def place_of(name: bytes) -> int:
    """The number of the first message of that event in a call."""
    return next(n for n, one in enumerate(_BLOCKS) if one.startswith(b"Event: %b\r\n" % name))


RINGING: Final = place_of(b"BridgeEnter")
"""So many messages of a call come before it is answered."""
CONNECTED: Final = max(n for n, one in enumerate(_BLOCKS) if one.startswith(b"Event: BridgeEnter\r\n")) + 1
"""With so many it is."""


def listed(number: int, *, connected: bool = False) -> list[Headers]:
    """What the PBX lists of that call while it rings, or while people talk."""
    bridge = {"BridgeId": f"{number:08x}-bridge"} if connected else {}
    return [
        {name: of_call(number, value.encode()).decode() for name, value in headers.items()} | bridge
        for headers in LISTED
    ]


@dataclass(kw_only=True)
class Bench:
    """All that a row of the battery needs."""

    daemon: DaemonProcess
    pbx: AmiServer
    receiver: Receiver
    token: str
    before: Resources
    _calls: int = field(default=0)

    def new_call(self) -> int:
        """A number that no call has had."""
        self._calls += 1
        return self._calls

    async def whole_call(self) -> None:
        """A call from its beginning to its end; it is told as if nothing had ever happened."""
        number = self.new_call()
        self.pbx.push(b"".join(call(number)))
        await self.told(number, 6)
        assert [self.types(number)[one] for one in ("201", "202")] == [["1", "4", "2"], ["0", "3", "2"]]

    async def ringing_call(self) -> int:
        """A call that rings, and is known to."""
        number = self.new_call()
        self.pbx.push(b"".join(call(number)[:RINGING]))
        await self.told(number, 2)
        return number

    async def told(self, number: int, count: int) -> None:
        """Wait until the receiver has heard so much of a call."""
        wanted = call_id(number)
        heard: Callable[[], int] = lambda: sum(one["CallID"] == wanted for one in self.parameters())  # noqa: E731
        try:
            async with asyncio.timeout(PATIENCE):
                while heard() < count:  # noqa: ASYNC110 - the receiver tells of all calls
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"{heard()} of {count} events of {wanted}; {self.daemon.lines[-8:]}") from None

    async def ended(self, number: int, *, recovered: bool = True) -> None:
        """Wait until both sides of a call have their Hangup, learned late or not."""
        await self.daemon.until(
            lambda: {} if len(self._hangups(number)) == 2 else None,
            f"call {number} did not end",
        )
        assert {line["recovered"] for line in self._hangups(number)} == {recovered}
        await self.told(number, len(self._lines(number)))

    def _lines(self, number: int) -> list[dict[str, Any]]:
        return [line for line in self.daemon.lines if line.get("call_id") == call_id(number) and "count" in line]

    def _hangups(self, number: int) -> list[dict[str, Any]]:
        return [line for line in self._lines(number) if line["event_type"] == "hangup"]

    def parameters(self) -> list[dict[str, str]]:
        """What arrived, in order."""
        return [got.parameters for got in self.receiver.received]

    def types(self, number: int) -> dict[str, list[str]]:
        """The types that arrived of a call, by extension."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.parameters():
            if one["CallID"] == call_id(number):
                found[one["Extension"]].append(one["EventType"])
        return found

    async def again(self, sessions: int) -> None:
        """Wait until the PBX has let it in so often, and listed its channels."""
        await self.pbx.asked("CoreShowChannels", sessions)
        await self.daemon.readiness()

    async def quiet(self) -> None:
        """The quiet phase: what everybody can see from outside must be in order."""
        await self.daemon.readiness()
        await self.whole_call()
        await self.daemon.until(lambda: None if self._open_rows() else {}, "something is stuck in the outbox")
        arrived = [one["EventID"] for one in self.parameters()]
        assert len(arrived) == len(set(arrived)), "something was sent twice"
        assert self._rows("SELECT state, count(*) FROM outbox GROUP BY state") == [("delivered", len(arrived))]
        parts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for one in self.parameters():
            parts[one["Extension"], one["CallID"]].append(one["EventType"])
        assert {key: types for key, types in parts.items() if not _is_whole(types)} == {}
        assert self._rows("SELECT * FROM participation") == []
        assert self._rows("PRAGMA quick_check") == [("ok",)]
        await self.before.given_back(self.daemon)
        assert self.daemon.process.returncode is None
        faults = [line for line in self.daemon.lines if "exception" in line]
        assert faults == [], faults

    def _open_rows(self) -> bool:
        return bool(self._rows("SELECT 1 FROM outbox WHERE state IN ('pending', 'sending')"))

    def _rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.daemon.store}?mode=ro", uri=True)) as store:
            return store.execute(query).fetchall()


def _is_whole(types: list[str]) -> bool:
    """Whether these are a participation's: a Dial, perhaps an answer, a Hangup."""
    return types[0] in {DIAL_IN, DIAL_OUT} and types[-1] == HANGUP and len(types) in {2, 3}


@asynccontextmanager
async def battery(folder: Path, *, server_tls: ssl.SSLContext | None = None, **ami: object) -> AsyncIterator[Bench]:
    """A daemon that has told a whole call already; ``ami`` are settings of its link."""
    async with AmiServer(Script(secret=SECRET), tls=server_tls) as pbx, Receiver() as receiver:
        daemon = daemon_of(folder, pbx.port, receiver)
        pauses = {"reconnect_seconds": RECONNECT_SECONDS, "refused_seconds": RECONNECT_SECONDS}
        daemon.write_settings(ami={**pauses, **ami})
        async with daemon.running():
            token = await assign(daemon, receiver, "201", "202")
            bench = Bench(daemon=daemon, pbx=pbx, receiver=receiver, token=token, before=Resources.of(daemon))
            await pbx.asked("CoreShowChannels")
            await bench.whole_call()
            bench.before = Resources.of(daemon)  # with all connections that are kept
            yield bench
            await bench.quiet()


SHUTDOWN: Final = block(Event="Shutdown", Shutdown="Cleanly", Restart="True")
