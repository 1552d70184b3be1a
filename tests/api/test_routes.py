"""The four operations, by every path that leads to them."""

import pytest

from tests.api.service import DRAFT, EVENTS, HOOK, JSON_TYPE, Service

BASES = ("/uapi", "/unifiedapi", "")
PLACES = (
    "/extensions/@me/210/phoneCallEvents",
    "/extensions/%40me/210/phoneCallEvents",
    "/extensions/@viewer/210/phoneCallEvents",
    "/extensions/@owner/210/phoneCallEvents",
    "/extensions/@me/0003*210/phoneCallEvents",
    "/extensions/@me/0003%2A210/phoneCallEvents",
)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("slash", ["", "/"])
async def test_the_whole_life_of_an_assignment(service: Service, base: str, place: str, slash: str) -> None:
    """Create, list, update and delete work below every base, for every spelling, with and without trailing slash."""
    events = f"{base}{place}"
    created = await service.ask("POST", f"{events}/0{slash}", json=DRAFT)
    assert created.status == 200
    event_id = created.body["id"]
    for path in ("", "/0", f"/{event_id}", f"/0/{event_id}"):
        listed = await service.ask("GET", f"{events}{path}{slash}")
        assert listed.body["entry"] == [created.body], path
    for path in (f"/{event_id}", f"/0/{event_id}"):
        assert (await service.ask("PUT", f"{events}{path}{slash}", json={"note": path})).body["note"] == path
    for path in ("/{}", "/0/{}", "/0", ""):
        gone = await service.ask("DELETE", f"{events}{path.format(event_id)}{slash}")
        assert gone.body == [{"id": event_id, "type": "0"}], path
        event_id = (await service.create(f"{events}/0"))["id"]


async def test_a_created_event_is_answered_as_documented(service: Service) -> None:
    """The resource has all its fields as strings; what has no value is left out; nothing is cached."""
    reply = await service.ask("POST", EVENTS, json={"type": 0, "method": 1, "url": HOOK})
    event_id = reply.body["id"]
    assert len(event_id) == 30
    assert event_id.isalnum()
    modified = reply.body.pop("modified")
    assert modified.endswith("+00:00")
    assert reply.body == {
        "type": "0",
        "id": event_id,
        "method": "1",
        "url": HOOK,
        "status": "1",
        "links": {"self": f"{service.server.url}{EVENTS}/0/{event_id}"},
    }
    assert reply.headers["Content-Type"] == JSON_TYPE
    assert reply.headers["Cache-Control"] == "no-store"
    assert service.changes == [None]


async def test_the_self_link_leads_back_to_the_event(service: Service) -> None:
    """``links.self`` keeps base, userId and number as they were asked for."""
    created = await service.create("/unifiedapi/extensions/%40owner/0003%2A210/phoneCallEvents/3")
    link = created["links"]["self"]
    prefix = f"{service.server.url}/unifiedapi/extensions/@owner/0003*210/phoneCallEvents/3/"
    assert link == f"{prefix}{created['id']}"
    assert (await service.ask("GET", link.removeprefix(service.server.url))).body["entry"] == [created]


async def test_an_update_changes_what_it_names(service: Service) -> None:
    """An update is partial, and accepts the whole resource sent back."""
    created = await service.create(note="screen pop", status="0")
    path = f"{EVENTS}/0/{created['id']}"
    changed = (await service.ask("PUT", path, json={"status": 1})).body
    assert changed["status"] == "1"
    assert {**changed, "status": "0", "modified": created["modified"]} == created
    sent_back = await service.ask("PUT", path, json={**changed, "note": ""})
    assert sent_back.status == 200
    assert "note" not in sent_back.body


async def test_an_update_that_changes_nothing_writes_nothing(service: Service) -> None:
    """``modified`` is the last change, not the last PUT."""
    created = await service.create()
    again = await service.ask("PUT", f"{EVENTS}/{created['id']}", json=DRAFT)
    assert again.body == created
    assert service.changes == [None]


async def test_delete_without_id_takes_all_of_the_extension_or_type(service: Service) -> None:
    """Other extensions and types keep theirs; deleting where nothing is, is an empty array."""
    for event_type in range(5):
        await service.create(f"{EVENTS}/{event_type}")
    kept = await service.create("/uapi/extensions/@me/220/phoneCallEvents/0")
    assert [one["type"] for one in (await service.ask("DELETE", f"{EVENTS}/2")).body] == ["2"]
    assert {one["type"] for one in (await service.ask("DELETE", EVENTS)).body} == {"0", "1", "3", "4"}
    assert (await service.ask("DELETE", EVENTS)).body == []
    assert (await service.ask("GET", "/uapi/extensions/@me/220/phoneCallEvents")).body["entry"] == [kept]


async def test_what_was_created_is_kept_with_its_maker(service: Service) -> None:
    """The account and the App that made an assignment are kept: the App's secret signs."""
    app, _ = await service.new_app("alice")
    service.people.tokens["crm"] = (await service.accounts.issue_token(app_id=app.app_id)).clear
    created = await service.create(who="crm")
    kept = service.assignments.index.get(created["id"])
    assert kept is not None
    assert (kept.account_id, kept.app_id) == (service.people.accounts["alice"], app.app_id)


async def test_list_is_paged_in_one_order(service: Service) -> None:
    """Pages do not overlap, and lead to each other by links that carry no token."""
    urls = [f"https://crm.example/{index:02}" for index in range(45)]
    for url in reversed(urls):
        await service.create(f"{EVENTS}/{urls.index(url) % 5}", url=url)
    seen: list[str] = []
    path = f"{EVENTS}?count=20&accessRequestToken={service.people.tokens['alice']}"
    replies = []
    while path:
        reply = await service.ask("GET", path, who=None, headers=_bearer(service, "alice"))
        replies.append(reply.body)
        seen += [one["url"] for one in reply.body["entry"]]
        path = reply.body.get("next", "").removeprefix(service.server.url)
        assert "accessRequestToken" not in path
    assert seen == urls
    assert [reply["totalResults"] for reply in replies] == [45, 45, 45]
    assert [reply["startIndex"] for reply in replies] == [0, 20, 40]
    assert replies[1]["prev"] == f"{service.server.url}{EVENTS}?count=20&startIndex=0"
    assert "prev" not in replies[0]


async def test_list_parameters_choose_what_is_shown(service: Service) -> None:
    """Filter, fields and order work together; unknown parameters are ignored."""
    for name, note in (("a", "x"), ("b", ""), ("c", "x")):
        await service.create(url=f"https://{name}.example/", note=note)
    query = "filterBy=note&filterValue=x&fields=url,type&sortOrder=desc&filterby=typo"
    reply = await service.ask("GET", f"{EVENTS}?{query}")
    assert reply.body == {
        "entry": [{"type": "0", "url": "https://c.example/"}, {"type": "0", "url": "https://a.example/"}],
        "startIndex": 0,
        "itemsPerPage": 20,
        "totalResults": 2,
    }


def _bearer(service: Service, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {service.people.tokens[who]}"}
