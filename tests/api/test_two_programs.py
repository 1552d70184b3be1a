"""Programs that change the same things at once: what each is told, and what is there at the end, fits some order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations
from typing import Any

import pytest

from tests.api.operations import ID, Sent, send
from tests.api.service import DRAFT, EVENTS, Reply, Service

State = dict[str, dict[str, str]]
"""The assignments that there are: type, note and url of each, by id; a new one by what it is noted as."""
GONE = "pce_id_invalid"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a program asks for, and what it does to a plain model."""

    sent: Sent
    does: Callable[[State, str], Any]
    """Changes the model; returns what the program should be told."""


def listed(state: State, _id: str) -> Any:
    """Show all."""
    return sorted(one["note"] for one in state.values())


def changed(**fields: str) -> Callable[[State, str], Any]:
    """Change the one that was there at the start."""

    def change(state: State, event_id: str) -> Any:
        if event_id not in state:
            return GONE
        state[event_id] |= fields
        return dict(state[event_id])

    return change


def deleted(state: State, event_id: str) -> Any:
    """Delete the one that was there at the start."""
    return [state.pop(event_id)["type"]] if event_id in state else GONE


def emptied(event_type: str) -> Callable[[State, str], Any]:
    """Delete all, or all of a type."""

    def empty(state: State, _id: str) -> Any:
        ids = [one for one, fields in state.items() if not event_type or fields["type"] == event_type]
        return sorted(state.pop(one)["type"] for one in ids)

    return empty


def created(event_type: str) -> Callable[[State, str], Any]:
    """Make one."""

    def create(state: State, _id: str) -> Any:
        fields = {"type": event_type, "note": "new", "url": DRAFT["url"]}
        state[f"new {len(state)} {event_type}"] = fields
        return dict(fields)

    return create


STEPS = {
    "list": Step(sent=Sent(method="GET"), does=listed),
    "note": Step(sent=Sent(method="PUT", below=f"/{ID}", json={"note": "a"}), does=changed(note="a")),
    "other note": Step(sent=Sent(method="PUT", below=f"/0/{ID}", json={"note": "b"}), does=changed(note="b")),
    "url": Step(sent=Sent(method="PUT", below=f"/{ID}", json={"url": "http://x/"}), does=changed(url="http://x/")),
    "delete": Step(sent=Sent(method="DELETE", below=f"/{ID}"), does=deleted),
    "delete of type": Step(sent=Sent(method="DELETE", below="/0"), does=emptied("0")),
    "delete all": Step(sent=Sent(method="DELETE"), does=emptied("")),
    "create": Step(sent=Sent(method="POST", below="/0", json={**DRAFT, "note": "new"}), does=created("0")),
    "create another": Step(sent=Sent(method="POST", below="/1", json={**DRAFT, "note": "new"}), does=created("1")),
}


def told(step: Step, reply: Reply) -> Any:
    """What the model says too."""
    if reply.status != 200:
        return reply.code
    if step.sent.method == "DELETE":
        return sorted(one["type"] for one in reply.body)
    if step.sent.method == "GET":
        return sorted(one["note"] for one in reply.body["entry"])
    return {name: reply.body[name] for name in ("type", "note", "url")}


def outcomes(steps: tuple[Step, ...], start: State, event_id: str) -> list[tuple[list[Any], Any]]:
    """What the programs are told and what is left, for each order in which they could have come."""
    found = []
    for order in permutations(range(len(steps))):
        state = {key: dict(fields) for key, fields in start.items()}
        answers: list[Any] = [None] * len(steps)
        for place in order:
            answers[place] = steps[place].does(state, event_id)
        found.append((answers, sorted(tuple(sorted(fields.items())) for fields in state.values())))
    return found


async def at_once(service: Service, names: tuple[str, ...]) -> None:
    """Let these programs ask at the same moment."""
    await service.ask("DELETE", EVENTS)
    one = await service.create(note="old")
    other = await service.create(f"{EVENTS}/1", note="kept")
    start = {made["id"]: {name: made[name] for name in ("type", "note", "url")} for made in (one, other)}
    steps = tuple(STEPS[name] for name in names)
    replies = await asyncio.gather(*(send(service, step.sent, one["id"]) for step in steps))
    got = [told(step, reply) for step, reply in zip(steps, replies, strict=True)]
    entries = (await service.ask("GET", EVENTS)).body["entry"]
    left = sorted(tuple(sorted((name, entry[name]) for name in ("type", "note", "url"))) for entry in entries)
    assert (got, left) in outcomes(steps, start, one["id"]), (names, got, left)


@pytest.mark.parametrize("programs", [2, 3])
async def test_any_programs_at_once(service: Service, programs: int) -> None:
    """Each is answered as if they had come one after the other."""
    for names in combinations_with_replacement(STEPS, programs):
        for turn in range(programs):
            await at_once(service, names[turn:] + names[:turn])
