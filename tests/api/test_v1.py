"""What stands below /v1: the directory, the journal, live calls and deliveries, each as far as the account reaches."""

from urllib.parse import urlsplit

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.calls.events import EventType
from amibridge.calls.hearing import Gap
from amibridge.calls.journal import OpenPart
from amibridge.delivery.outbox import DeliveryState
from amibridge.store.calls import CallBatch
from tests.api.happened import NOW, deliver, event, happen, outgoing
from tests.api.service import EVENTS, Reply, Service

REACH = {
    "administrator": {"0003*210", "210", "220", "300", "410", "500"},
    "acme": {"0003*210", "210", "220", "300"},
    "alice": {"0003*210", "210"},
    "evil": {"410"},
}
"""Which extensions each account reaches."""


async def all_pages(service: Service, path: str, who: str = "administrator") -> list[dict[str, object]]:
    """The entries of all pages of a list."""
    entries: list[dict[str, object]] = []
    while path:
        reply = await service.ask("GET", path, who=who)
        assert reply.status == 200, reply.body
        entries += reply.body["entry"]
        rest = urlsplit(reply.body.get("next", ""))
        path = f"{rest.path}?{rest.query}" if rest.path else ""
    return entries


# Reach. ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "numbers"), REACH.items())
async def test_everybody_sees_what_is_in_reach(service: Service, who: str, numbers: set[str]) -> None:
    """In the directory, in the journal, among live calls and deliveries."""
    for number, extension in enumerate(sorted(REACH["administrator"])):
        resource = await service.create(f"/uapi/extensions/@me/{extension}/phoneCallEvents/0")
        await deliver(service, event(extension, number), resource["id"])
        dial = event(extension, number)
        part = OpenPart(dial=dial, answered=False, called_extension="", called_did="", call_api_id="")
        service.parts.append(part)
    assert {one["number"] for one in await all_pages(service, "/v1/extensions", who)} == numbers
    assert {one["extension"] for one in await all_pages(service, "/v1/call-events", who)} == numbers
    deliveries = await all_pages(service, "/v1/deliveries", who)
    assert {one["event"]["extension"] for one in deliveries} == numbers  # type: ignore[index]
    calls = await all_pages(service, "/v1/calls", who)
    assert {part["extension"] for call in calls for part in call["parts"]} == numbers  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/v1/call-events", "/v1/deliveries", "/v1/calls"])
@pytest.mark.parametrize("number", ["410", "500", "999"])
async def test_an_extension_out_of_reach(service: Service, path: str, number: str) -> None:
    """To a user what is another's, nobody's and not there is all the same; an administrator gets an empty list."""
    refused = await service.ask("GET", f"{path}?extension={number}", who="alice")
    assert (refused.status, refused.code) == (403, "access_denied")
    assert (await service.ask("GET", f"{path}?extension={number}")).body == {"entry": []}


async def test_single_things_out_of_reach(service: Service) -> None:
    """What is another's and what is not there have one answer for all but administrators."""
    resource = await service.create("/uapi/extensions/@me/410/phoneCallEvents/0")
    delivery_id = await deliver(service, event("410", 1), resource["id"])
    for path in (f"/v1/deliveries/{delivery_id}", "/v1/extensions/410"):
        there = await service.ask("GET", path, who="alice")
        nowhere = f"{path.rpartition('/')[0]}/77"
        missing = await service.ask("GET", nowhere, who="alice")
        assert (there.status, there.body) == (missing.status, missing.body)
        assert (there.status, there.code) == (403, "access_denied")
        assert (await service.ask("GET", path, who="eve")).status == 200
        told = await service.ask("GET", nowhere)
        assert (told.status, told.code) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/extensions", "/v1/call-events", "/v1/calls", "/v1/deliveries"])
async def test_nobody_sees_anything(service: Service, path: str) -> None:
    """Without a token there is nothing to see."""
    reply = await service.ask("GET", path, who=None)
    assert (reply.status, reply.code) == (401, "access_denied")


# The directory. --------------------------------------------------------------------------------------------------


async def test_an_extension_is_shown_whole(service: Service) -> None:
    """All that is declared of it."""
    declared = Extension(number="650", kind=ExtensionKind.QUEUE, service="support", did="4930650", name="Süpport")
    await service.extensions.add(declared)
    expected = {
        "number": "650", "kind": "queue", "service": "support", "did": "4930650", "name": "Süpport", "owner_id": None,
    }  # fmt: skip
    assert (await service.ask("GET", "/v1/extensions/650/")).body == expected
    assert await all_pages(service, "/v1/extensions?kind=queue") == [expected]
    assert await all_pages(service, "/v1/extensions?kind=ivr") == []


