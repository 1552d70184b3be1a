"""Start and stop a real Asterisk, as often and as many at a time as a test wants.

Each one has a folder inside the root that ``install.py`` made, its own ports on loopback, and the
configuration of ``etc/`` beside this file. Nothing of it is left when it has stopped.
"""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.asterisk.lab.ami import Ami, AmiError
from tests.asterisk.lab.install import DEFAULT_VERSION, root_of

TEMPLATES = Path(__file__).parent / "etc"
PRODUCT_USER = Path(__file__).parents[3] / "config/asterisk/manager.d/amibridge.conf"

STARTING_SECONDS = 20.0
"""It takes one or two; a loaded machine may need more."""

STARTS = 3
"""Between finding free ports and using them somebody else may take one."""

STOPPING_SECONDS = 5.0
RTP_PORTS = 200

PROMPTS = ("pbx-transfer", "pbx-invalid", "beep", "beeperr", "pbx-parkingfailed", "confbridge-join", "confbridge-leave")
"""What Asterisk says before it goes on; where it cannot, a transfer is given up."""
PROMPT = b"\xff" * 800
"""A tenth of a second of silence."""
ANNOUNCEMENT = "agent-announcement"
"""What a queue's agent hears before the caller: a second, so that there is time to hang up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A PBX that scripts can be played on."""

    version: str
    technology: str = "PJSIP"
    """The channel driver of its phones: ``PJSIP`` or ``SIP``."""


VARIANTS: Mapping[str, Variant] = {
    "22": Variant(version="22"),
    "16": Variant(version="16"),
    "16-chan_sip": Variant(version="16", technology="SIP"),
}


class PbxError(Exception):
    """Asterisk did not start, or died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where one Asterisk listens, all on loopback."""

    sip: int
    ami: int
    rtp: int
    dead: int
    """Where nobody listens: the phone that was unplugged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Passwords of one throw-away Asterisk."""

    phone: str
    ami: str


