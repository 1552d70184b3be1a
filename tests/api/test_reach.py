"""Accounts see and change what is in their reach, over HTTP as the decision table says."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.api.service import DRAFT, Service, running


@pytest.mark.parametrize(
    ("who", "user_id", "number", "code"),
    [
        ("alice", "@me", "210", ""),
        ("alice", "@owner", "0003*210", ""),
        ("alice", "{alice}", "210", ""),
        ("alice", "@me", "220", "access_denied"),
        ("alice", "{bob}", "220", "access_denied"),
        ("alice", "@owner", "500", "access_denied"),
        ("alice", "999", "210", "access_denied"),
        ("acme", "@me", "210", ""),
        ("acme", "{alice}", "210", ""),
        ("acme", "{bob}", "210", "access_denied"),
        ("acme", "@me", "300", ""),
        ("acme", "@me", "410", "access_denied"),
        ("acme", "@me", "12345", "access_denied"),
        ("administrator", "@me", "410", ""),
        ("administrator", "{eve}", "410", ""),
        ("administrator", "@owner", "500", ""),
        ("administrator", "@me", "12345", ""),
        ("administrator", "{alice}", "410", "access_denied"),
        ("administrator", "999", "210", "user_invalid"),
    ],
)
async def test_reach(service: Service, who: str, user_id: str, number: str, code: str) -> None:
    """The same answer to each operation."""
    place = f"/uapi/extensions/{user_id.format(**service.people.accounts)}/{number}/phoneCallEvents"
    for method in ("POST", "GET", "DELETE"):
        reply = await service.ask(method, f"{place}/0", who=who, json=DRAFT if method == "POST" else None)
        assert (reply.code if reply.status != 200 else "") == code


async def test_an_assignment_belongs_to_its_extension(service: Service) -> None:
    """Whoever reaches the extension manages what others assigned to it; nobody else sees it."""
    place = "/uapi/extensions/@me/210/phoneCallEvents"
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
