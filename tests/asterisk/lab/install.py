"""Put a real Asterisk into a folder of its own: ``python -m tests.asterisk.lab.install [VERSION ...]``.

The folder is a small Debian root made by debootstrap. It is kept between runs: a second run
only asks the binary for its version. It is made beside its place and moved there when it is
whole, so a root that exists is a root that works.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUITES: Mapping[str, str] = {"22": "sid", "16": "bullseye"}
"""The Debian suite that carries each major version of Asterisk."""

DEFAULT_VERSION = "22"
ROOTS_VARIABLE = "AMIBRIDGE_ASTERISK_DIR"
DEFAULT_ROOTS = Path("/var/cache/amibridge-asterisk")

MAKING_SECONDS = 900.0
"""A root takes about a minute; a mirror that crawls must not hold a build for ever."""

ASKING_SECONDS = 20.0

POLICY = "#!/bin/sh\n# Nothing is started inside this root by a package's own scripts.\nexit 101\n"


class InstallError(Exception):
    """The laboratory's Asterisk is not there and could not be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Where this machine gets its Debian packages from."""

    uri: str
    components: tuple[str, ...]


def roots() -> Path:
    """The folder that holds one Debian root a version."""
    return Path(os.environ.get(ROOTS_VARIABLE) or DEFAULT_ROOTS)


def root_of(version: str = DEFAULT_VERSION) -> Path:
    """The Debian root of one major version, whether it is there or not."""
    return roots() / version


def installed_version(root: Path) -> str | None:
    """What the Asterisk in ``root`` says it is, such as ``22.10.1``; None where there is no working one."""
    if not (root / "usr/sbin/asterisk").exists():
        return None
    try:
        told = subprocess.run(  # a fixed command in a folder of ours
            ["chroot", str(root), "/usr/sbin/asterisk", "-V"],  # root's PATH, as Debian sets it
            capture_output=True,
            text=True,
            timeout=ASKING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"Asterisk (\d+\.\S+)", told.stdout)
    return found.group(1).partition("+")[0].partition("~")[0] if found and told.returncode == 0 else None


def is_ready(version: str = DEFAULT_VERSION) -> bool:
    """Whether calls can be made on this version now."""
    return (installed_version(root_of(version)) or "").startswith(f"{version}.")


def install(version: str = DEFAULT_VERSION) -> str:
    """Make the root of ``version`` unless it is there, and return the version that the Asterisk in it has.

    Raises:
        InstallError: Something needed is missing, the packages could not be had in time, or they
            hold another version.
    """
    if version not in SUITES:
        msg = f"Asterisk {version} is not known here: choose one of {', '.join(SUITES)}"
        raise InstallError(msg)
    if os.geteuid() != 0:
        msg = "only root can set up the laboratory's Asterisk (debootstrap and chroot need it)"
        raise InstallError(msg)
    with _alone(version):
        found = installed_version(root_of(version))
        if found is None:
            _make(version)
            found = installed_version(root_of(version))
    if found is None or not found.startswith(f"{version}."):
        msg = (
            f"{root_of(version)} holds Asterisk {found or 'of no version'}, not {version}.x: Debian {SUITES[version]} "
            "has moved on; remove the folder, or name another suite in SUITES of tests/asterisk/lab/install.py"
        )
        raise InstallError(msg)
    return found


@contextmanager
def _alone(version: str) -> Iterator[None]:
    """Two runs at once must not make the same root twice."""
    roots().mkdir(parents=True, exist_ok=True)
    with (roots() / f"{version}.lock").open("w") as lock:
        deadline = time.monotonic() + MAKING_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    msg = f"another run holds {lock.name} for more than {MAKING_SECONDS:.0f} s"
                    raise InstallError(msg) from None
                time.sleep(0.5)
            else:
                break
        yield


def _make(version: str) -> None:
    if shutil.which("debootstrap") is None:
        msg = "debootstrap is missing: apt-get install debootstrap"
        raise InstallError(msg)
    mirror, root, half = host_mirror(), root_of(version), roots() / f"{version}.half-made"
    deadline = time.monotonic() + MAKING_SECONDS
    discard(half)
    discard(root)
    try:
        run_until(["debootstrap", "--variant=minbase", SUITES[version], str(half), mirror.uri], deadline)
        _prepare(half, mirror, SUITES[version])
        run_until(["chroot", str(half), "apt-get", *APT_OPTIONS, "update"], deadline)
        run_until(["chroot", str(half), "apt-get", *APT_OPTIONS, "install", "--yes", *PACKAGES], deadline)
        run_until(["chroot", str(half), "apt-get", "clean"], deadline)
        half.rename(root)
    finally:
        discard(half)


