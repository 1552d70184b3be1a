"""The wheel and the Debian package, installed as people install them, away from this tree."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.fakes import stuck
from tests.fakes.daemon import DaemonProcess, environment
from tests.packages import office
from tests.packages.conftest import TREE
from tests.packages.machine import NOBODY, Machine, machine

INSTALL: Final = ("apt-get", "install", "--yes", "-o", "Dpkg::Use-Pty=false")
CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
"""What a page shows as code; brackets in it are no links."""
PYTHON: Final = "/opt/amibridge/bin/python"
TOLD: Final = {(f"{extension}", kind) for extension, kinds in {201: "124", 202: "023"}.items() for kind in kinds}
"""Extension and event type of all that is told of the office's call."""

pytestmark = pytest.mark.timeout(600)


# The wheel. --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def venv(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has the wheel, and knows nothing of this tree."""
    folder = tmp_path_factory.mktemp("wheel") / "venv"
    [wheel] = dist.glob("*.whl")
    subprocess.run((sys.executable, "-m", "venv", folder), check=True, timeout=60)
    pip = (folder / "bin" / "pip", "--quiet", "--disable-pip-version-check", "install")
    constraints = ("--constraint", TREE / "constraints.txt")
    subprocess.run((*pip, *constraints, wheel), check=True, timeout=300, cwd=folder)
    return folder


def test_the_wheel_has_all_that_it_needs(venv: Path) -> None:
    """Its demo replays recorded calls through a store of its own: recordings, schema and queries are in it."""
    place = subprocess.run(
        (venv / "bin" / "python", "-c", "import amibridge; print(amibridge.__file__)"),
        capture_output=True,
        text=True,
        check=True,
        cwd=venv,
        env=environment(),
        timeout=60,
    ).stdout
    assert Path(place.strip()).is_relative_to(venv / "lib")
    ended = subprocess.run(
        (venv / "bin" / "amibridge", "demo", "--exit", "--speed", "50"),
        capture_output=True,
        text=True,
        check=False,
        cwd=venv,
        env=environment(),
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


async def test_the_wheel_serves_its_pages(venv: Path, tmp_path: Path) -> None:
    """The API's page comes with the scripts and styles that it names."""
    daemon = DaemonProcess(tmp_path, {"ami": {"port": 1, "username": "amibridge", "secret": "x"}})
    daemon.program = (venv / "bin" / "amibridge",)
    daemon.write_settings()
    await daemon.start()
    try:
        await daemon.said("daemon_ready")
        async with aiohttp.ClientSession(daemon.url) as client:
            async with client.get("/docs") as answer:
                page = await answer.text()
            assets = re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page)
            assert len(assets) >= 2
            sizes = []
            for asset in assets:
                async with client.get(asset) as answer:
                    assert answer.status == 200, asset
                    sizes.append(len(await answer.read()))
            assert max(sizes) > 100_000
    finally:
        await daemon.stop()


def test_the_source_archive_has_no_leftovers(dist: Path) -> None:
    """It holds what the repository holds, and nothing that a build or a test has left."""
    [archive] = dist.glob("*.tar.gz")
    names = subprocess.run(("tar", "tf", archive), capture_output=True, text=True, check=True, timeout=60).stdout
    inside = {name.partition("/")[2] for name in names.splitlines()} - {"PKG-INFO"}
    assert {"README.md", "systemd/amibridge.service", "packaging/build_deb.sh", "tests/conftest.py"} <= inside
    assert [name for name in inside if not (TREE / name).exists() or ".venv" in name or "__pycache__" in name] == []


# The Debian package. -----------------------------------------------------------------------------------------------


def newer(deb: Path, folder: Path) -> Path:
    """The same package, as its next revision."""
    subprocess.run(("dpkg-deb", "-R", deb, folder / "content"), check=True, timeout=60)
    control = folder / "content" / "DEBIAN" / "control"
    control.write_text(re.sub(r"^(Version: .*)-1$", r"\1-2", control.read_text(), flags=re.MULTILINE))
    package = folder / "newer.deb"
    subprocess.run(("dpkg-deb", "-Zgzip", "--build", folder / "content", package), check=True, timeout=60)
    return package


