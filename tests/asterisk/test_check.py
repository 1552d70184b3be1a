"""``amibridge check`` on real Asterisks: silent where all is well, and one finding for each misconfiguration."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from amibridge.cli.checks.event_filter import Passage, passage
from amibridge.cli.checks.manager_conf import read_user
from amibridge.cli.checks.of_events import class_of
from tests.asterisk.lab.ami import blocks
from tests.asterisk.lab.pbx import Pbx
from tests.fakes.daemon import DaemonProcess

pytestmark = [pytest.mark.asterisk("22", "16"), pytest.mark.asyncio(loop_scope="module")]

QUIET_SECONDS = 0.3
"""What Asterisk held back comes behind the answer to a ping."""

FILTERS: dict[str, Sequence[str]] = {
    "none": (),
    "by-name": ("eventfilter = ^Event: (Newchannel|Hangup)[[:space:]]",),
    "excluding": ("eventfilter = !^Event: Hangup", "eventfilter = !^Event: (VarSet|Newexten)"),
    "both": ("eventfilter = ^Event: [[:upper:]]", "eventfilter = !Event: New(state|channel)"),
    "criteria": ("eventfilter(name(Newchannel)) =", "eventfilter(action(include),name(Hangup)) ="),
    "criteria-excluding": (
        "eventfilter(action(exclude),name(Newstate)) =",
        "eventfilter(action(exclude),header(ChannelState),method(exact)) = 6",
    ),
}
"""Lines of manager.conf; those with criteria are for 22 alone."""
OF_A_CALL = ("Newchannel", "Newstate", "Hangup", "DialBegin", "DialEnd")
"""What a call to nobody makes."""

DIALPLAN = """
[nobody]
exten => 1,1,Answer()
 same => n,Dial(Local/2@nobody/n,1)
exten => 2,1,Wait(0.2)
 same => n,Hangup()
"""

USERS = """
[no-agent]
secret = {secret}
read = system,call
write = reporting

[deaf]
secret = {secret}
read = agent
write = reporting

[no-reporting]
secret = {secret}
read = system,call,agent
write =

[mighty]
secret = {secret}
read = all
write = all

[hidden]
secret = {secret}
read = system,call,agent
write = reporting
eventfilter = !^Event: (Hangup|DialBegin)

{filters}
"""


def filters(secret: str) -> str:
    """A user for each of the filters."""
    return "\n".join(
        "\n".join(
            [f"[filter-{name}]", f"secret = {secret}", "read = system,call,agent", "write = reporting", *lines, ""]
        )
        for name, lines in FILTERS.items()
    )


class CarelessPbx(Pbx):
    """One with users of all kinds."""

    def _configure(self, folder: Path) -> None:
        super()._configure(folder)
        users = USERS.format(secret=self.secrets.ami, filters=filters(self.secrets.ami))
        (folder / "etc/manager.d/careless.conf").write_text(users)
        with (folder / "etc/manager.conf").open("a") as file:
            file.write(f"\n#include {self.inner}/etc/manager.d/careless.conf\n")
        with (folder / "etc/extensions.conf").open("a") as file:
            file.write(DIALPLAN)


class TimelessPbx(Pbx):
    """One whose events carry no time, and which has no name."""

    def _configure(self, folder: Path) -> None:
        super()._configure(folder)
        for name, line in (
            ("manager.conf", "timestampevents"),
            ("manager.conf", "channelvars"),
            ("asterisk.conf", "systemname"),
        ):
            file = folder / "etc" / name
            file.write_text(re.sub(rf"(?m)^{line} *=.*$", "", file.read_text()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    output: str
    verdicts: Sequence[tuple[str, str, str]]

    def texts(self, verdict: str, subject: str) -> list[str]:
        """What was found of that subject."""
        return [text for mark, about, text in self.verdicts if (mark, about) == (verdict, subject)]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A PBX, and the settings of a daemon beside it."""

    pbx: Pbx
    daemon: DaemonProcess
    manager_conf: Path

    async def check(
        self, username: str = "amibridge", *, secret: str = "", see: bool = True, status: int = 0
    ) -> Checked:
        """Check as that user; ``see``: whether its manager.conf is named, which is not where a host has its own."""
        self.daemon.write_settings(ami={"username": username, "secret": secret or self.pbx.secrets.ami})
        named = ("--manager-conf", str(self.manager_conf)) if see else ()
        output = await self.daemon.command("check", "--json", *named, status=status)
        found = [(one["verdict"], one["subject"], one["text"]) for one in json.loads(output)]
        return Checked(output=output, verdicts=found)


def house_of(pbx: Pbx, folder: Path) -> House:
    """The PBX's manager.conf is seen from outside of its root."""
    root = str(pbx._root)
    assert pbx._folder is not None
    conf = folder / "manager.conf"
    conf.write_text(
        (pbx._folder / "etc/manager.conf").read_text().replace(f"#include {pbx.inner}", f"#include {root}{pbx.inner}")
    )
    daemon = DaemonProcess(folder, {"ami": {"port": pbx.ports.ami}, "extensions": {"trunks": ["provider-*"]}})
    return House(pbx=pbx, daemon=daemon, manager_conf=conf)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["22", "16"])
