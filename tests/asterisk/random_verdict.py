"""What may not have been lost, made up or mixed up, whatever happened: judged from outside of the daemon."""

import asyncio
import re
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final

from tests.asterisk.daemon import PARAMETERS
from tests.asterisk.lab.lanes import Plan
from tests.asterisk.random_calls import FickleReceiver, Run, World
from tests.replay.stories import DIRECTORY, STORIES, TYPES, mismatch, parse

QUIET_SECONDS: Final = 60.0
"""So long may it take until all that was told is delivered."""
MOST_WAITING_SECONDS: Final = 30.0
"""An event that the receiver does not take keeps its call's later ones back for so long, and no longer."""

_NAMES: Final = {number: name for name, number in TYPES.items()}
_SERVICES: Final = frozenset(one.number for one in DIRECTORY if one.kind != "phone")
_OF_A_PHONE: Final = re.compile(r"(D(A)?H)+")
_DIALS: Final = frozenset({0, 1})
_LETTERS: Final = {0: "D", 1: "D", 2: "H", 3: "A", 4: "A"}


@dataclass(kw_only=True)
class Verdict:
    """What was found."""

    seed: str
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unplayed: list[str] = field(default_factory=list)
    """Scripts that the laboratory could not play, although nothing was broken."""
    undisturbed: int = 0
    """Calls that were told exactly as their stories say, or are in ``wrong``."""
    calls: int = 0
    events: int = 0
    recovered: int = 0
    requests: int = 0
    duplicates: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    worst_recovery: str = ""
    memory: str = ""

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.calls} calls, {self.undisturbed} of them undisturbed, "
            f"{len(self.unplayed)} not played; {self.events} events, {self.recovered} recovered; "
            f"{self.requests} requests, {len(self.lost)} lost, {self.duplicates} duplicates; "
            f"faults: {dict(self.faults)}; worst recovery: {self.worst_recovery}; {self.memory}\n"
            + "\n".join([*self.lost[:20], *self.wrong[:40], *self.unplayed[:10]])
        )


