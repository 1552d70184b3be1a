"""What the real daemon shows below /v1 while a call goes on and after it, and what it learns while it runs."""

from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.ami_server import AmiServer, Script
from tests.fakes.daemon import DaemonProcess
from tests.fakes.receiver import Receiver
from tests.process.test_daemon import ANSWERED, CALL_TOLD, RINGING, SECRET, assign, daemon_of, recorded


async def shown(daemon: DaemonProcess, token: str, path: str, method: str = "GET") -> Any:
    """What the API answers."""
    async with (
        aiohttp.ClientSession(daemon.url, headers={"Authorization": f"Bearer {token}"}) as api,
        api.request(method, path) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_a_call_as_the_api_shows_it(tmp_path: Path) -> None:
    """While it rings, when it has ended, and its notifications with their attempts."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            token = await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            await daemon.said("delivery_delivered", extension="202")
            (call,) = (await shown(daemon, token, "/v1/calls"))["entry"]
            assert [(part["extension"], part["state"]) for part in call["parts"]] == [
                ("201", "calling"),
                ("202", "calling"),
            ]
            pbx.push(ANSWERED)
            await receiver.wait_for(6)
            await daemon.said("delivery_delivered", extension="202", attempt=1)
            assert (await shown(daemon, token, "/v1/calls"))["entry"] == []
            journal = (await shown(daemon, token, f"/v1/call-events?call_id={call['call_id']}"))["entry"]
            assert sorted((one["extension"], one["type"], one["status"]) for one in journal) == CALL_TOLD
            await daemon.until(
                lambda: {} if sum(line["event"] == "delivery_delivered" for line in daemon.lines) == 6 else None,
                "not all deliveries were settled",
            )
            delivered = (await shown(daemon, token, "/v1/deliveries?state=delivered"))["entry"]
            assert {one["event"]["event_id"] for one in delivered} == {one["event_id"] for one in journal}
            one = await shown(daemon, token, f"/v1/deliveries/{delivered[0]['id']}")
            assert [attempt["status_code"] for attempt in one["attempts"]] == [200]


async def test_a_test_notification_arrives(tmp_path: Path) -> None:
    """It is sent by the real sender, to the receiver of the assignment, and shows in no journal."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            token = await assign(daemon, receiver, "201")
            where = "/uapi/extensions/@me/201/phoneCallEvents"
            resource = (await shown(daemon, token, f"{where}/2"))["entry"][0]
            said = await shown(daemon, token, f"{where}/2/{resource['id']}/test", "POST")
            assert (said["delivered"], said["status_code"]) == (True, 200)
            (got,) = await receiver.wait_for(1)
            assert (got.parameters["Test"], got.parameters["CallID"]) == ("1", said["event_id"])
            assert (await shown(daemon, token, "/v1/call-events"))["entry"] == []


async def test_an_ivr_that_is_declared_while_the_daemon_runs(tmp_path: Path) -> None:
    """From then on the steps of the dialplan are heard in the session that is open, and the IVR has its events."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "670")
            await daemon.command("extension", "add", "670", "--kind", "ivr", "--service", "menu")
            pbx.push(b"".join(recorded("services/menu_left_by_hanging_up")))
            got = await receiver.wait_for(3)
    assert [one.parameters["EventType"] for one in got] == ["0", "3", "2"]
    assert {one.parameters["Extension"] for one in got} == {"670"}