async def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Each of them."""
    async with CarelessPbx(request.param) as pbx:
        yield house_of(pbx, tmp_path_factory.mktemp("house"))


async def test_well_configured(house: House) -> None:
    """As config/asterisk says: no problem, no warning, and no secret in what is said."""
    found = await house.check()
    assert {mark for mark, _, _ in found.verdicts} == {"ok"}, found.output
    version = "Asterisk 22." if house.pbx.version == "22" else "Asterisk 16."
    assert found.texts("ok", "pbx")[0].startswith(version)
    assert found.texts("ok", "events") == [
        "may hear all that is needed, by manager.conf",
        "the eventfilter lets through what is needed",
        "they carry their time",
    ]
    assert house.pbx.secrets.ami not in found.output


async def test_manager_conf_is_not_for_us(house: House) -> None:
    """What cannot be seen is said to be unseen, and no problem."""
    found = await house.check(see=False)
    assert found.texts("problem", "events") == []
    unseen, times = found.texts("warning", "events")
    assert unseen.startswith("what it may hear cannot be seen from here (")
    assert times.startswith("no event came to see whether they carry their time")


@pytest.mark.parametrize(
    ("username", "see", "subject", "text"),
    [
        (
            "no-agent",
            True,
            "events",
            "may not hear AgentComplete, QueueCallerJoin, QueueCallerLeave, so that nothing is",
        ),
        ("deaf", True, "events", "may not hear AttendedTransfer, BlindTransfer, BridgeEnter, BridgeLeave and 11 more"),
        ("deaf", False, "events", "Asterisk did not say FullyBooted at the login: add system to the user's read"),
        ("no-reporting", False, "pbx", "may not list channels, so that what is missed cannot be settled: add write ="),
        ("hidden", True, "events", "the eventfilter hides DialBegin, Hangup, HangupRequest: use the eventfilter"),
    ],
)
async def test_rights(house: House, username: str, see: bool, subject: str, text: str) -> None:  # noqa: FBT001
    """Each right that is missing is a problem with its cure."""
    found = await house.check(username, see=see, status=1)
    assert [one for one in found.texts("problem", subject) if one.startswith(text)], found.output


@pytest.mark.parametrize(("username", "secret"), [("amibridge", "wrong"), ("nobody", "")])
async def test_not_let_in(house: House, username: str, secret: str) -> None:
    """A wrong secret and an unknown user look alike; all causes are said."""
    found = await house.check(username, secret=secret, status=1)
    (text,) = found.texts("problem", "pbx")
    assert text.startswith(f"Asterisk refused the login of '{username}' (Authentication failed): the secret is wrong")
    assert found.texts("ok", "events") == found.texts("warning", "events") == []


async def test_too_mighty(house: House) -> None:
    """More rights than are needed are seen without manager.conf; so is a user without any filter with it."""
    found = await house.check("mighty", see=False)
    (text,) = found.texts("warning", "pbx")
    assert text.startswith(
        "may do more than it needs (agent, call, command, config, originate, system, user): set write"
    )
    found = await house.check("mighty")
    (text,) = found.texts("warning", "events")
    assert text.startswith(
        "nothing is filtered, so that the PBX sends far more than is needed: use the eventfilter lines"
    )


@pytest.mark.parametrize("version", ["22", "16"])
async def test_nameless_and_timeless(version: str, tmp_path: Path) -> None:
    """No timestampevents, no channelvars, no systemname: warnings, each with its cure."""
    async with TimelessPbx(version) as pbx:
        found = await house_of(pbx, tmp_path).check()
    (nameless,) = found.texts("warning", "pbx")
    assert nameless.startswith("it has no systemname")
    variables, times = found.texts("warning", "events")
    assert variables.startswith("CallAPIID stays empty, since CALLAPIID is not in channelvars")
    assert times.startswith("they do not carry their time, so that of their arrival is told: set timestampevents = yes")


@pytest.mark.parametrize("name", FILTERS)
async def test_filters_are_judged_as_asterisk_judges(house: House, name: str) -> None:
    """What is said to pass comes, and what is said to be hidden does not."""
    user = read_user(house.manager_conf, f"filter-{name}")
    assert user is not None
    assert len(user.filters) == len(FILTERS[name])
    filters = [one for one in user.filters if not one.criteria or house.pbx.version == "22"]
    async with house.pbx.ami(f"filter-{name}", events=True) as ami, house.pbx.ami() as hand:
        await hand.ask("Originate", Channel="Local/1@nobody/n", Application="Wait", Data="1")
        await house.pbx.quiet()
        await ami.ask("Ping")
        await asyncio.sleep(QUIET_SECONDS)
        came = {dict(block).get("Event", "") for block in blocks(bytes(ami.received))}
    for event in OF_A_CALL:
        match passage(filters, event, class_of(event)):
            case Passage.PASSES:
                assert event in came
            case Passage.HIDDEN:
                assert event not in came
            case Passage.DEPENDS:
                assert name == "criteria-excluding"
