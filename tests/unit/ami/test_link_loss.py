"""How a link ends, what is said of it, and how it begins again."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from amibridge.ami.connection import _MAX_ANSWER_MESSAGES
from amibridge.ami.facts import LinkState
from amibridge.ami.inbox import EventsArrived, Inbox, LinkLost, LinkUp, Listed
from amibridge.ami.message import AmiEvent
from tests.fakes.ami_server import PATIENCE, AmiServer, Script, block
from tests.unit.ami.bench import Bench, bench, settings_for


async def reason_of_loss(running: Bench) -> str:
    """Why the link says that it was lost."""
    return (await running.lost()).reason


async def test_a_peer_that_answers_no_ping() -> None:
    """A half-open connection is noticed by the ping's deadline, and made again."""
    async with AmiServer() as server, bench(server, settings=settings_for(server, ping_seconds=0.05)) as running:
        await running.up()
        server.script.mute = frozenset({"ping"})
        assert "no answer to Ping within 0.05 s" in await reason_of_loss(running)
        server.script.mute = frozenset()
        await running.up(2)
        assert running.link.facts.reconnects == 1


async def test_silence_begins_before_it_is_noticed() -> None:
    """What a peer does not say is missing from its last word on, not from when that was noticed."""
    async with AmiServer() as server, bench(server, settings=settings_for(server, ping_seconds=0.3)) as running:
        await running.up()
        await server.asked("Ping")
        server.script.mute = frozenset({"*"})
        muted_at = time.time()
        lost = await running.lost()
        assert lost.at < muted_at + 0.1
        assert time.time() >= muted_at + 0.3
        assert running.link.facts.down_since == lost.at


@pytest.mark.parametrize("leave", ["goodbye", "shutdown"])
async def test_a_farewell_is_heard(leave: str) -> None:
    """A quiet link that ends in order was heard until then, however long nothing was said before."""
    async with AmiServer() as server, bench(server) as running:
        await running.take(2)
        await asyncio.sleep(0.3)
        ended_at = time.time()
        if leave == "goodbye":
            await running.stop()
        else:
            server.push(block(Event="Shutdown", Shutdown="Cleanly", Restart="True"))
            server.hang_up()
        assert (await running.lost()).at >= ended_at


async def test_pings_keep_it_awake() -> None:
    """A quiet link is pinged again and again, and stays as it is."""
    async with AmiServer() as server, bench(server, settings=settings_for(server, ping_seconds=0.02)) as running:
        await server.asked("Ping", 5)
        assert (running.link.state, running.link.facts.sessions) == (LinkState.UP, 1)
        await running.until(lambda _: len(running.alive) > 3)
        assert [one.at for one in running.alive] == sorted(one.at for one in running.alive)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"half a message\r\n\r\n", "damaged stream: bytes between messages that are no message"),
        (
            b"Event: Newchannel\r\nUniqueid: " + b"x" * 70_000 + b"\r\n\r\n",
            "damaged stream: a message with a line above",
        ),
        (b"Event: Newchannel\r\nX: \0\r\n\r\n", "damaged stream: bytes between messages that are no message"),
    ],
)
async def test_a_damaged_stream(sent: bytes, reason: str) -> None:
    """What cannot be AMI ends the session; what was read before it counts, what stands behind it does not."""
    hangup = block(Event="Hangup", Uniqueid="1")
    async with AmiServer() as server, bench(server) as running:
        await running.up()
        await server.asked("CoreShowChannels")
        server.push(hangup + sent + hangup)
        assert reason in await reason_of_loss(running)
        await running.up(2)
        assert sum(isinstance(item, EventsArrived) for item in running.taken) == 1


async def test_an_endless_answer() -> None:
    """A listing of more channels than any PBX has is damage, too: memory is not for whoever talks longest."""
    script = Script(mute=frozenset({"coreshowchannels"}))
    async with AmiServer(script) as server, bench(server) as running:
        await running.up()
        await server.asked("CoreShowChannels")
        action_id = server.actions[-1]["actionid"]
        start = block(Response="Success", ActionID=action_id, EventList="start")
        channel = block(Event="CoreShowChannel", ActionID=action_id)
        server.push(start + channel * (_MAX_ANSWER_MESSAGES + 1))
        assert "an answer of more than" in await reason_of_loss(running)


@pytest.mark.parametrize(("restart", "reason"), [("True", "Asterisk restarts"), ("False", "Asterisk was stopped")])
async def test_a_stop_that_is_announced(restart: str, reason: str) -> None:
    """A PBX that says why it leaves is quoted; the word itself is for nobody else."""
    async with AmiServer() as server, bench(server) as running:
        await running.up()
        await server.asked("CoreShowChannels")
        server.push(block(Event="Shutdown", Shutdown="Cleanly", Restart=restart))
        server.hang_up()
        assert reason in await reason_of_loss(running)
        assert not any(isinstance(item, EventsArrived) for item in running.taken)


