"""The daemon's end: who may come, what is left behind, and what bad clients can do (nothing)."""

import asyncio
import json
import socket
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from amibridge.control import server
from amibridge.control.operation import Books, Nothing, operation
from amibridge.control.server import ControlServer
from amibridge.control.wire import REQUEST_BYTES
from amibridge.errors import StoreError, UnavailableError


async def say(path: Path, line: bytes) -> dict[str, Any]:
    """What the daemon answers to a line; nothing when it hangs up."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(line)
        async with asyncio.timeout(5):
            answer = await reader.read()
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    loaded: dict[str, Any] = json.loads(answer) if answer else {}
    return loaded


def request(name: str, arguments: Mapping[str, object] | None = None) -> bytes:
    """A request's line."""
    return json.dumps({"operation": name, "arguments": arguments or {}}).encode() + b"\n"


def mode(path: Path) -> int:
    """A file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_the_owner_may_come(daemon: Path) -> None:
    """The socket is 0600: commands may do everything."""
    assert mode(daemon) == 0o600


async def test_answers(daemon: Path) -> None:
    """A request gets its result."""
    added = await say(daemon, request("extension add", {"number": "210", "name": "Zoë"}))
    assert (added["error"], added["status"], added["result"]["before"]) == ("", 0, None)
    (listed,) = (await say(daemon, request("extension list")))["result"]
    assert (listed["number"], listed["name"], listed["kind"]) == ("210", "Zoë", "phone")


async def test_refusals_keep_their_status(daemon: Path) -> None:
    """What a person can act on comes back with its words and its exit status."""
    answer = await say(daemon, request("token revoke", {"token_id": 7}))
    assert answer == {"result": None, "error": "there is no token 7: see 'amibridge token list'", "status": 1}


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"\xff\n",
        b"null\n",
        request("extension paint"),
        request("extension add"),
        request("extension add", {"number": "1", "kind": "ghost"}),
        b'{"operation": "status", "arguments": {}',
    ],
)
async def test_what_it_does_not_know(daemon: Path, line: bytes) -> None:
    """A request of another version is refused, and says what to do."""
    reader, writer = await asyncio.open_unix_connection(daemon)
    writer.write(line)
    writer.write_eof()
    answer = json.loads(await reader.read())
    writer.close()
    assert answer["status"] == 1
    assert "the running daemon does not know this command: restart it" in answer["error"]


async def test_too_much(daemon: Path) -> None:
    """A request above its bound is not read to its end; the daemon goes on."""
    with suppress(ConnectionError):
        assert await say(daemon, b"x" * (REQUEST_BYTES * 2)) == {}
    assert (await say(daemon, request("account list")))["result"] == []


async def test_silent_clients(daemon: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says nothing is hung up on, and whoever leaves at once harms nobody."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.05)
    reader, writer = await asyncio.open_unix_connection(daemon)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    _, leaving = await asyncio.open_unix_connection(daemon)
    leaving.close()
    assert (await say(daemon, request("account list")))["status"] == 0


@operation("fault")
async def fault(books: Books, arguments: Nothing) -> None:
    """Fail by a fault of ours."""
    raise ZeroDivisionError(books, arguments)


@operation("full")
async def full(books: Books, arguments: Nothing) -> None:  # noqa: ARG001 - every operation takes some
    """Fail as a full disk does."""
    raise StoreError("the disk is full")


async def test_silent_clients_do_not_hold_up_the_stop(books: Books, tmp_path: Path) -> None:
    """Who is connected and has asked for nothing is hung up on at once."""
    path = tmp_path / "amibridge.db.sock"
    server = ControlServer(path, books)
    running = asyncio.create_task(server.run())
    await server.listening.wait()
    reader, writer = await asyncio.open_unix_connection(path)
    await asyncio.sleep(0)
    before = asyncio.get_running_loop().time()
    running.cancel()
    await asyncio.wait([running])
    assert asyncio.get_running_loop().time() - before < 1
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_faults(daemon: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in one command is logged with its trace, and stops nothing."""
    monkeypatch.setattr(server, "OPERATIONS", {"fault": fault, "full": full})
    with capture_logs() as logged:
        answer = await say(daemon, request("fault"))
    assert answer["error"] == "the daemon failed at 'fault': its log says why"
    assert [(one["event"], one["operation"], one["log_level"]) for one in logged] == [
        ("control_fault", "fault", "error")
    ]
    assert (await say(daemon, request("full"))) == {"result": None, "error": "the disk is full", "status": 74}


async def run_briefly(path: Path, books: Books) -> None:
    """Start a server there, and stop it once it listens."""
    one = ControlServer(path, books)
    running = asyncio.create_task(one.run())
    listening = asyncio.create_task(one.listening.wait())
    await asyncio.wait({running, listening}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    for task in (running, listening):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_nothing_is_left(books: Books, tmp_path: Path) -> None:
    """The socket goes with the daemon."""
    await run_briefly(tmp_path / "s", books)
    assert not (tmp_path / "s").exists()


async def test_left_by_a_killed_daemon(books: Books, tmp_path: Path) -> None:
    """A socket where nobody listens any more is replaced."""
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    await run_briefly(path, books)
    assert not path.exists()


async def test_in_the_way(books: Books, daemon: Path, tmp_path: Path) -> None:
    """A socket where somebody listens, a file, a missing directory or a long name: one line with the cure."""
    file = tmp_path / "file"
    file.write_text("precious")
    for path, text in (
        (daemon, "another daemon listens there; stop it first"),
        (file, "there is a file of that name; move it away"),
        (tmp_path / "no" / "s", "No such file or directory; set [store] path"),
        (tmp_path / ("x" * 120), "AF_UNIX path too long; set [store] path to a file with a shorter name"),
    ):
        with pytest.raises(UnavailableError) as refused:
            await ControlServer(path, books).run()
        assert str(refused.value).startswith(f"control socket {path}: {text}")
        assert refused.value.exit_status == 69
    assert file.read_text() == "precious"


@pytest.mark.parametrize(("grace_seconds", "done"), [(5.0, True), (0.01, False)])
async def test_stopped_under_way(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grace_seconds: float, *, done: bool
) -> None:
    """A command under way is finished when the daemon stops, unless it takes for ever."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    @operation("slow")
    async def slow(books: Books, arguments: Nothing) -> str:  # noqa: ARG001 - every operation takes some
        """Wait to be told."""
        begun.set()
        await go_on.wait()
        return "done"

    monkeypatch.setattr(server, "OPERATIONS", {"slow": slow})
    monkeypatch.setattr(server, "GRACE_SECONDS", grace_seconds)
    one = ControlServer(tmp_path / "s", books)
    running = asyncio.create_task(one.run())
    await asyncio.wait_for(one.listening.wait(), 5)
    answer = asyncio.create_task(say(tmp_path / "s", request("slow")))
    await asyncio.wait_for(begun.wait(), 5)
    running.cancel()
    await asyncio.sleep(0)
    if done:
        go_on.set()
    with suppress(asyncio.CancelledError):
        await running
    assert (await answer).get("result") == ("done" if done else None)
