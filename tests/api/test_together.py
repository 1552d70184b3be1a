"""Several programs at once, over real sockets: no update is lost, no deletion told twice, no list half a list."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Any

from tests.api.operations import BASES, rows_of
from tests.api.programs import Program, Work, together
from tests.api.service import DRAFT, EVENTS, Service, running

ROUNDS = 40
FIELDS: dict[str, tuple[str, str]] = {
    "note": ("one", "two"),
    "method": ("0", "1"),
    "url": ("https://one.example/", "https://two.example/"),
    "status": ("0", "1"),
}
"""What each program writes in turn."""
NO_EVENT = "pce_id_invalid"


async def test_updates_of_different_fields_lose_nothing(service: Service) -> None:
    """Each program's field is what that program wrote last, in each answer that it gets and at the end."""
    created = await service.create(note="zero")

    def owner_of(field: str, base: str, *, by_type: bool) -> Callable[[Program], bool]:
        path = f"{base}/extensions/@me/210/phoneCallEvents{'/0' if by_type else ''}/{created['id']}"

        def work(program: Program) -> bool:
            for turn in range(ROUNDS):
                value = FIELDS[field][turn % 2]
                answer = program.ask("PUT", path, {field: value})
                if answer.status != 200 or answer.body[field] != value:
                    return False
            return True

        return work

    works = [owner_of(field, BASES[index % 3], by_type=index % 2 == 0) for index, field in enumerate(FIELDS)]
    assert await together(service, *works) == [True] * 4
    (entry,) = (await service.ask("GET", EVENTS)).body["entry"]
    assert {field: entry[field] for field in FIELDS} == {field: values[1] for field, values in FIELDS.items()}


async def test_updates_of_the_same_field_follow_each_other(service: Service) -> None:
    """The last one stays, and nobody is answered with a mixture."""
    created = await service.create()
    path = f"{EVENTS}/{created['id']}"

    def writer(name: str) -> Callable[[Program], list[tuple[str, str]]]:
        def work(program: Program) -> list[tuple[str, str]]:
            heard = []
            for turn in range(ROUNDS):
                both = {"note": f"{name}{turn}", "url": f"https://{name}{turn}.example/"}
                answer = program.ask("PUT", path, both).body
                heard.append((answer["note"], answer["url"]))
                assert (answer["note"], answer["url"]) == (both["note"], both["url"])
            return heard

        return work

    heard = await together(service, writer("a"), writer("b"), writer("c"))
    (entry,) = (await service.ask("GET", path)).body["entry"]
    assert (entry["note"], entry["url"]) in {pairs[-1] for pairs in heard}


async def test_updates_and_deletes(service: Service, tmp_path: Path) -> None:
    """A deleted assignment stays deleted: whoever updates it from then on is told that there is none."""
    for _ in range(ROUNDS):
        created = await service.create()
        path = f"{EVENTS}/{created['id']}"
        gone = Event()

        def update(program: Program, path: str = path, gone: Event = gone) -> list[tuple[bool, str]]:
            heard = []
            for turn in range(6):
                late = gone.is_set()
                answer = program.ask("PUT", path, {"note": str(turn)})
                assert answer.status == 200 or answer.code == NO_EVENT
                heard.append((late, answer.code))
            return heard

        def delete(program: Program, path: str = path, gone: Event = gone) -> str:
            code = program.ask("DELETE", path).code
            gone.set()
            return code

        first, second, deleted = await together(service, update, update, delete)
        assert deleted == ""
        for heard in (first, second):
            codes = [code for _, code in heard]
            assert codes == sorted(codes)  # 200 until it is gone, never again after
            assert all(code == NO_EVENT for late, code in heard if late)
        assert len(service.assignments.index) == 0
    assert rows_of(tmp_path / "amibridge.db") == []


def delete_each(ids: list[str]) -> Work:
    """A program that deletes these one by one; it learns which of them it deleted."""

    def work(program: Program) -> list[str]:
        told = []
        for event_id in ids:
            answer = program.ask("DELETE", f"{EVENTS}/{event_id}")
            assert answer.status == 200 or answer.code == NO_EVENT
            if answer.status == 200:
                assert answer.body[0]["id"] == event_id
                told.append(event_id)
        return told

    return work


def delete_at(*paths: str) -> Work:
    """A program that deletes everything that is there."""
    return lambda program: [one["id"] for path in paths for one in program.ask("DELETE", path).body]


