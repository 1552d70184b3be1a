"""Lists over HTTP: pages that lead to each other, links as the caller spells things, and an oracle for the rest."""

import asyncio
import json
import random
from http.client import HTTPConnection
from itertools import chain, product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType
from tests.api import list_model, told
from tests.api.operations import BASES, ID, Sent, still
from tests.api.service import EVENTS, Service

MANY = 5_137
EXAMPLES = 400
SAMPLES = (
    {"url": "https://a.example/x?q=1&r=%20", "note": "Zoë & Söhne + 50%"},
    {"url": "https://a.example/x?q=1&r=%20", "note": "a,b"},
    {"url": "https://a.example/y", "method": "0"},
    {"url": "https://b.example/", "status": "0", "note": "screen pop"},
    {"url": "http://b.example/", "note": "📞"},
    {"url": "https://B.example/", "note": "screen"},
)


async def filled(service: Service, number: int = MANY) -> list[str]:
    """Make so many assignments, of which many share a URL; returns their ids in the order of lists."""
    dice = random.Random(7)  # noqa: S311 - nothing secret is drawn
    made = [
        Assignment(
            assignment_id=f"{dice.getrandbits(80):020x}",
            extension="210",
            type=EventType(index % 5),
            method=Method.GET,
            url=f"https://crm.example/{dice.randrange(number // 3)}",
            note="odd" if index % 2 else "",
            modified=0.0,
        )
        for index in range(number)
    ]
    await asyncio.gather(*(service.assignments.create(one) for one in made))
    await service.create("/uapi/extensions/@me/220/phoneCallEvents/0", url="https://crm.example/0")
    return [one.assignment_id for one in sorted(made, key=lambda one: (one.url, one.assignment_id))]


