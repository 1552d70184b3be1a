"""``amibridge extension import`` on real Asterisks: what they tell, to whom, and what becomes of it."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.asterisk.lab.pbx import TEMPLATES, Pbx
from tests.fakes.daemon import DaemonProcess

pytestmark = [pytest.mark.asterisk("22", "16"), pytest.mark.asyncio(loop_scope="module")]

NAMES = {
    "0003*210": "Jan Jung",
    "0003*211": "Kira Klein",
    "201": "Anna Abel",
    "202": "Bert Braun",
    "203": "Carla Conrad",
    "204": "Dora Dietz",
    "205": "Emil Ernst",
    "206": "",
    "207": "Gerda Graf",
    "208": "Hans Horn",
    "209": "Ida Immel",
}
"""The phones of the laboratory, with the names in their caller ids."""

QUEUE = ("400", "queue", "400", "")
MISSING = sorted(
    [QUEUE, *((number, "phone", "", name) for number, name in NAMES.items() if number not in {"202", "203"})]
)
"""What the directory of these tests does not have."""

LABORATORY_QUEUES = set(re.findall(r"(?m)^\[(\S+)\](?!\(!\))", (TEMPLATES / "queues.conf").read_text())) - {"general"}
"""Those that have a name instead of a number."""

CURE = (
    "PJSIP endpoints were left out, the manager user 'amibridge' may not list them (PJSIPShowEndpoints: Permission"
    " denied): add system to its write in manager.conf for the time of the import, and asterisk -rx 'manager reload'"
)

DIALPLAN = """
[import]
exten => 600,1,Answer()
 same => n,ConfBridge(600)
exten => 700,1,Answer()
 same => n,Page(Local/phone@import/n)
exten => phone,1,Answer()
 same => n,Echo()
"""
"""Two rooms that somebody is in: a conference, and what Page() makes for itself."""


class NumberedPbx(Pbx):
    """One with a queue that is called by its number, as FreePBX has them."""

    def _configure(self, folder: Path) -> None:
        super()._configure(folder)
        for name, more in (("queues.conf", "\n[400](queue)\n"), ("extensions.conf", DIALPLAN)):
            with (folder / "etc" / name).open("a") as file:
                file.write(more)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["22", "16", "16-chan_sip"])
async def pbx(request: pytest.FixtureRequest) -> AsyncIterator[Pbx]:
    """Each of them."""
    async with NumberedPbx(request.param) as running:
        yield running


@pytest.fixture
def phones(pbx: Pbx) -> str:
    """The channel driver of its phones."""
    return "PJSIP" if pbx.provider_side == "127.0.0.2" else "SIP"


@pytest.fixture
async def amibridge(pbx: Pbx, tmp_path: Path) -> DaemonProcess:
    """The daemon of this PBX, not started, with three extensions that somebody has declared."""
    daemon = DaemonProcess(
        tmp_path,
        {
            "ami": {"port": pbx.ports.ami, "username": "amibridge", "secret": pbx.secrets.ami},
            "extensions": {"trunks": ["provider-*"]},
        },
    )
    daemon.write_settings()
    await daemon.command("extension", "add", "202", "--did", "+44 20 7946 0002")
    await daemon.command("extension", "add", "203", "--name", "Reception")
    await daemon.command("extension", "add", "300", "--kind", "queue", "--service", "support")
    return daemon


async def imported(amibridge: DaemonProcess, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What an import says for programs."""
    report: dict[str, Any] = json.loads(
        await amibridge.command("extension", "import", "--json", *arguments, status=status)
    )
    return report


def done(report: dict[str, Any], *actions: str) -> list[tuple[str, ...]]:
    """Number, kind, service and name of each step of these kinds."""
    return [
        (step["number"], step["kind"], step["service"], step["name"])
        for step in report["steps"]
        if step["action"] in actions
    ]