async def test_a_full_inbox() -> None:
    """Events that nobody takes end the session on purpose; the next one waits for room, and begins with a listing."""
    inbox = Inbox(max_items=10)
    async with AmiServer() as server, bench(server, inbox=inbox) as running:
        await server.asked("CoreShowChannels")
        with capture_logs() as lines:
            server.push(block(Event="Hangup", Uniqueid="1") * 8)
            async with asyncio.timeout(PATIENCE):
                while len(inbox) < 10:  # noqa: ASYNC110 - nobody is told when it is full
                    await asyncio.sleep(0.005)
            server.push(block(Event="Hangup", Uniqueid="1"))
            await running.state(LinkState.WAITING)
            await asyncio.sleep(0.1)
        assert running.link.facts.inbox_overflows == 1
        assert (len(inbox), running.link.facts.sessions) == (11, 1)
        assert "the inbox is full" in lines[-1]["error"]
        await running.up(2)
        await running.until(lambda items: sum(isinstance(item, Listed) for item in items) >= 2)
        kinds = [type(item) for item in running.taken]
        assert kinds == [LinkUp, Listed, *[EventsArrived] * 8, LinkLost, LinkUp, Listed]


@pytest.mark.parametrize("mute", [frozenset(), frozenset({"coreshowchannels"})])
async def test_a_word_behind_a_full_inbox(mute: frozenset[str]) -> None:
    """What is read together with events that found no room is not heard either, whether an answer is awaited or not."""
    inbox = Inbox(max_items=8)
    async with AmiServer(Script(mute=mute)) as server, bench(server, inbox=inbox) as running:
        await server.asked("CoreShowChannels")
        events = block(Event="Hangup", Uniqueid="1") * 20
        server.push(events + block(Event="Shutdown", Shutdown="Cleanly", Restart="True"))
        assert "the inbox is full" in await reason_of_loss(running)
        assert running.alive == []


async def test_events_behind_a_full_inbox_are_not_taken() -> None:
    """Nothing of a session that was given up comes after its end."""
    inbox = Inbox(max_items=4)
    assert inbox.put(EventsArrived(events=[AmiEvent("x", {})], arrived_at=0.0))
    async with AmiServer() as server, bench(server, inbox=inbox) as running:
        await server.asked("CoreShowChannels")
        server.push(block(Event="Hangup", Uniqueid="1") * 20)
        await running.state(LinkState.WAITING)
        items = await running.until(lambda items: any(isinstance(item, LinkLost) for item in items))
        assert isinstance(items[-1], LinkLost)


async def test_a_refused_login_waits_longer() -> None:
    """A refusal is an error that names the three causes, said once; with the right secret the link comes by itself."""
    async with AmiServer(Script(secret="another")) as server:
        with capture_logs() as lines:
            async with bench(server, refused_seconds=0.05) as running:
                await server.asked("Login", 3)
                assert running.link.facts.last_error.startswith("Asterisk refused the login of 'amibridge'")
                server.script.secret = "s3cret"
                await running.up()
        loud = [line for line in lines if line["log_level"] == "error"]
        assert [line["event"] for line in loud] == ["ami_login_refused"]


async def test_an_absent_pbx_is_said_once() -> None:
    """The same failure is a warning once and quiet afterwards; once there was a session it is said again."""
    server = AmiServer()
    await server.listen()
    await server.shut()
    with capture_logs() as lines:
        async with bench(server) as running:
            await asyncio.sleep(0.2)
            await server.listen()
            await running.up()
            await server.shut()
            await running.lost()
            await asyncio.sleep(0.2)
    loud = [line["event"] for line in lines if line["log_level"] == "warning"]
    assert loud == ["ami_unreachable", "ami_link_lost", "ami_unreachable"]
    assert sum(line["log_level"] == "debug" for line in lines) > 2


async def test_pauses_grow_while_it_flaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that was short begins no new row of pauses; one that lasted does."""
    resets: list[None] = []
    async with AmiServer() as server, bench(server) as running:
        monkeypatch.setattr(running.link._pauses, "reset", lambda: resets.append(None))
        await running.up()
        server.cut()
        await running.up(2)
        assert resets == []
        monkeypatch.setattr("amibridge.ami.link._STABLE_SECONDS", 0.0)
        server.cut()
        await running.up(3)
        assert len(resets) == 1


async def test_a_peer_that_never_greets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that accepts and says nothing is given up; so is one that takes no connection in time."""
    monkeypatch.setattr("amibridge.ami.session.BANNER_SECONDS", 0.05)
    monkeypatch.setattr(
        "amibridge.ami.session.Session.open.__func__.__kwdefaults__", {"tap": None, "tls": None, "banner_seconds": 0.05}
    )
    async with AmiServer(Script(banner=b"")) as server, bench(server) as running:
        await running.state(LinkState.WAITING)
        assert "no greeting within 0.05 s" in running.link.facts.last_error


async def test_a_connection_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that drops what is sent to it is given up after some seconds."""

    async def never(*_: object, **__: object) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("amibridge.ami.session.CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
    async with AmiServer() as server, bench(server) as running:
        await running.state(LinkState.WAITING)
        assert "no answer within 0.05 s; check ami.host and ami.port" in running.link.facts.last_error
