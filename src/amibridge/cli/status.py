"""``amibridge status``: the running daemon at a glance."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from amibridge.calls.events import CallEvent, CallFlow
from amibridge.cli.common import ConfigOption, JsonOption, moment, settings_of, show
from amibridge.cli.report import Mood, Row, show_report, size, span
from amibridge.control.client import NoDaemonError, ask
from amibridge.control.operation import DaemonFacts, Nothing
from amibridge.control.status import Status, show_status
from amibridge.control.wire import socket_path
from amibridge.delivery.stored import ReceiverFacts
from amibridge.errors import NotFineError
from amibridge.metrics import TIMELESS

SLOW_SECONDS: Final = 1.0
"""A receiver that takes longer on average is slow."""
LATE_SECONDS: Final = 2.0
"""An event that took longer from the PBX to us is late; so is a notification that has been due for longer."""
SCARCE_BYTES: Final = 256 * 1024 * 1024
"""Less than this is little for a disk."""
MOST_RECEIVERS: Final = 5
_UP: Final = "up"


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
        show_report(rows_of(found, time.time()))
    return NotFineError.exit_status if found.daemon.not_ready else 0


def rows_of(found: Status, now: float) -> Iterator[Row]:
    """What is shown to people: the whole first, then each part.

    Args:
        found: What the daemon said.
        now: Unix seconds.
    """
    daemon = found.daemon
    ready = not daemon.not_ready
    since = f"for {span(now - daemon.started_at)} (version {daemon.version}, process {daemon.pid})"
    yield Row("daemon", f"{'ready' if ready else 'not ready'}, {since}", Mood.GOOD if ready else Mood.BAD)
    for reason in daemon.not_ready:
        yield Row("", reason, Mood.BAD)
    yield from _pbx(found, now)
    yield from _calls(found)
    yield from _deliveries(found, now)
    yield from _receivers(found)
    yield from _store(daemon)
    yield Row("API", f"{daemon.api_url}, {_count(daemon.assignments, 'assignment')}")


def _pbx(found: Status, now: float) -> Iterator[Row]:
    daemon = found.daemon
    up = daemon.pbx == _UP
    who = f": {daemon.asterisk} (AMI {daemon.ami_version}) at" if daemon.asterisk else ", at"
    text = f"{daemon.pbx} for {span(now - daemon.pbx_since)}{who} {daemon.pbx_address}"
    yield Row("PBX", text, Mood.GOOD if up else Mood.BAD)
    if daemon.last_event_at is None:
        yield Row("", "no event yet")
    else:
        lag = daemon.lag_seconds
        late = lag is not None and abs(lag) > LATE_SECONDS
        how_late = f", {_delay(lag)} by its own time" if lag is not None else ", without its time"
        timeless = lag is None and daemon.events_heard.keys() <= {TIMELESS}
        text = f"last event {span(now - daemon.last_event_at)} ago{'' if timeless else how_late}"
        yield Row("", text, Mood.WARN if late else Mood.PLAIN)
    if daemon.inbox_items:
        yield Row("", f"{_count(daemon.inbox_items, 'message')} not translated yet")
    gap = found.last_gap
    reconnects = f"{_count(daemon.reconnects, 'reconnect')} since the start"
    heard = "" if up else _not_heard(daemon)
    if gap is not None:
        lasted = span(gap.back_at - gap.lost_at)
        heard += f"; last gap {lasted}, until {moment(gap.back_at)}: {gap.reason}"
    yield Row("", f"{reconnects}{heard or '; it was always heard'}")


def _not_heard(daemon: DaemonFacts) -> str:
    if daemon.pbx_lost_at is not None:
        return f"; not heard since {moment(daemon.pbx_lost_at)}"
    return "; it was never heard since then"


def _calls(found: Status) -> Iterator[Row]:
    daemon = found.daemon
    now = f"{_count(daemon.participations, 'part')} going on, in {_count(daemon.channels, 'channel')}"
    yield Row("calls", f"{now}; {_count(daemon.events_told, 'call event')} told since the start")
    for number, event in enumerate(found.last_events):
        yield Row("" if number else "last told", _told(event))


def _told(event: CallEvent) -> str:
    with_whom = event.caller_id_num if event.flow is CallFlow.IN else event.called_number
    arrow = "<-" if event.flow is CallFlow.IN else "->"
    other = f"{arrow} {with_whom}" if with_whom else ""
    when = moment(event.at) or "time unknown"
    parties = f"{event.extension} {other}".rstrip()
    return f"{when}  {event.type.label:<10}  {parties}  {event.status.value}"


def _deliveries(found: Status, now: float) -> Iterator[Row]:
    outbox = found.outbox
    text = f"{outbox.pending} waiting, {outbox.sending} being sent, {outbox.delivered} delivered"
    due_at = outbox.earliest_due_at
    overdue = 0.0 if due_at is None else now - due_at
    if overdue > 0:
        text += f"; the oldest has been due for {span(overdue)}"
    yield Row("deliveries", text, Mood.WARN if overdue > LATE_SECONDS else Mood.PLAIN)
    given_up = outbox.dead + outbox.expired
    yield Row("given up", f"{outbox.dead} dead, {outbox.expired} expired", Mood.WARN if given_up else Mood.PLAIN)


def _receivers(found: Status) -> Iterator[Row]:
    failing = set(found.daemon.receivers_failing)
    for number, receiver in enumerate(found.receivers[:MOST_RECEIVERS]):
        yield Row("" if number else "receivers", *_receiver(receiver, failing=receiver.origin in failing))
    more = len(found.receivers) - MOST_RECEIVERS
    if more > 0:
        yield Row("", f"and {more} more")


def _receiver(receiver: ReceiverFacts, *, failing: bool) -> tuple[str, Mood]:
    since = receiver.failing_since
    failing = failing or 0 < receiver.attempts == receiver.failed or (since is not None and receiver.waiting > 0)
    slow = receiver.average_seconds > SLOW_SECONDS
    fails = "fails" if since is None else f"fails since {moment(since)}"
    state = fails if failing else "slow" if slow else "works"
    where = receiver.origin or "(a URL that cannot be used)"
    if receiver.attempts:
        tried = f"{receiver.failed} of {_count(receiver.attempts, 'attempt')} failed"
        text = f"{where} {state}: {tried}, {span(receiver.average_seconds)} on average"
    else:
        text = f"{where}: not tried of late"
    if receiver.waiting:
        text += f", {receiver.waiting} waiting"
    if receiver.last_reason:
        text += f"; at {moment(receiver.last_failed_at)} {receiver.last_reason}"
    return text, Mood.BAD if failing else Mood.WARN if slow or receiver.failed else Mood.PLAIN


def _store(daemon: DaemonFacts) -> Iterator[Row]:
    reserve = f"reserve of {size(daemon.store_reserve_bytes)} in place"
    kept = daemon.store_reserve_bytes > 0
    scarce = daemon.store_free_bytes < SCARCE_BYTES
    yield Row("store", f"{daemon.store_path}, {size(daemon.store_size_bytes)}")
    text = f"{size(daemon.store_free_bytes)} free on its disk, {reserve if kept else 'no reserve'}"
    yield Row("", text, Mood.WARN if scarce or not kept else Mood.PLAIN)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _delay(seconds: float) -> str:
    """How late something is; early only where two clocks differ."""
    return f"{span(abs(seconds))} {'early' if seconds < 0 else 'late'}"
