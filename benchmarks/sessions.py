"""One AMI session of a client process with a feeder process, and what the client says that it took."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 120.0
_PEERS: Final = Path(__file__).with_name("peers.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is sent, and how."""

    path: Path
    events: int
    options: tuple[str, ...] = ()


@contextmanager
def feeder(script: Script, *options: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The feeder's process and port; ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.feeder", str(script.path), *script.options, *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def ours(what: str, script: Script, *options: str) -> dict[str, float]:
    """A session of ``benchmarks.client``."""
    begin_after = "CoreShowChannels" if what in {"link", "link-and-read", "tracker"} else "Login"
    with feeder(script, "--begin-after", begin_after, *options) as (_, port):
        return _asked([sys.executable, "-m", "benchmarks.client", what, str(port)])


def theirs(what: str, script: Script, python: Path, names: Sequence[str] = ()) -> dict[str, float]:
    """A session of one of the peers, with handlers for these events."""
    with feeder(script) as (_, port):
        return _asked([str(python), str(_PEERS), what, str(port), *names])


def _asked(command: Sequence[str]) -> dict[str, float]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=PATIENCE_SECONDS, check=True)
    facts: dict[str, float] = json.loads(done.stdout)
    return facts
