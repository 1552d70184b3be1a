"""What is said of the receivers."""

import asyncio

from amibridge.cli.checks.finding import Verdict, ok, warning
from amibridge.cli.checks.of_receivers import MOST, check_receivers
from amibridge.control.look import ReceiverLook
from amibridge.delivery.reach import Reached


def receiver(number: int) -> ReceiverLook:
    """The n-th of them."""
    return ReceiverLook(origin=f"https://r{number}.example:443", by_administrator=True, assignments=number + 1)


async def test_reached_and_not() -> None:
    """A receiver that cannot be reached now may be later: a warning."""

    async def reach(one: ReceiverLook) -> Reached:
        return Reached(problem="down: look") if one.assignments > 1 else Reached(address="192.0.2.1", seconds=0.02)

    assert await check_receivers([receiver(0), receiver(1)], reach) == [
        ok(
            "receiver",
            "https://r0.example:443 (1 enabled assignment) accepts connections at 192.0.2.1, in 20 ms",
        ),
        warning("receiver", "https://r1.example:443 (2 enabled assignments): down: look"),
    ]


async def test_bounded() -> None:
    """Few at once, and not all of very many; how many were left out is said."""
    now: list[int] = [0, 0]

    async def reach(_one: ReceiverLook) -> Reached:
        now[0] += 1
        now[1] = max(now)
        await asyncio.sleep(0)
        now[0] -= 1
        return Reached(address="x")

    found = await check_receivers([receiver(number) for number in range(MOST + 5)], reach)
    assert len(found) == MOST + 1
    assert found[-1] == ok("receiver", "5 more with fewer assignments were not tried")
    assert now[1] <= 8
    assert all(one.verdict is Verdict.OK for one in found)
