"""Forgets what is older than it has to be kept, a little at a time."""

import asyncio
from collections.abc import Callable
from time import time
from typing import Final, NoReturn

import structlog

from amibridge.errors import StoreError
from amibridge.store.calls import CallLog
from amibridge.store.deliveries import Deliveries

EVERY_SECONDS: Final = 3600.0
FIRST_SECONDS: Final = 300.0
"""So long after the start nothing is forgotten: a host that has just booted may not have its time yet."""
_SECONDS_OF_A_DAY: Final = 86_400

log = structlog.get_logger(__name__)


class Retention:
    """Purges the journal and the settled deliveries.

    Args:
        calls: The journal.
        deliveries: The outbox.
        days: How long both are kept.
        clock: Unix seconds.
        first_seconds: How long to wait before the first time.
    """

    def __init__(
        self,
        *,
        calls: CallLog,
        deliveries: Deliveries,
        days: int,
        clock: Callable[[], float] = time,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        self._calls, self._deliveries, self._clock = calls, deliveries, clock
        self._first_seconds = first_seconds
        self.days = days

    async def run(self) -> NoReturn:
        """Purge soon, and then every hour.

        Raises:
            StoreError: The store's writer has failed for good.
        """
        await asyncio.sleep(self._first_seconds)
        while True:
            await self.purge()
            await asyncio.sleep(EVERY_SECONDS)

    async def purge(self) -> None:
        """Forget what is too old; what the store does not take now is tried again in an hour.

        Raises:
            StoreError: The store's writer has failed for good.
        """
        before = self._clock() - self.days * _SECONDS_OF_A_DAY
        try:
            count = await self._deliveries.purge(before) + await self._calls.purge(before)
        except StoreError as error:
            if error.final:
                raise
            log.warning("retention_failed", reason=str(error))
        else:
            if count:
                log.info("retention_purged", count=count)
