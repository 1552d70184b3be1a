"""The AMI battery, what happens to the link and behind it: silence, refusals, restarts, a slow disk, odd events."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.ami_server import block
from tests.process.ami_battery import CONNECTED, RINGING, SHUTDOWN, battery, call, call_id, listed
from tests.process.test_own_api import shown

BLOCKED_SECONDS = 5
EVENTS_A_SECOND = 2000


async def test_half_open(tmp_path: Path) -> None:
    """A peer that answers no ping is given up; the call that ended meanwhile gets its Hangups."""
    async with battery(tmp_path, ping_seconds=0.2) as bench:
        number = await bench.ringing_call()
        bench.pbx.script.mute = frozenset({"ping"})
        lost = await bench.daemon.said("ami_link_lost")
        assert "no answer to Ping" in lost["error"]
        bench.pbx.script.mute = frozenset()
        await bench.ended(number)


@pytest.mark.parametrize("action", ["challenge", "login", "coreshowchannels"])
async def test_a_pbx_that_ends_in_the_handshake(tmp_path: Path, action: str) -> None:
    """At whatever step it goes away, the daemon comes again."""
    async with battery(tmp_path) as bench:
        number = await bench.ringing_call()
        bench.pbx.script.mute = frozenset({action})
        asked = bench.pbx.count(action)
        bench.pbx.cut()
        for count in (1, 2):
            await bench.pbx.asked(action, asked + count)
            bench.pbx.cut()
        bench.pbx.script.mute = frozenset()
        await bench.ended(number)


async def test_a_listing_that_does_not_come(tmp_path: Path) -> None:
    """A PBX that breaks its listings off keeps its session: what happens is told, and settled when a listing comes."""
    async with battery(tmp_path, ping_seconds=0.5) as bench:
        over = await bench.ringing_call()
        bench.pbx.script.list_end = "Cancelled"
        bench.pbx.cut()
        await bench.daemon.said("ami_listing_missing")
        [reason] = (await bench.daemon.readiness(503))["reasons"]
        assert reason.startswith("calls that are missed cannot be settled: Asterisk did not answer CoreShowChannels")
        await bench.whole_call()
        bench.pbx.script.list_end = "Complete"
        await bench.ended(over)  # some 15 s later
        assert bench.pbx.count("Login") == 2


async def test_wrong_password_then_right(tmp_path: Path) -> None:
    """While the login is refused the daemon stays, not ready; as soon as it is right, all is settled."""
    async with battery(tmp_path) as bench:
        number = await bench.ringing_call()
        right, bench.pbx.script.secret = bench.pbx.script.secret, "another"
        bench.pbx.cut()
        await bench.daemon.said("ami_login_refused")
        await bench.daemon.readiness(503)
        await bench.pbx.asked("Login", 4)
        bench.pbx.script.secret = right
        await bench.ended(number)
        refusals = [line for line in bench.daemon.lines if line["event"] == "ami_login_refused"]
        assert len(refusals) == 1


async def test_pbx_restart(tmp_path: Path) -> None:
    """All its calls are over; the gap says that it restarted."""
    async with battery(tmp_path) as bench:
        talking, ringing = bench.new_call(), await bench.ringing_call()
        bench.pbx.push(b"".join(call(talking)[:CONNECTED]))
        await bench.told(talking, 4)
        bench.pbx.push(SHUTDOWN)
        bench.pbx.hang_up()
        await bench.pbx.shut()
        bench.pbx.script.with_login = block(Event="FullyBooted", Uptime="0", LastReload="0", Status="Fully Booted")
        await bench.pbx.listen()
        await bench.ended(talking)
        await bench.ended(ringing)
        assert bench.types(talking) == {"201": ["1", "4", "2"], "202": ["0", "3", "2"]}
        await bench.daemon.said("pbx_not_heard", reason="Asterisk restarts", ended=4)


async def test_reconnect_with_calls(tmp_path: Path) -> None:
    """Over a lost link one call went on, one was answered, one ended, one began: each is told right, late or not."""
    async with battery(tmp_path) as bench:
        goes_on, answered, over = [await bench.ringing_call() for _ in range(3)]
        began = bench.new_call()
        await bench.pbx.shut()
        await bench.daemon.readiness(503)
        connected = [channel | {"BridgeId": "b-1"} for channel in listed(answered)]
        bench.pbx.script.channels = [*listed(goes_on), *connected, *listed(began)]
        await bench.pbx.listen()
        await bench.ended(over)
        bench.pbx.script.channels = ()
        assert bench.types(over) == {"201": ["1", "2"], "202": ["0", "2"]}
        await bench.told(answered, 4)
        await bench.told(began, 2)
        assert bench.types(answered) == {"201": ["1", "4"], "202": ["0", "3"]}
        assert bench.types(began) == {"201": ["1"], "202": ["0"]}
        assert bench.types(goes_on) == {"201": ["1"], "202": ["0"]}
        bench.pbx.push(b"".join(call(goes_on)[RINGING:] + call(answered)[CONNECTED:] + call(began)[RINGING:]))
        for number in (goes_on, answered, began):
            await bench.told(number, 6)
            assert bench.types(number) == {"201": ["1", "4", "2"], "202": ["0", "3", "2"]}
            await bench.ended(number, recovered=False)
        (gap,) = (await shown(bench.daemon, bench.token, "/v1/gaps"))["entry"]
        assert (gap["began"], gap["answered"], gap["ended"]) == (2, 2, 2)


async def test_blocked_commits(tmp_path: Path) -> None:
    """While the store is held by another program nothing is sent, and of many events none is lost."""
    async with battery(tmp_path) as bench:
        noise = [block(Event="Newstate", Uniqueid=f"office-1.{n}", Channel="Local/x@y-1;1") for n in range(100)]
        numbers = []
        with closing(sqlite3.connect(bench.daemon.store, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            before = len(bench.receiver.received)
            for _ in range(BLOCKED_SECONDS * 10):
                numbers.append(bench.new_call())
                messages = call(numbers[-1])
                bench.pbx.push(b"".join(messages + noise * (EVENTS_A_SECOND // 1000)))
                await asyncio.sleep(0.1)
            assert len(bench.receiver.received) == before
            holder.execute("ROLLBACK")
        for number in numbers:
            await bench.told(number, 6)
            await bench.ended(number, recovered=False)
        assert bench.pbx.count("Login") == 1


async def test_events_twice(tmp_path: Path) -> None:
    """Each message of a call twice, and the whole call again behind it: one call is told."""
    async with battery(tmp_path) as bench:
        number = bench.new_call()
        doubled = [one for message in call(number) for one in (message, message)]
        bench.pbx.push(b"".join(doubled))
        await bench.told(number, 6)
        bench.pbx.push(b"".join(call(number)))
        await bench.whole_call()
        assert bench.types(number) == {"201": ["1", "4", "2"], "202": ["0", "3", "2"]}


async def test_events_out_of_order(tmp_path: Path) -> None:
    """However a call's messages are shuffled: at most one answer, and no Hangup too many or too few."""
    dice = random.Random(11)  # noqa: S311 - nothing secret is drawn
    async with battery(tmp_path) as bench:
        for _ in range(20):
            messages = call(bench.new_call())
            dice.shuffle(messages)
            bench.pbx.push(b"".join(messages))
        await bench.whole_call()
        # What is still open then, because its Hangup came first, ends when the PBX does not list it.
        bench.pbx.cut()
        await bench.again(2)


NAMES = {
    "ESC": "\x1b[2J\x1b]0;owned\x07Zoë",
    "emoji": "👩‍👩‍👧 Zoë",
    "8 KB": "Zoë " * 2048,
    "turned": "\u202etxt.exe\u2028x",
    "not UTF-8": b"Zo\xeb \xff\xfe".decode("latin-1"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_odd_names(tmp_path: Path, name: str) -> None:
    """They arrive, and cannot move a cursor or forge a line in the log."""
    async with battery(tmp_path) as bench:
        number = bench.new_call()
        encoding = "latin-1" if name == "not UTF-8" else "utf-8"
        shown_name = NAMES[name].encode(encoding)
        bench.pbx.push(b"".join(one.replace(b"Anna Abel", shown_name) for one in call(number)))
        await bench.told(number, 6)
        dial = next(one for one in bench.parameters() if one["CallID"] == call_id(number))
        if name in {"emoji", "8 KB"}:
            assert dial["CallerIDName"].startswith(NAMES[name][:40].strip())
        assert len(dial["CallerIDName"].encode()) <= len(NAMES[name].encode()) * 3
        assert "\x1b" not in str(bench.daemon.lines)
