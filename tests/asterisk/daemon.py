"""The daemon as a process, settled on a throw-away PBX, and a receiver that takes its notifications."""

import asyncio
import contextlib
import json
import re
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from tests.asterisk.lab.pbx import Pbx
from tests.replay.stories import DIRECTORY, TRUNKS, TYPES

AMIBRIDGE = Path(sys.executable).with_name("amibridge")
COMMAND_SECONDS = 20.0
STARTING_SECONDS = 20.0
STOPPING_SECONDS = 10.0

UNDECLARED = ("206",)
"""Phones that the directory does not have, and which somebody wants to hear of all the same."""

PARAMETERS = {
    "CallID": "call_id",
    "CallerIDNum": "caller_id_num",
    "CallerIDName": "caller_id_name",
    "CallerExtension": "caller_extension",
    "CalledExtension": "called_extension",
    "CalledNumber": "called_number",
    "CalledDID": "called_did",
    "CallAPIID": "call_api_id",
    "CallStatus": "status",
    "CallFlow": "flow",
    "EventID": "event_id",
    "Extension": "extension",
}
"""A notification's parameters, by the names that ``amibridge replay`` gives them."""


class Receiver:
    """An HTTP server on loopback that keeps what it is told, as ``amibridge replay`` would have printed it."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{extension}/{type}", self._take)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        given = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
        self.told.append(as_replayed(given, kind=request.match_info["type"]))
        self._changed.set()
        return web.Response()

    async def heard(self, count: int, *, seconds: float, quiet: float) -> list[dict[str, object]]:
        """Wait until so many notifications are there, and a moment for one too many; return, and forget, all."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(self.told) < count:
                    self._changed.clear()
                    await self._changed.wait()
        await asyncio.sleep(quiet)
        told, self.told = self.told, []
        return told


def as_replayed(parameters: Mapping[str, str], *, kind: str) -> dict[str, object]:
    """A notification in the shape of a line of ``amibridge replay``; ``kind`` is the type it was asked for under."""
    names = {str(number): name for name, number in TYPES.items()}
    told: dict[str, object] = {key: parameters[name] for name, key in PARAMETERS.items()}
    agreed = parameters["EventType"] == kind
    told |= {"type": int(parameters["EventType"]), "event": names[parameters["EventType"]] if agreed else f"not {kind}"}
    return told | {"at": parameters["EventTime"], "recovered": "Recovered" in parameters}


class Daemon:
    """``amibridge`` with its own settings and store in a folder."""

    def __init__(self, folder: Path, *, pbx: Pbx, receiver: Receiver) -> None:
        self._folder, self._pbx, self._receiver = folder, pbx, receiver
        self._settings = folder / "amibridge.toml"
        self._port = free_port()

    async def command(self, *arguments: str) -> str:
        """Run an ``amibridge`` command to its end and return what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(str(AMIBRIDGE), *arguments, "--config", str(self._settings)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            output, errors = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode == 0, f"amibridge {' '.join(arguments)}: {errors.decode()}"
        return output.decode().strip()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The daemon, ready, with an assignment for each type of event of each extension."""
        self._write_settings()
        for declared in DIRECTORY:
            options = ["--kind", declared.kind, "--name", declared.name]
            options += ["--did", declared.did] if declared.did else []
            options += ["--service", declared.service] if declared.service else []
            await self.command("extension", "add", declared.number, *options)
        token = await self.command("token", "issue")
        log = self._folder / "daemon.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *(AMIBRIDGE, "run", "--config", self._settings), stdout=output, stderr=asyncio.subprocess.STDOUT
            )
        try:
            url = f"http://127.0.0.1:{self._port}"
            async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"}) as api:
                await self._ready(api, process, log)
                await self._assign(api)
            yield
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                try:
                    await asyncio.wait_for(process.wait(), STOPPING_SECONDS)
                except TimeoutError:
                    process.kill()
                    await process.wait()
        assert process.returncode == 0, f"the daemon ended with status {process.returncode}: {_end_of(log)}"

    def _write_settings(self) -> None:
        values: dict[str, dict[str, object]] = {
            "ami": {"port": self._pbx.ports.ami, "username": "amibridge", "secret": self._pbx.secrets.ami},
            "api": {"port": self._port},
            "store": {"path": str(self._folder / "amibridge.db")},
            "extensions": {"trunks": list(TRUNKS)},
            "delivery": {"allow_destinations": [f"127.0.0.1:{self._receiver.port}"]},
        }
        lines = []
        for section, settings in values.items():
            lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in settings.items())]
        self._settings.write_text("\n".join(lines) + "\n")
        self._settings.chmod(0o600)

    async def _ready(self, api: aiohttp.ClientSession, process: asyncio.subprocess.Process, log: Path) -> None:
        deadline = asyncio.get_running_loop().time() + STARTING_SECONDS
        said = "nothing"
        while asyncio.get_running_loop().time() < deadline and process.returncode is None:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with api.get("/readyz", timeout=aiohttp.ClientTimeout(total=2)) as response:
                    if response.status == 200:
                        return
                    said = await response.text()
            await asyncio.sleep(0.1)
        raise AssertionError(f"the daemon is not ready ({said}): {_end_of(log)}")

    async def _assign(self, api: aiohttp.ClientSession) -> None:
        """Ask for every event of every extension: the even types by GET, the odd ones by POST."""
        for number in (*(declared.number for declared in DIRECTORY), *UNDECLARED):
            for kind in TYPES.values():
                url = f"http://127.0.0.1:{self._receiver.port}/{number}/{kind}"
                asked = {"method": str(kind % 2), "url": re.sub(r"\*", "%2A", url), "note": secrets.token_hex(4)}
                async with api.post(f"/uapi/extensions/@me/{number}/phoneCallEvents/{kind}", json=asked) as response:
                    assert response.status == 200, await response.text()


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
