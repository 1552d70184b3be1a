"""What a look at the PBX says, and its cures."""

from dataclasses import replace

import pytest

from amibridge.ami.probe import ProbeResult
from amibridge.cli.checks.finding import Finding, Verdict
from amibridge.cli.checks.manager_conf import ManagerUser
from amibridge.cli.checks.of_pbx import check_pbx, is_loopback
from amibridge.settings import AmiSettings

AMI = AmiSettings(username="amibridge")
FOUND = ProbeResult(
    reachable=True,
    version="11.0.0",
    asterisk="Asterisk 22.5.1",
    logged_in=True,
    may_list=True,
    channels=3,
    system_name="pbx1",
    timestamps=True,
    answer_seconds=0.0021,
)
USER = ManagerUser(read=frozenset({"system", "call", "agent"}), write=frozenset({"reporting"}), timestamps=True)


def marks(findings: list[Finding], verdict: Verdict) -> list[str]:
    """What was found of that verdict."""
    return [one.text for one in findings if one.verdict is verdict]


def test_fine() -> None:
    """All is well: who, where, and what it may do."""
    findings = check_pbx(AMI, FOUND, USER, ivr=False)
    assert [f"{one.verdict} {one.text}" for one in findings] == [
        "ok Asterisk 22.5.1 at 127.0.0.1:5038, logged in as amibridge, answers in 2.1 ms",
        "ok may list channels; there are 3 now",
        "ok may hear what it needs, by manager.conf",
        "ok events carry their time",
    ]


def test_no_login() -> None:
    """Whatever keeps us out is the one finding."""
    findings = check_pbx(AMI, ProbeResult(problem="no connection; check ami.host"), None, ivr=True)
    assert marks(findings, Verdict.PROBLEM) == ["no connection; check ami.host"]
    assert len(findings) == 1


def test_stopped_answering() -> None:
    """A PBX that stops answering after the login is a failure with what was found before."""
    found = ProbeResult(logged_in=True, asterisk="Asterisk 22", problem="no answer to Ping")
    findings = check_pbx(AMI, found, USER, ivr=False)
    assert [one.verdict for one in findings] == [Verdict.OK, Verdict.PROBLEM]


@pytest.mark.parametrize(
    ("found", "user", "ivr", "verdict", "text"),
    [
        (replace(FOUND, may_list=False), USER, False, Verdict.PROBLEM, "may not list channels: add write = reporting"),
        (FOUND, None, False, Verdict.WARNING, "what it may hear is not verifiable from here"),
        (
            FOUND,
            replace(USER, read=frozenset({"call"})),
            False,
            Verdict.PROBLEM,
            "may not hear system, agent: set read = system,call,agent in manager.conf, then reload",
        ),
        (
            FOUND,
            USER,
            True,
            Verdict.PROBLEM,
            "may not hear dialplan (an IVR is declared): set read = system,call,agent,dialplan in manager.conf",
        ),
        (
            FOUND,
            replace(USER, write=frozenset({"reporting", "originate", "all"})),
            False,
            Verdict.WARNING,
            "may do more than it needs (write = all,originate): write = reporting is enough",
        ),
        (replace(FOUND, timestamps=False), USER, False, Verdict.WARNING, "events do not carry their time"),
        (replace(FOUND, timestamps=None), None, False, Verdict.WARNING, "no event came to see whether events carry"),
        (
            replace(FOUND, timestamps=None),
            replace(USER, timestamps=False),
            False,
            Verdict.WARNING,
            "events do not carry their time",
        ),
        (replace(FOUND, timestamps=None), USER, False, Verdict.OK, "events carry their time"),
        (replace(FOUND, system_name=""), USER, False, Verdict.WARNING, "it has no systemname"),
        (FOUND, replace(USER, read=frozenset({"all"})), True, Verdict.OK, "may hear what it needs"),
    ],
)
def test_findings(found: ProbeResult, user: ManagerUser | None, verdict: Verdict, text: str, *, ivr: bool) -> None:
    """Each thing that is missing is said with its cure."""
    assert [one for one in marks(check_pbx(AMI, found, user, ivr=ivr), verdict) if one.startswith(text)]


@pytest.mark.parametrize(
    ("ami", "warned"),
    [
        (AmiSettings(host="192.0.2.1"), True),
        (AmiSettings(host="pbx.example"), True),
        (AmiSettings(host="192.0.2.1", tls=True), False),
        (AmiSettings(host="::1"), False),
        (AmiSettings(host="localhost"), False),
    ],
)
def test_wire(ami: AmiSettings, *, warned: bool) -> None:
    """AMI is not encrypted: over a network that is said."""
    texts = marks(check_pbx(ami, FOUND, USER, ivr=False), Verdict.WARNING)
    assert bool([one for one in texts if "in the clear" in one]) is warned
    assert is_loopback(ami.host) is (not warned and not ami.tls)