async def test_each_deletion_is_told_once(service: Service) -> None:
    """However programs delete at once, by id, type or all: what is gone was told to exactly one of them."""
    types = [f"{EVENTS}/{kind}" for kind in range(5)]
    for turn in range(ROUNDS // 2):
        created = [(await service.create(f"{EVENTS}/{index % 5}"))["id"] for index in range(12)]
        others = (delete_at(*types), delete_at(EVENTS, *types[::-1]), delete_each(created[::2]))[turn % 3]
        told = await together(service, delete_each(created), delete_each(created[::-1]), others)
        assert sorted(chain.from_iterable(told)) == sorted(created)
        assert len(service.assignments.index) == 0


async def test_creates_while_others_delete_all(service: Service, tmp_path: Path) -> None:
    """What was created was either told to be deleted or is still there: once, in lists and in the store."""
    done = [Event(), Event()]

    def create(event: Event) -> Work:
        def work(program: Program) -> list[str]:
            made = [program.ask("POST", f"{EVENTS}/{turn % 5}", DRAFT).body["id"] for turn in range(ROUNDS)]
            event.set()
            return made

        return work

    def delete(program: Program) -> list[str]:
        told: list[str] = []
        while not all(event.is_set() for event in done):
            told += [one["id"] for one in program.ask("DELETE", EVENTS).body]
        return told

    *made, first, second = await together(service, *(create(event) for event in done), delete, delete)
    left = [one["id"] for one in (await service.ask("GET", f"{EVENTS}?count=5000")).body["entry"]]
    assert sorted([*first, *second, *left]) == sorted(chain.from_iterable(made))
    assert sorted(row["assignment_id"] for row in rows_of(tmp_path / "amibridge.db")) == sorted(left)
    assert first
    assert second


async def test_lists_while_others_create_and_delete(service: Service) -> None:
    """Each list is whole and in order; it has what was created before, and nothing that was deleted before."""
    stays: set[str] = set()
    gone: set[str] = set()
    done = Event()

    def change(program: Program) -> None:
        for turn in range(ROUNDS * 2):
            made = program.ask("POST", EVENTS, {**DRAFT, "type": turn % 5, "url": f"https://{turn * 7 % 31}.example/"})
            if turn % 3 == 2:
                program.ask("DELETE", f"{EVENTS}/{made.body['id']}")
                gone.add(made.body["id"])
            else:
                stays.add(made.body["id"])
        done.set()

    def look(program: Program) -> int:
        lists = 0
        while not done.is_set():
            created, deleted = stays.copy(), gone.copy()
            page = program.ask("GET", f"{EVENTS}?count=5000").body
            shown = [(one["url"], one["id"]) for one in page["entry"]]
            assert shown == sorted(set(shown))
            assert page["totalResults"] == len(shown)
            ids = {event_id for _, event_id in shown}
            assert created <= ids
            assert not deleted & ids
            lists += 1
        return lists

    _, first, second = await together(service, change, look, look)
    assert min(first, second) > 3


async def test_pages_while_others_delete(service: Service) -> None:
    """Whoever walks from page to page gets whole pages to the end, of what is there; never one entry twice."""
    ids = [(await service.create(url=f"https://{index:03}.example/"))["id"] for index in range(120)]
    done = Event()

    def delete(program: Program) -> None:
        for event_id in ids[::-3]:
            program.ask("DELETE", f"{EVENTS}/{event_id}")
        done.set()

    def walk(program: Program) -> int:
        walks = 0
        while not done.is_set():
            seen: list[str] = []
            path = f"{EVENTS}?count=7"
            while path:
                page = program.ask("GET", path).body
                seen += [one["url"] for one in page["entry"]]
                path = page.get("next", "").removeprefix(service.server.url)
            assert seen == sorted(set(seen))
            walks += 1
        return walks

    _, walks = await together(service, delete, walk)
    assert walks > 0
    assert (await service.ask("GET", EVENTS)).body["totalResults"] == 80


async def test_what_was_answered_is_there_after_a_restart(tmp_path: Path) -> None:
    """Of many programs' changes exactly those that were answered are kept, as they were answered last."""
    path = tmp_path / "amibridge.db"

    def work(program: Program) -> list[dict[str, Any]]:
        kept = []
        for turn in range(ROUNDS):
            made = program.ask("POST", f"{EVENTS}/{turn % 5}", DRAFT).body
            if turn % 2:
                made = program.ask("PUT", f"{EVENTS}/{made['id']}", {"note": str(turn), "status": 0}).body
            if turn % 4 == 3:
                program.ask("DELETE", f"{EVENTS}/{made['id']}")
            else:
                kept.append({name: value for name, value in made.items() if name != "links"})
        return kept

    async with running(path) as service:
        kept = list(chain.from_iterable(await together(service, *[work] * 5)))
    async with running(path) as service:
        fields = "type,id,method,url,status,note,modified"
        listed = (await service.ask("GET", f"{EVENTS}?count=5000&fields={fields}")).body["entry"]
    assert sorted(listed, key=lambda one: one["id"]) == sorted(kept, key=lambda one: one["id"])
