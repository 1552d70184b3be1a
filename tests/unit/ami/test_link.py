"""The link against a scripted PBX: what a session brings into the inbox, and in which order."""

import asyncio
import gc
import ssl
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
import trustme
import uvloop
from pydantic import SecretStr

from amibridge.ami.facts import LinkState
from amibridge.ami.failures import CaFileError, UnsafeTextError
from amibridge.ami.inbox import EventsArrived, Inbox, Item, LinkLost, LinkUp, Listed, ListingAsked
from amibridge.ami.link import Link
from amibridge.settings import AmiSettings
from tests.fakes.ami_server import AmiServer, Script, block
from tests.unit.ami.bench import bench, settings_for

CHANNEL = {
    "Channel": "PJSIP/201-00000001",
    "ChannelState": "6",
    "CallerIDName": 'Zoë \\"Z\\"',
    "Uniqueid": "office-1.1",
    "Linkedid": "office-1.1",
    "BridgeId": "b-1",
}


def told(items: Sequence[Item]) -> list[str]:
    """The items in short: what kind, and which channel."""
    shown = []
    for item in items:
        match item:
            case EventsArrived(events=[event]):
                shown.append(f"{event.name} {event.get('uniqueid')}".strip())
            case Listed(snapshot=snapshot):
                shown.append(" ".join(["listed", *(channel.uniqueid for channel in snapshot.channels)]))
            case ListingAsked():
                shown.append("asked")
            case LinkUp():
                shown.append("up")
            case LinkLost():
                shown.append("lost")
    return shown


async def a_session() -> None:
    """From the login to the last event, with everything in the order in which the PBX sent it."""
    script = Script(
        channels=[CHANNEL],
        with_login=block(Event="FullyBooted") + block(Event="Newchannel", Uniqueid="1"),
        before_listing=block(Event="Newchannel", Uniqueid="2"),
        after_listing=block(Event="Hangup", Uniqueid="3"),
    )
    async with AmiServer(script) as server, bench(server) as running:
        items = await running.take(5)
        assert told(items) == ["up", "Newchannel 1", "Newchannel 2", "listed office-1.1", "Hangup 3"]
        server.push(block(Event="VarSet", Uniqueid="4") + block(Event="Hangup", Uniqueid="5"))
        assert told(await running.take(6))[-1] == "Hangup 5"
        facts = running.link.facts
        assert (facts.state, facts.version, facts.asterisk) == (LinkState.UP, "11.0.0", "Asterisk 22")
        assert (facts.sessions, facts.reconnects, facts.events_skipped) == (1, 0, 2)
        assert facts.last_event_at is not None
        [listed] = [item for item in items if isinstance(item, Listed)]
        [channel] = listed.snapshot.channels
        assert (channel.state, channel.caller_id_name, channel.bridge_id) == (6, 'Zoë "Z"', "b-1")


