"""``amibridge deliveries``."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from amibridge.calls.events import EventType
from amibridge.cli import deliveries
from amibridge.delivery.outbox import DeliveryState
from amibridge.delivery.stored import StoredAttempt
from amibridge.store.assignments import AssignmentBook
from amibridge.store.calls import CallBatch, CallLog
from amibridge.store.database import Store
from amibridge.store.outbox import OutboxTable
from tests.unit.cli.conftest import Command
from tests.unit.store.samples import HOOK, NOW, event, new_delivery, settlement


async def _fill(path: Path) -> None:
    async with Store.open(path) as store:
        await (await AssignmentBook.open(store)).create(HOOK)
        for call, state in enumerate((DeliveryState.DEAD, DeliveryState.DELIVERED), 1):
            told = event(call)
            rows = [new_delivery(told, at_once=True)]
            (row,) = await CallLog(store).record(CallBatch(events=[told], deliveries=rows, recorded_at=NOW))
            assert row is not None
            await OutboxTable(store).settle([settlement(row, state)])


@pytest.fixture
def filled(config: Path) -> None:
    """A store with a dead delivery, 1, and one that was delivered, 2."""
    asyncio.run(_fill(config.with_name("amibridge.db")))


@pytest.mark.usefixtures("filled")
def test_list(amibridge: Command) -> None:
    """Deliveries are listed, the newest first, all or those of a state."""
    heading, second, first = amibridge("deliveries", "list").output.splitlines()
    assert heading.split() == ["ID", "STATE", "TRIED", "EVENT", "RECEIVER", "QUEUED", "NEXT", "REASON"]
    assert second.split()[:6] == ["2", "delivered", "1", "210", "dial-in", "https://crm.example:443"]
    assert first.split()[:2] == ["1", "dead"]
    assert first.endswith("HTTP 500")
    assert len(amibridge("deliveries", "list", "--limit", 1).output.splitlines()) == 2
    (one,) = json.loads(amibridge("deliveries", "list", "--state", "dead", "--json").output)
    assert (one["delivery_id"], one["state"], one["event"]["event"]) == (1, "dead", "dial-in")
    assert one["created_at"].startswith("2023-11-14T22:13:20")
    assert amibridge("deliveries", "list", "--state", "expired").errors == "amibridge: there are no such deliveries\n"


@pytest.mark.usefixtures("filled")
def test_show(amibridge: Command) -> None:
    """One delivery is shown with its event and each attempt; the receiver's URL may hold a secret and is not."""
    shown = amibridge("deliveries", "show", 1).output
    facts = dict(line.split("  ", 1) for line in shown.splitlines())
    assert facts["state"].strip() == "dead"
    assert facts["event"].strip() == "210 dial-in, call 17.1"
    assert facts["attempt 1"].strip() == "2023-11-14 22:13:20Z, 250 ms, HTTP 500"
    assert "tenant=7" not in shown
    assert json.loads(amibridge("deliveries", "show", 1, "--json").output)["attempts"][0]["status_code"] == 500
    delivered = amibridge("deliveries", "show", 2).output
    assert "HTTP 204" in delivered
    assert "reason" not in delivered


@pytest.mark.usefixtures("filled")
def test_retry(amibridge: Command) -> None:
    """A dead delivery waits again; how many did is printed when all are meant."""
    assert amibridge("deliveries", "retry", 1).output == ""
    assert amibridge("deliveries", "list", "--state", "pending").output.splitlines()[1].startswith("1 ")
    assert amibridge("deliveries", "retry", "--state", "dead").output == "0\n"
    assert amibridge("deliveries", "retry", 2).errors == "amibridge: delivery 2 is delivered: nothing is left to do\n"


async def _queue_two(path: Path) -> None:
    async with Store.open(path) as store:
        await (await AssignmentBook.open(store)).create(HOOK)
        told = [event(1), event(1, EventType.HANGUP)]
        rows = [new_delivery(one) for one in told]
        await CallLog(store).record(CallBatch(events=told, deliveries=rows, recorded_at=NOW))


