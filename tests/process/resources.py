"""What a daemon takes of the machine, as the kernel counts it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.fakes.daemon import PATIENCE, DaemonProcess

PAGE_BYTES: Final = 4096
GROWTH_LIMIT_BYTES: Final = 24 * 1024 * 1024
"""What a daemon that has just seen much may keep: of the allocator, of caches."""
SPARE_DESCRIPTORS: Final = 6
"""Connections to receivers and the API that are kept open for a while."""
SPARE_THREADS: Final = 10
"""Of the event loop's pools, which grow with what is first looked up, and never shrink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What it takes at one moment."""

    descriptors: int
    threads: int
    resident_bytes: int

    @classmethod
    def of(cls, daemon: DaemonProcess) -> Self:
        """Look."""
        process = Path(f"/proc/{daemon.process.pid}")
        return cls(
            descriptors=len(list((process / "fd").iterdir())),
            threads=len(list((process / "task").iterdir())),
            resident_bytes=int((process / "statm").read_text().split()[1]) * PAGE_BYTES,
        )

    async def given_back(self, daemon: DaemonProcess) -> None:
        """Wait until it takes no more than this again: connections are kept open for some seconds."""
        try:
            async with asyncio.timeout(PATIENCE):
                while Resources.of(daemon).descriptors > self.descriptors + SPARE_DESCRIPTORS:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"descriptors are left open: {self}, now {Resources.of(daemon)}") from None
        now = Resources.of(daemon)
        assert now.resident_bytes <= self.resident_bytes + GROWTH_LIMIT_BYTES, (self, now)
        assert now.threads <= self.threads + SPARE_THREADS, (self, now)
