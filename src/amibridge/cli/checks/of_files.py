"""Are the files that hold secrets for those alone who need them?"""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from amibridge.cli.checks.finding import Finding, ok, problem, warning
from amibridge.settings import Settings

_SUBJECT: Final = "files"
CREDENTIALS: Final = Path("/etc/amibridge")
"""Where the service's unit takes the credential ``ami_secret`` from."""
_CREDENTIAL: Final = "ami_secret"


def credentials_of_the_unit(config: Path | None, environ: Mapping[str, str], folder: Path = CREDENTIALS) -> str:
    """The directory in which the service finds its credentials, as far as it can be had outside of it; else empty.

    systemd hands ``ami_secret`` to the service alone; who may read the unit's own source of it sees what the service
    sees.

    Args:
        config: The settings file that was named; the service has none but the default one.
        environ: The environment.
        folder: Where the unit takes credentials from.
    """
    if config is not None or "CREDENTIALS_DIRECTORY" in environ:
        return ""
    try:
        return str(folder) if (folder / _CREDENTIAL).read_bytes().strip() else ""
    except OSError:
        return ""


def check_files(settings: Settings, credentials: str) -> list[Finding]:
    """Whether others may read the files with secrets.

    Args:
        settings: They name such files.
        credentials: Where the service's credentials are, from ``credentials_of_the_unit``; empty: nowhere.
    """
    files = {
        "ami.secret_file": settings.ami.secret_file,
        "api.tls_key_file": settings.api.tls_key_file,
        "the service's credential": f"{credentials}/{_CREDENTIAL}" if credentials else "",
    }
    found = [one for name, path in files.items() if path for one in _exposed(name, Path(path))]
    if found or not any(files.values()):
        return found
    return [ok(_SUBJECT, f"{', '.join(name for name, path in files.items() if path)}: not for others to read")]


def _exposed(name: str, path: Path) -> Iterator[Finding]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield problem(
            _SUBJECT, f"{name} {path} cannot be looked at ({error.strerror}): make it readable for the daemon"
        )
        return
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        yield warning(_SUBJECT, f"{name} {path} may be read or written by everybody: chmod o-rw {path}")
