"""Accounts see and change what is in their reach, over HTTP as the decision table says."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest

from amibridge.accounts.tree import AccountKind
from amibridge.calls.directory import Extension
from tests.api import told
from tests.api.operations import BASES, NO_ID, SLASHES, Sent, operations, send
from tests.api.service import DRAFT, EVENTS, Service, running
from tests.unit.accounts.reach import MALFORMED_NUMBERS, MALFORMED_USER_IDS, NUMBERS, TABLE, cells, user_id_of

TOLD = {
    "-": told.OUT_OF_REACH,
    "?": told.USER_UNKNOWN,
    "!": told.USER_MALFORMED,
    "e": told.NUMBER_UNKNOWN,
    "x": told.NUMBER_MALFORMED,
}
"""What the table's cells come to."""


@asynccontextmanager
async def world(tmp_path: Path, accept: Literal["matching", "directory"] = "matching") -> AsyncIterator[Service]:
    """The API with all accounts and extensions of the table."""
    async with running(tmp_path / "amibridge.db", accept=accept) as service:
        ids = service.people.accounts
        ids["root"] = (await service.accounts.add_account(AccountKind.ADMINISTRATOR, "root")).account_id
        for owner in ("administrator", "root", "evil"):
            await service.extensions.add(Extension(number=NUMBERS[owner], owner_id=ids[owner]))
        yield service


async def refused(service: Service, requests: Iterable[Sent], event_id: str, answer: told.Told) -> None:
    """Hold the answer to each of these against the one that they all have to get."""
    body = {"error": {"code": answer.code, "message": answer.message}}
    for sent in requests:
        reply = await send(service, sent, event_id)
        assert (reply.status, reply.body) == (answer.status, body), sent


async def works(service: Service, who: str, user: str, number: str) -> None:
    """Do everything there, by each path that leads to it."""
    for sent in operations(who=who, user=user, number=number):
        place = Sent(method="POST", below="/0", who=who, user=user, number=number, json=DRAFT)
        event_id = (await send(service, place, "")).body["id"]
        reply = await send(service, sent, event_id)
        assert reply.status == 200, (sent, reply.body)


@pytest.mark.parametrize("who", TABLE)
async def test_every_account_owner_and_user_id(tmp_path: Path, who: str) -> None:
    """The table holds for each operation, and what was out of reach is as it was."""
    async with world(tmp_path) as service:
        ids = service.people.accounts
        kept = {
            number: (await service.create(f"/uapi/extensions/@me/{number}/phoneCallEvents/0"))["id"]
            for owner, number in NUMBERS.items()
            if owner not in {"missing", "malformed"}
        }
        reached = set()
        for owner, user, outcome in cells(who):
            number, user_id = NUMBERS[owner], user_id_of(user, ids)
            if outcome == ".":
                await works(service, who, user_id, number)
                reached.add(number)
            elif owner != "missing":
                requests = operations(who=who, user=user_id, number=number)
                await refused(service, requests, kept.get(number, NO_ID), TOLD[outcome])
        there = {number for number, event_id in kept.items() if service.assignments.index.get(event_id)}
        assert there == set(kept) - reached


@pytest.mark.parametrize("who", TABLE)
async def test_with_declared_extensions_only(tmp_path: Path, who: str) -> None:
    """With ``accept = "directory"`` an undeclared extension does not exist, and administrators are told so."""
    async with world(tmp_path, "directory") as service:
        for owner, user, outcome in cells(who):
            if owner == "missing":
                user_id = user_id_of(user, service.people.accounts)
                requests = operations(who=who, user=user_id, number=NUMBERS[owner])
                await refused(service, requests, NO_ID, TOLD[outcome])


@pytest.mark.parametrize("who", TABLE)
async def test_malformed_places_are_told_to_everybody(service: Service, who: str) -> None:
    """In every spelling, on every path; segments that are no segments lead nowhere."""
    for user in MALFORMED_USER_IDS:
        for sent in operations(who=who, user=quote(user, safe="@"), number="@self"):
            await refused(service, [sent], NO_ID, told.USER_MALFORMED if user else told.NOT_FOUND)
    for number in MALFORMED_NUMBERS:
        for sent in operations(who=who, number=quote(number, safe="@*")):
            await refused(service, [sent], NO_ID, told.NUMBER_MALFORMED if number else told.NOT_FOUND)


