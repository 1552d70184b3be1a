"""One PBX, one daemon and one receiver serve all live calls."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.asterisk.availability import pytest_collection_modifyitems, pytest_terminal_summary
from tests.asterisk.daemon import Daemon, Receiver
from tests.asterisk.lab.stage import Stage

__all__ = ["Theatre", "pytest_collection_modifyitems", "pytest_terminal_summary", "theatre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """Everything that a live call needs."""

    stage: Stage
    receiver: Receiver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """A real Asterisk with its phones, the daemon connected to it, and somebody who hears of every event."""
    async with Stage() as stage, Receiver() as receiver:
        daemon = Daemon(tmp_path_factory.mktemp("daemon"), pbx=stage.pbx, receiver=receiver)
        async with daemon.settled():
            yield Theatre(stage=stage, receiver=receiver)