def test_held_up(amibridge: Command, config: Path) -> None:
    """One that waits behind an earlier one of its call says so, where it has no reason of its own."""
    asyncio.run(_queue_two(config.with_name("amibridge.db")))
    _, hangup, dial_in = amibridge("deliveries", "list").output.splitlines()
    assert hangup.endswith("  waits for 1")
    assert "waits" not in dial_in
    assert "waits for     1" in amibridge("deliveries", "show", 2).output


@pytest.mark.usefixtures("filled")
def test_narrow(amibridge: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal receivers are cut so that a line fits; in a pipe they are whole."""
    monkeypatch.setenv("COLUMNS", "90")
    whole = amibridge("deliveries", "list").output.splitlines()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    cut = amibridge("deliveries", "list").output.splitlines()
    assert max(map(len, whole)) > 90
    assert max(map(len, cut)) <= 90
    assert "https://crm.example:443" in whole[1]
    assert "…" in cut[1]


@pytest.mark.parametrize(
    ("status_code", "reason", "text"),
    [
        (204, "", "HTTP 204"),
        (503, "HTTP 503", "HTTP 503"),
        (200, "the answer's body broke off", "HTTP 200, the answer's body broke off"),
        (None, "refused", "no answer, refused"),
    ],
)
def test_attempts(status_code: int | None, reason: str, text: str) -> None:
    """What an attempt came to is said once."""
    attempt = StoredAttempt(number=1, started_at=NOW, duration_seconds=0.0004, status_code=status_code, reason=reason)
    assert deliveries._attempt(attempt) == f"2023-11-14 22:13:20Z, 0 ms, {text}"


@pytest.mark.parametrize("arguments", [(), (1, "--state", "dead")])
def test_retry_what(amibridge: Command, arguments: tuple[str | int, ...]) -> None:
    """One delivery or all dead ones, not both, not neither."""
    ended = amibridge("deliveries", "retry", *arguments)
    assert ended.status == 2
    assert "give either a delivery's ID, or --state dead" in ended.errors


@pytest.mark.usefixtures("filled")
def test_purge(amibridge: Command) -> None:
    """Those that ended so, or so long ago, are forgotten; how many is printed."""
    assert amibridge("deliveries", "purge", "--state", "expired").output == "0\n"
    assert amibridge("deliveries", "purge", "--state", "dead", "--older-than", 36500).output == "0\n"
    assert amibridge("deliveries", "purge", "--state", "dead").output == "1\n"
    assert [line.split()[0] for line in amibridge("deliveries", "list").output.splitlines()] == ["ID", "2"]
    assert amibridge("deliveries", "purge", "--older-than", 30).output == "1\n"
    assert amibridge("deliveries", "list").errors == "amibridge: there are no deliveries yet\n"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "say which: --older-than DAYS, --state delivered, dead or expired, or both"),
        (("--older-than", 0), "give whole days, 1 to 36500"),
        (("--state", "pending"), "'pending' is not one of 'delivered', 'dead', 'expired'"),
    ],
)
def test_purge_what(amibridge: Command, arguments: tuple[str | int, ...], text: str) -> None:
    """Nothing is forgotten unless somebody says what, and never what is still to be sent."""
    ended = amibridge("deliveries", "purge", *arguments)
    assert (ended.status, ended.output) == (2, "")
    assert text in ended.errors
    assert len(amibridge("deliveries", "list").output.splitlines()) == 3


@pytest.mark.parametrize("command", ["show", "retry"])
@pytest.mark.parametrize("text", ["0", "007", "1_0", "9" * 30])
def test_what_is_no_id(amibridge: Command, command: str, text: str) -> None:
    """Ids have one form, and no number is too large to be refused in a line."""
    ended = amibridge("deliveries", command, text)
    assert (ended.status, ended.output) == (2, "")
    assert "an id is a whole number from 1 on, written as the lists show it" in ended.errors


def test_nothing(amibridge: Command) -> None:
    """An empty outbox is no error."""
    ended = amibridge("deliveries", "list")
    assert (ended.status, ended.errors) == (0, "amibridge: there are no deliveries yet\n")
    assert amibridge("deliveries", "show", 1).status == 1