async def test_the_directory_in_pages(service: Service) -> None:
    """Each extension is on one page; the links keep the other parameters, and leave the token out."""
    numbers = [one["number"] for one in await all_pages(service, "/v1/extensions?limit=2&kind=phone")]
    assert numbers == sorted(REACH["administrator"])
    token = service.people.tokens["administrator"]
    reply = await service.ask("GET", f"/v1/extensions?limit=2&accessRequestToken={token}&token={token}", who=None)
    assert token not in reply.body["next"]
    assert "limit=2" in reply.body["next"]


# The journal. ----------------------------------------------------------------------------------------------------


async def test_an_event_is_shown_whole(service: Service) -> None:
    """As `amibridge replay` prints it, with its place in the journal."""
    await happen(service, event("210", 7))
    (entry,) = await all_pages(service, "/v1/call-events")
    assert entry == {
        "id": 1,
        **event("210", 7).as_json(),
        "at": "2026-11-22T10:11:19.000000+00:00",
        "recorded_at": "2026-11-22T10:27:52.000000+00:00",
    }


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("extension=210", [4, 2, 0]),
        ("extension=220&call_id=office-1.3", [3]),
        ("extension=210&call_id=office-1.3", []),
        ("call_id=office-1.3", [3]),
        ("type=1", [4]),
        ("type=0", [3, 2, 1, 0]),
        ("since=2026-11-22T10:11:14Z", [4, 3, 2]),
        ("since=2026-11-22T10:11:14+00:00", [4, 3, 2]),
        ("since=2026-11-22T11:11:14%2B01:00", [4, 3, 2]),
        ("since=2026-11-22T10:11:14", [4, 3, 2]),
        ("since=2026-11-22", [4, 3, 2, 1, 0]),
        (f"since={NOW + 2:.0f}&until={NOW + 4:.1f}", [3, 2]),
        ("until=2026-11-22T10:11:13Z", [0]),
        ("since=2030-01-01", []),
        ("unknown=1&limit=2", [4, 3, 2, 1, 0]),
    ],
)
@pytest.mark.parametrize("who", ["administrator", "acme"])
async def test_the_journal_is_filtered(service: Service, query: str, numbers: list[int], who: str) -> None:
    """By extension, call, type and time, in pages of any size, for whoever reaches everything that happened."""
    for number in range(4):
        await happen(service, event("220" if number % 2 else "210", number))
    await happen(service, outgoing(event("210", 4)))
    entries = await all_pages(service, f"/v1/call-events?{query}", who)
    assert [entry["call_id"] for entry in entries] == [f"office-1.{number}" for number in numbers]
    again = await all_pages(service, f"/v1/call-events?{query}&limit=1".replace("limit=2&", ""), who)
    assert again == entries


async def test_the_journal_of_many_extensions(service: Service) -> None:
    """An organization of more extensions than are looked up one by one sees its own all the same."""
    owner = service.people.accounts["alice"]
    for number in range(1000, 1100):
        await service.extensions.add(Extension(number=str(number), owner_id=owner))
    await happen(service, *(event(str(number), number) for number in range(999, 1101)))
    entries = await all_pages(service, "/v1/call-events?limit=7", "acme")
    assert [entry["extension"] for entry in entries] == [str(number) for number in range(1099, 999, -1)]
    resource = await service.create("/uapi/extensions/@me/1050/phoneCallEvents/0", who="alice")
    await deliver(service, event("1050", 5000), resource["id"])
    await deliver(service, event("410", 5001), resource["id"])
    assert len(await all_pages(service, "/v1/deliveries", "acme")) == 1


# Live calls. -----------------------------------------------------------------------------------------------------


async def test_live_calls(service: Service) -> None:
    """One entry a call, with each extension's part in it."""
    inside = event("210", 1)
    service.parts += [
        OpenPart(dial=outgoing(inside), answered=True, called_extension="220", called_did="", call_api_id="x"),
        OpenPart(dial=event("220", 2), answered=False, called_extension="220", called_did="49", call_api_id=""),
    ]
    first, second = await all_pages(service, "/v1/calls")
    assert first["call_id"] == "office-1.1"
    assert first["parts"] == [
        {
            "extension": "210",
            "flow": "OUT",
            "state": "answered",
            "since": "2026-11-22T10:11:13.000000+00:00",
            "caller_id_num": "201",
            "caller_id_name": "Zoë",
            "caller_extension": "",
            "called_extension": "220",
            "called_number": "210",
            "called_did": "",
            "call_api_id": "x",
        }
    ]
    assert [part["state"] for part in second["parts"]] == ["calling"]  # type: ignore[attr-defined]
    assert await all_pages(service, "/v1/calls?extension=220") == [second]


