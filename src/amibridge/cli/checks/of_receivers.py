"""Can the receivers be reached? Their names are looked up and connections made; no request is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from amibridge.cli.checks.finding import Finding, ok, warning
from amibridge.control.look import ReceiverLook
from amibridge.delivery.reach import Reached

MOST: Final = 20
"""So many receivers are tried, those with the most assignments first."""
_AT_ONCE: Final = 8
_SUBJECT: Final = "receiver"


async def check_receivers(
    receivers: Sequence[ReceiverLook], reach: Callable[[ReceiverLook], Awaitable[Reached]]
) -> list[Finding]:
    """Try the receivers of the enabled assignments.

    Args:
        receivers: All of them, those with the most assignments first.
        reach: Tries one; bounded in time.
    """
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(receiver: ReceiverLook) -> Finding:
        async with places:
            return _finding(receiver, await reach(receiver))

    findings = list(await asyncio.gather(*(one(receiver) for receiver in receivers[:MOST])))
    more = len(receivers) - MOST
    if more > 0:
        findings.append(ok(_SUBJECT, f"{more} more with fewer assignments were not tried"))
    return findings


def _finding(receiver: ReceiverLook, reached: Reached) -> Finding:
    what = f"{receiver.origin} ({receiver.assignments} enabled assignment{'s' if receiver.assignments > 1 else ''})"
    if reached.problem:
        return warning(_SUBJECT, f"{what}: {reached.problem}")
    return ok(_SUBJECT, f"{what} accepts connections at {reached.address}, in {reached.seconds * 1000:.0f} ms")
