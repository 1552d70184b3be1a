"""``amibridge run`` as systemd starts it: a process, its signals, its store, its PBX and its receivers."""

import asyncio
import json
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from amibridge.ami.message import read_event
from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, TRUNKS, load
from amibridge.simulator.recording import Pace
from tests.fakes.ami_server import AmiServer, Script
from tests.fakes.daemon import AMIBRIDGE, PATIENCE, DaemonProcess, free_port
from tests.fakes.receiver import Answer, Receiver
from tests.fakes.service_manager import FakeServiceManager
from tests.replay.listing import listing
from tests.replay.reading import TRACES

SECRET = "canary-ami-secret"
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CALL = load(SCENES[0])
"""201 calls 202, who answers; 201 hangs up."""
CALL_TOLD = [
    ("201", 1, "CALLING"),
    ("201", 2, "ANSWER"),
    ("201", 4, "ANSWER"),
    ("202", 0, "CALLING"),
    ("202", 2, "ANSWER"),
    ("202", 3, "ANSWER"),
]
"""Extension, type and status of all that is told of it."""


def pbx_of(secret: str = SECRET) -> SimulatedPbx:
    """A PBX that lets the daemon in."""
    return SimulatedPbx(username="amibridge", secret=secret, refusal_seconds=0.01)


def daemon_of(folder: Path, pbx_port: int, receiver: Receiver | None = None) -> DaemonProcess:
    """A daemon for that PBX, which may call that receiver."""
    return DaemonProcess(
        folder,
        {
            "ami": {"port": pbx_port, "username": "amibridge", "secret": SECRET},
            "extensions": {"trunks": list(TRUNKS)},
            "delivery": {
                "allow_destinations": [receiver.address] if receiver else [],
                "retry_pauses_seconds": [0.2],
            },
        },
    )


async def assign(daemon: DaemonProcess, receiver: Receiver, *numbers: str) -> str:
    """Ask for every event of these extensions; returns the token that it was done with."""
    token = await daemon.command("token", "issue")
    async with aiohttp.ClientSession(daemon.url, headers={"Authorization": f"Bearer {token}"}) as api:
        for number in numbers:
            for kind in range(5):
                draft = {"method": "1", "url": receiver.url(f"/{number}?key=canary-key")}
                path = f"/uapi/extensions/@me/{number}/phoneCallEvents/{kind}"
                async with api.post(path, json=draft) as answer:
                    assert answer.status == 200, await answer.text()
    return token


def told(receiver: Receiver) -> list[tuple[str, int, str]]:
    """Extension, type and status of what arrived, in order."""
    parameters = [got.parameters for got in receiver.received]
    return sorted((one["Extension"], int(one["EventType"]), one["CallStatus"]) for one in parameters)


def recorded(name: str) -> list[bytes]:
    """The messages of a recorded call, as they were sent."""
    stream = TRACES[f"22/{name}"].read_bytes()
    return [block + b"\r\n\r\n" for block in stream.split(b"\r\n\r\n")[:-1] if block.startswith(b"Event: ")]


def _cut(blocks: list[bytes], event: bytes) -> tuple[bytes, bytes]:
    """What was sent before the first event of that name, and what was sent from there on."""
    cut = next(index for index, block in enumerate(blocks) if block.startswith(b"Event: %b\r\n" % event))
    return b"".join(blocks[:cut]), b"".join(blocks[cut:])


