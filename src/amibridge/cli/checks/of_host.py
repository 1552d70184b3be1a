"""Does the system let the daemon have what it needs?"""

import re
import resource
from pathlib import Path
from typing import Final

from amibridge.cli.checks.finding import Finding, ok, warning
from amibridge.control.operation import DaemonFacts
from amibridge.settings import Settings

_SUBJECT: Final = "host"
_OWN_FILES: Final = 64
"""The store, the log, the event loop, the link, the control socket."""
_API_CONNECTIONS: Final = 128
"""As many as the API takes at once."""
_LIMIT: Final = re.compile(r"(?m)^Max open files\s+(\d+|unlimited)")


def check_host(settings: Settings, daemon: DaemonFacts | None, *, proc: Path = Path("/proc")) -> list[Finding]:
    """How many files may be open: those of the running daemon, or of who asks.

    Args:
        settings: Say how many requests there are at once.
        daemon: The running one; None where none runs.
        proc: Where the kernel tells of processes.
    """
    needed = _OWN_FILES + _API_CONNECTIONS + settings.delivery.concurrency
    of_daemon = _limit_of(proc, daemon.pid) if daemon else None
    limit = of_daemon if of_daemon is not None else resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    whose = "the daemon" if of_daemon is not None else "a daemon that is started here"
    if limit in {resource.RLIM_INFINITY, -1}:
        return [ok(_SUBJECT, f"{whose} may open as many files as it likes, and needs up to {needed}")]
    if limit < needed:
        cure = "raise it (systemd: LimitNOFILE=65536; a shell: ulimit -n 65536)"
        return [warning(_SUBJECT, f"{whose} may open {limit} files, and needs up to {needed}: {cure}")]
    return [ok(_SUBJECT, f"{whose} may open {limit} files, and needs up to {needed}")]


def _limit_of(proc: Path, pid: int) -> int | None:
    try:
        found = _LIMIT.search((proc / str(pid) / "limits").read_text())
    except OSError:
        return None
    if found is None:
        return None
    return resource.RLIM_INFINITY if found[1] == "unlimited" else int(found[1])
