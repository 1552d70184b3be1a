"""Can the store be used?"""

from pathlib import Path

from amibridge.cli.checks.finding import Finding, fail, ok, warn
from amibridge.control.look import StoreLook

_SUBJECT = "store"


def check_store(path: Path, seen: StoreLook) -> list[Finding]:
    """What the look at the store says."""
    note = f"SQLite {seen.sqlite_version}, written on one connection"
    if seen.problem:
        return [fail(_SUBJECT, seen.problem)]
    if not seen.exists:
        return [ok(_SUBJECT, f"{path} will be made when it is first needed; {note}")]
    if seen.concern:
        return [warn(_SUBJECT, seen.concern)]
    return [ok(_SUBJECT, f"{path}, {len(seen.extensions)} declared extensions; {note}")]
