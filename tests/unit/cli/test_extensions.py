"""``amibridge extension``."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from amibridge.calls.directory import Extension
from amibridge.store.database import Store
from amibridge.store.extensions import ExtensionBook
from tests.unit.cli.conftest import Assign, Command


@pytest.fixture
def family(amibridge: Command) -> None:
    """1 an administrator, 2 an organization, 3 and 4 its users."""
    for arguments in (
        ("--kind", "administrator", "--name", "Ada"),
        ("--kind", "organization", "--name", "Acme", "--parent", 1),
        ("--kind", "user", "--name", "Zoë", "--parent", 2),
        ("--kind", "user", "--name", "Yan", "--parent", 2),
    ):
        assert amibridge("account", "add", *arguments).status == 0


def declared(amibridge: Command) -> list[dict[str, object]]:
    """The directory."""
    listed: list[dict[str, object]] = json.loads(amibridge("extension", "list", "--json").output)
    return listed


def test_extensions(amibridge: Command) -> None:
    """What is declared is listed, what is declared anew is changed, what is removed is gone."""
    assert amibridge("extension", "add", "210").status == 0
    assert amibridge("extension", "add", "210", "--name", "Zoë", "--did", "+44 20 7946 0001").status == 0
    assert amibridge("extension", "add", "0003*300", "--kind", "queue", "--service", "support").status == 0
    assert amibridge("extension", "list").output.splitlines() == [
        "NUMBER    KIND   SERVICE  DID               OWNER  NAME",
        "0003*300  queue  support",
        "210       phone           +44 20 7946 0001         Zoë",
    ]
    assert declared(amibridge)[0]["number"] == "0003*300"
    assert amibridge("extension", "remove", "210").status == 0
    ended = amibridge("extension", "remove", "210")
    assert (ended.status, ended.errors) == (
        1,
        "amibridge: extension 210 is not declared: see 'amibridge extension list'\n",
    )


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("add", "2l0"), 2, "an extension is of 1 to 15 digits, or of two such joined by *"),
        (("add", ""), 2, "an extension is of 1 to 15 digits"),
        (("add", "1234567890123456"), 2, "an extension is of 1 to 15 digits"),
        (("add", "1*2*3"), 2, "an extension is of 1 to 15 digits"),
        (("add", "٢١٠"), 2, "an extension is of 1 to 15 digits"),
        (("add", "+210"), 2, "an extension is of 1 to 15 digits"),
        (("add", "-210"), 2, "No such option: -2"),
        (("add", "300", "--kind", "queue"), 2, "which queue? Name it with --service, as the PBX calls it"),
        (("add", "300", "--kind", "fax"), 2, "'fax' is not one of 'phone', 'queue', 'conference', 'ivr'"),
        (("add", "210", "--service", "x"), 2, "--service is for queues, conferences and IVRs"),
        (("add", "210", "--owner", "7"), 1, "there is no account 7: see 'amibridge account list'"),
        (("add", "210", "--owner", "0"), 2, "an id is a whole number from 1 on"),
        (("add", "210", "--owner", "none"), 2, "an id is a whole number from 1 on"),
        (("add", "210", "--owner", "9" * 30), 2, "an id is a whole number from 1 on"),
        (("add", "210", "--owner", "1", "--no-owner"), 2, "give one of --owner and --no-owner"),
        (("add", "210", "--name", "a\nb"), 2, "it must be one line of text, without control characters"),
        (("add", "210", "--did", "\x1b"), 2, "it must be one line of text, without control characters"),
        (("add", "210", "--name", "x" * 256), 2, "it has 256 characters: 255 are the most"),
        (("remove", "2l0"), 2, "an extension is of 1 to 15 digits"),
        (("remove", "210"), 1, "extension 210 is not declared: see 'amibridge extension list'"),
    ],
)
def test_refused(amibridge: Command, arguments: tuple[str, ...], status: int, text: str) -> None:
    """What cannot be is said in one line with what to do, and nothing is declared."""
    ended = amibridge("extension", *arguments)
    assert (ended.status, ended.output) == (status, "")
    assert text in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert declared(amibridge) == []


ZOE = {"number": "210", "kind": "phone", "service": "", "did": "442079460001", "name": "Zoë", "owner_id": 3}


@pytest.mark.usefixtures("family")
@pytest.mark.parametrize(
    ("arguments", "changes", "said"),
    [
        ((), {}, ""),
        (("--name", "Zoë"), {}, ""),
        (("--name", "Yan"), {"name": "Yan"}, "changed: name 'Zoë' -> 'Yan'"),
        (("--did", ""), {"did": ""}, "changed: DID '442079460001' -> none"),
        (("--name", "", "--no-owner"), {"name": "", "owner_id": None}, "changed: name 'Zoë' -> none, owner 3 -> none"),
        (("--owner", "4"), {"owner_id": 4}, "changed: owner 3 -> 4"),
        (
            ("--kind", "queue", "--service", "support"),
            {"kind": "queue", "service": "support"},
            "changed: kind 'phone' -> 'queue', service none -> 'support'",
        ),
    ],
)
def test_what_is_not_given_stays(
    amibridge: Command, arguments: tuple[str, ...], changes: dict[str, object], said: str
) -> None:
    """Declaring an extension again changes what is given, and says so; nothing else is lost."""
    amibridge("extension", "add", "210", "--name", "Zoë", "--did", "442079460001", "--owner", 3)
    assert declared(amibridge) == [ZOE]
    ended = amibridge("extension", "add", "210", *arguments)
    assert (ended.status, ended.output) == (0, "")
    assert ended.errors == (f"amibridge: extension 210 was declared already; {said}\n" if said else "")
    assert declared(amibridge) == [ZOE | changes]


@pytest.mark.usefixtures("family")
def test_handing_over(amibridge: Command, assign: Assign) -> None:
    """Another owner would see the URLs of the one before: only when that is said."""
    amibridge("extension", "add", "210", "--name", "Zoë", "--did", "442079460001", "--owner", 3)
    assign("210", account_id=3)
    for move in (("--owner", 4), ("--no-owner",)):
        ended = amibridge("extension", "add", "210", *move)
        assert (ended.status, ended.errors) == (
            1,
            (
                "amibridge: extension 210 is account 3's, with 1 assignment: delete them through the API "
                "(DELETE /uapi/extensions/@me/210/phoneCallEvents), or hand them over too, with --keep-assignments\n"
            ),
        )
    assert declared(amibridge) == [ZOE]
    assert amibridge("extension", "add", "210", "--name", "Z", "--owner", 3).status == 0
    ended = amibridge("extension", "add", "210", "--owner", 4, "--keep-assignments")
    assert (ended.status, ended.errors) == (
        0,
        "amibridge: extension 210 was declared already; changed: owner 3 -> 4, with its 1 assignment\n",
    )


@pytest.mark.usefixtures("family")
def test_the_first_owner(amibridge: Command, assign: Assign) -> None:
    """What administrators assigned before an extension had an owner is no reason against one; it is said."""
    assign("210", account_id=1)
    amibridge("extension", "add", "210")
    assert amibridge("extension", "add", "210", "--owner", 3).errors == (
        "amibridge: extension 210 was declared already; changed: owner none -> 3, with its 1 assignment\n"
    )


def test_removing_with_assignments(amibridge: Command, assign: Assign) -> None:
    """An extension with assignments is forgotten only when it is said that they may stay."""
    amibridge("extension", "add", "0003*210")
    for _ in range(2):
        assign("0003*210")
    ended = amibridge("extension", "remove", "0003*210")
    assert (ended.status, ended.errors) == (
        1,
        (
            "amibridge: extension 0003*210 has 2 assignments: delete them through the API "
            "(DELETE /uapi/extensions/@me/0003*210/phoneCallEvents), or keep them all the same, "
            "with --keep-assignments\n"
        ),
    )
    assert len(declared(amibridge)) == 1
    assert amibridge("extension", "remove", "0003*210", "--keep-assignments").status == 0
    assert declared(amibridge) == []


def test_names_of_the_pbx(
    amibridge: Command, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What an import found cannot act on the terminal, and long names leave the table readable."""

    async def declare() -> None:
        async with Store.open(config.with_name("amibridge.db")) as store:
            book = await ExtensionBook.open(store)
            await book.add(Extension(number="210", name="\x1b[2J日本 " + "long " * 60, did="1\n2"))
            await book.add(Extension(number="211", name="Zoë"))

    asyncio.run(declare())
    whole = amibridge("extension", "list").output
    assert "\x1b" not in whole
    assert len(whole.splitlines()) == 3
    assert whole.splitlines()[1].startswith("210     phone           1\\x0a2         \\x1b[2J日本 long")
    assert declared(amibridge)[0]["name"] == "\x1b[2J日本 " + "long " * 60
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = amibridge("extension", "list").output.splitlines()
    assert shown[1].endswith("…")
    assert max(map(len, shown)) <= 60
    assert shown[2].endswith("Zoë")
    capsys.readouterr()