def rows(world: World, query: str) -> list[sqlite3.Row]:
    """What the store holds."""
    with closing(sqlite3.connect(f"file:{world.daemon.store}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        return store.execute(query).fetchall()


async def quiet(world: World) -> None:
    """Wait until all participations have ended and nothing is left to be sent; at most so long.

    Whatever is left then is in the verdict.
    """
    world.fickle.recover()
    left = "SELECT (SELECT count(*) FROM participation) + count(*) FROM outbox WHERE state IN ('pending', 'sending')"
    for _ in range(int(QUIET_SECONDS)):
        await asyncio.sleep(1)
        if not rows(world, left)[0][0]:
            break
    await world.daemon.readiness()
    world.measure()
    world.note()


def judge(world: World, seed: str) -> Verdict:
    """Compare all that is known, after a quiet phase."""
    journal = rows(world, "SELECT * FROM call_event ORDER BY id")
    worst = max(world.faults, key=lambda fault: fault.recovery_seconds, default=None)
    verdict = Verdict(
        seed=seed,
        calls=world.calls,
        events=len(journal),
        recovered=sum(row["recovered"] for row in journal),
        faults=world.kinds,
        worst_recovery=f"{worst.recovery_seconds:.2f} s ({worst.kind})" if worst else "none",
        memory=f"{world.resident_bytes[0] >> 20} to {world.resident_bytes[-1] >> 20} MB, "
        f"{world.descriptors[0]} to {world.descriptors[-1]} descriptors",
    )
    verdict.wrong += world.complaints
    verdict.lost += [
        f"{one} was committed, and is not known" for one in world.committed - {r["event_id"] for r in journal}
    ]
    verdict.wrong += [f"open: {tuple(row)}" for row in rows(world, "SELECT * FROM participation")]
    verdict.wrong += _broken(journal)
    verdict.wrong += [f"{row[0]}" for row in rows(world, "PRAGMA integrity_check") if row[0] != "ok"]
    for receiver in (world.steady, world.fickle):
        _judge_deliveries(world, verdict, journal, receiver)
    _judge_stories(world, verdict, journal)
    return verdict


def _broken(journal: Sequence[sqlite3.Row]) -> list[str]:
    """Parts in calls that do not begin, are not answered at most once, and do not end."""
    parts: defaultdict[tuple[str, str, str], str] = defaultdict(str)
    for row in journal:
        parts[row["extension"], row["call_id"], row["flow"]] += _LETTERS[row["type"]]
    return [
        f"{' '.join(key)}: {said}"
        for key, said in parts.items()
        if not (_is_whole_service(said) if _number_in_laboratory(key[0]) in _SERVICES else _OF_A_PHONE.fullmatch(said))
    ]


def _is_whole_service(said: str) -> bool:
    """Several callers may be in it with one call id."""
    inside = [said[:end].count("D") - said[:end].count("H") for end in range(len(said) + 1)]
    return min(inside) >= 0 and inside[-1] == 0 and said.count("A") <= said.count("D")


def _number_in_laboratory(extension: str) -> str:
    return extension[-3:] if "*" not in extension else extension


def _lane_of(extension: str) -> int:
    return int(extension[0]) if len(extension) == len("1201") else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    attempt: int
    at: float
    taken: bool


def _judge_deliveries(world: World, verdict: Verdict, journal: Sequence[sqlite3.Row], receiver: FickleReceiver) -> None:
    """What one receiver got, against the journal: all of it, in order, and twice only where nobody could know."""
    known = {row["event_id"]: row for row in journal}
    arrived: defaultdict[str, list[_Arrival]] = defaultdict(list)
    verdict.requests += len(receiver.received)
    for got, status in zip(receiver.received, receiver.statuses, strict=True):
        event_id = got.headers["webhook-id"]
        if event_id not in known:
            verdict.lost.append(f"{event_id} was sent, and is not known")
            continue
        attempt = int(got.headers["webhook-attempt"])
        arrived[event_id].append(_Arrival(attempt=attempt, at=got.arrived_at, taken=status == HTTPStatus.OK))
        told = as_told(known[event_id])
        verdict.wrong += [
            f"{event_id}: {name} is {got.parameters.get(name)!r}, not {told[key]!r}"
            for name, key in PARAMETERS.items()
            if got.parameters.get(name) != told[key]
        ]
    queued = rows(
        world,
        f"SELECT event_id, state, attempts FROM outbox WHERE origin = 'http://{receiver.address}'",  # noqa: S608
    )
    verdict.lost += [f"{one} was not queued" for one in known.keys() - {row["event_id"] for row in queued}]
    for row in queued:
        _judge_delivery(world, verdict, row, arrived[row["event_id"]])
    verdict.wrong += _out_of_order(known, arrived)


def _judge_delivery(world: World, verdict: Verdict, row: sqlite3.Row, arrivals: Sequence[_Arrival]) -> None:
    event_id, attempts = row["event_id"], [arrival.attempt for arrival in arrivals]
    taken = [arrival.at for arrival in arrivals if arrival.taken]
    verdict.duplicates += max(len(taken) - 1, 0)
    if row["state"] != "delivered":
        verdict.lost.append(f"{event_id} is {row['state']}")
    elif not taken:
        verdict.lost.append(f"{event_id} is called delivered, and was never taken")
    if attempts != sorted(set(attempts)) or (attempts and attempts[-1] > row["attempts"]):
        verdict.wrong.append(f"{event_id}: attempts {attempts} of {row['attempts']}")
    verdict.wrong += [
        f"{event_id} was sent again {second - first:.2f} s after it was taken"
        for first, second in pairwise(taken)
        if not any(first <= death <= second for death in world.deaths)
    ]


def _out_of_order(known: Mapping[str, sqlite3.Row], arrived: Mapping[str, Sequence[_Arrival]]) -> list[str]:
    """Where a part's events came otherwise than in the order of the journal, although none of them was kept back."""
    orders: defaultdict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for event_id, arrivals in arrived.items():
        if arrivals:
            row = known[event_id]
            orders[row["extension"], row["call_id"]].append((arrivals[0].at, row["id"]))
    return [
        f"out of order: {key}"
        for key, firsts in orders.items()
        if (ids := [number for _, number in sorted(firsts)]) != sorted(ids)
        and max(firsts)[0] - min(firsts)[0] < MOST_WAITING_SECONDS
    ]


def as_told(row: sqlite3.Row) -> dict[str, Any]:
    """A row of the journal in the shape of a line of ``amibridge replay``."""
    return {**dict(row), "event": _NAMES[row["type"]], "recovered": bool(row["recovered"])}


def _judge_stories(world: World, verdict: Verdict, journal: Sequence[sqlite3.Row]) -> None:
    """Calls that nothing has disturbed are told exactly as their stories say; the others tell nothing of strangers."""
    by_lane: defaultdict[int, list[Run]] = defaultdict(list)
    for run in world.runs:
        by_lane[run.lane].append(run)
    told: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    dialled: dict[tuple[str, str, str], int] = {}
    for row in journal:
        key = row["extension"], row["call_id"], row["flow"]
        if row["type"] in _DIALS or key not in dialled:
            runs = by_lane[_lane_of(row["extension"])]
            dialled[key] = id(runs[bisect_right([run.began for run in runs], row["at"]) - 1])
        told[dialled[key]].append(as_told(row))
    for lane, runs in by_lane.items():
        for run in runs:
            story = parse(Plan(lane)(STORIES[run.name]))
            where = f"{run.name} on lane {lane} at {run.began:.3f}"
            if any(fault.disturbs(run) for fault in world.faults):
                strangers = {one["extension"] for one in told[id(run)]} - {r["extension"] for r in story}
                verdict.wrong += [f"{where}, disturbed: told of {', '.join(sorted(strangers))}"] if strangers else []
            elif run.failure:
                verdict.unplayed.append(f"{where}: {run.failure}")
            else:
                verdict.undisturbed += 1
                verdict.wrong += [f"{where}: {text}" for text in mismatch(story, told[id(run)])]
