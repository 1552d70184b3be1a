"""``amibridge check``: what is wrong or missing, and what to do about it."""

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory
from amibridge.calls.tracker import Tracker
from amibridge.cli.checks.finding import Finding, Verdict, ok, problem, warning
from amibridge.cli.checks.manager_conf import MANAGER_CONF, ManagerUser, UnseenUserError, read_user
from amibridge.cli.checks.of_api import check_api
from amibridge.cli.checks.of_files import check_files, credentials_of_the_unit
from amibridge.cli.checks.of_host import check_host
from amibridge.cli.checks.of_pbx import check_pbx, is_loopback
from amibridge.cli.checks.of_settings import check_settings
from amibridge.cli.checks.of_store import check_store
from amibridge.cli.common import ConfigOption, JsonOption, show
from amibridge.cli.report import GAP, Mood, styled, wrapped
from amibridge.control.client import NoDaemonError, ask
from amibridge.control.look import ReceiverLook, StoreLook, look
from amibridge.control.operation import DaemonFacts, Nothing
from amibridge.control.status import show_status
from amibridge.control.wire import socket_path
from amibridge.delivery.destination import DestinationPolicy
from amibridge.errors import AmibridgeError, NotFineError, SettingsError
from amibridge.logs import escaped
from amibridge.settings import DEFAULT_FILE, DeliverySettings, Settings, load
from amibridge.settings_sources import gather

_MOODS: Final = {Verdict.OK: Mood.GOOD, Verdict.WARNING: Mood.WARN, Verdict.PROBLEM: Mood.BAD}

ManagerConfOption = Annotated[
    Path | None,
    typer.Option(
        "--manager-conf",
        metavar="FILE",
        help="Asterisk's manager.conf, or a copy of it.",
        show_default=False,
        exists=True,
        dir_okay=False,
    ),
]


def check(config: ConfigOption = None, json: JsonOption = False, manager_conf: ManagerConfOption = None) -> int:
    """Check settings, store, PBX, receivers and API, one line a finding with its cure; status 0 without a problem."""
    credentials = credentials_of_the_unit(config, os.environ)
    environ = {**os.environ, **({"CREDENTIALS_DIRECTORY": credentials} if credentials else {})}
    try:
        settings = load(config, environ)
        given = gather(Settings, path=config, default_path=DEFAULT_FILE, environ=environ)
    except SettingsError as error:
        findings = [problem("settings", str(error))]
    else:
        findings = [
            *check_settings(settings, config, lambda name: given.place(tuple(name.split(".")))),
            *check_files(settings, credentials),
            *asyncio.run(_look_around(settings, manager_conf)),
        ]
    if json:
        show(findings)
    else:
        _report(findings)
    failed = any(finding.verdict is Verdict.PROBLEM for finding in findings)
    return NotFineError.exit_status if failed else 0


async def _look_around(settings: Settings, manager_conf: Path | None) -> list[Finding]:
    path = Path(settings.store.path)
    seen = await look(path)
    daemon, of_daemon = await _find_daemon(path)
    return [
        *check_store(path, seen, daemon_runs=daemon is not None),
        *of_daemon,
        *check_host(settings, daemon),
        *await _look_at_pbx(settings, seen, daemon, manager_conf),
        *await _try_receivers(settings.delivery, seen),
        *check_api(settings.api, daemon),
    ]


async def _find_daemon(store_path: Path) -> tuple[DaemonFacts | None, list[Finding]]:
    try:
        found = await ask(socket_path(store_path), show_status, Nothing())
    except NoDaemonError:
        return None, [ok("daemon", "none runs on this store")]
    except AmibridgeError as error:
        return None, [warning("daemon", str(error))]
    runs = ok("daemon", f"runs, version {found.daemon.version}, process {found.daemon.pid}")
    return found.daemon, [runs, *(warning("daemon", f"is not ready: {reason}") for reason in found.daemon.not_ready)]


async def _look_at_pbx(
    settings: Settings, seen: StoreLook, daemon: DaemonFacts | None, manager_conf: Path | None
) -> list[Finding]:
    ami = settings.ami
    if not (ami.username and ami.secret.get_secret_value()):
        return []
    # panoramisk takes long to load, and only here is it needed.
    from amibridge.ami.probe import probe  # noqa: PLC0415
    from amibridge.cli.checks.of_events import check_events  # noqa: PLC0415

    where = manager_conf or (MANAGER_CONF if is_loopback(ami.host) else None)
    user: ManagerUser | None = None
    unseen = ""
    try:
        user = read_user(where, ami.username)
    except UnseenUserError as error:
        unseen = str(error)
    found = await probe(ami)
    tracker = Tracker(Attribution.from_settings(settings.extensions), Directory(seen.extensions))
    return [
        *check_pbx(ami, found, user),
        *check_events(found, user, daemon, needed=tracker.wanted, unseen=unseen, named=manager_conf is not None),
    ]


async def _try_receivers(delivery: DeliverySettings, seen: StoreLook) -> list[Finding]:
    if not seen.receivers:
        return []
    # aiohttp, too.
    from amibridge.cli.checks.of_receivers import check_receivers  # noqa: PLC0415
    from amibridge.delivery.interfaces import own_addresses  # noqa: PLC0415
    from amibridge.delivery.reach import Reached, reach, tls_context  # noqa: PLC0415

    try:
        policy, tls = DestinationPolicy.from_settings(delivery), tls_context(delivery.tls_ca_file)
    except SettingsError:
        return []  # said of the settings
    own = own_addresses()

    async def one(receiver: ReceiverLook) -> Reached:
        return await reach(
            receiver.origin, policy=policy, by_administrator=receiver.by_administrator, own_addresses=own, tls=tls
        )

    return await check_receivers(seen.receivers, one)


def _report(findings: list[Finding]) -> None:
    """A line a finding; on a terminal in its width."""
    marks = max(len(verdict) for verdict in Verdict)
    subjects = max(len(finding.subject) for finding in findings)
    indent = marks + len(GAP) + subjects + len(GAP)
    width = shutil.get_terminal_size().columns - indent if sys.stdout.isatty() else None
    for finding in findings:
        mark = styled(f"{finding.verdict:<{marks}}", _MOODS[finding.verdict])
        first, *rest = wrapped(escaped(finding.text), width)
        for line in (f"{mark}{GAP}{finding.subject:<{subjects}}{GAP}{first}", *(" " * indent + one for one in rest)):
            typer.echo(line, color=sys.stdout.isatty())
