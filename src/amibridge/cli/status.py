"""``amibridge status``: the running daemon at a glance."""

import asyncio
import time
from pathlib import Path

from amibridge.cli.common import ConfigOption, JsonOption, settings_of, show, show_aligned
from amibridge.control.client import NoDaemonError, ask
from amibridge.control.operation import Nothing
from amibridge.control.status import Status, show_status
from amibridge.control.wire import socket_path
from amibridge.errors import NotFineError
from amibridge.logs import escaped


def status(config: ConfigOption = None, json: JsonOption = False) -> int:
    """Show how the running daemon is; status 0 when it runs and does its whole work."""
    path = socket_path(Path(settings_of(config).store.path))
    try:
        found = asyncio.run(ask(path, show_status, Nothing()))
    except NoDaemonError as error:
        raise NotFineError(str(error)) from error
    if json:
        show(found)
    else:
        show_aligned([(name, escaped(text)) for name, text in _facts(found, time.time())])
    return NotFineError.exit_status if found.daemon.not_ready else 0


def _facts(found: Status, now: float) -> list[tuple[str, str]]:
    daemon, outbox = found.daemon, found.outbox
    heard = "no event yet" if daemon.last_event_at is None else f"last event {_span(now - daemon.last_event_at)} ago"
    pbx = f"{daemon.pbx} for {_span(now - daemon.pbx_since)}"
    waiting = f"{outbox.pending} waiting"
    if outbox.earliest_due_at is not None and outbox.earliest_due_at < now:
        waiting += f" (the oldest is {_span(now - outbox.earliest_due_at)} overdue)"
    return [
        ("daemon", f"{daemon.version}, process {daemon.pid}, for {_span(now - daemon.started_at)}"),
        ("API", daemon.api_url),
        ("PBX", f"{pbx}, {daemon.asterisk}, {heard}" if daemon.pbx == "up" else pbx),
        ("assignments", str(daemon.assignments)),
        ("deliveries", f"{waiting}, {outbox.sending} being sent, {outbox.delivered} delivered"),
        ("given up", f"{outbox.dead} dead, {outbox.expired} expired"),
        *(("not ready", reason) for reason in daemon.not_ready),
    ]


def _span(seconds: float) -> str:
    """A stretch of time as people say it."""
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{max(seconds, 0):.1f} s"