def run_on_uvloop(test: Coroutine[Any, Any, None]) -> None:
    """As the daemon runs where uvloop is there."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test)


async def test_session() -> None:
    """What the PBX tells arrives in the order of its stream: login, events, listing, events."""
    await a_session()


def test_session_on_uvloop() -> None:
    """It makes no difference on uvloop."""
    run_on_uvloop(a_session())


async def test_nothing_is_sent_before_the_banner() -> None:
    """A peer that does not greet as Asterisk does hears nothing of us, least of all a secret."""
    async with AmiServer(Script(banner=b"220 mail.example.org ESMTP\r\n")) as server, bench(server) as running:
        await server.connected(2)
        assert not any(server.received)
        assert "is no Asterisk manager" in running.link.facts.last_error
        assert len(running.inbox) == 0


@pytest.mark.parametrize("challenges", [True, False])
async def test_login(*, challenges: bool) -> None:
    """Where the PBX offers a challenge, the secret itself is never sent."""
    async with AmiServer(Script(challenges=challenges)) as server, bench(server) as running:
        await running.up()
        assert (b"s3cret" in server.received[0]) is not challenges


async def test_pieces_of_any_size() -> None:
    """Text that is split over segments comes out whole."""
    event = block(Event="Newchannel", Uniqueid="1", CallerIDName="Zoë 😀 Ö")
    async with AmiServer() as server, bench(server) as running:
        await running.take(2)
        for byte in event:
            server.push(bytes([byte]))
            await asyncio.sleep(0)
        [*_, item] = await running.take(3)
        assert isinstance(item, EventsArrived)
        assert item.events[0].get("calleridname") == "Zoë 😀 Ö"


async def test_what_is_wanted_may_change() -> None:
    """Events that somebody wants from now on are heard in the session that is open."""
    wanted = [frozenset({"Hangup"})]
    async with AmiServer() as server, bench(server, wanted=lambda: wanted[-1]) as running:
        await running.take(2)
        server.push(block(Event="Newexten", Uniqueid="1") + block(Event="Hangup", Uniqueid="2"))
        await running.take(3)
        wanted.append(frozenset({"Hangup", "Newexten"}))
        server.push(block(Event="Newexten", Uniqueid="3"))
        assert told(await running.take(4)) == ["up", "listed", "Hangup 2", "Newexten 3"]


async def test_listing_again() -> None:
    """When too little was heard of a call, the channels are listed again, once, and what was told before is older."""
    silent = [False]
    async with (
        AmiServer(Script(channels=[CHANNEL])) as server,
        bench(server, settings=settings_for(server, ping_seconds=0.01), is_stale=lambda: silent[0]) as running,
    ):
        await running.take(2)
        server.push(block(Event="Newchannel", Uniqueid="1"))
        await running.take(3)
        silent[0] = True
        await running.take(5)
        await asyncio.sleep(0.1)  # ten pings more
        server.push(block(Event="Hangup", Uniqueid="1"))
        assert told(await running.take(6)) == [
            *("up", "listed office-1.1", "Newchannel 1", "asked", "listed office-1.1", "Hangup 1")
        ]


async def test_tap() -> None:
    """Whoever taps the link gets the stream exactly as it came, from the banner on, of each session."""
    recorded = bytearray()
    async with (
        AmiServer(Script(with_login=block(Event="VarSet"))) as server,
        bench(server, tap=recorded.extend) as link,
    ):
        await link.take(2)
        server.cut()
        await link.up(2)
    assert recorded.startswith(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n")
    assert recorded.count(b"Asterisk Call Manager/") == 2
    assert recorded.count(b"Event: VarSet\r\n\r\n") == 2


async def test_tap_that_fails() -> None:
    """A recording that cannot be written ends the link with that error, for whoever runs it."""

    def full(_data: bytes) -> None:
        raise OSError(28, "No space left on device")

    async with AmiServer() as server:
        link = Link(settings_for(server), Inbox(), frozenset, tap=full)
        with pytest.raises(OSError, match="No space left"):
            await link.run()
        assert link.state is LinkState.STOPPED


async def test_listing_refused() -> None:
    """A user who may not list goes on without a snapshot; a warning names the cure."""
    with structlog.testing.capture_logs() as logs:
        async with (
            AmiServer(Script(may_list=False)) as server,
            bench(server, settings=settings_for(server, ping_seconds=0.05)) as running,
        ):
            await running.up()
            await server.asked("Ping")
            server.push(block(Event="Hangup", Uniqueid="1"))
            assert told(await running.take(2)) == ["up", "Hangup 1"]
    [warning] = [line for line in logs if line["event"] == "ami_listing_refused"]
    assert (warning["log_level"], warning["answer"]) == ("warning", "Permission denied")
    assert "write = reporting" in warning["cure"]


async def test_listing_that_broke_off() -> None:
    """A listing that the PBX itself calls incomplete is no snapshot: channels would seem to be gone."""
    script = Script(channels=[CHANNEL], list_end="Cancelled", after_listing=block(Event="Hangup", Uniqueid="1"))
    async with (
        AmiServer(script) as server,
        bench(server, settings=settings_for(server, ping_seconds=0.02), listing_pause_seconds=0.05) as running,
    ):
        assert told(await running.take(4)) == ["up", "Hangup 1", "asked", "Hangup 1"]
        assert "(the listing broke off)" in running.link.facts.listing_missing
        script.list_end = "Complete"
        await running.until(lambda items: any(isinstance(item, Listed) for item in items))
        await server.asked("Ping", server.count("Ping") + 1)
        assert (running.link.facts.listing_missing, running.link.facts.sessions) == ("", 1)


def in_part(action: Mapping[str, str]) -> bytes:
    """The beginning of a listing, without its end."""
    own = {"ActionID": action["actionid"]}
    start = block(Response="Success", **own, EventList="start")
    return start + block(Event="CoreShowChannel", **own, Uniqueid="late")


@pytest.mark.parametrize("answer", [lambda _: b"", in_part])
async def test_listing_that_does_not_come(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[Mapping[str, str]], bytes]
) -> None:
    """A PBX that answers pings keeps its session, is asked again, and what comes late of a listing is passed over."""
    monkeypatch.setattr("amibridge.ami.link.LISTING_SECONDS", 0.1)
    with structlog.testing.capture_logs() as logs:
        async with (
            AmiServer(Script(answers={"coreshowchannels": answer})) as server,
            bench(server, settings=settings_for(server, ping_seconds=0.05), listing_pause_seconds=0.1) as running,
        ):
            await server.asked("CoreShowChannels", 3)
            assert running.link.facts.listing_missing == "Asterisk does not answer CoreShowChannels"
            server.script.answers = {}
            server.script.channels = [CHANNEL]
            for action in [one for one in server.actions if one["action"] == "CoreShowChannels"][:2]:
                own = {"ActionID": action["actionid"]}
                server.push(block(Event="CoreShowChannel", **own, Uniqueid="late"))
                server.push(block(Event="CoreShowChannelsComplete", **own, EventList="Complete"))
            server.push(block(Event="Hangup", Uniqueid="1"))
            items = await running.until(lambda items: any(isinstance(item, Listed) for item in items))
            assert [one for one in told(items) if one != "asked"] == ["up", "Hangup 1", "listed office-1.1"]
            await server.asked("Ping", server.count("Ping") + 1)
            assert (running.link.facts.listing_missing, running.link.facts.sessions) == ("", 1)
    loud = [line["event"] for line in logs if line["log_level"] in {"warning", "error"}]
    assert loud == ["ami_listing_missing"]


async def test_a_dead_peer_is_no_listing_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who answers neither the listing nor a ping is gone."""
    monkeypatch.setattr("amibridge.ami.link.LISTING_SECONDS", 0.1)
    script = Script(mute=frozenset({"coreshowchannels", "ping"}))
    async with (
        AmiServer(script) as server,
        bench(server, settings=settings_for(server, ping_seconds=0.1)) as running,
    ):
        assert "no answer to Ping" in (await running.lost()).reason


