"""Record what a real Asterisk 22 says under load: ``make bench-record`` (root, after ``make asterisk``).

Phones call each other, a queue and a ring group, Local channels call Local channels, all at once. Two listeners take
down every byte: one that may read everything, as on a generously configured PBX, and one with the read classes and the
event filter of ``config/asterisk``; and once the channels are listed. Only what the server sends is kept, so no secret
is.
"""

import argparse
import asyncio
import contextlib
import lzma
import random
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from tests.asterisk.lab.ami import Ami, AmiError
from tests.asterisk.lab.pbx import PRODUCT_USER, Pbx, PbxError
from tests.asterisk.lab.sip import Call, Phone, SipError

STREAMS: Final = Path(__file__).parent / "streams"
SECONDS: Final = 75.0
DRAINING_SECONDS: Final = 12.0
SEED: Final = 22
"""Of who calls whom and how long; what the PBX makes of it differs from run to run."""

PHONES: Final = [str(number) for number in range(1001, 1041)]
AGENTS: Final = [str(number) for number in range(1101, 1113)]
GROUP: Final = PHONES[:3]
QUEUE_NUMBER: Final = "7000"
GROUP_NUMBER: Final = "7100"

DIRECT_PER_SECOND: Final = 3.5
QUEUE_PER_SECOND: Final = 0.75
GROUP_PER_SECOND: Final = 0.5
LOCAL_PER_SECOND: Final = 4.0

ANSWERED: Final = 0.8
"""Of the calls; half of the others find a busy phone, half are given up on."""
RINGING_SECONDS: Final = (0.2, 1.5)
TALKING_SECONDS: Final = (0.5, 7.0)

_PHONE: Final = """
[{number}](phone)
context = load
auth = {number}
aors = {number}
callerid = Phone {number} <{number}>
[{number}](account)
username = {number}
[{number}](place)
"""
_DIALPLAN: Final = f"""
[load]
exten => _1XXX,1,Set(CDR(accountcode)=house)
 same => n,Set(TIMEOUT=20)
 same => n,Dial(PJSIP/${{EXTEN}},${{TIMEOUT}},tT)
 same => n,Hangup()
exten => {QUEUE_NUMBER},1,Answer()
 same => n,Queue(load,tT,,,30)
 same => n,Hangup()
exten => {GROUP_NUMBER},1,Dial({"&".join(f"PJSIP/{number}" for number in GROUP)},20,tT)
 same => n,Hangup()

; Local channels that call Local channels; an application is at either end
[load-local]
exten => _8XXX,1,Set(CALLERID(num)=${{EXTEN}})
 same => n,Dial(Local/9${{EXTEN:1}}@load-local/n,20)
 same => n,Hangup()
exten => _9XXX,1,Set(WAITS=1)
 same => n,Answer()
 same => n,Wait(3)
 same => n,Hangup()
exten => wait,1,Answer()
 same => n,Wait(2)
 same => n,Hangup()
"""
_QUEUE: Final = f"""
[load]
strategy = rrmemory
timeout = 10
retry = 1
ringinuse = no
joinempty = yes
{"".join(f"member => PJSIP/{number}{chr(10)}" for number in AGENTS)}
"""
_GENEROUS: Final = """
[generous]
secret = @AMI_SECRET@
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = reporting
writetimeout = 10000
"""


def _as_shipped() -> str:
    """The AMI user of ``config/asterisk``, under a name and with a secret of this recording's own."""
    user = re.sub(r"(?m)^secret = .*$", "secret = @AMI_SECRET@", PRODUCT_USER.read_text())
    return user.replace("[amibridge]", "\n[filtered]")


def load_pbx() -> Pbx:
    """The laboratory's PBX with more phones, a busy queue, CDRs, and the two listeners' users."""
    return Pbx(
        more={
            "pjsip.conf": "".join(_PHONE.format(number=number) for number in (*PHONES, *AGENTS)),
            "extensions.conf": _DIALPLAN,
            "queues.conf": _QUEUE,
            "manager.conf": "\n" + _GENEROUS + _as_shipped(),
            "modules.conf": "\nload = cdr_manager.so\nload = func_cdr.so\n",
            "cdr.conf": "[general]\nenable = yes\n",
            "cdr_manager.conf": "[general]\nenabled = yes\n",
        }
    )


