"""The simulated PBX over its socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, load
from amibridge.simulator.recording import Message, Pace, read_message

FAST = Pace(speed=1000)
BLANK = b"\r\n\r\n"
SECRET = "s3cret"


class Client:
    """Somebody who speaks AMI."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, **headers: str) -> Message:
        """Send an action, return the next message."""
        self.writer.write(Message(headers=tuple(headers.items())).as_bytes())
        return await self.next()

    async def next(self) -> Message:
        """The next message that arrives."""
        async with asyncio.timeout(5):
            return read_message(await self.reader.readuntil(BLANK))

    async def log_in(self, secret: str = SECRET) -> Message:
        """Log in, and return FullyBooted or the refusal."""
        answer = await self.ask(Action="Login", Username="demo", Secret=secret)
        return await self.next() if answer.get("Response") == "Success" else answer

    async def is_hung_up(self) -> bool:
        """Whether the server has ended the session."""
        async with asyncio.timeout(5):
            try:
                return await self.reader.read() == b""
            except ConnectionError:  # hung up on while it was still sending
                return True


@asynccontextmanager
async def connected(pbx: SimulatedPbx) -> AsyncIterator[Client]:
    """A client that has read the banner."""
    reader, writer = await asyncio.open_connection("127.0.0.1", pbx.port)
    try:
        assert await reader.readline() == b"Asterisk Call Manager/11.0.0\r\n"
        yield Client(reader, writer)
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@pytest.fixture
async def pbx() -> AsyncIterator[SimulatedPbx]:
    """A simulated PBX that refuses without the usual second's delay."""
    async with SimulatedPbx(username="demo", secret=SECRET, refusal_seconds=0) as pbx:
        yield pbx


async def test_replays_to_everybody(pbx: SimulatedPbx) -> None:
    """All clients that are logged in get the same events, in the recording's order; others get none."""
    recording = load(SCENES[0])
    async with AsyncExitStack() as stack:
        one, other, stranger = [await stack.enter_async_context(connected(pbx)) for _ in range(3)]
        await one.log_in()
        await other.log_in()
        await pbx.listener()
        await pbx.play(recording, FAST)
        heard = [await one.next() for _ in recording.messages]
        assert heard == [await other.next() for _ in recording.messages]
        assert [m.get("Event") for m in heard] == [timed.message.get("Event") for timed in recording.messages]
        assert (await stranger.ask(Action="Ping")).get("Message") == "Permission denied"


async def test_lists_what_it_plays(pbx: SimulatedPbx) -> None:
    """In the middle of a replay the listing has the channels of the call, with the ids of the events sent."""
    recording = load(SCENES[0])
    async with connected(pbx) as client:
        await client.log_in()
        playing = asyncio.create_task(pbx.play(recording, Pace(stretch=1, longest_seconds=0.2)))
        began = await client.next()
        while (event := await client.next()).get("Event") != "DialBegin":
            pass
        client.writer.write(b"Action: CoreShowChannels\r\nActionID: c\r\n\r\n")
        listed = []
        while (message := await client.next()).get("Event") != "CoreShowChannelsComplete":
            listed += [message] if message.get("ActionID") else []
        assert [m.get("Uniqueid") for m in listed[1:]] == [began.get("Uniqueid"), event.get("DestUniqueid")]
        await playing


async def test_keeps_the_time_of_the_recording(pbx: SimulatedPbx) -> None:
    """Events carry the time at which they are sent, with the recording's pauses between them."""
    recording = load(SCENES[0])
    async with connected(pbx) as client:
        await client.log_in()
        await pbx.play(recording, Pace(stretch=1))
        times = [float((await client.next()).get("Timestamp")) for _ in recording.messages]
    assert times == sorted(times)
    recorded = sum(timed.pause_seconds for timed in recording.messages)
    assert recorded <= times[-1] - times[0] < recorded + 0.5


async def test_refused_login(pbx: SimulatedPbx) -> None:
    """A wrong secret is refused in Asterisk's words, and the session ends."""
    async with connected(pbx) as client:
        assert (await client.log_in("wrong")).get("Message") == "Authentication failed"
        assert await client.is_hung_up()


async def test_logoff(pbx: SimulatedPbx) -> None:
    """A client may leave; the session ends."""
    async with connected(pbx) as client:
        assert (await client.ask(Action="Logoff")).get("Response") == "Goodbye"
        assert await client.is_hung_up()


async def test_garbage_ends_the_session(pbx: SimulatedPbx) -> None:
    """A message without end is not collected for ever, and the next client is served."""
    async with connected(pbx) as client:
        client.writer.write(b"x" * 200_000)
        assert await client.is_hung_up()
    async with connected(pbx) as client:
        assert (await client.log_in()).get("Event") == "FullyBooted"


async def test_slow_readers_are_dropped(pbx: SimulatedPbx) -> None:
    """A client that does not read is dropped, as Asterisk drops it, and the others hear everything."""
    recording = load(SCENES[0])
    async with connected(pbx) as slow, connected(pbx) as good:
        await slow.log_in()
        await good.log_in()
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport can
        for _ in range(1000):
            await pbx.play(recording, Pace(speed=1e9))
            for _ in recording.messages:
                await good.next()
            if len(pbx._listeners) == 1:
                break
        assert len(pbx._listeners) == 1


async def test_closing_ends_sessions() -> None:
    """Closing the PBX hangs up on its clients."""
    async with SimulatedPbx(username="demo", secret=SECRET) as pbx, connected(pbx) as client:
        await client.log_in()
        await pbx.__aexit__(None, None, None)
        assert await client.is_hung_up()
