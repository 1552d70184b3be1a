"""``amibridge check``: what is wrong or missing, and what to do about it."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

import typer

from amibridge.calls.directory import ExtensionKind
from amibridge.cli.checks.finding import Finding, Verdict, fail, ok, warn
from amibridge.cli.checks.manager_conf import MANAGER_CONF, read_user
from amibridge.cli.checks.of_api import check_api
from amibridge.cli.checks.of_pbx import check_pbx, is_loopback
from amibridge.cli.checks.of_settings import check_settings
from amibridge.cli.checks.of_store import check_store
from amibridge.cli.common import ConfigOption, JsonOption, show
from amibridge.control.client import NoDaemonError, ask
from amibridge.control.look import look
from amibridge.control.operation import DaemonFacts, Nothing
from amibridge.control.status import show_status
from amibridge.control.wire import socket_path
from amibridge.errors import AmibridgeError, NotFineError, SettingsError
from amibridge.logs import escaped
from amibridge.settings import Settings, load

_COLOURS: Final = {Verdict.OK: typer.colors.GREEN, Verdict.WARN: typer.colors.YELLOW, Verdict.FAIL: typer.colors.RED}


def check(config: ConfigOption = None, json: JsonOption = False) -> int:
    """Check settings, store, PBX and API, one line a finding with its cure; status 0 when nothing fails."""
    try:
        settings = load(config, os.environ)
    except SettingsError as error:
        findings = [fail("settings", str(error))]
    else:
        findings = [*check_settings(settings, config), *asyncio.run(_look_around(settings))]
    if json:
        show(findings)
    else:
        _report(findings)
    failed = any(finding.verdict is Verdict.FAIL for finding in findings)
    return NotFineError.exit_status if failed else 0


async def _look_around(settings: Settings) -> list[Finding]:
    path = Path(settings.store.path)
    seen = await look(path)
    daemon, of_daemon = await _find_daemon(path)
    findings = [*check_store(path, seen), *of_daemon]
    if settings.ami.username and settings.ami.secret.get_secret_value():
        # panoramisk takes long to load, and only here is it needed.
        from amibridge.ami.probe import probe  # noqa: PLC0415

        found = await probe(settings.ami)
        user = read_user(MANAGER_CONF, settings.ami.username) if is_loopback(settings.ami.host) else None
        ivr = any(extension.kind is ExtensionKind.IVR for extension in seen.extensions)
        findings += check_pbx(settings.ami, found, user, ivr=ivr)
    return [*findings, *check_api(settings.api, daemon)]


async def _find_daemon(store_path: Path) -> tuple[DaemonFacts | None, list[Finding]]:
    try:
        found = await ask(socket_path(store_path), show_status, Nothing())
    except NoDaemonError:
        return None, [ok("daemon", "none runs on this store")]
    except AmibridgeError as error:
        return None, [warn("daemon", str(error))]
    runs = ok("daemon", f"runs, version {found.daemon.version}, process {found.daemon.pid}")
    return found.daemon, [runs, *(warn("daemon", f"is not ready: {reason}") for reason in found.daemon.not_ready)]


def _report(findings: list[Finding]) -> None:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        mark = f"{finding.verdict:<4}"
        if coloured:
            mark = typer.style(mark, fg=_COLOURS[finding.verdict], bold=True)
        typer.echo(f"{mark}  {finding.subject:<{width}}  {escaped(finding.text)}", color=coloured)
