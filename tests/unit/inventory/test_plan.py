"""What an import would change: nothing that somebody has declared."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.inventory.numbers import NO_RULE, TRUNK, Numbers
from amibridge.inventory.pbx import Endpoint, Inventory, Reading, Source, SourceRead
from amibridge.inventory.plan import Action, Plan, Skipped, Step, plan_import
from amibridge.settings import ExtensionRule, ExtensionsSettings

NUMBERS = Numbers(
    ExtensionsSettings(trunks=["provider-*"], rules=[ExtensionRule(endpoint=r"^(\d{2,6})[a-z]?$", number=r"\1")])
)
PHONE, QUEUE, CONFERENCE, IVR = ExtensionKind


def phone(name: str, caller_name: str = "", technology: str = "PJSIP") -> Endpoint:
    """An endpoint."""
    return Endpoint(technology=technology, name=name, caller_name=caller_name)


def read(**readings: Reading) -> tuple[SourceRead, ...]:
    """What became of each question; what is not given was read."""
    return tuple(
        SourceRead(source=source, reading=readings.get(source.name.lower(), Reading.READ)) for source in Source
    )


def has(
    *endpoints: Endpoint,
    queues: tuple[str, ...] = (),
    conferences: tuple[str, ...] = (),
    sources: tuple[SourceRead, ...] = (),
) -> Inventory:
    """A PBX's inventory; nothing of it counts as complete unless ``sources`` say so."""
    return Inventory(endpoints=endpoints, queues=queues, conferences=conferences, sources=sources)


def queue(number: str, service: str = "") -> Extension:
    """A declared queue."""
    return Extension(number=number, kind=QUEUE, service=service)


def short(step: Step) -> str:
    """A step in one line."""
    words = (step.action, step.number or "-", step.kind, step.service, f'"{step.name}"' if step.name else "")
    return " ".join(filter(None, words))


@pytest.mark.parametrize(
    ("inventory", "declared", "steps"),
    [
        (has(), [], []),
        # phones
        (has(phone("201", "Anna")), [], ['add 201 phone "Anna"']),
        (has(phone("202"), phone("201", "Anna")), [], ['add 201 phone "Anna"', "add 202 phone"]),
        (has(phone("201b", "Bert"), phone("201a", "Anna"), phone("201")), [], ['add 201 phone "Anna"']),
        (has(phone("201", "Sina", "SIP"), phone("201", "Petra")), [], ['add 201 phone "Petra"']),
        (has(phone("201", "Anna")), [Extension(number="201", did="1")], ['name 201 phone "Anna"']),
        (has(phone("201")), [Extension(number="201")], ["keep 201 phone"]),
        (has(phone("201", "Anna")), [Extension(number="201", name="Hall")], ['keep 201 phone "Hall"']),
        (has(phone("201", "Anna")), [queue("201", "support")], ["conflict 201 queue support"]),
        (has(phone("201", "Anna")), [Extension(number="201", kind=IVR, service="menu")], ["conflict 201 ivr menu"]),
        # queues
        (has(queues=("400", "400")), [], ["add 400 queue 400"]),
        (has(queues=("0003*400",)), [], ["add 0003*400 queue 0003*400"]),
        (has(queues=("support", "Sales Team")), [],
         ["needs-number - queue Sales Team", "needs-number - queue support"]),
        (has(queues=("support",)), [queue("300", "support")], ["keep 300 queue support"]),
        (
            has(queues=("support",)),
            [queue("300", "support"), queue("301", "support")],
            ["keep 300 queue support", "keep 301 queue support"],
        ),
        (has(queues=("400",)), [queue("400")], ["keep 400 queue"]),
        (has(queues=("400",)), [queue("500", "400")], ["keep 500 queue 400"]),
        (has(queues=("400",)), [queue("400", "support")], ["conflict 400 queue support"]),
        (has(queues=("400",)), [Extension(number="400", name="Anna")], ['conflict 400 phone "Anna"']),
        (has(queues=("support",)), [Extension(number="300", kind=CONFERENCE, service="support")],
         ["needs-number - queue support"]),
        # conferences
        (has(conferences=("600",)), [], ["add 600 conference 600"]),
        (has(conferences=("0003*600000",)), [], ["add 0003*600000 conference 0003*600000"]),
        (has(conferences=("board room",)), [], ["needs-number - conference board room"]),
        (has(conferences=("86404103",)), [], []),
        (has(conferences=("86404103",)), [Extension(number="600", kind=CONFERENCE, service="86404103")],
         ["keep 600 conference 86404103"]),
        # two things of one number
        (has(phone("400", "Anna"), queues=("400",)), [], ["conflict 400 phone"]),
        (has(queues=("600",), conferences=("600",)), [], ["conflict 600 queue"]),
        (has(phone("400", "Anna"), queues=("400",)), [queue("400", "400")],
         ["conflict 400 queue 400", "keep 400 queue 400"]),
    ],
)  # fmt: skip
def test_steps(inventory: Inventory, declared: list[Extension], steps: list[str]) -> None:
    """What is missing is added, what is declared stays; what cannot be decided is left to a person."""
    assert [short(step) for step in plan_import(inventory, NUMBERS, declared).steps] == steps