# Deliveries. -----------------------------------------------------------------------------------------------------


async def test_a_delivery_is_shown_with_its_attempts(service: Service) -> None:
    """Where it stands, why, and what each attempt came to."""
    resource = await service.create()
    delivery_id = await deliver(service, event("210", 1), resource["id"])
    reply = await service.ask("GET", f"/v1/deliveries/{delivery_id}", who="alice")
    assert reply.body == {
        "id": delivery_id,
        "state": "pending",
        "reason": "HTTP 503",
        "assignment_id": resource["id"],
        "origin": "https://crm.example",
        "attempt_count": 1,
        "created_at": "2026-11-22T10:11:12.000000+00:00",
        "due_at": "2026-11-22T10:12:12.000000+00:00",
        "settled_at": None,
        "event": event("210", 1).as_json(),
        "attempts": [
            {
                "number": 1,
                "started_at": "2026-11-22T10:11:12.000000+00:00",
                "duration_seconds": 0.25,
                "status_code": 503,
                "reason": "HTTP 503",
            }
        ],
    }


async def test_deliveries_are_filtered(service: Service) -> None:
    """By state, extension and assignment, in pages of any size."""
    here, there = await service.create(), await service.create("/uapi/extensions/@me/220/phoneCallEvents/0")
    ids = [
        await deliver(service, event("210", 1), here["id"], DeliveryState.DELIVERED),
        await deliver(service, event("220", 2), there["id"], DeliveryState.DEAD),
        await deliver(service, event("210", 3), here["id"], DeliveryState.DEAD),
        await deliver(service, event("220", 4), there["id"]),
    ]
    for query, wanted in (
        ("", [3, 2, 1, 0]),
        ("state=dead", [2, 1]),
        ("extension=210", [2, 0]),
        ("state=dead&extension=220", [1]),
        (f"assignment_id={here['id']}", [2, 0]),
        (f"assignment_id={here['id']}&state=pending", []),
    ):
        for who in ("administrator", "acme"):
            found = await all_pages(service, f"/v1/deliveries?limit=1&{query}", who)
            assert [one["id"] for one in found] == [ids[place] for place in wanted], query


async def test_a_delivery_is_tried_again(service: Service) -> None:
    """What was given up is due at once, and the worker hears of it; what is delivered stays so."""
    resource = await service.create()
    dead = await deliver(service, event("210", 1), resource["id"], DeliveryState.DEAD)
    done = await deliver(service, event("210", 2), resource["id"], DeliveryState.DELIVERED)
    told = len(service.changes)
    reply = await service.ask("POST", f"/v1/deliveries/{dead}/retry", who="alice")
    assert (reply.status, reply.body["state"], reply.body["attempt_count"]) == (200, "pending", 1)
    assert len(service.changes) == told + 1
    refused = await service.ask("POST", f"/v1/deliveries/{done}/retry")
    assert (refused.status, refused.code) == (409, "delivery_final")
    assert (await service.ask("POST", f"/v1/deliveries/{dead}/retry", who="eve")).status == 403


# Gaps. -----------------------------------------------------------------------------------------------------------


async def test_gaps(service: Service) -> None:
    """When the PBX was not heard, why, and what was settled; newest first, of any time, in pages."""
    gaps = [Gap(lost_at=NOW + n, back_at=NOW + n + 0.5, reason=f"cut {n}", ended=n) for n in range(5)]
    await service.calls.record(CallBatch(gaps=gaps, recorded_at=NOW))
    found = await all_pages(service, "/v1/gaps?limit=2")
    assert [one["reason"] for one in found] == [f"cut {n}" for n in (4, 3, 2, 1, 0)]
    assert found[3] == {
        "id": 2,
        "lost_at": "2026-11-22T10:11:13.000000+00:00",
        "back_at": "2026-11-22T10:11:13.500000+00:00",
        "duration_seconds": 0.5,
        "reason": "cut 1",
        "began": 0,
        "answered": 0,
        "ended": 1,
    }
    some = await all_pages(service, "/v1/gaps?since=2026-11-22T10:11:13.2Z&until=2026-11-22T10:11:15Z")
    assert [one["ended"] for one in some] == [2, 1]


@pytest.mark.parametrize("who", ["acme", "alice"])
async def test_gaps_are_for_administrators(service: Service, who: str) -> None:
    """They are about all extensions, so nobody else learns of them."""
    refused = await service.ask("GET", "/v1/gaps?limit=x", who=who)
    assert (refused.status, refused.code) == (403, "access_denied")


