"""The daemon as a process, settled on a throw-away PBX, and a receiver that takes its notifications."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from tests.asterisk.lab.pbx import Pbx
from tests.fakes.daemon import DaemonProcess
from tests.replay.stories import DIRECTORY, TRUNKS, TYPES

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


class Daemon(DaemonProcess):
    """The daemon, connected to that PBX and allowed to call that receiver."""

    def __init__(self, folder: Path, *, pbx: Pbx, receiver: Receiver) -> None:
        super().__init__(
            folder,
            {
                "ami": {"port": pbx.ports.ami, "username": "amibridge", "secret": pbx.secrets.ami},
                "extensions": {"trunks": list(TRUNKS)},
                "delivery": {"allow_destinations": [f"127.0.0.1:{receiver.port}"]},
            },
        )
        self._receiver = receiver

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[None]:
        """Ready, with an assignment for each type of event of each extension."""
        self.write_settings()
        for declared in DIRECTORY:
            options = ["--kind", declared.kind, "--name", declared.name]
            options += ["--did", declared.did] if declared.did else []
            options += ["--service", declared.service] if declared.service else []
            await self.command("extension", "add", declared.number, *options)
        token = await self.command("token", "issue")
        async with self.running():
            async with aiohttp.ClientSession(self.url, headers={"Authorization": f"Bearer {token}"}) as api:
                await self._assign(api)
            yield

    async def _assign(self, api: aiohttp.ClientSession) -> None:
        """Ask for every event of every extension: the even types by GET, the odd ones by POST."""
        for number in (*(declared.number for declared in DIRECTORY), *UNDECLARED):
            for kind in TYPES.values():
                url = f"http://127.0.0.1:{self._receiver.port}/{number}/{kind}"
                asked = {"method": str(kind % 2), "url": re.sub(r"\*", "%2A", url), "note": secrets.token_hex(4)}
                async with api.post(f"/uapi/extensions/@me/{number}/phoneCallEvents/{kind}", json=asked) as response:
                    assert response.status == 200, await response.text()
