"""The battery of destinations: however a place that may not be called is written, and whatever its name resolves to.

Nothing there is ever connected to: the notifications are dead with a reason, and everybody else gets theirs.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.fakes.daemon import PATIENCE, free_port
from tests.fakes.receiver import Answer
from tests.process.house import TYPES_OF_SIDE, WHERE, House, house

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Trap:
    """Listens on loopback addresses where nobody may call, and counts who does.

    Args:
        port: On which port.
    """

    def __init__(self, port: int) -> None:
        self.port, self.hits = port, 0

    @asynccontextmanager
    async def listening(self, addresses: Sequence[str]) -> AsyncIterator["Trap"]:
        """Until the end."""

        def hit(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.hits += 1
            writer.close()

        async with await asyncio.start_server(hit, addresses, self.port):
            yield self


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, library: Path) -> AsyncIterator[House]:
    """The house of all tests of this file; it may call its two receivers and nothing else."""
    async with house(tmp_path_factory.mktemp("house"), library=library) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def home(shared: House) -> AsyncIterator[House]:
    """The house, in which all is mended when the test ends."""
    yield shared
    shared.ill.otherwise = Answer()
    await shared.send_to(shared.ill.url("/201"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trap() -> AsyncIterator[Trap]:
    """One on all loopback addresses that there are."""
    addresses = ["127.0.0.1", "127.0.0.2", *(["::1"] if has_ipv6() else [])]
    async with Trap(free_port()).listening(addresses) as one:
        yield one


def has_ipv6() -> bool:
    """Whether this host can be called by IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


LOOPBACK: Final = "a loopback address"
DISGUISED: Final = "an IPv4 address in IPv6 disguise"
METADATA: Final = "a cloud metadata address"
LINK_LOCAL: Final = "a link-local address"
RESERVED: Final = "a reserved address"
MULTICAST: Final = "a multicast address"
UNSPECIFIED: Final = "an unspecified address"
NO_ADDRESS: Final = "not written as a name or an address"

SPELLINGS: Final = {
    "127.0.0.1": LOOPBACK,
    "127.0.0.2": LOOPBACK,
    "127.1": NO_ADDRESS,
    "127.0.1": NO_ADDRESS,
    "2130706433": NO_ADDRESS,
    "017700000001": NO_ADDRESS,
    "0177.0.0.1": NO_ADDRESS,
    "127.0.0.1.": NO_ADDRESS,
    "0x7f000001": LOOPBACK,
    "0X7F.1": LOOPBACK,
    "0x7f.0.0.0x1": LOOPBACK,
    "localhost": LOOPBACK,
    "LocalHost": LOOPBACK,
    "[::1]": LOOPBACK,
    "[0:0:0:0:0:0:0:1]": LOOPBACK,
    "[::ffff:127.0.0.1]": LOOPBACK,
    "[::FFFF:7F00:1]": LOOPBACK,
    "[0000:0000:0000:0000:0000:ffff:7f00:0001]": LOOPBACK,
    "[::127.0.0.1]": DISGUISED,
    "[::ffff:0:127.0.0.1]": DISGUISED,
    "[64:ff9b::127.0.0.1]": DISGUISED,
    "[64:ff9b::7f00:1]": DISGUISED,
    "[64:ff9b::a00:1]": DISGUISED,
    "[64:ff9b:1::7f00:1]": DISGUISED,
    "[2002:7f00:1::1]": DISGUISED,
    "[2001:0:7f00:1::]": DISGUISED,
    "0": NO_ADDRESS,
    "0.0.0.0": UNSPECIFIED,
    "0x0": UNSPECIFIED,
    "[::]": UNSPECIFIED,
    "[::ffff:0.0.0.0]": UNSPECIFIED,
    "169.254.169.254": METADATA,
    "2852039166": NO_ADDRESS,
    "0xA9FEA9FE": METADATA,
    "[::ffff:169.254.169.254]": METADATA,
    "[fd00:ec2::254]": METADATA,
    "100.100.100.200": METADATA,
    "169.254.7.7": LINK_LOCAL,
    "[fe80::1]": LINK_LOCAL,
    "[fec0::1]": LINK_LOCAL,
    "192.0.2.1": RESERVED,
    "198.18.0.1": RESERVED,
    "240.0.0.1": RESERVED,
    "255.255.255.255": RESERVED,
    "[2001:db8::1]": RESERVED,
    "[100::1]": RESERVED,
    "224.0.0.1": MULTICAST,
    "[ff02::1]": MULTICAST,
}
"""How somebody may write it, and what it is called."""