# Wrong requests. -------------------------------------------------------------------------------------------------

WRONG = [
    ("/v1/extensions?limit=0", "limit_invalid"),
    ("/v1/extensions?limit=1001", "limit_invalid"),
    ("/v1/extensions?limit=x", "limit_invalid"),
    ("/v1/extensions?limit=", "limit_invalid"),
    ("/v1/extensions?cursor=x", "cursor_invalid"),
    ("/v1/extensions?kind=fax", "kind_invalid"),
    ("/v1/call-events?limit=-1", "limit_invalid"),
    ("/v1/call-events?cursor=abc", "cursor_invalid"),
    ("/v1/call-events?cursor=9999999999999999999", "cursor_invalid"),
    ("/v1/call-events?type=5", "type_invalid"),
    ("/v1/call-events?type=", "type_invalid"),
    ("/v1/call-events?since=yesterday", "since_invalid"),
    ("/v1/call-events?since=nan", "since_invalid"),
    ("/v1/call-events?since=10000-01-01", "since_invalid"),
    ("/v1/call-events?until=99999999999999", "until_invalid"),
    ("/v1/call-events?extension=abc", "extension_invalid"),
    ("/v1/deliveries?state=lost", "state_invalid"),
    ("/v1/deliveries?extension=@self", "extension_invalid"),
    ("/v1/deliveries?limit=1e3", "limit_invalid"),
    ("/v1/deliveries?cursor=-1", "cursor_invalid"),
    ("/v1/calls?extension=", "extension_invalid"),
    ("/v1/gaps?limit=0", "limit_invalid"),
    ("/v1/gaps?cursor=x", "cursor_invalid"),
    ("/v1/gaps?since=now", "since_invalid"),
    ("/v1/gaps?until=", "until_invalid"),
]


@pytest.mark.parametrize(("path", "code"), WRONG)
async def test_wrong_parameters(service: Service, path: str, code: str) -> None:
    """Each has its code, and says what to send."""
    reply = await service.ask("GET", path)
    assert (reply.status, reply.code) == (400, code)


@pytest.mark.parametrize(
    "path", ["/v1/deliveries/0", "/v1/deliveries/x", "/v1/deliveries/99999999999999999999", "/v1/none"]
)
async def test_nothing_there(service: Service, path: str) -> None:
    """What cannot be an id is not found either."""
    reply = await service.ask("GET", path)
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/extensions", "/v1/call-events", "/v1/calls", "/v1/gaps", "/v1/deliveries"])
async def test_nothing_is_changed_here(service: Service, path: str) -> None:
    """What is shown here is changed by commands."""
    reply = await service.ask("POST", path, json={})
    assert (reply.status, reply.code, reply.headers["Allow"]) == (405, "method_not_allowed", "GET")


# A test notification. --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", ["/uapi", "/unifiedapi", ""])
async def test_a_test_notification(service: Service, base: str) -> None:
    """It goes to the assignment's receiver, and the answer says what came of it."""
    resource = await service.create()
    path = f"{EVENTS.replace('/uapi', base)}/0/{resource['id']}/test"
    reply: Reply = await service.ask("POST", path, who="alice")
    assert reply.body == {
        "event_id": "test-1", "delivered": True, "status_code": 204, "reason": "", "duration_seconds": 0.0125,
    }  # fmt: skip
    assert [one.assignment_id for one in service.tried] == [resource["id"]]


async def test_a_test_of_something_else(service: Service) -> None:
    """Of what is not there, and of what is another's, nothing is sent."""
    resource = await service.create()
    for path, who, code in (
        (f"{EVENTS}/1/{resource['id']}/test", "alice", "pce_id_invalid"),
        (f"{EVENTS}/7/{resource['id']}/test", "alice", "pce_type_invalid"),
        (f"{EVENTS}/0/{resource['id']}/test", "eve", "access_denied"),
    ):
        assert (await service.ask("POST", path, who=who)).code == code
    assert (await service.ask("GET", f"{EVENTS}/0/{resource['id']}/test")).status == 405
    assert service.tried == []


async def test_the_event_types_of_the_journal(service: Service) -> None:
    """Each type is shown by number and name."""
    await happen(service, *(event("210", int(one), one) for one in EventType))
    shown = {(entry["type"], entry["event"]) for entry in await all_pages(service, "/v1/call-events")}
    assert shown == {(0, "dial-in"), (1, "dial-out"), (2, "hangup"), (3, "answer-in"), (4, "answer-out")}
