"""Receivers that hang, cut, flood, send elsewhere or want no more, each beside one that is well."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import pytest
import trustme

from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, TRUNKS, load
from amibridge.simulator.recording import Pace
from tests.fakes.daemon import DaemonProcess, Line
from tests.fakes.receiver import ENDLESS, RESET, SILENCE, Answer, Receiver, gzip_bomb, redirect

SECRET: Final = "canary-ami-secret"
CALL: Final = load(SCENES[0])
"""201 calls 202, who answers; 201 hangs up: 3 events each."""
TIMEOUT_SECONDS: Final = 2
FLOOD_MB: Final = 64
"""By so much the daemon may grow while receivers flood it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A daemon, the PBX that it hears, one receiver that is well and one that is not."""

    daemon: DaemonProcess
    pbx: SimulatedPbx
    well: Receiver
    ill: Receiver
    token: str

    async def call(self) -> None:
        """One call: three events for each receiver."""
        await self.pbx.play(CALL, Pace(speed=1000))

    async def delivered(self, to: Receiver, count: int) -> None:
        """Wait until it has taken that many."""
        await self.daemon.until(
            lambda: {} if len(self.marks(to)) >= count else None, f"{to.origin} did not take {count} notifications"
        )

    def marks(self, to: Receiver) -> list[Line]:
        """The log's lines of what it has taken."""
        lines = self.daemon.lines
        return [line for line in lines if line["event"] == "delivery_delivered" and line["origin"] == to.origin]

    async def enable(self, assignment_id: str) -> None:
        """Set the status of an assignment of 201's Dial-Out to 1."""
        headers = {"Authorization": f"Bearer {self.token}"}
        path = f"/uapi/extensions/@me/201/phoneCallEvents/1/{assignment_id}"
        async with (
            aiohttp.ClientSession(self.daemon.url, headers=headers) as api,
            api.put(path, json={"status": "1"}) as answer,
        ):
            assert answer.status == 200, await answer.text()

    def memory_mb(self) -> float:
        """What the daemon holds."""
        status = Path(f"/proc/{self.daemon.process.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024


@asynccontextmanager
async def running(folder: Path, *, ill: Receiver | None = None, also: Receiver | None = None) -> AsyncIterator[House]:
    """At work: the well receiver wants 202's events, the ill one 201's."""
    async with AsyncExitStack() as stack:
        pbx = await stack.enter_async_context(SimulatedPbx(username="amibridge", secret=SECRET, refusal_seconds=0.01))
        well = await stack.enter_async_context(Receiver())
        sick = await stack.enter_async_context(ill or Receiver())
        daemon = DaemonProcess(
            folder,
            {
                "ami": {"port": pbx.port, "username": "amibridge", "secret": SECRET},
                "extensions": {"trunks": list(TRUNKS)},
                "delivery": {
                    "allow_destinations": [one.address for one in (well, sick, also) if one],
                    "retry_pauses_seconds": [0.2],
                    "timeout_seconds": TIMEOUT_SECONDS,
                },
            },
        )
        await stack.enter_async_context(daemon.running())
        token = await daemon.command("token", "issue")
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(daemon.url, headers=headers) as api:
            for number, receiver in (("201", sick), ("202", well)):
                for kind in range(5):
                    draft = {"method": "1", "url": receiver.url(f"/{number}")}
                    path = f"/uapi/extensions/@me/{number}/phoneCallEvents/{kind}"
                    async with api.post(path, json=draft) as answer:
                        assert answer.status == 200, await answer.text()
        yield House(daemon=daemon, pbx=pbx, well=well, ill=sick, token=token)


@pytest.mark.parametrize(
    "answer",
    [
        SILENCE,
        RESET,
        Answer(status=500, reset_in_body=True),
        Answer(status=502),
        Answer(status=504),
        Answer(status=429, headers={"Retry-After": "-1"}),
        Answer(status=503, headers={"Retry-After": "soon"}),
        Answer(status=429, headers={"Retry-After": "Fri, 99 Foo 99999999 99:99:99 GMT"}),
    ],
    ids=["silence", "reset", "reset in the body", "502", "504", "in the past", "a word", "no date"],
)
async def test_one_that_fails_delays_nobody(tmp_path: Path, answer: Answer) -> None:
    """The other's events arrive at once; those of the failing one go on, in order, until it takes them."""
    async with running(tmp_path) as house:
        house.ill.otherwise = answer
        await house.call()
        await house.well.wait_for(3, seconds=TIMEOUT_SECONDS)
        await house.ill.wait_for(2)
        house.ill.otherwise = Answer()
        await house.delivered(house.ill, 3)
    kinds = [got.parameters["EventType"] for got in house.ill.received]
    assert list(dict.fromkeys(kinds)) == ["1", "4", "2"]
    attempts = [int(got.headers["webhook-attempt"]) for got in house.ill.received if got.parameters["EventType"] == "1"]
    assert attempts == list(range(1, len(attempts) + 1))
    assert len(house.well.received) == 3


async def test_floods_do_not_fill_the_memory(tmp_path: Path) -> None:
    """Endless bodies, and one that would unfold to 256 MB, are cut off; what the status said stands."""
    async with running(tmp_path) as house:
        house.ill.answers.extend([ENDLESS, gzip_bomb()])
        house.ill.otherwise = ENDLESS
        before = house.memory_mb()
        await house.call()
        most = 0.0
        async with asyncio.timeout(20):
            while len(house.marks(house.ill)) < 3:
                most = max(most, house.memory_mb())
                await asyncio.sleep(0.02)
        await house.delivered(house.well, 3)
        assert most - before < FLOOD_MB
    assert (len(house.ill.received), len(house.well.received)) == (3, 3)


@pytest.mark.parametrize("status", [302, 307])
async def test_nobody_is_sent_elsewhere(tmp_path: Path, status: int) -> None:
    """A second server, which could be called, gets no request; the redirect is a failure with its status."""
    async with Receiver() as second, running(tmp_path, also=second) as house:
        house.ill.otherwise = redirect(second.url("/elsewhere"), status=status)
        await house.call()
        await house.well.wait_for(3)
        await house.ill.wait_for(3)
        line = await house.daemon.said("delivery_failed", origin=house.ill.origin)
        assert (line["status_code"], line["reason"]) == (status, f"HTTP {status}")
    assert second.received == []


async def test_one_that_wants_no_more(tmp_path: Path) -> None:
    """410 disables the assignment, what is queued waits, and a PUT of status 1 lets it go out, in order."""
    async with running(tmp_path) as house:
        house.ill.answers.append(Answer(status=410))
        await house.call()
        line = await house.daemon.said("assignment_disabled", extension="201")
        await house.delivered(house.well, 3)
        await asyncio.sleep(1)
        assert len(house.ill.received) == 1
        await house.enable(line["assignment_id"])
        await house.delivered(house.ill, 3)
    assert [got.parameters["EventType"] for got in house.ill.received] == ["1", "1", "4", "2"]


async def test_retry_after_is_waited_for(tmp_path: Path) -> None:
    """A receiver that asks for two seconds is left alone for them, although the pause is shorter."""
    async with running(tmp_path) as house:
        house.ill.answers.append(Answer(status=429, headers={"Retry-After": "2"}))
        await house.call()
        first, second = (await house.ill.wait_for(2))[:2]
        assert second.arrived_at - first.arrived_at >= 2
        assert second.headers["webhook-id"] == first.headers["webhook-id"]


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """Nothing is sent to such a server, and the log says why; with its CA in the settings all arrives."""
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca)
    async with running(tmp_path, ill=Receiver(tls=tls)) as house:
        await house.call()
        line = await house.daemon.said("delivery_failed", origin=house.ill.origin)
        assert line["reason"].startswith("TLS certificate not accepted: ")
        assert house.ill.received == []
        await house.daemon.stop()
        house.daemon.write_settings(delivery={"tls_ca_file": str(ca)})
        async with house.daemon.running():
            await house.delivered(house.ill, 3)