async def test_by_the_daemons_own_user(amibridge: DaemonProcess, phones: str) -> None:
    """PJSIP endpoints need more than it may; queues, conferences and chan_sip's peers do not."""
    may_not = phones == "PJSIP"
    report = await imported(amibridge, status=1 if may_not else 0)
    readings = {source["source"]: source["reading"] for source in report["sources"]}
    assert readings == {
        "PJSIP endpoints": "refused" if may_not else "not loaded",
        "SIP peers": "not loaded" if may_not else "read",
        "queues": "read",
        "conferences": "read",
    }
    (problem,) = [source["problem"] for source in report["sources"] if source["problem"]] or [""]
    assert problem == (CURE if may_not else "")
    assert done(report, "absent") == []
    assert done(report, "add") == ([QUEUE] if may_not else MISSING)


async def test_whole(amibridge: DaemonProcess, pbx: Pbx, phones: str) -> None:
    """With a user that may list endpoints: the phones by number and name, the queue with a number, no trunk."""
    amibridge.write_settings(ami={"username": "laboratory"})
    await amibridge.command("extension", "add", "299")
    report = await imported(amibridge)
    assert done(report, "add") == MISSING
    assert done(report, "name") == [("202", "phone", "", "Bert Braun")]
    assert done(report, "keep") == [("203", "phone", "", "Reception"), ("300", "queue", "support", "")]
    assert done(report, "absent") == [("299", "phone", "", "")]
    assert [step["service"] for step in report["steps"] if step["action"] == "needs-number"] == sorted(
        LABORATORY_QUEUES - {"support"}
    )
    trunks = [f"{phones}/provider-a", f"{phones}/provider-b"]
    assert [(one["found"], one["reason"]) for one in report["skipped"]] == [
        (trunk, "a trunk, by extensions.trunks") for trunk in trunks
    ]
    assert (report["applied"], report["changed"]) == (False, [])
    assert pbx.secrets.phone not in json.dumps(report)


async def test_beside_the_daemon(amibridge: DaemonProcess) -> None:
    """Applied through the running daemon, once: the second run has nothing to do, and nothing declared was changed."""
    async with amibridge.running():
        amibridge.write_settings(ami={"username": "laboratory"})
        report = await imported(amibridge, "--apply")
        assert report["changed"] == sorted(["202", *(number for number, *_ in MISSING)])
        listed = {one["number"]: one for one in json.loads(await amibridge.command("extension", "list", "--json"))}
        again = await imported(amibridge, "--apply")
    assert {number: one["name"] for number, one in listed.items() if one["kind"] == "phone"} == {
        **NAMES,
        "203": "Reception",
    }
    assert (listed["202"]["did"], listed["300"]["service"]) == ("+44 20 7946 0002", "support")
    assert (again["changed"], done(again, "add", "name")) == ([], [])


async def test_conferences(amibridge: DaemonProcess, pbx: Pbx) -> None:
    """A conference is known while somebody is in it; the room of a Page() is not taken for one."""
    amibridge.write_settings(ami={"username": "laboratory"})
    async with pbx.ami() as ami:
        for extension in ("600", "700"):
            channel = f"Local/{extension}@import/n"
            await ami.ask("Originate", Channel=channel, Application="Echo", Async="true")
        try:
            report = await imported_with_conferences(amibridge, 2)
        finally:
            await ami.ask("Hangup", Channel="/^Local/")
    await pbx.quiet()
    assert ("600", "conference", "600", "") in done(report, "add")
    (room,) = [one["found"] for one in report["skipped"] if one["found"].startswith("conference")]
    assert room.removeprefix("conference ").isdigit()


async def imported_with_conferences(amibridge: DaemonProcess, count: int) -> dict[str, Any]:
    """What an import says as soon as so many conferences are in use."""
    for _ in range(50):
        report = await imported(amibridge)
        if {"source": "conferences", "reading": "read", "count": count, "problem": ""} in report["sources"]:
            return report
    raise AssertionError(report["sources"])
