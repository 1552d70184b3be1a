"""Wakes all who wait for the next thing to happen; with nobody waiting it costs a look."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung when something was added; whoever looked before and found nothing waits for it."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake them."""
        if self._waiting:
            waiting, self._waiting = self._waiting, set()
            for one in waiting:
                if not one.done():
                    one.set_result(None)

    async def heard(self, seconds: float) -> None:
        """Wait for the next ring, so long at most."""
        ring = asyncio.get_running_loop().create_future()
        self._waiting.add(ring)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, seconds)):
                    await ring
        finally:
            self._waiting.discard(ring)
