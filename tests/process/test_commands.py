"""The console script as people and scripts meet it: exit statuses, texts, pipes, signals."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, load
from amibridge.simulator.recording import Pace

AMIBRIDGE = Path(sys.executable).with_name("amibridge")
TRACES = Path(__file__).parents[1] / "replay" / "traces" / "22"
TRACE = TRACES / "internal" / "answered_caller_hangs_up.ami"
SECONDS = 20.0


def environment(**more: str) -> dict[str, str]:
    """The environment without any setting of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AMIBRIDGE_")}
    return inherited | {"NO_COLOR": "1"} | more


def run(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    ended = subprocess.run(
        (AMIBRIDGE, *arguments),
        capture_output=True,
        input=stdin,
        timeout=SECONDS,
        check=False,
        env=environment(**variables),
    )
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file with a store beside it, for a PBX that is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = tmp_path / "amibridge.toml"
    file.write_text(
        f'[ami]\nport = {port}\nusername = "amibridge"\nsecret = "canary"\n'
        f'[api]\nport = 0\n[store]\npath = "{tmp_path}/amibridge.db"\n'
    )
    file.chmod(0o600)
    return file


def newer(folder: Path) -> None:
    """A store that a later amibridge wrote."""
    run("extension", "list", AMIBRIDGE_STORE__PATH=f"{folder}/amibridge.db")
    with sqlite3.connect(folder / "amibridge.db") as database:
        database.execute("PRAGMA user_version = 4000")
    database.close()


def damaged(folder: Path) -> None:
    """A file that is no store."""
    (folder / "amibridge.db").write_bytes(b"precious" * 1000)


def foreign(folder: Path) -> None:
    """Another program's database."""
    with sqlite3.connect(folder / "amibridge.db") as database:
        database.execute("CREATE TABLE precious (x)")
    database.close()


def missing(folder: Path) -> None:
    """A directory that is not there."""
    (folder / "amibridge.toml").write_text(f'store.path = "{folder}/none/amibridge.db"\n')


def in_the_way(folder: Path) -> None:
    """A directory where the store should be."""
    (folder / "amibridge.db").mkdir()


@pytest.mark.parametrize(
    ("prepare", "status", "text"),
    [
        (newer, 69, "it is of version 4000, this amibridge knows"),
        (damaged, 74, "the file is not a database"),
        (foreign, 74, "it is another program's database; set [store] path to amibridge's own file"),
        (missing, 74, "there is no directory"),
        (in_the_way, 74, "Is a directory"),
    ],
)
def test_stores_that_cannot_be_used(tmp_path: Path, config: Path, prepare: object, status: int, text: str) -> None:
    """The store is named with what is wrong and what to do, in one line, and left as it is."""
    assert callable(prepare)
    prepare(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.glob("*.db") if file.is_file()}
    ended = run("token", "issue", "--config", config)
    assert (ended.returncode, ended.stdout) == (status, "")
    assert ended.stderr.startswith(f"amibridge: store {tmp_path}/")
    assert text in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert {file.name: file.read_bytes() for file in tmp_path.glob("*.db") if file.is_file()} == before


@pytest.mark.parametrize(
    "command", ["run", "status", "check", "record x", "token list", "extension add 1", "deliveries list"]
)
def test_wrong_settings(config: Path, command: str) -> None:
    """Bad settings are one line and status 78 in every command, in ``check`` a finding and status 1."""
    config.write_text("[ami]\nport = 5038\nhots = 'x'\n")
    ended = run(*command.split(), "--config", config)
    text = f"{config}, line 3: there is no setting ami.hots, the nearest one is ami.host\n"
    if command == "check":
        assert (ended.returncode, ended.stdout, ended.stderr) == (1, f"problem  settings  {text}", "")
    else:
        assert (ended.returncode, ended.stdout, ended.stderr) == (78, "", f"amibridge: {text}")


def test_settings_that_are_nested_too_deeply(config: Path) -> None:
    """A file that the TOML reader cannot follow is a wrong setting, and no fault of amibridge."""
    config.write_text("a=" + "[" * 2000)
    ended = run("run", "--config", config)
    assert (ended.returncode, ended.stdout) == (78, "")
    assert ended.stderr.startswith(f"amibridge: {config}: its values are nested too deeply")


def test_settings_of_the_environment(config: Path) -> None:
    """The environment counts more than the file; what is wrong in it is named by its variable."""
    ended = run("extension", "list", "--config", config, AMIBRIDGE_STORE__PATH="/none/x.db")
    assert (ended.returncode, "store /none/x.db: there is no directory /none" in ended.stderr) == (74, True)
    ended = run("extension", "list", "--config", config, AMIBRIDGE_STORE__PAHT="x")
    assert ended.returncode == 78
    assert ended.stderr == (
        "amibridge: environment variable AMIBRIDGE_STORE__PAHT: there is no such setting, "
        "the nearest one is AMIBRIDGE_STORE__PATH\n"
    )


def test_held_store(config: Path) -> None:
    """Commands that come together wait for each other: nobody is refused for a moment's work."""
    commands = [
        subprocess.Popen(
            (AMIBRIDGE, "extension", "add", str(number), "--config", config),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        for number in range(200, 206)
    ]
    assert [(command.communicate(timeout=SECONDS), command.returncode) for command in commands] == [((b"", b""), 0)] * 6
    assert len(json.loads(run("extension", "list", "--json", "--config", config).stdout)) == 6


def test_help_loads_no_daemon() -> None:
    """Help is there before a person wonders: what only a running daemon needs is not loaded for it."""
    program = (
        "import contextlib, sys\n"
        "from amibridge.cli import main\n"
        "sys.argv = ['amibridge', '--help']\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "heavy = {'aiohttp', 'fastapi', 'uvicorn', 'uvloop', 'amibridge.daemon'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    ended = subprocess.run(
        (sys.executable, "-c", program), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage" in ended.stdout


def test_module() -> None:
    """``python -m amibridge`` is the same command."""
    ended = subprocess.run(
        (sys.executable, "-m", "amibridge", "--version"), capture_output=True, text=True, timeout=SECONDS, check=True
    )
    assert ended.stdout.startswith("amibridge ")


def test_nobody_reads_any_more(tmp_path: Path) -> None:
    """``amibridge replay … | head -1`` ends quietly."""
    (tmp_path / "long.ami").write_bytes(TRACE.read_bytes() * 200)
    ended = subprocess.run(
        ("bash", "-c", '"$0" replay long.ami 2>errors | head -1; echo ${PIPESTATUS[0]}', AMIBRIDGE),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
        env=environment(AMIBRIDGE_STORE__PATH="/none/x.db"),
    )
    event, status = ended.stdout.splitlines()
    assert (json.loads(event)["event"], status) == ("dial-out", "0")
    errors = set((tmp_path / "errors").read_text().splitlines())
    assert errors <= {"amibridge: the link was lost here: another session begins"}


def test_full_disk() -> None:
    """Output that cannot be written is an error: nobody must take half of it for all of it."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - no path of ours
        ended = subprocess.run(
            (AMIBRIDGE, "replay", TRACE),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
            env=environment(AMIBRIDGE_STORE__PATH="/none/x.db"),
        )
    assert (ended.returncode, ended.stderr) == (
        1,
        b"amibridge: standard output cannot be written: No space left on device; make room or send it elsewhere\n",
    )


def test_standard_input() -> None:
    """A live stream is told as it comes: an event is there before the stream has ended."""
    stream = TRACE.read_bytes()
    half = stream.index(b"Event: BridgeEnter")
    with subprocess.Popen(
        (AMIBRIDGE, "replay", "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(AMIBRIDGE_STORE__PATH="/none/x.db"),
    ) as replay:
        assert replay.stdin is not None
        assert replay.stdout is not None
        replay.stdin.write(stream[:half])
        replay.stdin.flush()
        assert [json.loads(replay.stdout.readline())["event"] for _ in range(2)] == ["dial-out", "dial-in"]
        replay.stdin.write(stream[half:])
        replay.stdin.close()
        assert len(replay.stdout.readlines()) == 4
        assert replay.wait(SECONDS) == 0
    ended = run("replay", "-", AMIBRIDGE_STORE__PATH="/none/x.db")
    assert (ended.returncode, ended.stderr) == (
        2,
        "amibridge: standard input: no AMI stream: it is empty; record one with: amibridge record FILE\n",
    )


def set_port(config: Path, port: int) -> None:
    """Let the settings name the PBX's port."""
    lines = config.read_text().splitlines()
    config.write_text("\n".join(f"port = {port}" if n == 1 else line for n, line in enumerate(lines)))


@asynccontextmanager
async def pbx(config: Path) -> AsyncIterator[SimulatedPbx]:
    """A PBX for these settings."""
    async with SimulatedPbx(username="amibridge", secret="canary", refusal_seconds=0.01) as one:
        set_port(config, one.port)
        yield one


async def command(*arguments: str | Path) -> asyncio.subprocess.Process:
    """A command that runs beside the test."""
    return await asyncio.create_subprocess_exec(
        AMIBRIDGE, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment()
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_record(config: Path, tmp_path: Path, number: signal.Signals) -> None:
    """What is recorded until Ctrl-C is told by ``replay`` as it happened, and holds no secret."""
    recorded = tmp_path / "calls.ami"
    async with pbx(config) as one:
        recording = await command("record", recorded, "--config", config)
        async with asyncio.timeout(SECONDS):
            await one.listener()
            await one.play(load(SCENES[0]), Pace(speed=1000))
            await asyncio.sleep(0.3)
            assert not recorded.exists()
            recording.send_signal(number)
            output, errors = await recording.communicate()
    assert (recording.returncode, output) == (0, b"")
    said = errors.decode().splitlines()
    assert said[0].startswith("amibridge: recording 127.0.0.1:")
    assert said[1] == "amibridge: logged in, AMI 11.0.0"
    assert said[2].endswith(f" bytes: amibridge replay {recorded}")
    replayed = await (await command("replay", recorded, "--config", config)).communicate()
    assert len(replayed[0].splitlines()) == SCENES[0].call_events
    assert b"canary" not in read(recorded)
    assert mode(recorded) == 0o600


def read(file: Path) -> bytes:
    """What a file holds."""
    return file.read_bytes()


def mode(file: Path) -> int:
    """A file's permissions."""
    return file.stat().st_mode & 0o777


async def test_record_for_a_while(config: Path, tmp_path: Path) -> None:
    """--seconds ends it; a file of that name is refused, and replaced with --force."""
    recorded = tmp_path / "calls.ami"
    async with pbx(config):
        for arguments, status in (((), 0), ((), 2), (("--force",), 0)):
            ending = await command("record", recorded, "--seconds", "1", *arguments, "--config", config)
            _, errors = await asyncio.wait_for(ending.communicate(), SECONDS)
            assert ending.returncode == status, errors.decode()
    assert read(recorded).startswith(b"Asterisk Call Manager/11.0.0\r\n")


async def test_record_nothing(config: Path, tmp_path: Path) -> None:
    """Without a session there is no file, but the reason."""
    ending = await command("record", tmp_path / "x.ami", "--seconds", "0.5", "--config", config)
    _, errors = await asyncio.wait_for(ending.communicate(), SECONDS)
    assert ending.returncode == 1
    *_, why, end = errors.decode().splitlines()
    assert "no connection to Asterisk's manager" in why
    assert end == "amibridge: nothing was recorded, there was no session with the PBX: see above why"
    assert not (tmp_path / "x.ami").exists()


async def test_record_on_a_full_disk(config: Path) -> None:
    """A place where nothing can be written is said at once."""
    ending = await command("record", "/proc/x.ami", "--config", config)
    _, errors = await asyncio.wait_for(ending.communicate(), SECONDS)
    assert ending.returncode == 1
    assert errors.decode().startswith("amibridge: /proc/x.ami cannot be written (")


@contextmanager
def readable_by_everybody(file: Path) -> Iterator[None]:
    """A file that is open to all, for a while."""
    file.chmod(0o644)
    yield
    file.chmod(0o600)


def test_exposed_secret(config: Path) -> None:
    """The daemon does not start on a settings file that shows the secret to everybody."""
    with readable_by_everybody(config):
        ended = run("run", "--config", config)
    assert (ended.returncode, ended.stdout) == (78, "")
    assert ended.stderr == (
        f"amibridge: settings file {config} holds ami.secret and is readable by everybody: chmod o-r {config}, "
        "or keep the secret in ami.secret_file\n"
    )


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "status"), [("--version", 0), ("status", 1), ("check", 1), ("token list", 0), ("tail", 1)]
)
async def test_nowhere_to_write(config: Path, closed: str, arguments: str, status: int) -> None:
    """With its outputs closed a command still does its work, and ends with its own status."""
    named = "" if arguments == "--version" else f"--config {config}"
    shell = await asyncio.create_subprocess_shell(
        f"{AMIBRIDGE} {arguments} {named} {closed}", stderr=asyncio.subprocess.PIPE, env=environment()
    )
    _, errors = await asyncio.wait_for(shell.communicate(), SECONDS)
    assert shell.returncode == status
    assert b"Traceback" not in errors


@pytest.mark.parametrize(("command", "held_back"), [("run", True), ("status", False)])
def test_a_reload_while_commands_load(command: str, *, held_back: bool) -> None:
    """Before anything of the daemon is loaded, a reload is held back already; other commands hold nothing back."""
    program = (
        "import runpy, signal, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'amibridge.cli':\n"
        "            print(signal.SIGHUP in signal.pthread_sigmask(signal.SIG_BLOCK, ()), flush=True)\n"
        "sys.meta_path.insert(0, Watch())\n"
        f"sys.argv = ['amibridge', '{command}', '--help']\n"
        "runpy.run_module('amibridge', run_name='__main__')\n"
    )
    ended = subprocess.run(
        (sys.executable, "-c", program), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"{held_back}\n")