DECLARED = [
    Extension(number="201", name="Anna"),
    queue("400", "support"),
    Extension(number="600", kind=CONFERENCE, service="board"),
    Extension(number="700", kind=IVR, service="menu"),
]


@pytest.mark.parametrize(
    ("readings", "absent"),
    [
        ({}, ["201", "400"]),
        ({"pjsip": Reading.REFUSED}, ["400"]),
        ({"sip": Reading.NOT_LOADED}, ["201", "400"]),
        ({"sip": Reading.REFUSED}, ["400"]),
        ({"pjsip": Reading.NOT_LOADED, "sip": Reading.NOT_LOADED}, ["400"]),
        ({"queues": Reading.NOT_LOADED}, ["201"]),
        ({"queues": Reading.REFUSED, "pjsip": Reading.REFUSED}, []),
    ],
)
def test_absent(readings: dict[str, Reading], absent: list[str]) -> None:
    """What is declared and not found is mentioned, where the PBX told all that it has; it is not a change."""
    plan = plan_import(has(sources=read(**readings)), NUMBERS, DECLARED)
    assert [(step.action, step.number) for step in plan.steps] == [(Action.ABSENT, number) for number in absent]
    assert plan.changes == []


def test_skipped() -> None:
    """What is no extension is left out, each with the reason."""
    inventory = has(phone("provider-b"), phone("provider-a"), phone("anonymous"), conferences=("1341413686",))
    page = (
        "perhaps a Page() that is under way; if it is a conference:"
        " amibridge extension add 1341413686 --kind conference --service 1341413686"
    )
    assert plan_import(inventory, NUMBERS, []) == Plan(
        steps=(),
        skipped=(
            Skipped(found="PJSIP/anonymous", reason=NO_RULE),
            Skipped(found="PJSIP/provider-a", reason=TRUNK),
            Skipped(found="PJSIP/provider-b", reason=TRUNK),
            Skipped(found="conference 1341413686", reason=page),
        ),
    )


def test_notes() -> None:
    """A step says where it comes from, and what a person has to do, in words that a shell takes."""
    inventory = has(phone("201"), phone("201", technology="SIP"), phone("400"), queues=("400", "it's; {rm}"))
    both, clash, loose = plan_import(inventory, NUMBERS, []).steps
    assert (both.found, both.note) == (("PJSIP/201", "SIP/201"), "")
    assert (clash.found, clash.note) == (
        ("PJSIP/400", "queue 400"),
        "several things of one number: say which it is, with 'amibridge extension add 400 …'",
    )
    assert loose.note == ("""needs a number: amibridge extension add NUMBER --kind queue --service 'it'"'"'s; {rm}'""")


def test_changes() -> None:
    """What is to be written are the additions and the names, and the plan after them has none left."""
    inventory = has(phone("201", "Anna"), phone("202", "Bert"), phone("203"), queues=("400", "support"))
    declared = [Extension(number="202", did="1", owner_id=7), Extension(number="203", name="Carla")]
    changes = plan_import(inventory, NUMBERS, declared).changes
    assert changes == [
        Extension(number="201", name="Anna"),
        Extension(number="202", name="Bert"),
        Extension(number="400", kind=QUEUE, service="400"),
    ]
    after = [changes[0], Extension(number="202", name="Bert", did="1", owner_id=7), declared[1], changes[2]]
    assert plan_import(inventory, NUMBERS, after).changes == []
