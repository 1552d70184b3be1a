"""The house that the battery of receivers and of the API meets: a real daemon, and an oracle outside of it.

202's events go to a receiver that is well, 201's to one that is made to fail. A test lets something go wrong; then, in
a quiet phase, everything must be as if it had not. One house serves all tests of a file: what a fault leaves behind
would be met by the next one.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from amibridge.simulator.playlist import TRUNKS
from tests.fakes.daemon import DaemonProcess
from tests.fakes.faults import Faults
from tests.fakes.receiver import Answer, Received, Receiver
from tests.process.ledger import EVENTS_OF_CALL, SEED, BusyPbx, Ledger, Verdict
from tests.process.resources import Resources
from tests.process.test_daemon import SECRET, assign

CALLS_BEFORE: Final = 3
"""Made at once before a test begins."""
PAUSE_SECONDS: Final = 0.2
"""Between two attempts."""
TIMEOUT_SECONDS: Final = 2
WHERE: Final = "/uapi/extensions/@me/201/phoneCallEvents"
"""Of 201, below the API's address."""
TYPES_OF_SIDE: Final = 3
"""So many events of a call each of the two extensions has."""


@dataclass(kw_only=True)
class House:
    """All that a row of the battery needs."""

    daemon: DaemonProcess
    pbx: BusyPbx
    well: Receiver
    """Gets 202's events."""
    ill: Receiver
    """Gets 201's."""
    ledger: Ledger
    token: str
    before: Resources
    faults: Faults | None = None

    async def ask(self, method: str, path: str, body: object = None, *, token: str = "") -> Any:
        """What the API answers to something that may be asked; without a token, to an administrator."""
        status, answer = await self.answer(method, path, body, token=token)
        assert status == 200, answer
        return answer

    async def answer(self, method: str, path: str, body: object = None, *, token: str = "") -> tuple[int, Any]:
        """Status and body of what the API answers; without a token, to an administrator."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        async with (
            aiohttp.ClientSession(self.daemon.url, headers=headers) as api,
            api.request(method, path, json=body) as answer,
        ):
            return answer.status, await answer.json()

    async def send_to(self, url: str) -> None:
        """Let 201's events go there."""
        for one in (await self.ask("GET", WHERE))["entry"]:
            await self.ask("PUT", f"{WHERE}/{one['id']}", {"url": url})

    def requests(self, call: str, extension: str) -> list[Received]:
        """What arrived of a call for one extension, in order."""
        found = [(got, got.parameters) for got in self.ledger.arrived()]
        return [got for got, one in found if (one["CallID"], one["Extension"]) == (call, extension)]

    def attempts(self, call: str, extension: str = "201") -> list[tuple[int, int | None, str]]:
        """Number, status and reason of each attempt that has ended, in order of their end."""
        query = (
            "SELECT number, status_code, attempt.reason FROM attempt JOIN outbox ON outbox.id = delivery_id"
            " JOIN call_event USING (event_id) WHERE call_id = ? AND extension = ?"
            " ORDER BY started_at + duration_seconds"
        )
        return [tuple(row) for row in self.ledger.rows(query, call, extension)]

    def refusals(self, call: str) -> list[str]:
        """The reasons of 201's attempts that nothing better can come of."""
        return [reason for _, _, reason in self.attempts(call) if reason.startswith("refused destination: ")]

    async def tried(self, call: str, count: int = 1) -> None:
        """Wait until so many attempts of 201's have ended."""
        await self.ledger.until(
            lambda: len(self.attempts(call)) >= count, lambda: f"{len(self.attempts(call))} of {count} attempts"
        )

    async def committed(self, call: str) -> None:
        """Wait until all of a call is in the journal."""
        query = "SELECT 1 FROM call_event WHERE call_id = ?"
        await self.ledger.until(
            lambda: len(self.ledger.rows(query, call)) == EVENTS_OF_CALL, lambda: f"{call} is not committed"
        )

    async def told(self, call: str, extension: str = "202", count: int = TYPES_OF_SIDE) -> None:
        """Wait until so much of a call has arrived for one extension."""
        await self.ledger.until(
            lambda: len(self.requests(call, extension)) >= count,
            lambda: f"{len(self.requests(call, extension))} of {count} notifications of {extension}",
        )

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Meanwhile there are calls; at least one of them from its beginning to its end."""
        failure = None
        async with self.pbx.calling(random.Random(SEED), lines=2):  # noqa: S311 - nothing secret is drawn
            whole = await self.pbx.call()
            try:
                yield
            except Exception as error:  # noqa: BLE001 - raised once all calls have ended: other tests need whole ones
                failure = error
        if failure:
            raise failure
        await self.quiet(whole, await self.pbx.call())

    async def quiet(self, *calls: str) -> Verdict:
        """The quiet phase: these calls were made from beginning to end; what everybody can see is in order."""
        await self.daemon.readiness()
        await self.ledger.quiet(*calls)
        self.ledger.note()
        verdict = self.ledger.verdict(*calls, refused={"201"})
        assert (verdict.lost, verdict.wrong) == ([], []), verdict
        assert self.ledger.rows("SELECT * FROM participation") == []
        await self.before.given_back(self.daemon)
        assert self.daemon.process.returncode is None
        assert [line for line in self.daemon.lines if line["level"] == "error" or "exception" in line] == []
        return verdict


def types(requests: list[Received]) -> list[str]:
    """The types that arrived, each once."""
    return list(dict.fromkeys(got.parameters["EventType"] for got in requests))


@asynccontextmanager
async def house(
    folder: Path,
    *,
    library: Path | None = None,
    destinations: list[str] | None = None,
    settings: Mapping[str, Mapping[str, object]] | None = None,
) -> AsyncIterator[House]:
    """A daemon at work, which has told some calls already.

    Args:
        folder: Where settings and store are.
        library: The faults that are preloaded; None: none.
        destinations: What may be called; None: the two receivers.
        settings: What else is set, by section.
    """
    async with AsyncExitStack() as stack:
        pbx = await stack.enter_async_context(BusyPbx(secret=SECRET))
        well, ill = [await stack.enter_async_context(Receiver()) for _ in range(2)]
        daemon = DaemonProcess(
            folder,
            {
                "ami": {"port": pbx.port, "username": "amibridge", "secret": SECRET},
                "extensions": {"trunks": list(TRUNKS)},
                "delivery": {
                    "allow_destinations": [well.address, ill.address] if destinations is None else destinations,
                    "retry_pauses_seconds": [PAUSE_SECONDS],
                    "timeout_seconds": TIMEOUT_SECONDS,
                },
            },
        )
        daemon.write_settings(**(settings or {}))
        faults = None if library is None else Faults(library, daemon)
        await stack.enter_async_context(daemon.running())
        await assign(daemon, well, "202")
        one = House(
            daemon=daemon,
            pbx=pbx,
            well=well,
            ill=ill,
            ledger=Ledger(daemon, well, ill),
            token=await assign(daemon, ill, "201"),
            before=Resources.of(daemon),
            faults=faults,
        )
        await one.ledger.quiet(*await asyncio.gather(*(pbx.call() for _ in range(CALLS_BEFORE))))
        one.before = Resources.of(daemon)  # with all connections that are kept
        yield one
        well.otherwise = ill.otherwise = Answer()
