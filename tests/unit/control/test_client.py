"""The commands' end: one answer, whether a daemon runs or not."""

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from amibridge.calls.directory import Extension
from amibridge.control import client
from amibridge.control.client import NoDaemonError, act_as_owner_of, ask, perform
from amibridge.control.extensions import AddExtension, RemoveExtension, add_extension, list_extensions, remove_extension
from amibridge.control.operation import Books, Nothing
from amibridge.control.server import ControlServer
from amibridge.control.wire import socket_path
from amibridge.errors import NotFineError, UnavailableError
from amibridge.store.database import Store
from tests.unit.store.samples import unprivileged

PHONE = Extension(number="210", name="Zoë")
ADD = AddExtension(number="210", name="Zoë")


async def test_with_a_daemon(daemon: Path, books: Books, store_path: Path) -> None:
    """The daemon does it, and knows of it at once."""
    assert daemon == socket_path(store_path)
    await perform(store_path, add_extension, ADD)
    assert books.extensions.directory.get("210") == PHONE
    assert await perform(store_path, list_extensions, Nothing()) == [PHONE]


async def test_without_a_daemon(store_path: Path) -> None:
    """The store is opened, and closed again; the result is the same."""
    await perform(store_path, add_extension, ADD)
    assert await perform(store_path, list_extensions, Nothing()) == [PHONE]
    with pytest.raises(NotFineError, match="extension 7 is not declared"):
        await perform(store_path, remove_extension, RemoveExtension(number="7"))


async def test_refused_by_the_daemon(daemon: Path) -> None:
    """The daemon's refusal is the command's."""
    with pytest.raises(NotFineError, match="extension 7 is not declared: see 'amibridge extension list'"):
        await ask(daemon, remove_extension, RemoveExtension(number="7"))


async def test_daemon_that_starts(store_path: Path, books: Books) -> None:
    """A daemon that holds the store and does not listen yet is waited for."""
    waiting = asyncio.create_task(perform(store_path, list_extensions, Nothing()))
    await asyncio.sleep(0.1)
    server = ControlServer(socket_path(store_path), books)
    running = asyncio.create_task(server.run())
    assert await asyncio.wait_for(waiting, 5) == []
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_store_that_stays_held(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that holds the store is not waited for for ever: it is named, with status 69."""
    monkeypatch.setattr(client, "STARTING_SECONDS", 0.1)
    async with Store.open(store_path):
        with pytest.raises(UnavailableError, match=f"another amibridge \\(process {os.getpid()}\\) holds the store"):
            await perform(store_path, list_extensions, Nothing())


async def test_nobody_there(tmp_path: Path) -> None:
    """No socket, and a socket whose daemon was killed, are the same."""
    for path in (tmp_path / "none", tmp_path / ("x" * 120)):
        with pytest.raises(NoDaemonError) as error:
            await ask(path, list_extensions, Nothing())
        assert str(error.value) == (
            f"no daemon answers at {path}: start it with 'systemctl start amibridge' or 'amibridge run'"
        )


async def test_not_allowed(daemon: Path) -> None:
    """Who may not open the socket is told who may."""
    os.chmod(daemon, 0)  # noqa: PTH101 - the test's own file
    with unprivileged(), pytest.raises(UnavailableError, match=r"its own user and root alone .*: run this with sudo"):
        await ask(daemon, list_extensions, Nothing())


@pytest.mark.parametrize("answer", [b"", b"what?\n", b'{"result": 5}\n'])
async def test_strange_daemon(tmp_path: Path, answer: bytes) -> None:
    """A daemon that dies meanwhile, or says what nobody understands, is an error in one line."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(hang_up, tmp_path / "s")
    with pytest.raises(UnavailableError, match="gave no answer: see its log, look whether it was done, and try again"):
        await ask(tmp_path / "s", list_extensions, Nothing())
    server.close()
    await server.wait_closed()


def test_root_leaves_nothing_of_its_own() -> None:
    """A store that root opens in somebody's directory belongs to that somebody: the daemon can open it later."""
    user, group, groups = os.geteuid(), os.getegid(), os.getgroups()
    with TemporaryDirectory() as folder:
        if user == 0:
            os.chown(folder, 65534, 65534)
        try:
            asyncio.run(perform(Path(folder, "amibridge.db"), add_extension, ADD))
        finally:
            os.seteuid(user)
            os.setegid(group)
            if user == 0:
                os.setgroups(groups)
        owner = Path(folder).stat().st_uid
        left = {file.name: file.stat().st_uid for file in Path(folder).iterdir()}
    assert left == {"amibridge.db": owner, "amibridge.db.lock": owner}


def test_python_below_root() -> None:
    """What Python would load after root is given up is loaded before: where it lies below /root, it could not be."""
    look = (
        "import sys, amibridge.control.client; print({'concurrent.futures.thread', 'encodings.idna'} - {*sys.modules})"
    )
    ended = subprocess.run([sys.executable, "-c", look], capture_output=True, check=True, text=True)
    assert ended.stdout == "set()\n"


def test_missing_directory(tmp_path: Path) -> None:
    """A directory that is not there has no owner; opening the store says so better."""
    act_as_owner_of(tmp_path / "none")
    assert os.geteuid() == os.getuid()
