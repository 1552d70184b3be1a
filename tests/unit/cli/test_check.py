"""``amibridge check``, with a PBX and without one."""

import asyncio
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from amibridge.cli import check
from amibridge.cli.checks.finding import ok, warning
from amibridge.simulator.pbx import SimulatedPbx
from tests.unit.cli.conftest import Assign, Command
from tests.unit.cli.test_status import DOWN, UP, daemon


@contextmanager
def pbx() -> Iterator[int]:
    """A simulated PBX, in a thread of its own; its port."""
    ready, stop = threading.Event(), threading.Event()
    ports: list[int] = []

    async def serve() -> None:
        async with SimulatedPbx(username="amibridge", secret="canary", refusal_seconds=0.01) as one:
            ports.append(one.port)
            ready.set()
            await asyncio.to_thread(stop.wait, 10)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield ports[0]
    finally:
        stop.set()
        thread.join()


def write(config: Path, *, port: int, secret: str) -> None:
    """Settings for a PBX at that port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        api_port = free.getsockname()[1]
    text = f'[ami]\nport = {port}\nusername = "amibridge"\nsecret = "{secret}"\n[api]\nport = {api_port}\n'
    config.write_text(f'[store]\npath = "{config.parent}/amibridge.db"\n{text}')


def test_fine(amibridge: Command, config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a PBX that lets us in nothing fails: status 0, a line a finding, each with its mark and subject."""
    monkeypatch.setattr(check, "MANAGER_CONF", tmp_path / "none.conf")
    with pbx() as port:
        write(config, port=port, secret="canary")
        ended = amibridge("check")
    assert (ended.status, ended.errors) == (0, "")
    lines = [line.split(maxsplit=2) for line in ended.output.splitlines()]
    assert [(mark, subject) for mark, subject, _ in lines] == [
        ("ok", "settings"),
        ("ok", "store"),
        ("ok", "store"),
        ("ok", "daemon"),
        ("ok", "host"),
        ("ok", "pbx"),
        ("ok", "pbx"),
        ("ok", "pbx"),
        ("warning", "events"),
        ("warning", "events"),
        ("ok", "api"),
    ]
    assert "canary" not in ended.output


def test_for_programs(amibridge: Command, config: Path) -> None:
    """As JSON, each finding has its verdict, subject and text."""
    with pbx() as port:
        write(config, port=port, secret="wrong")
        ended = amibridge("check", "--json")
    assert ended.status == 1
    findings = json.loads(ended.output)
    assert list(findings[0]) == ["verdict", "subject", "text"]
    (failure,) = [one["text"] for one in findings if one["verdict"] == "problem"]
    assert failure.startswith("Asterisk refused the login of 'amibridge' (Authentication failed): the secret is wrong")


def test_bad_settings(amibridge: Command, config: Path) -> None:
    """Settings that cannot be read are a finding, with status 1 and not 78."""
    config.write_text("[amii]\n")
    ended = amibridge("check")
    assert (ended.status, ended.errors) == (1, "")
    assert ended.output.startswith(f"problem  settings  {config}, line 1: there is no section [amii]: the sections are")
    assert ended.output.count("\n") == 1


def test_no_login(amibridge: Command) -> None:
    """Without a user there is no looking at the PBX; the rest is looked at all the same."""
    ended = amibridge("check")
    assert ended.status == 1
    assert [line.split()[1] for line in ended.output.splitlines()] == [
        "settings",
        "store",
        "store",
        "daemon",
        "host",
        "api",
    ]


def test_beside_a_daemon(amibridge: Command, config: Path) -> None:
    """The running daemon is found, and its API is its own."""
    for facts, words in (
        (UP, "runs, version 0.1.0, process 4711"),
        (DOWN, "is not ready: the PBX is not heard (waiting): no conn"),
    ):
        with daemon(config, facts):
            output = amibridge("check").output
        assert words in output
        assert "the daemon serves http://127.0.0.1:8480" in output


def test_a_daemon_that_may_not_be_asked(config: Path) -> None:
    """A daemon that does not answer this user is a warning: the rest can be looked at."""

    async def strange(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def look() -> tuple[object, object]:
        server = await asyncio.start_unix_server(strange, f"{config.parent}/amibridge.db.sock")
        found = await check._find_daemon(config.with_name("amibridge.db"))
        server.close()
        return found

    found, findings = asyncio.run(look())
    assert found is None
    assert "gave no answer" in str(findings)


def test_receivers(amibridge: Command, assign: Assign) -> None:
    """The receivers of the assignments are tried, as the daemon would call them."""
    assign("210", url="http://127.0.0.1:9/hook?key=canary")
    (line,) = [one for one in amibridge("check").output.splitlines() if one.split()[1] == "receiver"]
    assert line.startswith(
        "warning  receiver  http://127.0.0.1:9 (1 enabled assignment): it is not called, 127.0.0.1 is a loopback"
    )


def test_manager_conf(amibridge: Command, config: Path, tmp_path: Path) -> None:
    """A copy of manager.conf says what the user may hear."""
    conf = tmp_path / "manager.conf"
    conf.write_text("[amibridge]\nread = system\n")
    with pbx() as port:
        write(config, port=port, secret="canary")
        ended = amibridge("check", "--manager-conf", conf)
    assert ended.status == 1
    assert "so that nothing is told of calls of queues: add agent to the user's read in manager.conf" in ended.output


def test_colours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal the marks are coloured, unless somebody wants none; texts are never more than text."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    check._report([ok("store", "x"), warning("pbx", "\x1b[2J")])
    assert capsys.readouterr().out == ("\x1b[32mok     \x1b[0m  store  x\n\x1b[33mwarning\x1b[0m  pbx    \\x1b[2J\n")
    monkeypatch.setenv("NO_COLOR", "1")
    check._report([ok("store", "x")])
    assert capsys.readouterr().out == "ok       store  x\n"


def test_a_file_that_is_not_there(amibridge: Command, tmp_path: Path) -> None:
    """Who names a manager.conf that is not there is told at once."""
    ended = amibridge("check", "--manager-conf", tmp_path / "none.conf")
    assert (ended.status, ended.output) == (2, "")
    assert f"'{tmp_path}/none.conf' does not exist" in ended.errors