class Load:
    """The house: its phones, and who calls whom.

    Args:
        phones: All phones, registered, by number.
        hand: An AMI session that may originate calls.
    """

    def __init__(self, phones: dict[str, Phone], hand: Ami) -> None:
        self._phones, self._hand = phones, hand
        self._chance = random.Random(SEED)
        self._tasks: set[asyncio.Task[None]] = set()
        self.made = 0
        self.failed = 0

    async def run(self, seconds: float) -> None:
        """Make calls for so long, and wait until the last has ended."""
        picking_up = [asyncio.create_task(self._pick_up(phone)) for phone in self._phones.values()]
        makers: Sequence[tuple[float, Callable[[], Awaitable[None]]]] = (
            (DIRECT_PER_SECOND, self._direct),
            (QUEUE_PER_SECOND, lambda: self._to(QUEUE_NUMBER)),
            (GROUP_PER_SECOND, lambda: self._to(GROUP_NUMBER)),
            (LOCAL_PER_SECOND, self._local),
        )
        try:
            async with asyncio.TaskGroup() as group:
                for rate, make in makers:
                    group.create_task(self._again_and_again(rate, make, seconds))
            await asyncio.wait(self._tasks, timeout=DRAINING_SECONDS)
        finally:
            for task in (*picking_up, *self._tasks):
                task.cancel()

    async def _again_and_again(self, rate: float, make: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Calls come as they come: the pauses between them are random."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            self._spawn(make())
            self.made += 1
            await asyncio.sleep(self._chance.expovariate(rate))

    def _spawn(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except (SipError, AmiError):
                self.failed += 1

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _direct(self) -> None:
        await self._to(self._chance.choice(PHONES[len(GROUP) :]))

    async def _to(self, number: str) -> None:
        caller = self._chance.choice([one for one in PHONES if one != number])
        call = self._phones[caller].call(number)
        try:
            await call.is_answered()
        except SipError:
            if not call.over:
                with contextlib.suppress(SipError):
                    await call.give_up()
            return
        await asyncio.sleep(self._chance.uniform(*TALKING_SECONDS))
        await call.hang_up()

    async def _local(self) -> None:
        number = f"8{self._chance.randrange(1000):03}"
        where = {"Context": "load-local", "Exten": "wait", "Priority": "1"}
        await self._hand.ask("Originate", Channel=f"Local/{number}@load-local/n", Async="true", **where)

    async def _pick_up(self, phone: Phone) -> None:
        while True:
            try:
                call = await phone.incoming()
            except SipError:
                continue
            self._spawn(self._be_called(call))

    async def _be_called(self, call: Call) -> None:
        await call.ring()
        await asyncio.sleep(self._chance.uniform(*RINGING_SECONDS))
        chance = self._chance.random()
        if call.over:
            return
        if chance < ANSWERED:
            await call.answer()
        elif chance < (1 + ANSWERED) / 2:
            await call.reject(486)


async def listing(hand: Ami) -> bytes:
    """The channels that there are now, as the server lists them."""
    start = len(hand.received)
    await hand.ask("CoreShowChannels")
    messages = bytes(hand.received[start:]).split(b"\r\n\r\n")
    return b"".join(message + b"\r\n\r\n" for message in messages if message.startswith(b"Event: CoreShowChannel\r"))


async def record(seconds: float) -> Mapping[str, bytes]:
    """Play the load; what the generous and the filtered listener were sent, and a listing from its midst."""
    async with AsyncExitStack() as opened:
        pbx = await opened.enter_async_context(load_pbx())
        hand = await opened.enter_async_context(pbx.ami())
        phones: dict[str, Phone] = {}
        for number in (*PHONES, *AGENTS):
            phone = Phone(username=number, password=pbx.secrets.phone, registrar=("127.0.0.1", pbx.ports.sip))
            phones[number] = await opened.enter_async_context(phone)
            await phone.register()
        generous = await opened.enter_async_context(pbx.ami("generous", events=True))
        filtered = await opened.enter_async_context(pbx.ami("filtered", events=True))
        load = Load(phones, hand)
        playing = asyncio.create_task(load.run(seconds))
        await asyncio.sleep(seconds / 2)
        listed = await listing(hand)
        await playing
        await pbx.quiet()
        for listener in (generous, filtered):
            await listener.ask("Ping")
        print(f"{load.made} calls made, {load.failed} of them not as meant")
        return {"unfiltered": bytes(generous.received), "filtered": bytes(filtered.received), "listing": listed}


def main(arguments: Sequence[str]) -> int:
    """Record both streams; status 1 when the laboratory fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record_load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="so long are calls made (default: %(default)g)")
    seconds = parser.parse_args(arguments).seconds
    try:
        recorded = asyncio.run(record(seconds))
    except (PbxError, SipError, AmiError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, stream in recorded.items():
        path = STREAMS / f"{name}.ami.xz"
        path.write_bytes(lzma.compress(stream, preset=9 | lzma.PRESET_EXTREME))
        events = stream.count(b"Event: ")
        print(f"{path.name}: {events:,} events, {len(stream):,} bytes, {path.stat().st_size:,} packed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
