"""A small Debian 12 machine on this host: its own root, processes and network, with systemd at work or without.

The bare root is made by debootstrap once and kept; what a machine writes goes into a folder of its test. All of it
lives in namespaces, so that nothing is left when its first process ends.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.asterisk.lab.install import InstallError, discard, host_mirror, run_until

SUITE: Final = "bookworm"
ROOTS_VARIABLE: Final = "AMIBRIDGE_DEBIAN_DIR"
DEFAULT_ROOTS: Final = Path("/var/cache/amibridge-debian")
PACKAGES: Final = ("procps", "python3", "systemd", "systemd-sysv")
"""What the package depends on, and what makes systemd the machine's first process."""
MAKING_SECONDS: Final = 600.0
BOOTING_SECONDS: Final = 60.0
COMMAND_SECONDS: Final = 90.0

ENVIRONMENT: Final = (
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    *("HOME=/", "LC_ALL=C.UTF-8", "NO_COLOR=1", "DEBIAN_FRONTEND=noninteractive"),
)
SYSTEMD: Final = ("/lib/systemd/systemd", "--show-status=false")
NOBODY: Final = ("sleep", "infinity")
"""As in a container that is being built, or in a chroot."""
LOOPBACK_UP: Final = (
    "import fcntl, socket, struct;"
    "fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, struct.pack('16sH14x', b'lo', 0x49))"
)
"""SIOCSIFFLAGS with IFF_UP, IFF_LOOPBACK and IFF_RUNNING; systemd does that by itself."""


def why_not() -> str:
    """Why no machine can be made here, and the cure; empty when one can."""
    if os.geteuid() != 0:
        return "only root can make a Debian machine to install the package on"
    if shutil.which("debootstrap") is None and not _bare_root().exists():
        return "debootstrap is missing: apt-get install debootstrap"
    return ""


def _bare_root() -> Path:
    return Path(os.environ.get(ROOTS_VARIABLE) or DEFAULT_ROOTS) / SUITE


def make_bare_root() -> Path:
    """The bare root, made now unless it is there.

    Raises:
        InstallError: It cannot be made.
    """
    root = _bare_root()
    half = root.with_name(f"{SUITE}.half-made")
    if not all((root / "var/lib/dpkg/info" / f"{name}.list").exists() for name in PACKAGES):
        discard(root)
        root.parent.mkdir(parents=True, exist_ok=True)
        discard(half)
        try:
            include = f"--include={','.join(PACKAGES)}"
            command = ["debootstrap", "--variant=minbase", include, SUITE, str(half), host_mirror().uri]
            run_until(command, time.monotonic() + MAKING_SECONDS)
            # Each machine makes its own at its first start.
            (half / "etc/machine-id").write_text("")
            half.rename(root)
        finally:
            discard(half)
    return root


class Machine:
    """A machine that runs.

    Args:
        folder: Where its root is mounted, for its own processes alone.
        first: Its first process.
        host_pid: That process, as the host counts.
    """

    def __init__(self, folder: Path, first: subprocess.Popen[bytes], host_pid: int) -> None:
        self._folder, self._first, self._host_pid = folder, first, host_pid

    def command(self, *command: str, user: str = "root") -> list[str]:
        """The command for the host that runs this one on the machine."""
        enter = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd")
        as_user = () if user == "root" else ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups")
        return ["nsenter", f"--target={self._host_pid}", *enter, "env", "-i", *ENVIRONMENT, *as_user, *command]

    def run(self, *command: str, user: str = "root", status: int = 0) -> str:
        """Run a command to its end; returns what it wrote to standard output and standard error."""
        ended = subprocess.run(
            self.command(*command, user=user),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert ended.returncode == status, f"{' '.join(command)} ended with {ended.returncode}: {ended.stdout}"
        return ended.stdout

    @contextmanager
    def going(self, *command: str, user: str = "root") -> Iterator[subprocess.Popen[str]]:
        """Meanwhile that command goes on; what it says can be read from its ``stdout``."""
        with subprocess.Popen(
            self.command(*command, user=user),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                # What it has started on the machine ends with that.
                process.kill()

    def until(self, wanted: str, *command: str, seconds: float = 30.0) -> str:
        """Run a command again and again until it says that; returns all it says then."""
        deadline = time.monotonic() + seconds
        while True:
            said = subprocess.run(self.command(*command), capture_output=True, text=True, check=False, timeout=60)
            if wanted in said.stdout:
                return said.stdout
            assert time.monotonic() < deadline, f"{' '.join(command)} never said {wanted}: {said.stdout}{said.stderr}"
            time.sleep(0.2)

    def put(self, source: Path, target: str) -> None:
        """Copy a file of the host."""
        self.write(target, source.read_bytes())

    def write(self, target: str, content: bytes, *, mode: str = "644") -> None:
        """Write a file, its directories included."""
        command = self.command(
            "sh", "-c", 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"', "sh", target, mode
        )
        subprocess.run(command, input=content, timeout=COMMAND_SECONDS, check=True)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return subprocess.run(self.command("test", "-e", path), timeout=COMMAND_SECONDS, check=False).returncode == 0


@contextmanager
def machine(folder: Path, first: tuple[str, ...] = SYSTEMD) -> Iterator[Machine]:
    """A machine on a fresh root, until the context is left.

    Args:
        folder: An empty one.
        first: Its first process.

    Raises:
        InstallError: There is no bare root, and none can be made.
    """
    bare = make_bare_root()
    for name in ("root", "written", "work"):
        (folder / name).mkdir()
    unshare = ("unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child")
    boot = (str(Path(__file__).with_name("boot.sh")), str(bare), str(folder), *first)
    with _cgroup(f"amibridge-test-{os.getpid()}") as group, (folder / "log").open("wb") as log:
        # It has to be in its own control group before the namespace is made, which begins there.
        enter = ("sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group))
        with subprocess.Popen((*enter, *unshare, "sh", *boot), stdout=log, stderr=log) as process:
            try:
                made = Machine(folder, process, _first_of(process, folder, first[0]))
                if first == SYSTEMD:
                    made.until("running", "systemctl", "is-system-running", seconds=BOOTING_SECONDS)
                else:
                    made.until("python3", "sh", "-c", "command -v python3", seconds=BOOTING_SECONDS)
                    made.run("python3", "-c", LOOPBACK_UP)
                yield made
            finally:
                process.send_signal(signal.SIGKILL)


def _first_of(process: subprocess.Popen[bytes], folder: Path, program: str) -> int:
    """The first process of the machine that ``unshare`` has made."""
    deadline = time.monotonic() + BOOTING_SECONDS
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and time.monotonic() < deadline:
        found = children.read_text().split()
        # Until then it is the script that mounts.
        if found and Path(f"/proc/{found[0]}/cmdline").read_bytes().split(b"\0")[0] == program.encode():
            return int(found[0])
        time.sleep(0.05)
    raise InstallError((folder / "log").read_text() or "the machine did not start")


@contextmanager
def _cgroup(name: str) -> Iterator[Path]:
    """A control group of its own, which systemd divides."""
    mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    group = Path(next(mount[4] for mount in mounts if mount[mount.index("-") + 1] == "cgroup2"), name)
    group.mkdir()
    try:
        yield group
    finally:
        deadline = time.monotonic() + BOOTING_SECONDS
        while (group / "cgroup.events").read_text().startswith("populated 1") and time.monotonic() < deadline:
            time.sleep(0.05)
        for folder, _, _ in os.walk(group, topdown=False):
            with suppress(FileNotFoundError):
                Path(folder).rmdir()
