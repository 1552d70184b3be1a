"""The look that ``amibridge check`` takes at the PBX: what is found as far as it gets, and why it gets no further."""

import time

import pytest

from amibridge.ami.probe import ProbeResult, classes_of, probe
from tests.fakes.ami_server import AmiServer, Script, block
from tests.unit.ami.bench import settings_for


async def looked(script: Script, *, timeout_seconds: float = 5) -> ProbeResult:
    """What is found on a PBX that behaves so."""
    async with AmiServer(script) as server:
        return await probe(settings_for(server), timeout_seconds=timeout_seconds)


async def test_all_is_well() -> None:
    """Everything that can be asked is known, and nothing is a problem."""
    booted = block(Event="FullyBooted", Privilege="system,all", Status="Fully Booted")
    event = block(Event="Newstate", Timestamp="1800000000.5", Uniqueid="1")
    offered = {"Ping": "Keep alive.  (Priv: <none>)", "ConfbridgeList": "List.  (Priv: reporting,all)"}
    script = Script(
        channels=[{"Uniqueid": "1"}, {"Uniqueid": "2"}],
        with_login=booted + event,
        answers={"listcommands": lambda asked: block(Response="Success", ActionID=asked["actionid"], **offered)},
    )
    before = time.time()
    found = await looked(script)
    assert found.answer_seconds is not None
    assert found.clock_ahead_seconds is not None
    assert 1_800_000_000 - time.time() <= found.clock_ahead_seconds <= 1_800_000_000 - before
    assert found == ProbeResult(
        reachable=True,
        version="11.0.0",
        asterisk="Asterisk 22.5.1",
        logged_in=True,
        may_list=True,
        channels=2,
        system_name="office",
        timestamps=True,
        answer_seconds=found.answer_seconds,
        clock_ahead_seconds=found.clock_ahead_seconds,
        hears_system=True,
        may_write=frozenset({"reporting"}),
    )


async def test_what_the_pbx_keeps_to_itself() -> None:
    """Without rights, times and a name there is less to know, which is not a failure of the look."""
    found = await looked(Script(may_list=False, core={}, with_login=block(Event="Newstate", Uniqueid="1")))
    assert (found.may_list, found.channels, found.timestamps, found.system_name) == (False, None, False, "")
    assert (found.asterisk, found.problem) == ("Asterisk 22", "")


async def test_no_event_came() -> None:
    """Whether events carry their time is not known then."""
    found = await looked(Script())
    assert (found.timestamps, found.hears_system, found.may_write) == (None, False, None)


def test_classes_of_what_is_offered() -> None:
    """What several classes may do says nothing of any of them."""
    offered = (
        "Success",
        "x  (Priv: system,reporting,all)",
        "x  (Priv: originate,all)",
        "(Priv: <none>)",
        "(Priv: all)",
    )
    assert classes_of(offered) == {"originate"}


@pytest.mark.parametrize(
    ("script", "problem", "facts"),
    [
        (Script(secret="another"), "Asterisk refused the login of 'amibridge'", (True, False, True)),
        (Script(banner=b"220 mail ESMTP\r\n"), "is no Asterisk manager", (True, False, False)),
        (Script(mute=frozenset({"coresettings"})), "did not answer within 0.3 s", (True, True, False)),
        (
            Script(with_login=b"garbage\r\n\r\n"),
            "the connection to Asterisk is over: damaged stream",
            (True, True, False),
        ),
    ],
)
async def test_a_problem(script: Script, problem: str, facts: tuple[bool, bool, bool]) -> None:
    """What was found before it stays found; the problem says what to do."""
    found = await looked(script, timeout_seconds=0.3 if script.mute else 5)
    assert problem in found.problem
    assert (found.reachable, found.logged_in, found.login_refused) == facts


async def test_nobody_there() -> None:
    """A port where nobody listens is not reachable."""
    async with AmiServer() as server:
        settings = settings_for(server)
    found = await probe(settings, timeout_seconds=5)
    assert not found.reachable
    assert "no connection to Asterisk's manager" in found.problem


async def test_bad_ca_file() -> None:
    """A setting that cannot be used is a problem like any other."""
    async with AmiServer() as server:
        found = await probe(settings_for(server, tls_ca_file="/nowhere/ca.pem"), timeout_seconds=5)
    assert "ami.tls_ca_file /nowhere/ca.pem cannot be used" in found.problem