RINGING, ANSWERED = _cut(recorded("internal/answered_caller_hangs_up"), b"BridgeEnter")
"""The same call, until 202 is connected, and from then on."""
LISTED = [
    {
        "Uniqueid": channel.uniqueid,
        "Linkedid": channel.linkedid,
        "Channel": channel.channel,
        "ChannelState": str(channel.state),
        "Exten": channel.exten,
        "CallerIDNum": channel.caller_id_num,
        "CallerIDName": channel.caller_id_name,
        "ApplicationData": channel.application_data,
    }
    for channel in listing([read_event(block) for block in RINGING.split(b"\r\n\r\n")]).channels
]
"""What the PBX lists in between."""


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[DaemonProcess, SimulatedPbx, Receiver]]:
    """A daemon that hears a PBX and tells a receiver of 201 and 202."""
    async with pbx_of() as pbx, Receiver() as receiver:
        daemon = daemon_of(folder, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            yield daemon, pbx, receiver


async def test_a_call_becomes_notifications(tmp_path: Path) -> None:
    """Every event of the call arrives once, and the log tells it in one line each, without any secret."""
    async with running(tmp_path) as (daemon, pbx, receiver):
        await pbx.play(CALL, Pace(speed=1000))
        await receiver.wait_for(6)
        for _ in range(6):
            await daemon.said("delivery_delivered")
        status = json.loads(await daemon.command("status", "--json"))
    assert told(receiver) == CALL_TOLD
    assert (status["daemon"]["pbx"], status["daemon"]["assignments"], status["outbox"]["delivered"]) == ("up", 10, 6)
    lines = [line for line in daemon.lines if line["event"] == "call_event"]
    assert [(line["event_type"], line["extension"], line["count"]) for line in lines] == [
        ("dial-out", "201", 1),
        ("dial-in", "202", 1),
        ("answer-in", "202", 1),
        ("answer-out", "201", 1),
        ("hangup", "201", 1),
        ("hangup", "202", 1),
    ]
    assert len([line for line in daemon.lines if line["event"] == "delivery_delivered"]) == 6
    assert "canary" not in json.dumps(daemon.lines)
    assert "(withheld)" not in json.dumps(daemon.lines)
    assert daemon.errors == ""


async def test_a_pbx_that_is_absent_is_waited_for(tmp_path: Path) -> None:
    """The daemon serves its API, says why it is not ready, and is ready by itself once the PBX is there."""
    server = AmiServer(Script(secret=SECRET))
    await server.listen()
    await server.shut()
    daemon = daemon_of(tmp_path, server.port)
    daemon.write_settings()
    await daemon.start()
    await daemon.said("daemon_ready")
    body = await daemon.readiness(503)
    assert body["error"]["code"] == "service_unavailable"
    place = f"127.0.0.1:{server.port}"
    assert body["reasons"][0].startswith(
        f"the PBX is not heard (waiting): no connection to Asterisk's manager at {place}"
    )
    await server.listen()
    await daemon.readiness()
    assert await daemon.stop() == 0
    await server.shut()


async def test_a_refused_login_names_its_causes(tmp_path: Path) -> None:
    """With a wrong secret the daemon stays, and says the three possible causes, but not the secret."""
    async with pbx_of("another") as pbx:
        daemon = daemon_of(tmp_path, pbx.port)
        daemon.write_settings()
        await daemon.start()
        line = await daemon.said("ami_login_refused")
        [reason] = (await daemon.readiness(503))["reasons"]
        assert await daemon.command("status", status=1)
        assert await daemon.stop() == 0
    for text in (line["error"], reason):
        assert "the secret is wrong, manager.conf has no such user" in text
        assert "permit and deny lines" in text
    assert SECRET not in json.dumps(daemon.lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """A signal ends it with 0: what was received is committed, what is under way is sent, its socket is gone."""
    async with running(tmp_path) as (daemon, pbx, receiver):
        receiver.otherwise = Answer(delay_seconds=0.5)
        await pbx.play(CALL, Pace(speed=1000))
        for extension in ("201", "202"):
            await daemon.said("call_event", event_type="hangup", extension=extension)
        await receiver.wait_for(2)
        assert await daemon.stop(number) == 0
        assert daemon.lines[-1]["event"] == "daemon_stopped"
        assert not daemon.control_socket.exists()
        states = [state for (state,) in rows(daemon, "SELECT state FROM outbox ORDER BY id")]
        assert len(states) == 6
        assert states[:2] == ["delivered", "delivered"]
        assert "sending" not in states
        assert rows(daemon, "SELECT value FROM meta WHERE key = 'clean_stop'") == [("1",)]


def rows(daemon: DaemonProcess, query: str) -> list[tuple[object, ...]]:
    """What the store of a daemon that has ended holds."""
    with closing(sqlite3.connect(f"file:{daemon.store}?mode=ro", uri=True)) as store:
        return store.execute(query).fetchall()


@pytest.mark.parametrize("killed", [True, False])
async def test_a_call_ends_while_the_daemon_is_away(tmp_path: Path, *, killed: bool) -> None:
    """A restarted daemon tells once the end of a call that it does not find any more, and says that it learned late."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            for extension in ("201", "202"):
                await daemon.said("delivery_delivered", extension=extension)
            await (daemon.kill() if killed else daemon.stop())
        async with daemon.running():
            await receiver.wait_for(4)
        async with daemon.running():
            await asyncio.sleep(0.3)
    assert told(receiver) == [
        ("201", 1, "CALLING"),
        ("201", 2, "NOANSWER"),
        ("202", 0, "CALLING"),
        ("202", 2, "NOANSWER"),
    ]
    assert [got.parameters.get("Recovered") for got in receiver.received] == [None, None, "1", "1"]


async def test_a_call_goes_on_after_a_restart(tmp_path: Path) -> None:
    """A call that is still there is told to its end as if the daemon had never been away."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            for extension in ("201", "202"):
                await daemon.said("delivery_delivered", extension=extension)
            await daemon.kill()
        pbx.script.channels = LISTED
        async with daemon.running():
            pbx.push(ANSWERED)
            await receiver.wait_for(6)
    assert told(receiver) == CALL_TOLD
    assert {got.parameters.get("Recovered") for got in receiver.received} == {None}


async def test_what_was_not_delivered_is_delivered_after_a_kill(tmp_path: Path) -> None:
    """Attempts that were under way are made again, as attempt 2 of the same event."""
    async with running(tmp_path) as (daemon, pbx, receiver):
        receiver.otherwise = Answer(delay_seconds=3600)
        await pbx.play(CALL, Pace(speed=1000))
        await receiver.wait_for(2)
        for extension in ("201", "202"):
            await daemon.said("call_event", event_type="hangup", extension=extension)
        await daemon.kill()
        first = {got.parameters["EventID"] for got in receiver.received}
        receiver.received.clear()
        receiver.otherwise = Answer()
        async with daemon.running():
            await daemon.said("deliveries_recovered", count=2)
            await receiver.wait_for(6)
    attempts = {got.parameters["EventID"]: got.headers["webhook-attempt"] for got in receiver.received}
    assert len(attempts) == len(receiver.received) == 6
    assert {event_id for event_id, attempt in attempts.items() if attempt == "2"} == first


async def test_the_store_is_checked_after_a_kill(tmp_path: Path) -> None:
    """A store that was not closed is looked through before it is used."""
    async with running(tmp_path) as (daemon, _pbx, _receiver):
        await daemon.kill()
        async with daemon.running():
            await daemon.said("store_check")


async def test_commands_meet_the_daemon(tmp_path: Path) -> None:
    """What commands change holds at once: an extension's DID in the next event, a revoked token."""
    async with running(tmp_path) as (daemon, pbx, receiver):
        await daemon.command("extension", "add", "202", "--did", "442079460001")
        await pbx.play(CALL, Pace(speed=1000))
        await receiver.wait_for(6)
        assert {got.parameters["CalledDID"] for got in receiver.received} == {"442079460001"}
        [token] = json.loads(await daemon.command("token", "list", "--json"))
        await daemon.command("token", "revoke", str(token["token_id"]))
        assert json.loads(await daemon.command("token", "list", "--json")) == []
        assert daemon.control_socket.stat().st_mode & 0o777 == 0o600


async def test_a_lost_link_is_made_again(tmp_path: Path) -> None:
    """While the PBX is away the daemon is not ready; calls after its return are told, and the gap is in the store."""
    async with AmiServer(Script(secret=SECRET)) as pbx, Receiver() as receiver:
        daemon = daemon_of(tmp_path, pbx.port, receiver)
        async with daemon.running():
            await assign(daemon, receiver, "201", "202")
            pbx.push(RINGING)
            await receiver.wait_for(2)
            await pbx.shut()
            await daemon.said("ami_link_lost")
            await daemon.readiness(503)
            await pbx.listen()
            await daemon.readiness()
            await receiver.wait_for(4)
            pbx.push(b"".join(recorded("failed/busy")))
            await receiver.wait_for(8)
    assert rows(daemon, "SELECT lost_at < back_at FROM gap") == [(1,)]
    hangups = [got.parameters for got in receiver.received if got.parameters["EventType"] == "2"]
    assert sorted((one["CallStatus"], one.get("Recovered")) for one in hangups) == [
        ("BUSY", None),
        ("BUSY", None),
        ("NOANSWER", "1"),
        ("NOANSWER", "1"),
    ]


async def test_tells_systemd(tmp_path: Path) -> None:
    """Ready when the API listens and the first login was tried, although there is no PBX; stopping when it stops."""
    daemon = daemon_of(tmp_path, 1)
    daemon.write_settings()
    async with FakeServiceManager(daemon) as manager:
        await daemon.start()
        await manager.until(lambda facts: facts.get("READY") == "1")
        await daemon.readiness(503)
        assert await daemon.stop() == 0
        said = [name for _, facts in manager.heard for name in facts if name in {"READY", "STOPPING"}]
        assert said == ["READY", "STOPPING"]


def taken_port(daemon: DaemonProcess) -> object:
    """Another program has the API's port."""
    return socket.create_server(("127.0.0.1", daemon.port))


def file_in_the_way(daemon: DaemonProcess) -> None:
    """A file where the control socket should be."""
    daemon.control_socket.write_text("precious")


def newer_store(daemon: DaemonProcess) -> None:
    """A store of a later version."""
    with closing(sqlite3.connect(daemon.store)) as store:
        store.execute("PRAGMA user_version = 4000")


def damaged_store(daemon: DaemonProcess) -> None:
    """A file that is no store."""
    daemon.store.write_bytes(b"precious" * 1000)


def no_folder(daemon: DaemonProcess) -> None:
    """A folder that is not there."""
    daemon.write_settings(store={"path": "/nowhere/amibridge.db"})


def no_ca(daemon: DaemonProcess) -> None:
    """A CA file that is none."""
    daemon.write_settings(delivery={"tls_ca_file": str(daemon.config)})


def no_ami_ca(daemon: DaemonProcess) -> None:
    """A CA file of the link that is not there."""
    daemon.write_settings(ami={"tls": True, "tls_ca_file": "/nowhere/ca.pem"})


def no_network(daemon: DaemonProcess) -> None:
    """A destination that is a name."""
    daemon.write_settings(delivery={"allow_destinations": ["crm.example"]})


def no_address(daemon: DaemonProcess) -> None:
    """An address that this host does not have."""
    daemon.write_settings(api={"host": "192.0.2.1", "plain_http": True})


def no_certificate(daemon: DaemonProcess) -> None:
    """A certificate that is none."""
    daemon.write_settings(api={"tls_certificate_file": str(daemon.config), "tls_key_file": str(daemon.config)})


@pytest.mark.parametrize(
    ("prepare", "status", "text"),
    [
        (taken_port, 69, "(Address already in use): end what uses it, or set another [api] port, host or unix_socket"),
        (file_in_the_way, 69, "there is a file of that name; move it away"),
        (newer_store, 69, "install the later amibridge, or restore the copy made before the upgrade"),
        (damaged_store, 74, "the file is not a database"),
        (no_folder, 74, "there is no directory /nowhere; make it, or set [store] path to a file in one that exists"),
        (no_ca, 78, "delivery.tls_ca_file"),
        (no_ami_ca, 78, "ami.tls_ca_file /nowhere/ca.pem cannot be used"),
        (no_network, 78, "delivery.allow_destinations: 'crm.example' is neither a network nor address:port"),
        (no_address, 78, "[api] host: '192.0.2.1' is no address of this host"),
        (no_certificate, 78, "cannot be used"),
    ],
)
async def test_cannot_start(tmp_path: Path, prepare: Callable[[DaemonProcess], object], status: int, text: str) -> None:
    """What keeps it from starting is one line on standard error that says what to do, and an exit status."""
    daemon = daemon_of(tmp_path, 1)
    daemon.write_settings()
    await daemon.command("extension", "list")
    held = prepare(daemon)
    before = daemon.store.read_bytes()
    await daemon.start()
    assert await daemon.ended() == status, daemon.lines
    assert text in daemon.errors
    assert daemon.errors.startswith("amibridge: ")
    assert daemon.errors.count("\n") == 1
    assert status == 78 or daemon.store.read_bytes() == before or prepare in {taken_port, file_in_the_way}
    if isinstance(held, socket.socket):
        held.close()


async def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    """One store has one daemon; the first one goes on undisturbed."""
    async with running(tmp_path) as (daemon, pbx, receiver):
        second = DaemonProcess(tmp_path, daemon._settings)
        await second.start()
        assert await second.ended() == 69
        assert f"another amibridge (process {daemon.process.pid}) holds the store {daemon.store}" in second.errors
        await pbx.play(CALL, Pace(speed=1000))
        await receiver.wait_for(6)


async def test_on_a_terminal_the_log_is_for_people(tmp_path: Path) -> None:
    """With format = "console" the log is lines of text, on which the same things can be read."""
    daemon = daemon_of(tmp_path, 1)
    daemon.write_settings(logging={"format": "console"})
    process = await asyncio.create_subprocess_exec(
        AMIBRIDGE, "run", "--config", daemon.config, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        text = ""
        while "daemon_ready" not in text:
            text += (await process.stdout.readline()).decode()
    process.terminate()
    rest, _ = await process.communicate()
    assert process.returncode == 0
    assert "daemon_stopped" in rest.decode()
    assert not (text + rest.decode()).startswith("{")


async def test_the_receiver_of_the_readme(tmp_path: Path) -> None:
    """The example receiver takes both methods and prints what arrives, a line each."""
    port = free_port()
    printing = await asyncio.create_subprocess_exec(
        sys.executable, EXAMPLES / "receiver.py", str(port), stdout=asyncio.subprocess.PIPE
    )
    assert printing.stdout is not None
    async with pbx_of() as pbx:
        daemon = daemon_of(tmp_path, pbx.port)
        daemon.write_settings(delivery={"allow_destinations": [f"127.0.0.1:{port}"]})
        async with daemon.running():
            assert await printing.stdout.readline() == f"listening on http://127.0.0.1:{port}\n".encode()
            token = await daemon.command("token", "issue")
            async with aiohttp.ClientSession(daemon.url, headers={"Authorization": f"Bearer {token}"}) as api:
                for kind, method in ((0, "1"), (2, "0")):
                    draft = {"method": method, "url": f"http://127.0.0.1:{port}/hook"}
                    async with api.post(f"/uapi/extensions/@me/202/phoneCallEvents/{kind}", json=draft) as answer:
                        assert answer.status == 200
            await pbx.play(CALL, Pace(speed=1000))
            async with asyncio.timeout(PATIENCE):
                lines = [(await printing.stdout.readline()).decode().split() for _ in range(2)]
    printing.terminate()
    await printing.wait()
    assert lines == [
        ["202", "Dial-In", "CALLING", "201", "->", "202"],
        ["202", "Hangup", "ANSWER", "201", "->", "202"],
    ]