class Pbx:
    """A running Asterisk: ``async with Pbx() as pbx``.

    Args:
        variant: Which of ``VARIANTS``.
        more: What is written behind the templates of ``etc/``, by file name, and filled in as they are.
    """

    def __init__(self, variant: str = DEFAULT_VERSION, more: Mapping[str, str] | None = None) -> None:
        self._more = more or {}
        self._variant = VARIANTS[variant]
        self.version = self._variant.version
        self._root = root_of(self.version)
        self.ports = free_ports()
        self.secrets = Secrets(phone=secrets.token_hex(8), ami=secrets.token_hex(8))
        self._process: asyncio.subprocess.Process | None = None
        self._folder: Path | None = None

    async def __aenter__(self) -> Self:
        if not self._root.exists():
            raise PbxError(f"no Asterisk in {self._root}: make asterisk")
        for attempt in range(1, STARTS + 1):
            try:
                await self._start()
            except PbxError:
                if attempt == STARTS:
                    raise
                self.ports = free_ports()
            else:
                break
        return self

    async def _start(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lab-", dir=self._root / "srv"))
        try:
            self._configure(self._folder)
            self._process = await asyncio.create_subprocess_exec(
                *("chroot", str(self._root), "/usr/sbin/asterisk", "-f", "-C", f"{self.inner}/etc/asterisk.conf"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.defpath + ":/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
            await self._booted()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOPPING_SECONDS)
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def killed(self) -> None:
        """Die without a word; nothing of it is left."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self.__aexit__(None, None, None)

    @property
    def inner(self) -> str:
        """This Asterisk's folder, as it is named inside the root."""
        assert self._folder is not None
        return f"/{self._folder.relative_to(self._root)}"

    @property
    def log(self) -> str:
        """What Asterisk wrote into its log so far."""
        assert self._folder is not None
        path = self._folder / "log/full"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def provider_side(self) -> str:
        """The address that the provider speaks to; chan_sip has but one."""
        return "127.0.0.2" if self._variant.technology == "PJSIP" else "127.0.0.1"

    def ami(self, username: str = "laboratory", *, events: bool = False) -> Ami:
        """A connection to this PBX, to be opened with ``async with``."""
        return Ami(self.ports.ami, username=username, secret=self.secrets.ami, events=events)

    async def quiet(self, seconds: float = 15.0) -> None:
        """Wait until no channel is left.

        Raises:
            PbxError: There still is one.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        async with self.ami() as ami:
            while channels := await ami.channels():
                if asyncio.get_running_loop().time() > deadline:
                    raise PbxError(f"channels that do not end: {', '.join(channels)}")
                await asyncio.sleep(0.05)

    async def _booted(self) -> None:
        """Wait for the FullyBooted event."""
        assert self._process is not None
        deadline = asyncio.get_running_loop().time() + STARTING_SECONDS
        while True:
            if self._process.returncode is not None:
                raise PbxError(f"Asterisk ended at once with status {self._process.returncode}:\n{self.log[-2000:]}")
            if asyncio.get_running_loop().time() > deadline:
                raise PbxError(f"Asterisk was not up after {STARTING_SECONDS:.0f} s:\n{self.log[-2000:]}")
            with contextlib.suppress(OSError, AmiError):
                async with self.ami(events=True) as ami:
                    await ami.wait_for(b"Event: FullyBooted")
                    return
            await asyncio.sleep(0.05)

    def _configure(self, folder: Path) -> None:
        for name in ("etc/manager.d", "lib", "spool", "run", "log", "data/sounds/en"):
            (folder / name).mkdir(parents=True)
        for name in PROMPTS:
            (folder / "data/sounds/en" / f"{name}.ulaw").write_bytes(PROMPT)
        (folder / "data/sounds/en" / f"{ANNOUNCEMENT}.ulaw").write_bytes(PROMPT * 10)
        for name in ("documentation", "static-http"):
            (folder / "data" / name).symlink_to(f"/usr/share/asterisk/{name}")
        modules = next(self._root.glob("usr/lib/**/asterisk/modules"))
        values = {
            "FOLDER": self.inner,
            "TECHNOLOGY": self._variant.technology,
            "MODULES": f"/{modules.relative_to(self._root)}",
            "SIP_PORT": str(self.ports.sip),
            "AMI_PORT": str(self.ports.ami),
            "RTP_FIRST": str(self.ports.rtp),
            "RTP_LAST": str(self.ports.rtp + RTP_PORTS - 1),
            "DEAD_PORT": str(self.ports.dead),
            "PHONE_SECRET": self.secrets.phone,
            "AMI_SECRET": self.secrets.ami,
        }
        texts = {template.name: template.read_text() for template in TEMPLATES.glob("*.conf")}
        for name in {**texts, **self._more}:
            text = texts.get(name, "") + self._more.get(name, "")
            (folder / "etc" / name).write_text(filled(text, values))
        user = re.sub(r"(?m)^secret = .*$", f"secret = {self.secrets.ami}", PRODUCT_USER.read_text())
        # The directory of these calls has IVRs: what the file says to do then is done.
        user = re.sub(r"(?m)^read = .*$", r"\g<0>,dialplan", user)
        (folder / "etc/manager.d" / PRODUCT_USER.name).write_text(user)


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with each ``@NAME@`` replaced; an unknown name is an error."""
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found.group(1)], template)


def free_ports() -> Ports:
    """Ports that nobody uses now, on both addresses that the laboratory uses."""
    with contextlib.ExitStack() as held:

        def free(kind: socket.SocketKind, *hosts: str) -> int:
            for _ in range(100):
                first = held.enter_context(socket.socket(socket.AF_INET, kind))
                first.bind((hosts[0], 0))
                port: int = first.getsockname()[1]
                with contextlib.suppress(OSError):
                    for host in hosts[1:]:
                        held.enter_context(socket.socket(socket.AF_INET, kind)).bind((host, port))
                    return port
            raise PbxError("no free port")

        return Ports(
            sip=free(socket.SOCK_DGRAM, "127.0.0.1", "127.0.0.2"),
            ami=free(socket.SOCK_STREAM, "127.0.0.1"),
            rtp=20000 + secrets.randbelow(40) * RTP_PORTS,
            dead=free(socket.SOCK_DGRAM, "127.0.0.1"),
        )