async def test_events_cannot_fake_an_answer() -> None:
    """An event with our ActionID, a Response header, or an end of its own in a value answers nothing."""
    script = Script(
        channels=[{**CHANNEL, "Response": "Success", "Exten": "CoreShowChannelsComplete"}],
        before_listing=block(Event="OriginateResponse", Response="Failure", ActionID="x")
        + block(Event="CoreShowChannelsComplete", ActionID="of-somebody-else"),
    )
    async with AmiServer(script) as server, bench(server) as running:
        assert told(await running.take(2)) == ["up", "listed office-1.1"]


async def test_stop_is_polite() -> None:
    """A stopped link logs off, says that it is lost behind the last event, and leaves no task and no socket."""
    async with AmiServer() as server, bench(server) as running:
        await running.take(2)
        server.push(block(Event="Hangup", Uniqueid="1"))
        await running.take(3)
        await running.stop()
        assert server.count("Logoff") == 1
        assert told(await running.take(4))[-1] == "lost"
        assert running.link.state is LinkState.STOPPED
        others = {task for task in asyncio.all_tasks() if "AMI" not in task.get_name()}
        assert others == {asyncio.current_task()}


async def test_stop_with_a_dead_peer() -> None:
    """A peer that does not answer the logoff does not hold up stopping."""
    async with AmiServer() as server, bench(server) as running:
        await running.up()
        server.script.mute = frozenset({"*"})
        async with asyncio.timeout(3):
            await running.stop()