def listed(one: Machine, *paths: str) -> list[str]:
    """Mode, owner and group of each."""
    return one.run("stat", "--format=%a %U:%G %n", *paths).splitlines()


def check(one: Machine, *more: str, user: str = "root", status: int = 0) -> str:
    """What ``amibridge check`` finds, a blank between its columns."""
    return re.sub(" +", " ", one.run("amibridge", "check", *more, user=user, status=status))


def test_lintian(deb: Path) -> None:
    """Debian's own checker finds nothing that is not explained."""
    if shutil.which("lintian") is None:
        pytest.fail("lintian is missing: apt-get install lintian")
    found = subprocess.run(
        ("lintian", "--allow-root", "--fail-on=warning", "--tag-display-limit=0", deb),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (found.returncode, found.stdout) == (0, ""), found.stdout


def test_what_it_gives_to_read(deb: Path, tmp_path: Path) -> None:
    """Each link of the pages leads to a file that came with them, and zsh takes its completion by the first line."""
    subprocess.run(("dpkg-deb", "--extract", deb, tmp_path), check=True, timeout=60)
    docs = tmp_path / "usr/share/doc/amibridge"
    links = [
        (page, target)
        for page in docs.rglob("*.md")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", CODE.sub("", page.read_text(encoding="utf-8")))
    ]
    assert len(links) > 100
    assert [(page.name, target) for page, target in links if not (page.parent / target).is_file()] == []
    completion = tmp_path / "usr/share/zsh/vendor-completions/_amibridge"
    assert completion.read_text(encoding="utf-8").startswith("#compdef amibridge\n")


def test_nobody_starts_services_there(deb: Path, tmp_path: Path) -> None:
    """In a container that is being built it is installed, works by hand as its own user, and goes without a trace."""
    with machine(tmp_path, NOBODY) as one:
        one.put(deb, "/amibridge.deb")
        said = one.run(*INSTALL, "/amibridge.deb")
        assert "say in /etc/amibridge/amibridge.toml how it logs in to Asterisk" in said
        assert one.exists("/etc/systemd/system/multi-user.target.wants/amibridge.service")
        assert listed(one, "/etc/amibridge", "/etc/amibridge/amibridge.toml", "/var/lib/amibridge") == [
            "750 root:amibridge /etc/amibridge",
            "640 root:amibridge /etc/amibridge/amibridge.toml",
            "700 amibridge:amibridge /var/lib/amibridge",
        ]
        assert one.run("grep", "-rl", "root/opt/amibridge", "/opt/amibridge", status=1) == ""
        assert "delivered" in one.run("amibridge", "demo", "--exit", "--speed", "50", user="amibridge")
        assert "problem settings" in check(one, user="amibridge", status=1)
        assert "ami.username" in one.run("amibridge", "run", user="amibridge", status=78)
        one.write("/etc/amibridge/amibridge.toml", b'[ami]\nport = 1\nusername = "a"\nsecret = "b"\n', mode="640")
        with one.going("amibridge", "run", user="amibridge") as daemon:
            assert daemon.stdout is not None
            assert any("daemon_ready" in line for line in daemon.stdout)
            assert "ok store /var/lib/amibridge/amibridge.db" in check(one, user="amibridge", status=1)
            assert json.loads(one.run("amibridge", "status", "--json", status=1))["daemon"]["pbx"] == "waiting"
            one.run("pkill", "--uid", "amibridge", "amibridge")
            assert daemon.wait(20) == 0
        one.run("dpkg", "--purge", "amibridge")
        for path in ("/opt/amibridge", "/etc/amibridge", "/var/lib/amibridge", "/usr/bin/amibridge"):
            assert not one.exists(path), path
        assert one.run("find", "/", "-xdev", "(", "-user", "amibridge", "-o", "-lname", "*amibridge*", ")") == ""


@pytest.fixture
def debian(deb: Path, tmp_path: Path) -> Iterator[Machine]:
    """A machine on which systemd works, with the package, a PBX and a receiver at hand."""
    with machine(tmp_path) as one:
        one.put(deb, "/amibridge.deb")
        one.put(Path(office.__file__), "/office/office.py")
        one.put(Path(stuck.__file__), "/opt/stuck.py")
        yield one


class Office:
    """The PBX and the receiver of ``office.py`` on a machine where the package is installed.

    Args:
        one: The machine.
        process: The program.
    """

    def __init__(self, one: Machine, process: subprocess.Popen[str]) -> None:
        self._machine, self._process = one, process
        one.until("[ami]", "cat", "/office/settings.toml")

    def call(self) -> set[tuple[str, str]]:
        """Make a call; returns extension and event type of all that arrives of it."""
        self._machine.run("pkill", "--signal=USR1", "--full", "^/opt/amibridge/bin/python /office/office.py")
        assert self._process.stdout is not None
        arrived = [json.loads(self._process.stdout.readline()) for _ in TOLD]
        return {(one["Extension"], one["EventType"]) for one in arrived}


def shown(one: Machine, *names: str) -> list[str]:
    """What systemd says of the service, which it tells in an order of its own."""
    said = one.run("systemctl", "show", "amibridge.service", *(f"--property={name}" for name in names))
    facts = dict(line.split("=", 1) for line in said.splitlines())
    return [facts[name] for name in names]


def assign(one: Machine, *numbers: str) -> None:
    """Ask for every event of these extensions, over the API."""
    one.write("/assign.py", ASSIGN.encode())
    one.run(PYTHON, "/assign.py", one.run("amibridge", "token", "issue").split()[-1], *numbers)


ASSIGN: Final = """
import sys, urllib.request
token, *numbers = sys.argv[1:]
for number in numbers:
    for kind in range(5):
        urllib.request.urlopen(urllib.request.Request(
            f"http://127.0.0.1:8480/uapi/extensions/@me/{number}/phoneCallEvents/{kind}",
            data=b'{"method": "1", "url": "http://127.0.0.1:9000/hook"}',
            headers={"Authorization": f"Bearer {token}"},
        ))
"""


def sandboxed(one: Machine, pid: str) -> None:
    """Hold what the kernel lets the daemon do."""
    status = one.run("cat", f"/proc/{pid}/status")
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"):
        assert line in status
    mounts = one.run("cat", f"/proc/{pid}/mounts")
    assert re.search(r"^\S+ / \S+ ro\b", mounts, flags=re.MULTILINE)
    assert re.search(r"^\S+ /var/lib/amibridge \S+ rw\b", mounts, flags=re.MULTILINE)


def hang(one: Machine) -> None:
    """Let the event loop hang until the watchdog ends the daemon and another one runs; then give back the true one."""
    start = f"[Service]\nExecStart=\nExecStart={PYTHON} /opt/stuck.py run\nWatchdogSec=4\nRestartSec=0\n"
    one.write("/run/systemd/system/amibridge.service.d/stuck.conf", start.encode())
    one.run("systemctl", "daemon-reload")
    one.run("systemctl", "restart", "amibridge")
    one.run("systemctl", "kill", "--signal=SIGUSR1", "--kill-whom=main", "amibridge")
    one.until("1", "systemctl", "show", "amibridge", "--property=NRestarts", "--value")
    one.until("active", "systemctl", "show", "amibridge", "--property=ActiveState", "--value")
    journal = one.run("journalctl", "--unit=amibridge", "--no-pager")
    assert "Watchdog timeout" in journal
    assert "in wait_where_nobody_should" in journal
    one.run("rm", "-r", "/run/systemd/system/amibridge.service.d")
    one.run("systemctl", "daemon-reload")
    one.run("systemctl", "restart", "amibridge")
    one.until("PBX up", "systemctl", "status", "amibridge")


def run_second(one: Machine) -> None:
    """Run a second daemon beside the first one, with a store of its own, and reach it by its settings."""
    own = '\n[store]\npath = "/var/lib/amibridge/second/amibridge.db"\n\n[api]\nport = 8481\n'
    settings = one.run("cat", "/office/settings.toml").replace("ami_secret", "second.ami_secret") + own
    one.write("/etc/amibridge/second.toml", settings.encode())
    one.write("/etc/amibridge/second.ami_secret", office.SECRET.encode())
    one.run("systemd-tmpfiles", "--create")
    assert listed(one, "/etc/amibridge/second.toml", "/etc/amibridge/second.ami_secret") == [
        "640 root:amibridge /etc/amibridge/second.toml",
        "600 root:root /etc/amibridge/second.ami_secret",
    ]
    one.run("systemctl", "enable", "--now", "amibridge@second")
    assert "ok pbx" in check(one, "--config", "/etc/amibridge/second.toml")
    pids = {
        json.loads(one.run("amibridge", "status", "--json", *more))["daemon"]["pid"]
        for more in ((), ("--config", "/etc/amibridge/second.toml"))
    }
    assert len(pids) == 2


def test_the_service_from_install_to_purge(debian: Machine, deb: Path, tmp_path: Path) -> None:
    """Installed, set up, started, reloaded, hung, upgraded, removed and purged, by a real systemd."""
    one = debian
    one.run(*INSTALL, "/amibridge.deb")
    assert shown(one, "UnitFileState", "ActiveState") == ["enabled", "inactive"]

    # Without a word about the PBX it says so, once.
    one.run("systemctl", "start", "amibridge", status=1)
    assert shown(one, "ActiveState", "Result", "ExecMainStatus", "NRestarts") == ["failed", "exit-code", "78", "0"]
    one.until("ami.username", "journalctl", "--unit=amibridge", "--no-pager")

    with one.going(PYTHON, "/office/office.py", "/office") as process:
        there = Office(one, process)
        # Set up, it starts in its sandbox, and a call becomes notifications.
        one.run("cp", "/office/settings.toml", "/etc/amibridge/amibridge.toml")
        one.write("/etc/amibridge/ami_secret", office.SECRET.encode(), mode="600")
        one.run("systemctl", "start", "amibridge")
        one.until("PBX up; calls: 0; notifications to deliver: 0", "systemctl", "status", "amibridge")
        [pid] = shown(one, "MainPID")
        sandboxed(one, pid)
        assert "ok pbx" in check(one)
        assign(one, "201", "202")
        assert there.call() == TOLD

        # A reload is one for systemd, too.
        one.run("systemctl", "reload", "amibridge")
        one.until("settings_reloaded", "journalctl", "--unit=amibridge", "--no-pager")
        assert shown(one, "ActiveState", "MainPID") == ["active", pid]

        hang(one)
        assert there.call() == TOLD
        run_second(one)

        # An upgrade restarts both, and keeps settings, stores and assignments.
        [pid] = shown(one, "MainPID")
        second = one.run("systemctl", "show", "amibridge@second", "--property=MainPID")
        one.put(newer(deb, tmp_path), "/newer.deb")
        one.run(*INSTALL, "/newer.deb")
        assert one.run("dpkg-query", "--show", "--showformat=${Version}", "amibridge").endswith("-2")
        one.until("PBX up", "systemctl", "status", "amibridge")
        assert shown(one, "MainPID") != [pid]
        assert one.run("systemctl", "show", "amibridge@second", "--property=MainPID") not in {second, "MainPID=0\n"}
        assert there.call() == TOLD

    # Removed, both stop; what is the administrator's stays.
    one.run("apt-get", "remove", "--yes", "amibridge")
    for unit in ("amibridge", "amibridge@second"):
        assert one.run("systemctl", "is-active", unit, status=3).strip() in {"inactive", "failed"}
    assert not one.exists("/opt/amibridge/bin/amibridge")
    for path in ("/etc/amibridge/ami_secret", "/etc/amibridge/amibridge.toml", "/var/lib/amibridge/amibridge.db"):
        assert one.exists(path), path
    one.run(*INSTALL, "/amibridge.deb")
    assert shown(one, "ActiveState") == ["active"]

    # Purged, nothing is left but the log and the user.
    one.run("apt-get", "purge", "--yes", "amibridge")
    ours = ("(", "-user", "amibridge", "-o", "-path", "*amibridge*", ")")
    elsewhere = [word for path in ("/var/log/*", "/var/lib/dpkg/*", "/amibridge.deb") for word in ("!", "-path", path)]
    assert one.run("find", "/", "-xdev", *ours, *elsewhere) == ""
