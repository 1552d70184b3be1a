"""The demo as a person starts it: a process, a terminal or a pipe, and its last word."""

import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from amibridge.simulator.playlist import SCENES

DEMO = (sys.executable, "-m", "amibridge", "demo")
CALL_EVENTS = sum(scene.call_events for scene in SCENES)
SUMMARY = r"\d+ call events, \d+ notifications delivered(, median latency \d+\.\d ms)?"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for temporary files whose path leaves room for that of a Unix socket, which may be 107 bytes long."""
    with TemporaryDirectory(prefix="demo-") as name:
        yield Path(name)


def environment(folder: Path) -> dict[str, str]:
    """A terminal of 100 columns, and temporary files in that folder."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    return inherited | {"TMPDIR": str(folder), "TERM": "xterm-256color", "COLUMNS": "100", "PYTHONUTF8": "1"}


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the demo to its end."""
    return subprocess.run(
        (*DEMO, *arguments), capture_output=True, text=True, timeout=60, check=False, env=environment(folder)
    )


@contextmanager
def started(*arguments: str, folder: Path, stdout: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """The demo while it runs; killed at the end, should it still run."""
    with subprocess.Popen(
        (*DEMO, *arguments), stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment(folder)
    ) as demo:
        try:
            yield demo
        finally:
            demo.kill()


def read_until(demo: subprocess.Popen[str], found: Callable[[str], bool]) -> list[str]:
    """The lines of its output up to the first that fits; pytest's own timeout bounds it."""
    assert demo.stdout is not None
    lines: list[str] = []
    for line in demo.stdout:
        lines.append(line.rstrip("\n"))
        if found(line):
            return lines
    pytest.fail(f"it ended with status {demo.wait()} after:\n" + "\n".join(lines[-20:]))


def test_everything_is_delivered(folder: Path) -> None:
    """With --exit each call is replayed, each call event's notification delivered, and nothing is left behind."""
    ended = run("--exit", "--speed", "50", folder=folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert sum("  call event  " in line for line in lines) == CALL_EVENTS
    assert sum("  notification  " in line for line in lines) == CALL_EVENTS
    assert lines[-1].startswith(f"{CALL_EVENTS} call events, {CALL_EVENTS} notifications delivered, median latency ")
    assert [scene.story for scene in SCENES if f"  {scene.story}\n" not in ended.stdout] == []
    assert list(folder.iterdir()) == []


def test_a_pipe_gets_plain_text(folder: Path) -> None:
    """Where no terminal is there are no escapes, no carriage returns, and nothing of a log."""
    ended = run("--exit", "--speed", "50", folder=folder)
    assert not set("\x1b\r\x07") & set(ended.stdout)
    assert "log_level" not in ended.stdout


def test_a_terminal_gets_colours(folder: Path) -> None:
    """On a terminal each row ends with its notification, and no line is wider than the terminal."""
    terminal, side = pty.openpty()
    shown = bytearray()
    with started("--exit", "--speed", "50", folder=folder, stdout=side) as demo:
        os.close(side)
        while chunk := _read(terminal):
            shown += chunk
        assert demo.wait(timeout=30) == 0
    os.close(terminal)
    text = shown.decode()
    assert "\x1b[1;36mdial-in" in text
    plain = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text))
    assert max(map(len, plain)) <= 100
    assert any(re.search(r" 202 +answer-in +ANSWER .* ✓ POST +\d+\.\d ms$", line.strip()) for line in plain)


def _read(terminal: int) -> bytes:
    """The next bytes on a terminal; none once its other side is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_the_command_that_it_offers_works(folder: Path) -> None:
    """The curl command, sent as it stands, makes an assignment whose notification is shown from then on."""
    with started("--speed", "20", folder=folder) as demo:
        introduction = "\n".join(read_until(demo, lambda line: "phoneCallEvents" in line))
        command = introduction[introduction.index("curl ") :].replace("\\\n", "")
        _, _, header, _, body, url = shlex.split(command)
        name, _, value = header.partition(": ")
        request = urllib.request.Request(url, data=body.encode(), headers={name: value}, method="POST")  # noqa: S310 - printed by the demo
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - printed by the demo
            assert answer.status == 200
        [*_, line] = read_until(demo, lambda line: "/mine" in line)
        assert re.search(r"202 +answer-in +POST /mine +delivered in \d+\.\d ms", line)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(folder: Path, number: signal.Signals) -> None:
    """Ctrl-C ends the demo with one line that sums it up, status 0, and nothing left behind."""
    with started("--speed", "20", folder=folder) as demo:
        read_until(demo, lambda line: "  notification  " in line)
        demo.send_signal(number)
        output, errors = demo.communicate(timeout=30)
    assert (demo.returncode, errors) == (0, "")
    assert re.fullmatch(SUMMARY, output.splitlines()[-1])
    assert list(folder.iterdir()) == []


def test_goes_round_until_it_is_ended(folder: Path) -> None:
    """Without --exit the first call comes again after the last, with call events of its own."""
    with started("--speed", "100", folder=folder) as demo:
        read_until(demo, lambda line: SCENES[-1].story in line)
        read_until(demo, lambda line: SCENES[0].story in line)
        read_until(demo, lambda line: "  notification  " in line)


def test_nobody_reads_any_more(folder: Path) -> None:
    """A pipe that is closed (``amibridge demo | head``) ends the demo without a word."""
    with started("--speed", "20", folder=folder) as demo:
        read_until(demo, lambda line: "  call event  " in line)
        assert demo.stdout is not None
        demo.stdout.close()
        assert demo.stderr is not None
        assert (demo.stderr.read(), demo.wait(timeout=30)) == ("", 0)


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "fast"])
def test_no_speed(folder: Path, speed: str) -> None:
    """A speed that is none is wrong use: status 2, one line on standard error, nothing on standard output."""
    ended = run("--exit", f"--speed={speed}", folder=folder)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--speed" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
