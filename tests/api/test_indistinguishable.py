"""Whatever users and organizations ask, by the answers nobody finds out what exists beyond their reach."""

import asyncio
import json
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.operations import BASES, NO_ID, OPERATIONS, SLASHES
from tests.api.service import DRAFT, Service
from tests.api.test_reach import world
from tests.unit.accounts.reach import MISSING_ID, NUMBERS

EXAMPLES = 300
BODIES = (b"", b"{", b"[]", json.dumps({**DRAFT, "type": 0}).encode(), json.dumps({"method": 9, "url": "x"}).encode())
QUERIES = ("", "?", "?count=0", "?filterBy=id&filterOp=like", "?fields=url&accessRequestToken=x")
MISSING = {"user": MISSING_ID, "number": NUMBERS["missing"], "id": NO_ID}
PLACES = st.builds(
    "{}/extensions/{}/{}/phoneCallEvents{}{}{}".format,
    st.sampled_from(BASES),
    st.sampled_from(["@me", "@viewer", "@owner", "{user}"]),
    st.just("{number}"),
    st.sampled_from(["", "/0", "/9", "/{id}", "/0/{id}", "/x/{id}", "/1/{id}"]),
    st.sampled_from(SLASHES),
    st.sampled_from(QUERIES),
) | st.builds("/uapi/extensions/{}/210/phoneCallEvents/{}".format, st.just("{user}"), st.sampled_from(["0", "{id}"]))
"""Paths, with holes for what is hidden or missing."""
METHODS = st.sampled_from([*(method for method, _ in OPERATIONS), "PATCH"])


def attack(service: Service, who: str, hidden: list[dict[str, str]]) -> None:
    """Ask for what is hidden and for what is not there, in the same words."""
    host, _, port = service.server.url.removeprefix("http://").partition(":")
    connection = HTTPConnection(host, int(port))
    headers = {"Authorization": f"Bearer {service.people.tokens[who]}"}

    def answer(method: str, path: str, body: bytes) -> tuple[int, bytes, list[tuple[str, str]]]:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        told = sorted((name, value) for name, value in response.getheaders() if name not in {"x-request-id", "date"})
        return response.status, response.read(), told

    @settings(max_examples=EXAMPLES, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(METHODS, PLACES, st.sampled_from(BODIES), st.sampled_from(hidden))
    def attempt(method: str, place: str, body: bytes, names: dict[str, str]) -> None:
        there = answer(method, place.format(**names), body)
        assert there == answer(method, place.format(**MISSING), body)
        assert there[0] in {403, 405}

    attempt()
    connection.close()


@pytest.mark.parametrize("who", ["acme", "alice"])
async def test_hidden_and_missing_are_answered_alike(tmp_path: Path, who: str) -> None:
    """Status, body and headers are the same, for any operation, spelling, parameters and body."""
    async with world(tmp_path, "directory") as service:
        hidden = []
        for owner in ("administrator", "root", "evil", "eve", *(["acme", "bob"] if who == "alice" else [])):
            number, user = NUMBERS[owner], str(service.people.accounts[owner])
            created = await service.create(f"/uapi/extensions/@me/{number}/phoneCallEvents/0")
            hidden.append({"user": user, "number": number, "id": created["id"]})
        await asyncio.to_thread(attack, service, who, hidden)
        assert all(service.assignments.index.get(names["id"]) for names in hidden)
        assert len(service.assignments.index) == len(hidden)
