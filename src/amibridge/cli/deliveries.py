"""``amibridge deliveries``: what was sent, what waits, what was given up."""

from enum import StrEnum
from typing import Annotated

import typer

from amibridge.cli.arguments import days, identifier
from amibridge.cli.common import ConfigOption, JsonOption, do, moment, show, show_aligned, show_table
from amibridge.control.deliveries import (
    DeliveryId,
    ListDeliveries,
    PurgeDeliveries,
    ShownDelivery,
    list_deliveries,
    purge_deliveries,
    retry_dead_deliveries,
    retry_delivery,
    show_delivery,
)
from amibridge.control.operation import Nothing
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import StoredAttempt, StoredDelivery
from amibridge.logs import escaped

app = typer.Typer(help="The outbox: notifications that were sent, that wait, that were given up.")

DeliveryArgument = Annotated[int, typer.Argument(metavar="ID", parser=identifier, help="The delivery's id.")]


class Retriable(StrEnum):
    """The states of which all deliveries can be tried again at once."""

    DEAD = "dead"


class Settled(StrEnum):
    """The states of which nothing more is to come."""

    DELIVERED = "delivered"
    DEAD = "dead"
    EXPIRED = "expired"


@app.command("list")
def list_(
    state: Annotated[DeliveryState | None, typer.Option(help="Those that stand there alone.")] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10000, help="How many at most.")] = 100,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """List deliveries, the newest first."""
    show_table(
        do(config, list_deliveries, ListDeliveries(state=state, limit=limit)),
        {
            "ID": lambda one: one.delivery_id,
            "STATE": lambda one: one.state,
            "TRIED": lambda one: one.attempts,
            "EVENT": _event,
            "RECEIVER": lambda one: one.origin,
            "QUEUED": lambda one: moment(one.created_at),
            "NEXT": lambda one: moment(one.due_at),
            "REASON": _why,
        },
        as_json=json,
        none="there are no such deliveries" if state else "there are no deliveries yet",
        shorten=("RECEIVER", "REASON"),
    )


@app.command("show")
def show_(which: DeliveryArgument, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Show one delivery and what became of each attempt."""
    shown = do(config, show_delivery, DeliveryId(delivery_id=which))
    if json:
        show(shown)
        return
    show_aligned([(name, escaped(text)) for name, text in _facts(shown) if text])


@app.command("retry")
def retry(
    which: Annotated[int | None, typer.Argument(metavar="[ID]", parser=identifier, help="The delivery's id.")] = None,
    state: Annotated[Retriable | None, typer.Option(help="All of that state.")] = None,
    config: ConfigOption = None,
) -> None:
    """Try a delivery again that was given up, or now one that waits; with --state dead all that were given up."""
    if which is not None and state is None:
        do(config, retry_delivery, DeliveryId(delivery_id=which))
    elif which is None and state is not None:
        typer.echo(do(config, retry_dead_deliveries, Nothing()))
    else:
        raise typer.BadParameter("give either a delivery's ID, or --state dead for all that were given up")


@app.command("purge")
def purge(
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", parser=days, help="Those that ended so many days ago or earlier.")
    ] = None,
    state: Annotated[Settled | None, typer.Option(help="Those that ended so alone.")] = None,
    config: ConfigOption = None,
) -> None:
    """Forget deliveries that have ended (the daemon does it by itself after retention_days), and print how many."""
    if older_than is None and state is None:
        raise typer.BadParameter("say which: --older-than DAYS, --state delivered, dead or expired, or both")
    settled = None if state is None else DeliveryState(state.value)
    typer.echo(do(config, purge_deliveries, PurgeDeliveries(state=settled, older_than_days=older_than or 0)))


def _event(delivery: StoredDelivery) -> str:
    return f"{delivery.event.extension} {delivery.event.type.label}" if delivery.event else "(damaged)"


def _why(delivery: StoredDelivery) -> str:
    return delivery.reason or (f"waits for {delivery.waits_for}" if delivery.waits_for else "")


def _facts(shown: ShownDelivery) -> list[tuple[str, str]]:
    delivery, event = shown.delivery, shown.delivery.event
    return [
        ("delivery", str(delivery.delivery_id)),
        ("state", delivery.state.value),
        ("reason", delivery.reason),
        ("waits for", str(delivery.waits_for or "")),
        ("event", f"{_event(delivery)}, call {event.call_id}" if event else _event(delivery)),
        ("event id", event.event_id if event else ""),
        ("happened", moment(event.at) if event else ""),
        ("assignment", delivery.assignment_id),
        ("receiver", delivery.origin),
        ("queued", moment(delivery.created_at)),
        ("next attempt", moment(delivery.due_at)),
        ("ended", moment(delivery.settled_at)),
        *((f"attempt {one.number}", _attempt(one)) for one in shown.attempts),
    ]


def _attempt(attempt: StoredAttempt) -> str:
    answer = f"HTTP {attempt.status_code}" if attempt.status_code else "no answer"
    became = attempt.reason or answer
    if answer not in became:
        became = f"{answer}, {became}"
    return f"{moment(attempt.started_at)}, {attempt.duration_seconds * 1000:.0f} ms, {became}"