@pytest.mark.parametrize("who", ["acme", "alice"])
async def test_what_is_out_of_reach_cannot_be_told_from_what_is_not_there(tmp_path: Path, who: str) -> None:
    """By status, body, headers, base or slash: users and organizations learn of nothing that is not theirs."""
    async with world(tmp_path, "directory") as service:
        ids = service.people.accounts
        hidden = await service.create("/uapi/extensions/@me/410/phoneCallEvents/0")
        for base, slash in ((base, slash) for base in BASES for slash in SLASHES):
            for sent in operations(who=who, base=base, slash=slash):
                there = await send(service, sent.to(number=NUMBERS["eve"]), hidden["id"])
                nowhere = await send(service, sent.to(number=NUMBERS["missing"]), NO_ID)
                account = await send(service, sent.to(user=str(ids["eve"])), hidden["id"])
                nobody = await send(service, sent.to(user="99"), NO_ID)
                answers = [(one.status, one.body, nameless(one.headers)) for one in (there, nowhere, account, nobody)]
                assert answers == answers[:1] * 4, sent
                assert answers[0][0] == 403


@pytest.mark.parametrize("who", ["administrator", "acme", "alice"])
async def test_an_event_elsewhere_cannot_be_told_from_none(service: Service, who: str) -> None:
    """Under an extension in reach, the id of another extension's event, or of another type's, says nothing."""
    elsewhere = await service.create("/uapi/extensions/@me/410/phoneCallEvents/0")
    other_type = await service.create(f"{EVENTS}/3")
    for sent in operations(who=who):
        if "{id}" in sent.below:
            ids = [elsewhere["id"], NO_ID] + ([other_type["id"]] if sent.below.startswith("/0") else [])
            for event_id in ids:
                await refused(service, [sent], event_id, told.NO_EVENT)
    assert len(service.assignments.index) == 2


def nameless(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without those that differ between any two answers."""
    return {name: value for name, value in headers.items() if name.lower() not in {"x-request-id", "date"}}


async def test_an_assignment_belongs_to_its_extension(service: Service) -> None:
    """Whoever reaches the extension manages what others assigned to it; nobody else sees it."""
    place = EVENTS
    created = await service.create(f"{place}/0", who="acme")
    path = f"{place}/{created['id']}"
    assert (await service.ask("PUT", path, who="alice", json={"note": "alice's"})).status == 200
    assert (await service.ask("GET", place, who="administrator")).body["entry"][0]["note"] == "alice's"
    hidden = f"/uapi/extensions/@me/410/phoneCallEvents/{created['id']}"
    assert (await service.ask("DELETE", hidden, who="eve")).code == "pce_id_invalid"
    assert (await service.ask("DELETE", path, who="alice")).status == 200


async def test_only_declared_extensions_when_told_so(tmp_path: Path) -> None:
    """With ``accept = "directory"`` administrators too need a declared one; old assignments can still be deleted."""
    async with running(tmp_path / "amibridge.db", accept="directory") as service:
        place = "/uapi/extensions/@me/{}/phoneCallEvents/0"
        assert (await service.ask("POST", place.format("12345"), json=DRAFT)).code == "extension_invalid"
        created = await service.create(place.format("500"))
        await service.extensions.remove("500")
        gone = await service.ask("DELETE", place.format("500"))
        assert gone.body == [{"id": created["id"], "type": "0"}]
        assert (await service.ask("GET", place.format("500"))).code == "extension_invalid"


async def test_a_new_owner_reaches_the_extension_at_once(service: Service) -> None:
    """Changes of the directory need no restart."""
    place = "/uapi/extensions/@me/500/phoneCallEvents"
    assert (await service.ask("GET", place, who="eve")).status == 403
    extension = service.extensions.directory.get("410")
    assert extension is not None
    await service.extensions.add(replace(extension, number="500"))
    assert (await service.ask("GET", place, who="eve")).status == 200