async def test_stop_while_pausing() -> None:
    """A link that is stopped between two attempts makes no further one."""
    async with AmiServer() as server, bench(server, pause_seconds=0.1) as running:
        await running.up()
        server.cut()
        await running.state(LinkState.WAITING)
        await running.stop()
        await asyncio.sleep(0.3)
        assert len(server.received) == 1


@pytest.fixture
def certificates(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """A server's context for localhost, and the file of the CA that signed it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return context, str(tmp_path / "ca.pem")


async def a_tls_session(context: ssl.SSLContext, ca_file: str) -> None:
    """Over TLS to the listing, and the end of it."""
    async with (
        AmiServer(tls=context) as server,
        bench(server, settings=settings_for(server, tls_ca_file=ca_file)) as running,
    ):
        assert told(await running.take(2)) == ["up", "listed"]
        server.cut()
        await running.up(2)


async def test_tls(certificates: tuple[ssl.SSLContext, str]) -> None:
    """A PBX whose certificate the given CA signed is talked to over TLS."""
    await a_tls_session(*certificates)


def test_tls_on_uvloop(certificates: tuple[ssl.SSLContext, str]) -> None:
    """It makes no difference on uvloop."""
    run_on_uvloop(a_tls_session(*certificates))


async def test_tls_with_another_ca(certificates: tuple[ssl.SSLContext, str], tmp_path: Path) -> None:
    """A certificate that nobody vouches for is refused, before anything is sent."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    async with (
        AmiServer(tls=certificates[0]) as server,
        bench(server, settings=settings_for(server, tls_ca_file=str(other))) as running,
    ):
        await running.state(LinkState.WAITING)
        assert "certificate verify failed" in running.link.facts.last_error
        assert "ami.tls_ca_file" in running.link.facts.last_error
        assert not any(server.received)


async def test_tls_against_clear(certificates: tuple[ssl.SSLContext, str]) -> None:
    """TLS to a port that speaks in the clear fails with the settings to look at."""
    async with (
        AmiServer() as server,
        bench(server, settings=settings_for(server, tls_ca_file=certificates[1])) as running,
    ):
        await running.state(LinkState.WAITING)
        assert "ami.tls" in running.link.facts.last_error


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_unusable_ca_file(tmp_path: Path, content: str | None) -> None:
    """A CA file that cannot be used is a wrong setting, at once."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CaFileError, match=r"ami\.tls_ca_file .*ca\.pem cannot be used"):
        Link(AmiSettings(tls=True, tls_ca_file=str(path)), Inbox(), frozenset)


@pytest.mark.parametrize("unsafe", ["a\r\nAction: Originate", "a\nb", "a\0", "a\udcff"])
async def test_unsafe_credentials(unsafe: str) -> None:
    """A user's name or secret that AMI would read as further headers is a wrong setting, at once."""
    with pytest.raises(UnsafeTextError, match="Username"):
        Link(AmiSettings.model_construct(username=unsafe), Inbox(), frozenset)
    with pytest.raises(UnsafeTextError, match="Secret"):
        Link(AmiSettings.model_construct(secret=SecretStr(unsafe)), Inbox(), frozenset)


async def test_secret_is_never_said() -> None:
    """No log line, fact or error holds the secret, whatever goes wrong with a plain login."""
    with structlog.testing.capture_logs() as logs:
        async with AmiServer(Script(challenges=False, secret="another")) as server, bench(server) as running:
            await running.state(LinkState.REFUSED)
            server.script.mute = frozenset({"login"})
            said = str(logs) + str(running.link.facts)
    assert "ami_login_refused" in said
    assert "s3cret" not in said


async def test_no_reference_cycle_keeps_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that are over are let go of."""
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    async with AmiServer() as server, bench(server) as running:
        for times in range(1, 20):
            await running.up(times)
            await server.asked("CoreShowChannels", times)
            server.cut()
        await running.up(20)
        gc.collect()
        alive = [one for one in gc.get_objects() if type(one).__name__ == "Connection"]
        assert len(alive) <= 2
    assert unraisable == []
