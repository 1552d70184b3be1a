"""Books of a new store, and a daemon's control socket over them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from amibridge.control.operation import Books
from amibridge.control.server import ControlServer
from amibridge.control.wire import socket_path
from amibridge.store.database import Store


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "amibridge.db"


@pytest.fixture
async def store(store_path: Path) -> AsyncIterator[Store]:
    """A new store."""
    async with Store.open(store_path) as opened:
        yield opened


@pytest.fixture
async def books(store: Store) -> Books:
    """The books of a new store."""
    return await Books.open(store)


@pytest.fixture
async def daemon(books: Books, store_path: Path) -> AsyncIterator[Path]:
    """A control server over these books; its socket's path."""
    server = ControlServer(socket_path(store_path), books)
    running = asyncio.create_task(server.run())
    await asyncio.wait_for(server.listening.wait(), 5)
    yield socket_path(store_path)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
