"""What a daemon that was killed may not have lost, made up or mixed up; kept outside of it.

Three witnesses are compared: what the daemon said it had committed, what the receiver got, and what the store holds in
the end. The calls come from a simulated PBX that goes on while the daemon is away, and lists its channels when it is
back.
"""

import asyncio
import os
import random
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any, Final

from amibridge.simulator.pbx import SimulatedPbx
from amibridge.simulator.playlist import SCENES, load
from amibridge.simulator.recording import FreshIds, Message, Pace
from tests.fakes.daemon import PATIENCE, DaemonProcess, Line
from tests.fakes.receiver import Received, Receiver

ROUNDS: Final = int(os.environ.get("AMIBRIDGE_ROUNDS", "8"))
"""How often the daemon dies in one test."""
SEED: Final = int(os.environ.get("AMIBRIDGE_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
"""What the dice begin with: a failure names it, and with it the same moments come again, more or less."""
CALL: Final = load(SCENES[0])
"""201 calls 202, who answers; 201 hangs up."""
EVENTS_OF_CALL: Final = 6
MOST_UNDER_WAY: Final = 64
"""So many requests can be under way at once, and come twice after one death."""

_DIAL_IN, _DIAL_OUT, _HANGUP = "0", "1", "2"


class KnownIds(FreshIds):
    """Fresh ids of which a test knows which calls they were given to."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        """The call ids of all calls that have begun."""

    def for_replay(self, started_at: float) -> Callable[[Message, float], Message]:
        """The same, and the call id is noted."""
        fresh, call = super().for_replay(started_at), len(self.calls)
        self.calls.append("")

        def noted(message: Message, at: float) -> Message:
            made = fresh(message, at)
            self.calls[call] = self.calls[call] or made.get("Linkedid")
            return made

        return noted


class BusyPbx(SimulatedPbx):
    """A PBX on which calls are made all the time."""

    def __init__(self, *, secret: str) -> None:
        super().__init__(username="amibridge", secret=secret, refusal_seconds=0.01)
        self._ids: KnownIds = KnownIds()

    async def call(self, *, speed: float = 1000) -> str:
        """Make one call; returns its id."""
        mine = len(self._ids.calls)
        await self.play(CALL, Pace(speed=speed))
        return self._ids.calls[mine]

    @asynccontextmanager
    async def calling(self, dice: random.Random, *, lines: int = 3) -> AsyncIterator[None]:
        """Meanwhile there are calls, so many at once; all have ended at the end."""
        over = asyncio.Event()

        async def one_after_the_other() -> None:
            while not over.is_set():
                await self.call(speed=dice.uniform(10, 80))

        async with asyncio.TaskGroup() as group:
            for _ in range(lines):
                group.create_task(one_after_the_other())
            try:
                yield
            finally:
                over.set()


@dataclass(kw_only=True)
class Verdict:
    """What the witnesses say."""

    lost: list[str] = field(default_factory=list)
    """What was committed or sent and is not known any more, what is known and was not sent, what was not told."""
    wrong: list[str] = field(default_factory=list)
    """What was told twice as two things, out of order, or otherwise than the journal has it."""
    duplicates: int = 0
    events: int = 0
    sent: int = 0
    slowest_recovery_seconds: float = 0.0
    """From a start to a link that is up again."""

    def __str__(self) -> str:
        counts = f"{self.events} events, {self.sent} requests, {len(self.lost)} lost, {self.duplicates} duplicates"
        recovery = f"slowest recovery {self.slowest_recovery_seconds:.2f} s"
        return f"seed {SEED}: {counts}, {recovery}; lost: {self.lost[:5]}; wrong: {self.wrong[:5]}"


class Ledger:
    """Collects the testimony.

    Args:
        daemon: Whose.
        receivers: Get every event of 201 and 202, each for one assignment.
    """

    def __init__(self, daemon: DaemonProcess, *receivers: Receiver) -> None:
        self.receivers = [*receivers]
        self._daemon = daemon
        self._committed: set[str] = set()

    def note(self) -> None:
        """Take down what the daemon has said in this life: it says so once something is committed."""
        lines: list[Line] = self._daemon.lines
        self._committed |= {line["event_id"] for line in lines if line["event"] == "call_event"}

    def rows(self, query: str, *parameters: object) -> list[sqlite3.Row]:
        """What the store holds."""
        with closing(sqlite3.connect(f"file:{self._daemon.store}?mode=ro", uri=True)) as store:
            store.row_factory = sqlite3.Row
            return store.execute(query, parameters).fetchall()

    async def quiet(self, *calls: str) -> None:
        """Wait until these calls are told to their end, and nothing is left to be sent."""
        hangups = "SELECT count(*) FROM call_event WHERE type = 2 AND call_id = ?"
        open_ = "SELECT event_id, state, attempts, reason FROM outbox WHERE state IN ('pending', 'sending')"
        await self.until(
            lambda: all(self.rows(hangups, call)[0][0] >= 2 for call in calls) and not self.rows(open_),
            lambda: f"left to be sent: {[tuple(row) for row in self.rows(open_)][:5]}",
        )

    async def until(self, found: Callable[[], bool], complaint: Callable[[], str]) -> None:
        """Wait until something can be seen that nobody tells."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not found():  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{complaint()}; the daemon's last lines: {self._daemon.lines[-8:]}") from None

    def arrived(self) -> list[Received]:
        """What all receivers got, in order."""
        return sorted((got for one in self.receivers for got in one.received), key=lambda got: got.arrived_at)

    def verdict(self, *calls: str, refused: Collection[str] = ()) -> Verdict:
        """Compare all that is known.

        Args:
            calls: They were made from beginning to end while the daemon listened.
            refused: Extensions whose notifications may be dead instead of delivered, and then never arrived.
        """
        journal = {row["event_id"]: row for row in self.rows("SELECT * FROM call_event ORDER BY id")}
        requests = self.arrived()
        verdict = Verdict(events=len(journal), sent=len(requests))
        arrived: defaultdict[str, list[int]] = defaultdict(list)
        order: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for got in requests:
            event_id = got.headers["webhook-id"]
            if event_id not in journal:
                verdict.lost.append(f"{event_id} was sent, the journal does not know it")
                continue
            row = journal[event_id]
            if not arrived[event_id]:
                order[row["extension"], row["call_id"]].append(row["id"])
            arrived[event_id].append(int(got.headers["webhook-attempt"]))
            verdict.wrong += [f"{event_id}: {text}" for text in _differences(got.parameters, row)]
        self._check_conservation(verdict, journal, arrived, refused)
        verdict.wrong += [f"out of order: {key}" for key, ids in order.items() if ids != sorted(ids)]
        verdict.wrong += [f"{one}: attempts {found}" for one, found in arrived.items() if found != sorted(set(found))]
        verdict.wrong += list(_broken_participations(journal.values()))
        verdict.duplicates = sum(len(found) - 1 for found in arrived.values())
        for call in calls:
            told = sum(row["call_id"] == call for row in journal.values())
            if told != EVENTS_OF_CALL:
                verdict.lost.append(f"call {call}: {told} events")
        for pragma, fine in (("integrity_check", ["ok"]), ("foreign_key_check", [])):
            found = [row[0] for row in self.rows(f"PRAGMA {pragma}")]
            verdict.wrong += [f"{pragma}: {found}"] if found != fine else []
        return verdict

    def _check_conservation(
        self, verdict: Verdict, journal: dict[str, Any], arrived: dict[str, list[int]], refused: Collection[str]
    ) -> None:
        verdict.lost += [f"{one} was committed, the journal does not know it" for one in self._committed - {*journal}]
        queued = {row["event_id"]: row for row in self.rows("SELECT event_id, state, reason FROM outbox")}
        verdict.lost += [f"{one} was not queued" for one in journal if one not in queued]
        for one, row in queued.items():
            if row["state"] == "dead" and journal[one]["extension"] in refused:
                verdict.wrong += [f"{one} is dead ({row['reason']}) and arrived"] if arrived.get(one) else []
                continue
            verdict.lost += [f"{one} is {row['state']} ({row['reason']})"] if row["state"] != "delivered" else []
            verdict.lost += [f"{one} never arrived"] if not arrived.get(one) else []


def _differences(parameters: dict[str, str], row: sqlite3.Row) -> list[str]:
    """Where a request says something else than the journal."""
    pairs = {
        "Extension": row["extension"],
        "EventType": str(row["type"]),
        "CallID": row["call_id"],
        "CallStatus": row["status"],
        "CallerIDNum": row["caller_id_num"],
        "CalledExtension": row["called_extension"],
    }
    return [f"{name} {parameters.get(name)!r}" for name, value in pairs.items() if parameters.get(name) != value]


def _broken_participations(events: Any) -> list[str]:
    """Each extension's part in a call begins with a Dial, ends with a Hangup, and is answered at most once between."""
    types: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in events:
        types[row["extension"], row["call_id"]].append(str(row["type"]))
    return [
        f"{key}: {found}"
        for key, found in types.items()
        if found[0] not in {_DIAL_IN, _DIAL_OUT} or found[-1] != _HANGUP or len(found) not in {2, 3}
    ]
