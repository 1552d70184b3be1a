"""The management API for a long time: many requests of many programs, and no memory that is not given back."""

import asyncio
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.fakes.daemon import DaemonProcess
from tests.process.resources import Resources

REQUESTS: Final = 50_000
WARMING_UP: Final = 15_000
"""Until here caches fill: of code, of statements, of the allocator."""
PROGRAMS: Final = 8
GROWTH_LIMIT_BYTES: Final = 4 * 1024 * 1024


class Soak:
    """Programs that use the API, each on an extension of its own.

    Args:
        api: A session with a token.
    """

    def __init__(self, api: aiohttp.ClientSession) -> None:
        self._api = api
        self.sent = 0

    async def until(self, count: int) -> None:
        """Send requests until there were so many in all."""
        async with asyncio.TaskGroup() as group:
            for number in range(PROGRAMS):
                group.create_task(self._program(f"{210 + number}", count))

    async def _program(self, extension: str, count: int) -> None:
        where = f"/uapi/extensions/@me/{extension}/phoneCallEvents"
        while self.sent < count:
            created = await self._ask("POST", where, 200, {"type": "0", "method": "1", "url": "https://crm.example/h"})
            one = f"{where}/0/{created['id']}"
            await self._ask("PUT", one, 200, {"note": "x" * 1024})
            await self._ask("GET", f"{where}?count=5&filterBy=url&filterOp=contains&filterValue=crm", 200)
            await self._ask("PUT", one, 400, {"method": "7"})
            await self._ask("GET", "/v1/call-events?limit=5", 200)
            await self._ask("GET", "/nothing/here", 404)
            await self._ask("DELETE", one, 200)

    async def _ask(self, method: str, path: str, status: int, body: object = None) -> dict[str, str]:
        self.sent += 1
        async with self._api.request(method, path, json=body) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer if isinstance(answer, dict) else {}


@pytest.mark.timeout(600)
async def test_memory_stays(tmp_path: Path) -> None:
    """After the first requests the daemon needs no more memory, however many follow, and leaves nothing behind."""
    daemon = DaemonProcess(tmp_path, {"ami": {"username": "nobody", "secret": "nobody", "port": 9}})
    daemon.write_settings(logging={"level": "warning"})
    token = await daemon.command("token", "issue")
    await daemon.start()
    await daemon.readiness(503)  # there is no PBX
    async with aiohttp.ClientSession(daemon.url, headers={"Authorization": f"Bearer {token}"}) as api:
        soak = Soak(api)
        await soak.until(WARMING_UP)
        before = Resources.of(daemon).resident_bytes
        await soak.until(REQUESTS)
        assert Resources.of(daemon).resident_bytes - before <= GROWTH_LIMIT_BYTES
        async with api.get("/uapi/extensions/@me/210/phoneCallEvents") as response:
            assert (await response.json())["totalResults"] == 0
    assert await daemon.stop() == 0
