"""A store in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amibridge.store.database import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "amibridge.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    """A new store."""
    async with Store.open(path) as opened:
        yield opened
