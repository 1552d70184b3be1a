"""Of several faults the first is told: each pair of faults, on each operation that can have both."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api import told
from tests.api.operations import ALLOWED, BASES, ID, NO_ID, Sent, Still, operations, still
from tests.api.service import DRAFT

Break = Callable[[Sent], Sent]


def with_(**other: Any) -> Break:
    """A request with these things in it."""
    return lambda sent: sent.to(**other)


def headed(name: str, value: str) -> Break:
    """A request with this header too."""
    return lambda sent: sent.to(headers={**sent.headers, name: value})


def below(old: str, new: str) -> Break:
    """A request with something else below phoneCallEvents."""
    return lambda sent: sent.to(below=sent.below.replace(old, new))


def field(**fields: Any) -> Break:
    """A request with something else in its body."""
    return lambda sent: sent.to(json={**(sent.json or {}), **fields})


def asked(**parameters: str) -> Break:
    """A request with more parameters."""
    return lambda sent: sent.to(query="&".join(filter(None, (sent.query, urlencode(parameters)))))


FAR = "220"
"""Bob's extension, which alice does not reach."""


def layers(right: Sent) -> Iterator[list[tuple[Break, told.Told]]]:
    """What may be wrong with an operation, in the order in which it is told; each in some ways."""
    creates = right.method == "POST"
    yield [(with_(base="/other"), told.NOT_FOUND), (with_(base="//uapi"), told.NOT_FOUND)]
    yield [(with_(method=method), told.wrong_method(ALLOWED[right.below])) for method in ("PATCH", "HEAD", "OPTIONS")]
    yield [(headed("Host", "evil.example"), told.HOST), (headed("Origin", "null"), told.HOST)]
    yield [
        (lambda sent: sent.to(who=None), told.NO_TOKEN),
        (headed("Authorization", "Bearer wrong"), told.WRONG_TOKEN),
    ]
    yield [
        (with_(who="alice", user="me"), told.USER_MALFORMED),
        (with_(who="alice", user="99"), told.OUT_OF_REACH),
        (with_(who="administrator", user="99"), told.USER_UNKNOWN),
    ]
    yield [(with_(number="@self"), told.NUMBER_MALFORMED), (with_(who="alice", number=FAR), told.OUT_OF_REACH)]
    if right.below.startswith("/0"):
        yield [(below("/0", bad), told.PATH_TYPE_TO_CREATE if creates else told.PATH_TYPE) for bad in ("/9", "/05")]
    if ID in right.below:
        yield [(below(ID, NO_ID), told.NO_EVENT), (below(ID, "%ff"), told.NO_EVENT)]
    if right.method == "GET":
        yield [(asked(count="0"), told.COUNT), (asked(sortOrder="up"), told.SORT_ORDER)]
    if right.method == "DELETE":
        yield [(with_(data=b" " * 65_537), told.TOO_LARGE)]
    if right.json is not None:
        yield [(with_(data=b"{"), told.NO_OBJECT), (with_(data=b" " * 65_537), told.TOO_LARGE)]
        yield [(field(url="x"), told.url_fault("must begin with http:// or https:// and a host"))]


@pytest.mark.parametrize("base", BASES)
async def test_of_any_two_faults_the_first_is_told(tmp_path: Path, base: str) -> None:
    """Route, method, Host, token, user, extension, type and id, query, body, fields."""
    async with still(tmp_path) as before:
        for right in operations(base=base):
            for first, second in combinations(layers(right), 2):
                for (breaks, answer), (breaks_too, _) in product(first, second):
                    await before.refuses(breaks(breaks_too(right)), answer)


async def test_all_faults_at_once_and_mended_one_by_one(tmp_path: Path) -> None:
    """Mending the fault that is told shows the next one, until nothing is wrong."""
    async with still(tmp_path) as before:
        for right in operations():
            faults = [layer[0] for layer in layers(right)]
            for start in range(len(faults)):
                sent = right
                for breaks, _ in reversed(faults[start:]):
                    sent = breaks(sent)
                await before.refuses(sent, faults[start][1])


FIELDS: list[tuple[dict[str, Any], Mapping[str, told.Told]]] = [
    ({"type": "9"}, {"POST": told.TYPE_UNKNOWN_TO_CREATE, "PUT": told.TYPE_UNKNOWN}),
    ({"id": NO_ID}, {"POST": told.ID_TO_CREATE, "PUT": told.ID_CHANGED}),
    ({"method": "9"}, dict.fromkeys(("POST", "PUT"), told.METHOD_UNKNOWN)),
    ({"url": 7}, dict.fromkeys(("POST", "PUT"), told.URL_NO_TEXT)),
    ({"status": "9"}, dict.fromkeys(("POST", "PUT"), told.STATUS_UNKNOWN)),
    ({"note": "\0"}, dict.fromkeys(("POST", "PUT"), told.NOTE_NO_TEXT)),
]
PARAMETERS = [
    (("count", "0"), told.COUNT),
    (("startIndex", "x"), told.START_INDEX),
    (("filterBy", "owner"), told.FILTER_BY),
    (("filterOp", "like"), told.FILTER_OP),
    (("fields", "owner"), told.FIELDS),
    (("sortOrder", "up"), told.SORT_ORDER),
]


async def test_fields_are_told_in_the_resources_order(tmp_path: Path) -> None:
    """Whatever the order in the body; a missing field is told at its place."""
    async with still(tmp_path) as before:
        for sent in operations(json={**DRAFT, "type": "0"}):
            if sent.method in {"POST", "PUT"}:
                for (first, answers), (second, _) in combinations(FIELDS, 2):
                    for fields in ({**first, **second}, {**second, **first}):
                        body = json.dumps({**fields, **{k: v for k, v in sent.json.items() if k not in fields}})
                        await before.refuses(sent.to(data=body), answers[sent.method])
        await missing_fields(before)


async def missing_fields(before: Still) -> None:
    """Of a create: type, then method, then url."""
    create = Sent(method="POST")
    await before.refuses(create.to(json={"id": "x", "status": 9}), told.TYPE_MISSING)
    await before.refuses(create.to(json={"type": 0, "id": "x"}), told.ID_TO_CREATE)
    await before.refuses(create.to(json={"type": 0, "url": 7}), told.URL_NO_TEXT)
    await before.refuses(create.to(json={"type": 0, "status": 9}), told.METHOD_MISSING)
    await before.refuses(create.to(json={"type": 0, "method": 0, "status": 9}), told.URL_MISSING)


async def test_parameters_are_told_in_order(tmp_path: Path) -> None:
    """count, startIndex, filterBy, filterOp, filterValue, fields, sortOrder; whatever the order in the URL."""
    async with still(tmp_path) as before:
        for sent in operations():
            if sent.method == "GET":
                for (first, answer), (second, _) in combinations(PARAMETERS, 2):
                    for parameters in ([first, second], [second, first]):
                        await before.refuses(sent.to(query=urlencode(parameters)), answer)
                for later in ("fields=owner", "sortOrder=up"):
                    await before.refuses(sent.to(query=f"{later}&filterBy=url"), told.FILTER_VALUE)
