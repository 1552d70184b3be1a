"""A running API for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.service import Service, running


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The API with its defaults."""
    async with running(tmp_path / "amibridge.db") as started:
        yield started
