"""Who follows the daemon: one that never reads, many that come and go, and ``amibridge tail`` over a restart."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.fakes.daemon import AMIBRIDGE, PATIENCE, DaemonProcess, environment
from tests.process.ami_battery import Bench, battery, call

CALLS: Final = 150
"""Six call events each, 600 bytes each: far more than waits for somebody who does not read."""
COMERS: Final = 100


def sleeper(bench: Bench) -> socket.socket:
    """A client that asks for the stream, and never reads."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", bench.daemon.port))
    head = f"GET /stream/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bench.token}\r\n\r\n"
    client.sendall(head.encode())
    return client


async def test_a_stream_client_that_never_reads(tmp_path: Path) -> None:
    """It is dropped with a reason; memory stays, each notification arrives, another client misses nothing."""
    async with battery(tmp_path) as bench:
        headers = {"Authorization": f"Bearer {bench.token}"}
        with closing(sleeper(bench)) as client:
            await bench.daemon.said("stream_opened")
            async with (
                aiohttp.ClientSession(bench.daemon.url, headers=headers) as api,
                api.get("/stream/events") as other,
            ):
                for _ in range(CALLS):
                    number = bench.new_call()
                    bench.pbx.push(b"".join(call(number)))
                    await bench.told(number, 6)
                told = 0
                async with asyncio.timeout(PATIENCE):
                    while told < 6 * CALLS:
                        told += (await other.content.readline()).startswith(b"event: call-event")
            async with asyncio.timeout(2 * PATIENCE):
                line = await bench.daemon.said("stream_dropped")
            assert (line["level"], line["reason"]) == ("warning", "nothing was read for 20 s")
            client.settimeout(PATIENCE)
            assert b"event: dropped" in await asyncio.to_thread(_rest, client)


def _rest(client: socket.socket) -> bytes:
    """All that is left to read."""
    received = b""
    while part := client.recv(65536):
        received += part
    return received


async def test_stream_clients_that_come_and_go(tmp_path: Path) -> None:
    """A hundred of them, well-behaved or cut off at once, leave no descriptor, no place and no memory behind."""
    async with battery(tmp_path) as bench:
        headers = {"Authorization": f"Bearer {bench.token}"}
        async with aiohttp.ClientSession(bench.daemon.url, headers=headers) as api:
            for number in range(COMERS):
                path = ("/stream/events", "/stream/logs?last=10")[number % 2]
                async with api.get(path) as answer:
                    assert answer.status == 200
                    await answer.content.readline()
                sleeper(bench).close()
            await bench.whole_call()
            # All places are free again.
            async with asyncio.timeout(PATIENCE):
                streams = [await api.get("/stream/events") for _ in range(32)]
            assert {answer.status for answer in streams} == {200}
            async with api.get("/stream/events") as answer:
                assert answer.status == 503
            for answer in streams:
                answer.close()


class Tail:
    """A running ``amibridge tail``.

    Args:
        process: It.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def lines(self, count: int) -> list[str]:
        """The next lines that it prints."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return [(await self.process.stdout.readline()).decode().rstrip("\n") for _ in range(count)]

    async def rows(self, count: int) -> list[str]:
        """The next rows; a day stands alone on a line."""
        found: list[str] = []
        while len(found) < count:
            found += [line for line in await self.lines(1) if " " in line]
        return found

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The next call events of ``--json``."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            (line,) = await self.lines(1)
            data = json.loads(line)
            found += [data] if data["kind"] == "call-event" else []
        return found

    async def end(self) -> tuple[int, str]:
        """Press Ctrl-C: its status, and what it wrote to standard error."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.stderr is not None
        errors = (await asyncio.wait_for(self.process.stderr.read(), PATIENCE)).decode()
        return await self.process.wait(), errors


@asynccontextmanager
async def tail(daemon: DaemonProcess, *arguments: str) -> AsyncIterator[Tail]:
    """Run it."""
    process = await asyncio.create_subprocess_exec(
        *(str(AMIBRIDGE), "tail", "--config", str(daemon.config), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    try:
        yield Tail(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_tail_over_a_restart(tmp_path: Path) -> None:
    """It says once that the daemon is away, and goes on where it was: no event is left out, none comes twice."""
    async with battery(tmp_path) as bench, tail(bench.daemon, "--json", "--lines", "2") as following:
        assert [event["event"] for event in await following.events(2)] == ["hangup", "hangup"]
        await bench.whole_call()
        ids = [event["id"] for event in await following.events(6)]
        assert await bench.daemon.stop() == 0
        await asyncio.sleep(1.5)
        await bench.daemon.start()
        await bench.again(2)
        # It looks for the daemon each second: this may happen before it is back.
        await bench.whole_call()
        await bench.whole_call()
        ids += [event["id"] for event in await following.events(12)]
        assert ids == list(range(ids[0], ids[0] + 18))
        assert await following.end() == (130, "amibridge: (the daemon is away)\n")


async def test_tail_for_people(tmp_path: Path) -> None:
    """Columns: when, extension, what, status, who with whom; deliveries below their events; the log on request."""
    async with battery(tmp_path) as bench:
        async with tail(bench.daemon, "--lines", "1", "--extension", "202") as following:
            await following.rows(1)
            await bench.whole_call()
            lines = [line.split(None, 1)[1] for line in await following.rows(6)]
            events = [line.split() for line in lines if "delivered" not in line]
            assert [line[:3] for line in events] == [
                ["202", "dial-in", "CALLING"],
                ["202", "answer-in", "ANSWER"],
                ["202", "hangup", "ANSWER"],
            ]
            assert sum("delivered" in line and bench.receiver.origin in line for line in lines) == 3
            assert (await following.end())[0] == 130
        async with tail(bench.daemon, "--logs", "--lines", "5") as following:
            assert any("delivery_delivered" in line for line in await following.lines(5))
        async with tail(bench.daemon, "--since", "1h", "--type", "dial-in") as following:
            assert [line.split()[2] for line in await following.rows(2)] == ["dial-in", "dial-in"]


async def test_tail_into_a_pipe_that_closes(tmp_path: Path) -> None:
    """``| head -1`` ends it without a word."""
    async with battery(tmp_path) as bench:
        command = f"{AMIBRIDGE} tail --config {bench.daemon.config} --json --lines 3 | head -1"
        process = await asyncio.create_subprocess_shell(
            command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment()
        )
        output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert (process.returncode, errors) == (0, b"")
        assert json.loads(output)["kind"] == "call-event"


async def test_tail_from_elsewhere(tmp_path: Path) -> None:
    """Over the API with a token; a wrong one is said in one line, and so is a daemon that never was there."""
    async with battery(tmp_path) as bench:
        async with tail(bench.daemon, "--url", bench.daemon.url, "--token", bench.token, "--json") as following:
            assert len(await following.events(6)) == 6
            assert (await following.end())[0] == 130
        async with tail(bench.daemon, "--url", bench.daemon.url, "--token", "wrong" * 10) as following:
            assert await following.process.wait() == 1
            assert following.process.stderr is not None
            assert (await following.process.stderr.read()).startswith(
                b"amibridge: the API says 401: the token is wrong"
            )
    async with tail(bench.daemon) as following:
        assert await following.process.wait() == 1
        assert following.process.stderr is not None
        assert (await following.process.stderr.read()).startswith(b"amibridge: no daemon answers at ")