async def walked(service: Service, path: str, way: str) -> list[list[str]]:
    """The ids of each page from there on, by the links; from the last to the first when it is the way back."""
    pages: list[list[str]] = []
    while path:
        assert int(path.partition("startIndex=")[2].partition("&")[0] or 0) <= 5000
        page = (await service.ask("GET", path)).body
        assert page["totalResults"] in {MANY, MANY // 2}
        pages.append([one["id"] for one in page["entry"]])
        path = page.get(way, "").removeprefix(service.server.url)
    return pages if way == "next" else pages[::-1]


def joined(pages: list[list[str]]) -> list[str]:
    """The ids of all pages."""
    return list(chain.from_iterable(pages))


async def test_walking_over_thousands_forth_and_back(service: Service) -> None:
    """Either way, in pages of any size, everything is shown once and in order, as far as startIndex 5000 leads."""
    ids = await filled(service)
    for count, order in product((5000, 1000, 999, 250), ("ascending", "descending")):
        whole = ids if order == "ascending" else ids[::-1]
        pages = await walked(service, f"{EVENTS}?count={count}&fields=id&sortOrder={order}", "next")
        reach = 5000 // count * count + count
        assert joined(pages) == whole[:reach]
        assert {len(page) for page in pages[:-1]} <= {count}
        last = 5000 // count * count
        back = await walked(service, f"{EVENTS}?count={count}&fields=id&sortOrder={order}&startIndex={last}", "prev")
        assert joined(back) == whole[: last + count]
    for start in (1, 777, 4999, 5000):
        back = await walked(service, f"{EVENTS}?count=1000&fields=id&startIndex={start}", "prev")
        assert joined(back) == ids[: start + 1000]
    odd = f"{EVENTS}?filterBy=note&filterOp=present&count=300&fields=id"
    forth, back = await walked(service, odd, "next"), await walked(service, f"{odd}&startIndex=5000", "prev")
    assert joined(forth) == joined(back)
    assert len(joined(forth)) == MANY // 2


async def test_everything_is_reached_from_both_ends(service: Service) -> None:
    """What lies beyond startIndex 5000 in one order comes first in the other."""
    ids = await filled(service)
    seen = set[str]()
    for order in ("asc", "desc"):
        for page in await walked(service, f"{EVENTS}?count=100&fields=id&sortOrder={order}", "next"):
            seen.update(page)
    assert seen == set(ids)


@pytest.mark.parametrize("base", BASES)
async def test_links_are_spelt_as_the_caller_spells(service: Service, base: str) -> None:
    """Host with its port, base, userId and number; the path's type; the parameters; never a token."""
    token = service.people.tokens["alice"]
    await asyncio.gather(
        *(service.create(f"{base}/extensions/@me/210/phoneCallEvents/{index % 2}") for index in range(9))
    )
    hosts = ("localhost", "LOCALHOST:8480", "127.0.0.1:1", "[::1]:8480", "localhost.", "LocalHost:")
    users = {"@me": "@me", "%40me": "@me", "@viewer": "@viewer", "@owner": "@owner", "%40owner": "@owner"}
    queries = {
        "count=2&startIndex=2": "count=2&startIndex={}",
        "startIndex=2&count=2": "startIndex={}&count=2",
        "count=2&startIndex=2&count=7&startIndex=9": "count=2&startIndex={}",
        f"accessRequestToken={token}&count=2&startIndex=2": "count=2&startIndex={}",
        f"count=2&startIndex=2&accessrequesttoken={token}&token={token}&x=y": "count=2&startIndex={}",
        "count=2&startIndex=2&filterBy=url&filterOp=contains&filterValue=%3F%74enant%3d7": (
            "count=2&startIndex={}&filterBy=url&filterOp=contains&filterValue=%3Ftenant%3D7"
        ),
        "sortOrder=desc&fields=id,%20links&count=2&startIndex=2": (
            "sortOrder=desc&fields=id%2C+links&count=2&startIndex={}"
        ),
    }
    for host, (user, shown), (query, kept), (tail, path) in product(
        hosts, users.items(), queries.items(), {"": "", "/": "", "/0": "/0", "/0/": "/0", "/%30": "/0"}.items()
    ):
        route = f"{base}/extensions/{user}/%32%31%30/phoneCallEvents{tail}?{query}"
        page = (await service.ask("GET", route, who="alice", headers={"Host": host})).body
        place = f"http://{host}{base}/extensions/{shown}/210/phoneCallEvents"
        assert page["next"] == f"{place}{path}?{kept.format(4)}"
        assert page["prev"] == f"{place}{path}?{kept.format(0)}"
        assert all(one["links"]["self"].startswith(f"{place}/") for one in page["entry"])
        assert token not in json.dumps(page)


async def test_links_lead_where_they_say(service: Service) -> None:
    """What was asked for with odd characters is asked for again by the link; a list by id is one of one."""
    note = "Zoë & Söhne + 50% #1 = a/b?c"
    for index in range(3):
        await service.create(note=f"{note} {index}")
    query = urlencode({"filterBy": "note", "filterOp": "startsWith", "filterValue": note, "count": "1"})
    first = (await service.ask("GET", f"{EVENTS}?{query}")).body
    second = (await service.ask("GET", first["next"].removeprefix(service.server.url))).body
    third = (await service.ask("GET", second["next"].removeprefix(service.server.url))).body
    assert (await service.ask("GET", second["prev"].removeprefix(service.server.url))).body == first
    assert {page["totalResults"] for page in (first, second, third)} == {3}
    assert len({page["entry"][0]["id"] for page in (first, second, third)}) == 3
    alone = (await service.ask("GET", f"{EVENTS}/{first['entry'][0]['id']}")).body
    assert alone == {"entry": first["entry"], "startIndex": 0, "itemsPerPage": 20, "totalResults": 1}


WRONG = (
    *((f"count={quote(text)}", told.COUNT) for text in ("", "0", "5001", "-1", "+1", "1.0", "1e2", "ten", " 1", "1 ")),
    *((f"count={quote(text)}", told.COUNT) for text in ("\u0661", "0x1", "1,2", "9" * 5000, "%", "\0", "\ufffd")),
    *((f"startIndex={quote(text)}", told.START_INDEX) for text in ("", "-1", "5001", "x", "1.0", "9" * 20, "\u0661")),
    *((f"filterBy={text}&filterValue=x", told.FILTER_BY) for text in ("", "links", "Type", "owner", "url,id", "url+")),
    *((f"filterBy=url&filterOp={text}&filterValue=x", told.FILTER_OP) for text in ("", "like", "startswith", "EQUALS")),
    *((f"filterOp={text}", told.FILTER_OP) for text in ("", "like")),
    *((f"filterBy=url{text}", told.FILTER_VALUE) for text in ("", "&filterOp=equals", "&filterOp=inArray")),
    *((f"fields={text}", told.FIELDS) for text in ("", ",", "url,", "Url", "owner", "url;id", "*", "links.self")),
    *((f"sortOrder={text}", told.SORT_ORDER) for text in ("", "up", "ASC", "Descending", "1")),
    *((f"{query}&count=1", told.COUNT) for query in ("count=0", "x=1&count=x")),
)  # fmt: skip


async def test_wrong_parameters(tmp_path: Path) -> None:
    """On every list, below every base; of a parameter that comes twice, the first counts."""
    async with still(tmp_path) as before:
        for base, below, (query, answer) in product(BASES, ("", "/", "/0", f"/{ID}", f"/0/{ID}/"), WRONG):
            await before.refuses(Sent(method="GET", base=base, below=below, query=query), answer)


PARAMETERS: dict[str, list[str]] = {
    "count": ["1", "2", "3", "5", "20", "0002", "5000", "0", "5001", "x", ""],
    "startIndex": ["0", "1", "2", "4", "5", "6", "7", "5000", "5001", "-1"],
    "filterBy": [*list_model.FIELDS, *list_model.FIELDS[:-1], "owner", ""],
    "filterOp": ["equals", "contains", "startsWith", "inArray", "present", "like"],
    "filterValue": [
        "",
        "0",
        "1",
        "https://",
        "example",
        "screen",
        "screen pop",
        "a,b",
        "0,1,screen",
        "ë & S",
        "📞",
        "+ 50%",
    ],
    "fields": [
        "url",
        "id,links",
        "note, type",
        "type,id,method,url,status,note,modified,links",
        "modified,url,url",
        "owner",
    ],
    "sortOrder": ["asc", "ascending", "desc", "descending", "up"],
    "unknown": ["x"],
    "accessrequesttoken": ["x"],
}
QUERIES = st.lists(
    st.sampled_from(sorted(PARAMETERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(PARAMETERS[name]))
    ),
    max_size=8,
).map(urlencode)


def attack(service: Service, path: str, resources: list[dict[str, Any]]) -> None:
    """Hold lists against the oracle."""
    host, _, port = service.server.url.removeprefix("http://").partition(":")
    connection = HTTPConnection(host, int(port))
    headers = {"Authorization": f"Bearer {service.people.tokens['alice']}"}

    @settings(max_examples=EXAMPLES, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(QUERIES)
    def attempt(query: str) -> None:
        connection.request("GET", f"{path}?{query}", headers=headers)
        response = connection.getresponse()
        got = json.loads(response.read())
        wanted = list_model.answer(resources, query, f"{service.server.url}{path}")
        assert (got["error"]["code"] if response.status == 400 else got) == wanted

    attempt()
    connection.close()


async def test_lists_are_what_the_model_says(service: Service) -> None:
    """Any parameters, right, wrong, twice or unknown: the whole answer is that of a few lines of plain Python."""
    resources = [await service.create(**sample) for sample in SAMPLES]
    await asyncio.to_thread(attack, service, EVENTS, resources)
    await asyncio.to_thread(attack, service, f"{EVENTS}/0", resources)
    alone = resources[0]
    await asyncio.to_thread(attack, service, f"{EVENTS}/0/{alone['id']}", [alone])
