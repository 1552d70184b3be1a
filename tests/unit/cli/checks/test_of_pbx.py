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
    clock_ahead_seconds=0.001,
    hears_system=True,
)
USER = ManagerUser(read=frozenset({"system", "call", "agent"}), write=frozenset({"reporting"}), timestamps=True)


def marks(findings: list[Finding], verdict: Verdict) -> list[str]:
    """What was found of that verdict."""
    return [one.text for one in findings if one.verdict is verdict]


def test_fine() -> None:
    """All is well: who, where, and what it may do."""
    findings = check_pbx(AMI, FOUND, USER)
    assert [f"{one.verdict} {one.text}" for one in findings] == [
        "ok Asterisk 22.5.1 at 127.0.0.1:5038, logged in as amibridge, answers in 2.1 ms",
        "ok may list channels; there are 3 now",
        "ok its clock and that of this host differ by 1 ms",
    ]


def test_no_login() -> None:
    """Whatever keeps us out is the one finding."""
    findings = check_pbx(AMI, ProbeResult(problem="no connection; check ami.host"), None)
    assert marks(findings, Verdict.PROBLEM) == ["no connection; check ami.host"]
    assert len(findings) == 1


def test_stopped_answering() -> None:
    """A PBX that stops answering after the login is a failure with what was found before."""
    found = ProbeResult(logged_in=True, asterisk="Asterisk 22", problem="no answer to Ping")
    findings = check_pbx(AMI, found, USER)
    assert [one.verdict for one in findings] == [Verdict.OK, Verdict.PROBLEM]


@pytest.mark.parametrize(
    ("found", "user", "verdict", "text"),
    [
        (replace(FOUND, may_list=False), USER, Verdict.PROBLEM, "may not list channels, so that what is missed cannot"),
        (
            FOUND,
            replace(USER, write=frozenset({"reporting", "originate", "all"})),
            Verdict.WARNING,
            "may do more than it needs (all, originate): set write = reporting for the user in manager.conf, then",
        ),
        (
            replace(FOUND, may_write=frozenset({"reporting", "command"})),
            None,
            Verdict.WARNING,
            "may do more than it needs (command): set write = reporting",
        ),
        (
            replace(FOUND, clock_ahead_seconds=-3.21),
            USER,
            Verdict.WARNING,
            "its clock is 3.2 s behind that of this host: let both hosts get their time",
        ),
        (replace(FOUND, clock_ahead_seconds=61.0), USER, Verdict.WARNING, "its clock is 61.0 s ahead of that of this"),
        (
            replace(FOUND, clock_ahead_seconds=-0.4),
            USER,
            Verdict.OK,
            "its clock and that of this host differ by 400",
        ),
        (replace(FOUND, system_name=""), USER, Verdict.WARNING, "it has no systemname"),
    ],
)
def test_findings(found: ProbeResult, user: ManagerUser | None, verdict: Verdict, text: str) -> None:
    """Each thing that is missing is said with its cure."""
    assert [one for one in marks(check_pbx(AMI, found, user), verdict) if one.startswith(text)]


def test_rights_as_offered() -> None:
    """What the PBX offers counts more than what manager.conf says, which may not be loaded."""
    found = replace(FOUND, may_write=frozenset({"reporting"}))
    assert not marks(check_pbx(AMI, found, replace(USER, write=frozenset({"all"}))), Verdict.WARNING)


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
    texts = marks(check_pbx(ami, FOUND, USER), Verdict.WARNING)
    assert bool([one for one in texts if "in the clear" in one]) is warned
    assert is_loopback(ami.host) is (not warned and not ami.tls)
