"""``amibridge run`` as a process with settings and store in a folder, and its log as it comes."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

AMIBRIDGE: Final = Path(sys.executable).with_name("amibridge")
PATIENCE: Final = 20.0
"""Seconds until a test that waits for the daemon gives up."""
STOPPING_SECONDS: Final = 10.0
"""A daemon that is told to stop has stopped by then."""

Settings = Mapping[str, Mapping[str, object]]
Line = dict[str, Any]


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    """The environment without any setting of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AMIBRIDGE_")}
    return inherited | {"NO_COLOR": "1"} | more


class DaemonProcess:
    """A daemon that can be started, stopped, killed and started again on the same store.

    Args:
        folder: Where settings and store are.
        settings: What differs from the defaults, by section.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.port = free_port()
        self.config = folder / "amibridge.toml"
        self.store = folder / "amibridge.db"
        self.control_socket = folder / "amibridge.db.sock"
        self.lines: list[Line] = []
        """What it has logged since it was last started."""
        self.errors = ""
        """What it wrote to standard error until it ended."""
        self.program: tuple[str | Path, ...] = (AMIBRIDGE,)
        """What is started."""
        self.variables: dict[str, str] = {}
        """What it is started with in its environment."""
        self._settings = settings
        self._changed = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The process that was started last."""
        assert self._process is not None
        return self._process

    def write_settings(self, **changes: Mapping[str, object]) -> None:
        """Write the settings file; ``changes`` are sections whose settings differ from now on."""
        own: Settings = {"api": {"port": self.port}, "store": {"path": str(self.store)}}
        self._settings = _merged(self._settings, changes)
        lines = []
        for section, settings in _merged(own, self._settings).items():
            lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in settings.items())]
        self.config.write_text("\n".join(lines) + "\n")
        self.config.chmod(0o600)

    async def command(self, *arguments: str, status: int = 0) -> str:
        """Run an ``amibridge`` command to its end, and return what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(str(AMIBRIDGE), *arguments, "--config", str(self.config)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(),
        )
        try:
            output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode == status, f"amibridge {' '.join(arguments)}: {errors.decode()}"
        return output.decode().strip()

    async def start(self, **variables: str) -> None:
        """Start it."""
        self.lines.clear()
        self.errors = ""
        self._process = await asyncio.create_subprocess_exec(
            *(*self.program, "run", "--config", self.config),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(**self.variables, **variables),
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        async for line in process.stdout:
            self.lines.append(json.loads(line))
            self._changed.set()
        self.errors = (await process.stderr.read()).decode()

    async def said(self, event: str, **facts: object) -> Line:
        """Wait until it has logged that event, with these facts, and return the line."""

        def fits(line: Line) -> bool:
            return line["event"] == event and facts.items() <= line.items()

        return await self.until(lambda: next(filter(fits, self.lines), None), f"it never said {event}")

    async def until(self, found: Callable[[], Line | None], complaint: str) -> Line:
        """Wait until something is found in what it has logged."""
        try:
            async with asyncio.timeout(PATIENCE):
                while (line := found()) is None:
                    self._changed.clear()
                    await self._changed.wait()
                return line
        except TimeoutError:
            raise AssertionError(f"{complaint}; its last lines: {self.lines[-10:]}; {self.errors}") from None

    async def readiness(self, status: int = 200) -> Line:
        """Wait until ``/readyz`` answers with that status, and return what it says."""
        said: object = "nothing"
        deadline = asyncio.get_running_loop().time() + PATIENCE
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as client:
            while asyncio.get_running_loop().time() < deadline and self.process.returncode is None:
                try:
                    async with client.get(f"{self.url}/readyz") as answer:
                        said = body = await answer.json()
                        if answer.status == status:
                            return dict(body)
                except aiohttp.ClientError as error:
                    said = error
                await asyncio.sleep(0.05)
        raise AssertionError(f"/readyz said {said}; the daemon's last lines: {self.lines[-10:]}; {self.errors}")

    async def ended(self, *, seconds: float = PATIENCE) -> int:
        """Wait until it has ended by itself, and return its exit status."""
        status = await asyncio.wait_for(self.process.wait(), seconds)
        if self._reading is not None:
            await self._reading
        return status

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop, and return its exit status; one that does not stop in time is killed."""
        self.process.send_signal(number)
        try:
            return await self.ended(seconds=STOPPING_SECONDS)
        except TimeoutError:
            await self.kill()
            raise

    async def kill(self) -> None:
        """Kill it without a word."""
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["DaemonProcess"]:
        """Started and ready; stopped at the end, which must succeed."""
        self.write_settings()
        await self.start()
        try:
            await self.readiness()
            yield self
        except BaseException:
            await self.kill()
            raise
        if self.process.returncode is None:
            status = await self.stop()
            assert status == 0, f"the daemon ended with status {status}: {self.errors}"


def _merged(one: Settings, other: Settings) -> dict[str, dict[str, object]]:
    return {name: {**one.get(name, {}), **other.get(name, {})} for name in (*one, *other)}