PACKAGES = ("asterisk", "asterisk-modules")
APT_OPTIONS = (
    "-o", "APT::Install-Recommends=false",
    "-o", "Acquire::Check-Valid-Until=false",
    "-o", "Acquire::Check-Date=false",
    "-o", "Dpkg::Use-Pty=false",
)  # fmt: skip


def _prepare(root: Path, mirror: Mirror, suite: str) -> None:
    """Let apt inside the root reach what apt outside reaches, and let no package start a service."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text(POLICY)
    policy.chmod(0o755)
    (root / "etc/apt/sources.list").write_text(f"deb {mirror.uri} {suite} {' '.join(mirror.components)}\n")
    (root / "etc/apt/apt.conf.d/90laboratory").write_text("".join(f"{line}\n" for line in _host_transport()))
    for name in ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt"):
        if Path("/", name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path("/", name), root / name)


def _host_transport() -> list[str]:
    """The lines of this machine's apt configuration about proxies and certificates."""
    told = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, timeout=ASKING_SECONDS, check=False)
    return [line for line in told.stdout.splitlines() if re.match(r'Acquire::https?::.*"[^"]+";', line)]


def host_mirror(sources: Path = Path("/etc/apt"), os_release: Path = Path("/etc/os-release")) -> Mirror:
    """The mirror that this Debian machine itself is fed from.

    Raises:
        InstallError: The machine's apt names no mirror for its own release.
    """
    named = re.search(r"^VERSION_CODENAME=\"?(\w+)", os_release.read_text(), re.MULTILINE)
    codename = named.group(1) if named else "stable"
    files = [sources / "sources.list", *sorted((sources / "sources.list.d").glob("*"))]
    for path in files:
        if path.suffix in {".list", ".sources"} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            for uri, suites, components in _stanzas(text) if path.suffix == ".sources" else _lines(text):
                if codename in suites and "main" in components:
                    return Mirror(uri=uri, components=("main",))
    msg = f"no Debian mirror for {codename} in {sources}: a machine with a working Debian apt is needed"
    raise InstallError(msg)


_Source = tuple[str, Sequence[str], Sequence[str]]


def _lines(text: str) -> Iterator[_Source]:
    """One-line sources: ``deb [options] URI suite component...``."""
    for line in text.splitlines():
        if found := re.match(r"deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)", line.partition("#")[0].strip()):
            yield found.group(1), [found.group(2)], found.group(3).split()


def _stanzas(text: str) -> Iterator[_Source]:
    """Deb822 sources: blocks of ``URIs:``, ``Suites:``, ``Components:``."""
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for block in re.split(r"\n\s*\n", plain):
        found = re.findall(r"^([\w-]+):((?:.*)(?:\n[ \t].*)*)", block, re.MULTILINE)
        fields = {key.lower(): value.split() for key, value in found}
        if "deb" in fields.get("types", []) and fields.get("enabled") != ["no"] and fields.get("uris"):
            yield fields["uris"][0], fields.get("suites", []), fields.get("components", [])


def discard(root: Path) -> None:
    """Remove a root, first what an interrupted debootstrap left mounted in it."""
    if not root.exists():
        return
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount in sorted((m for m in mounts if Path(m).is_relative_to(root.resolve())), key=len, reverse=True):
        subprocess.run(["umount", "--lazy", mount], timeout=ASKING_SECONDS, check=True)
    shutil.rmtree(root)


def run_until(command: Sequence[str], deadline: float) -> None:
    """Run a command of the making until the deadline; what it says is shown only when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=max(1.0, deadline - time.monotonic()))
        except BaseException as reason:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(reason, subprocess.TimeoutExpired):
                msg = f"{command[0]} was not done after {MAKING_SECONDS:.0f} s: is the Debian mirror reachable?"
                raise InstallError(msg) from None
            raise
    if process.returncode != 0:
        tail = "\n  ".join(said.strip().splitlines()[-15:])
        msg = f"{' '.join(command)} failed with status {process.returncode}:\n  {tail}"
        raise InstallError(msg)


def main(arguments: Sequence[str]) -> int:
    """Set up the versions named, all when none is."""
    for version in arguments or SUITES:
        started = time.monotonic()
        try:
            found = install(version)
        except InstallError as error:
            print(error, file=sys.stderr)  # noqa: T201  # a command's own output
            return 1
        print(f"Asterisk {found} in {root_of(version)} ({time.monotonic() - started:.1f} s)")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
