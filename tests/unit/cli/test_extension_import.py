"""``amibridge extension import``, on a scripted PBX."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from amibridge.calls.directory import Extension
from amibridge.cli import extension_import
from amibridge.cli.extension_import import Report
from amibridge.control.client import perform
from amibridge.control.extensions import AddExtension, add_extension
from amibridge.inventory.plan import Plan, Skipped
from tests.fakes.ami_lists import DENIED, Answer, conferences, error, pjsip, queues
from tests.fakes.ami_server import AmiServer, Script
from tests.unit.cli.conftest import Command
from tests.unit.cli.test_status import UP, daemon

OFFICE = (
    pjsip(
        {
            "201": {"Callerid": '"Anna Abel" <201>'},
            "202": {"Callerid": '"Bert Braun" <202>'},
            "203": {"Callerid": '"Carla Conrad" <203>'},
            "provider-a": {},
            "provider-b": {},
            "anonymous": {},
        }
    )
    | queues("400", "support", "sales")
    | conferences("203", "86404103")
)

SHOWN = """\
CHANGE        NUMBER  KIND   SERVICE  NAME        NOTE
add           201     phone           Anna Abel   PJSIP/201
name          202     phone           Bert Braun  PJSIP/202; it had no name
keep          203     phone           Reception   PJSIP/203
conflict      203     phone           Reception   conference 203; the PBX has something else of that number than is \
declared; it stays as declared
absent        299     phone                       declared, but the PBX does not list it; it stays
keep          300     queue  support              queue support
add           400     queue  400                  queue 400
needs-number          queue  sales                needs a number: amibridge extension add NUMBER --kind queue \
--service sales
skip                                              1: PJSIP/anonymous (no extension, by extensions.rules)
skip                                              2: PJSIP/provider-a, PJSIP/provider-b (a trunk, by extensions.trunks)
skip                                              1: conference 86404103 (perhaps a Page() that is under way; if it \
is a conference: amibridge extension add 86404103 --kind conference --service 86404103)
"""


@contextmanager
def pbx(config: Path, answers: dict[str, Answer], *, secret: str = Script.secret) -> Iterator[AmiServer]:
    """A scripted PBX in a thread of its own, and settings that lead to it."""
    ready, stop = threading.Event(), threading.Event()
    servers: list[AmiServer] = []

    async def serve() -> None:
        async with AmiServer(Script(answers=answers)) as server:
            servers.append(server)
            ready.set()
            await asyncio.to_thread(stop.wait, 20)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    ami = f'[ami]\nport = {servers[0].port}\nusername = "amibridge"\nsecret = "{secret}"\n'
    config.write_text(f'[store]\npath = "{config.parent}/amibridge.db"\n{ami}[extensions]\ntrunks = ["provider-*"]\n')
    try:
        yield servers[0]
    finally:
        stop.set()
        thread.join()


def declare(amibridge: Command) -> None:
    """What somebody has declared before."""
    for arguments in (
        ("202", "--did", "442079460002"),
        ("203", "--name", "Reception"),
        ("299",),
        ("300", "--kind", "queue", "--service", "support"),
    ):
        assert amibridge("extension", "add", *arguments).status == 0


def directory(amibridge: Command) -> list[tuple[str, ...]]:
    """The directory as it is listed."""
    listed = json.loads(amibridge("extension", "list", "--json").output)
    return [(one["number"], one["kind"], one["service"], one["did"], one["name"]) for one in listed]


BEFORE = [
    ("202", "phone", "", "442079460002", ""),
    ("203", "phone", "", "", "Reception"),
    ("299", "phone", "", "", ""),
    ("300", "queue", "support", "", ""),
]
AFTER = [
    ("201", "phone", "", "", "Anna Abel"),
    ("202", "phone", "", "442079460002", "Bert Braun"),
    *BEFORE[1:],
    ("400", "queue", "400", "", ""),
]


def test_shows(amibridge: Command, config: Path) -> None:
    """Without --apply it says, one line each, what it would do, and does nothing."""
    with pbx(config, OFFICE) as server:
        declare(amibridge)
        ended = amibridge("extension", "import")
        asked = [action["endpoint"] for action in server.actions if action["action"] == "PJSIPShowEndpoint"]
    assert (ended.status, ended.output) == (0, SHOWN)
    assert ended.errors == "amibridge: 2 to add, 1 to give a name: --apply does it\n"
    assert asked == ["201", "202"]
    assert directory(amibridge) == BEFORE


def test_applies_once(amibridge: Command, config: Path) -> None:
    """With --apply it does that, once: a second time there is nothing to do."""
    with pbx(config, OFFICE):
        declare(amibridge)
        assert amibridge("extension", "import", "--apply").errors == "amibridge: 2 added, 1 given a name\n"
        again = amibridge("extension", "import", "--apply")
    assert (again.status, again.errors) == (0, "amibridge: nothing to do\n")
    assert [line.split()[0] for line in again.output.splitlines()[1:5]] == ["keep", "keep", "keep", "conflict"]
    assert directory(amibridge) == AFTER


def test_applies_through_the_daemon(amibridge: Command, config: Path) -> None:
    """Beside a running daemon its own directory changes."""
    with pbx(config, OFFICE), daemon(config, UP):
        declare(amibridge)
        assert amibridge("extension", "import", "--apply").errors == "amibridge: 2 added, 1 given a name\n"
        assert directory(amibridge) == AFTER


def test_for_programs(amibridge: Command, config: Path) -> None:
    """As JSON the same, with each thing that is skipped."""
    with pbx(config, OFFICE):
        declare(amibridge)
        ended = amibridge("extension", "import", "--apply", "--json")
    report = json.loads(ended.output)
    assert list(report) == ["applied", "changed", "steps", "skipped", "sources"]
    assert (report["applied"], report["changed"]) == (True, ["201", "202", "400"])
    assert report["steps"][0] == {
        "action": "add",
        "number": "201",
        "kind": "phone",
        "service": "",
        "name": "Anna Abel",
        "found": ["PJSIP/201"],
        "note": "",
    }
    assert [one["found"] for one in report["skipped"]] == [
        "PJSIP/anonymous",
        "PJSIP/provider-a",
        "PJSIP/provider-b",
        "conference 86404103",
    ]
    assert report["sources"][:2] == [
        {"source": "PJSIP endpoints", "reading": "read", "count": 6, "problem": ""},
        {"source": "SIP peers", "reading": "not loaded", "count": 0, "problem": ""},
    ]


def test_rights_that_are_missing(amibridge: Command, config: Path) -> None:
    """What may not be read is said with its cure, and the rest is imported: status 1."""
    with pbx(config, {**OFFICE, "pjsipshowendpoints": error(DENIED)}):
        declare(amibridge)
        ended = amibridge("extension", "import", "--apply")
    assert ended.status == 1
    said, cure = ended.errors.splitlines()
    assert said == "amibridge: 1 added"
    assert "add system to its write in manager.conf" in cure
    assert [number for number, *_ in directory(amibridge)] == ["202", "203", "299", "300", "400"]
    assert "absent" not in ended.output


def test_nothing(amibridge: Command, config: Path) -> None:
    """A PBX without any of it is told as such."""
    with pbx(config, {}):
        ended = amibridge("extension", "import")
    assert (ended.status, ended.output) == (0, "")
    assert ended.errors == (
        "amibridge: nothing to do\namibridge: no phones were found: the PBX has loaded neither PJSIP nor chan_sip\n"
    )


def test_no_pbx(amibridge: Command, config: Path) -> None:
    """A login that is refused, and a PBX that is not there: one line, status 1, nothing changed."""
    with pbx(config, OFFICE, secret="wrong"):
        refused = amibridge("extension", "import", "--apply")
    away = amibridge("extension", "import", "--apply")
    for ended, text in ((refused, "Asterisk refused the login of 'amibridge'"), (away, "no connection to Asterisk's")):
        assert (ended.status, ended.output, len(ended.errors.splitlines())) == (1, "", 1)
        assert text in ended.errors
    assert directory(amibridge) == []


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("[extensions]\nrules = [{}]\n", 78, "extensions.rules"),
        ("[extensions]\n", 78, "ami.username is not set"),
        ('[ami]\nusername = "amibridge"\nsecret = "x"\n', 74, "/nowhere/amibridge.db: there is no directory /nowhere"),
    ],
)
def test_bad_settings_and_store(amibridge: Command, config: Path, text: str, status: int, said: str) -> None:
    """Settings and store are looked at before the PBX is asked anything."""
    config.write_text(f'[store]\npath = "/nowhere/amibridge.db"\n{text}')
    ended = amibridge("extension", "import", "--apply")
    assert (ended.status, ended.output, len(ended.errors.splitlines())) == (status, "", 1)
    assert said in ended.errors


def test_many_are_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    """A reason that many share names the first of them; what the PBX calls them is shown as text."""
    skipped = (Skipped(found="PJSIP/\x1b[2J", reason="a"), *(Skipped(found=f"P/{n}", reason="b") for n in range(23)))
    extension_import._print(Report(applied=False, changed=(), steps=(), skipped=skipped, sources=()))
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("1: PJSIP/\\x1b[2J (a)")
    assert second.endswith("23: P/0, P/1, P/2, P/3, P/4, P/5, P/6, P/7, P/8, P/9, P/10, P/11, P/12, P/13, P/14, P/15, "
                           "P/16, P/17, P/18, P/19 and 3 more (b)")  # fmt: skip


def test_declared_meanwhile(amibridge: Command, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody declares while the PBX is asked stays as they declared it."""
    apply = extension_import._apply

    async def late(store: Path, plan: Plan) -> list[Extension]:
        await perform(store, add_extension, AddExtension(number="201", name="Somebody else"))
        return await apply(store, plan)

    monkeypatch.setattr(extension_import, "_apply", late)
    with pbx(config, pjsip({"201": {"Callerid": '"Anna" <201>'}, "202": {}})):
        ended = amibridge("extension", "import", "--apply")
    assert (
        ended.errors == "amibridge: 1 added\namibridge: left as they are, since somebody declared them meanwhile: 1\n"
    )
    assert directory(amibridge) == [("201", "phone", "", "", "Somebody else"), ("202", "phone", "", "", "")]
