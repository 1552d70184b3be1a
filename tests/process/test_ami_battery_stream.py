"""The AMI battery, what comes in: streams that end anywhere, that are damaged, or no AMI at all."""

import random
import ssl
from itertools import accumulate
from pathlib import Path

import pytest
import trustme

from tests.fakes.ami_server import BANNER
from tests.process.ami_battery import RINGING, Bench, battery, call, listed

CUTS = 30
NOISE = random.Random(7)  # noqa: S311 - nothing secret is drawn


def offsets() -> list[int]:
    """Where the transcript of a call is cut: anywhere, and at the ends of some messages, just before and behind."""
    ends = list(accumulate(map(len, call(0))))
    beside = {end + place for end in NOISE.sample(ends[:-1], 3) for place in (-2, -1, 0, 1)}
    return sorted([*beside, *NOISE.sample(sorted({*range(1, ends[-1])} - beside), CUTS - len(beside))])


async def test_cut_anywhere(tmp_path: Path) -> None:
    """Whatever part of a call was heard, it is told to its end once the PBX does not list it any more."""
    places = offsets()
    assert len(places) == CUTS
    async with battery(tmp_path) as bench:
        numbers = []
        for count, place in enumerate(places, 2):
            numbers.append(bench.new_call())
            stream = b"".join(call(numbers[-1]))
            bench.pbx.push(stream[:place])
            bench.pbx.hang_up()
            await bench.again(count)
        begun = len(call(0)[0])
        for number, place in zip(numbers, places, strict=True):
            if place >= begun + 4:
                await bench.told(number, 2)
            else:
                assert bench.types(number) == {}


async def test_reset_in_the_middle(tmp_path: Path) -> None:
    """A reset connection is as good as a closed one; calls that are still there go on, and are told to their end."""
    async with battery(tmp_path) as bench:
        number = await bench.ringing_call()
        bench.pbx.script.channels = listed(number)
        for count in range(2, 6):
            bench.pbx.cut()
            await bench.again(count)
        bench.pbx.push(b"".join(call(number)[RINGING:]))
        bench.pbx.script.channels = ()
        await bench.told(number, 6)
        assert bench.types(number) == {"201": ["1", "4", "2"], "202": ["0", "3", "2"]}


DAMAGE = {
    "random bytes": NOISE.randbytes(4096) + b"\r\n\r\n",
    "NULs": bytes(4096) + b"\r\n\r\n",
    "a NUL in a name": b"Event: Newchannel\r\nUni\0queid: 1\r\n\r\n",
    "bare LF": b"".join(call(0)).replace(b"\r\n", b"\n") + b"\r\n\r\n",
    "a line of 10 MB": b"Event: Newchannel\r\nUniqueid: " + b"x" * 10_000_000 + b"\r\n\r\n",
    "10 MB without a line": b"x" * 10_000_000,
    "10,000 headers": b"Event: Newchannel\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    "a second banner of another kind": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "an endless message": b"Event: Newchannel\r\n" + b"X: y\r\n" * 60_000,
}


@pytest.mark.parametrize("name", DAMAGE)
async def test_damage(tmp_path: Path, name: str) -> None:
    """What is no AMI ends the session, not the daemon; what was missed by that is settled."""
    async with battery(tmp_path) as bench:
        number = await bench.ringing_call()
        bench.pbx.push(DAMAGE[name])
        await bench.again(2)
        await bench.ended(number)
        lost = await bench.daemon.said("ami_link_lost")
        assert "damaged stream" in lost["error"]
        assert len(lost["error"]) < 300


async def test_damage_again_and_again(tmp_path: Path) -> None:
    """Memory and descriptors do not grow with each session that ends badly."""
    async with battery(tmp_path) as bench:
        for count in range(2, 12):
            bench.pbx.push(DAMAGE["a line of 10 MB"])
            await bench.again(count)


async def restarted(bench: Bench, banner: bytes, *, silent: bool = False) -> str:
    """Something else answers in the PBX's place, until the PBX is back; returns what the daemon says of it."""
    number = await bench.ringing_call()
    sessions = len(bench.pbx.received)
    bench.pbx.script.banner = banner
    bench.pbx.cut()
    await bench.pbx.connected(sessions + 1)
    if silent:
        bench.pbx.hang_up()
    said = await bench.daemon.said("ami_unreachable")
    bench.pbx.script.banner = BANNER
    await bench.again(2)
    await bench.ended(number)
    return str(said["error"])


@pytest.mark.parametrize(
    "banner",
    [
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        b"HTTP/1.1 400 Bad Request\r\nServer: Asterisk\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46\r\n",
        b"Asterisk Call Manager\r\n" * 2,
        b"\0" * 100_000,
    ],
)
async def test_wrong_banner(tmp_path: Path, banner: bytes) -> None:
    """Who greets otherwise is not logged in to: no secret, and no proof of it, goes there."""
    async with battery(tmp_path) as bench:
        logins = bench.pbx.count("Login")
        assert await restarted(bench, banner)
        assert bench.pbx.count("Login") == logins + 1


async def test_no_banner(tmp_path: Path) -> None:
    """Who says nothing is sent nothing either."""
    async with battery(tmp_path) as bench:
        assert await restarted(bench, b"", silent=True)
        assert [bytes(stream) for stream in bench.pbx.received[1:-1]] == [b""] * (len(bench.pbx.received) - 2)


async def test_clear_against_tls(tmp_path: Path) -> None:
    """A daemon that speaks in the clear to a TLS port says what may be wrong, and is ready once that is mended."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with battery(tmp_path) as bench:
        await bench.pbx.shut()
        bench.pbx._tls = context
        await bench.pbx.listen()
        # A TLS server waits for the client's first word, as the client does here for the server's.
        await bench.daemon.readiness(503)
        await bench.pbx.shut()
        bench.pbx._tls = None
        await bench.pbx.listen()
        await bench.again(2)


async def test_tls_against_clear(tmp_path: Path) -> None:
    """The same the other way round; and with TLS on both sides everything works."""
    authority = trustme.CA()
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with battery(
        tmp_path, server_tls=context, host="localhost", tls=True, tls_ca_file=str(tmp_path / "ca.pem")
    ) as bench:
        number = await bench.ringing_call()
        await bench.pbx.shut()
        bench.pbx._tls = None
        await bench.pbx.listen()
        said = await bench.daemon.said("ami_unreachable")
        assert "check ami.host, ami.port (manager.conf: tlsbindaddr), ami.tls" in said["error"]
        await bench.pbx.shut()
        bench.pbx._tls = context
        await bench.pbx.listen()
        await bench.again(2)
        await bench.ended(number)