@pytest.mark.parametrize("host", SPELLINGS)
async def test_a_literal(home: House, trap: Trap, host: str) -> None:
    """Dead at once, with what is wrong with it; no connection is made."""
    await home.send_to(f"http://{host}:{trap.port}/201?key=canary-key")
    await is_refused(home, trap, SPELLINGS[host])


@pytest.mark.parametrize(
    "host",
    ["[::ffff:127.0.0.1].", "127.0.0.1%2e", "127%2e0.0.1", "[::1%25lo]", "[fe80::1%25eth0]", "\uff11\uff12\uff17.1"],
)
async def test_what_no_url_may_hold(home: House, host: str) -> None:
    """The API does not take it, and keeps what was there."""
    (one, *_) = before = (await home.ask("GET", WHERE))["entry"]
    status, answer = await home.answer("PUT", f"{WHERE}/{one['id']}", {"url": f"http://{host}/201"})
    assert (status, answer["error"]["code"]) == (400, "pce_url_invalid")
    assert (await home.ask("GET", WHERE))["entry"] == before


@pytest.mark.parametrize("name", ["pbx.example", "pbx.example.", "localhost.", "ip6-localhost"])
async def test_this_host_by_a_name(home: House, trap: Trap, name: str) -> None:
    """Whatever it is called, and by whatever address it is reached."""
    assert home.faults
    home.faults.resolve(name, "127.0.1.1", *(["::1"] if has_ipv6() else []))
    await home.send_to(f"http://{name}:{trap.port}/201")
    await is_refused(home, trap, LOOPBACK)


async def is_refused(home: House, trap: Trap, what: str) -> None:
    """A call's notifications are dead after one attempt each, for that reason; the other's arrive."""
    call = await home.pbx.call()
    await home.tried(call, TYPES_OF_SIDE)
    for number, status, reason in home.attempts(call):
        assert (number, status) == (1, None)
        assert reason.startswith("refused destination: ")
        assert f" is {what}" in reason
    await home.quiet(call)
    assert len(home.requests(call, "202")) == TYPES_OF_SIDE
    assert (home.requests(call, "201"), trap.hits) == ([], 0)


async def test_a_name_that_does_not_resolve(home: House) -> None:
    """It waits, and arrives once the name is there."""
    assert home.faults
    home.faults.resolve("crm.example")
    await home.send_to(f"http://crm.example:{home.ill.port}/201")
    call = await home.pbx.call()
    await home.tried(call, 2)
    await home.told(call)
    assert {one[1:] for one in home.attempts(call)} == {(None, "the host name does not resolve")}
    home.faults.resolve("crm.example", "127.0.0.1")
    await home.told(call, "201")
    await home.quiet(call)


async def test_a_name_with_a_forbidden_address_beside_a_good_one(home: House) -> None:
    """The good one alone is called; while it is closed nobody is."""
    assert home.faults
    async with Trap(home.ill.port).listening(["127.0.0.2"]) as trap:
        home.faults.resolve("two.example", "127.0.0.2", "127.0.0.1")
        await home.send_to(f"http://two.example:{home.ill.port}/201")
        call = await home.pbx.call()
        await home.told(call, "201")
        await home.ill.close()
        another = await home.pbx.call()
        await home.tried(another, 2)
        assert {status for _, status, _ in home.attempts(another)} == {None}
        await home.ill.open()
        await home.told(another, "201")
        await home.quiet(call, another)
        assert trap.hits == 0


async def test_a_name_that_rebinds(home: House) -> None:
    """A name that led to a good place, and leads elsewhere now: not one connection there."""
    assert home.faults
    async with Trap(home.ill.port).listening(["127.0.0.2"]) as trap:
        home.faults.resolve("rebinding.example", "127.0.0.1")
        home.ill.otherwise = Answer(headers={"Connection": "close"})  # a connection that is kept needs no name
        await home.send_to(f"http://rebinding.example:{home.ill.port}/201")
        calls = [await home.pbx.call()]
        await home.told(calls[0], "201")
        home.faults.resolve("rebinding.example", "127.0.0.2")
        async with asyncio.timeout(PATIENCE):  # the former address is remembered for ten seconds
            while not home.refusals(calls[-1]):
                await asyncio.sleep(0.5)
                calls.append(await home.pbx.call())
                await home.tried(calls[-1], TYPES_OF_SIDE)
        assert all("127.0.0.2 is a loopback address" in reason for reason in home.refusals(calls[-1]))
        await home.quiet(*calls)
        assert trap.hits == 0
