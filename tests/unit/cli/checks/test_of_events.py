"""What is said of the events that should come."""

from dataclasses import replace

import pytest

from amibridge.ami.probe import ProbeResult
from amibridge.cli.checks.event_filter import EventFilter
from amibridge.cli.checks.finding import Verdict
from amibridge.cli.checks.manager_conf import ManagerUser
from amibridge.cli.checks.of_events import check_events
from amibridge.control.operation import DaemonFacts
from tests.unit.cli.checks.test_of_pbx import FOUND
from tests.unit.control.test_status import FACTS

NEEDED = frozenset({"Newchannel", "Hangup", "QueueCallerJoin", "FullyBooted"})
ALL = EventFilter(expression="^Event: (Newchannel|Hangup|QueueCallerJoin|FullyBooted)")
USER = ManagerUser(
    read=frozenset({"system", "call", "agent"}),
    write=frozenset({"reporting"}),
    timestamps=True,
    filters=(ALL,),
    channel_variables=frozenset({"CALLAPIID"}),
)
UNSEEN = "what it may hear cannot be seen from here (/etc/asterisk/manager.conf cannot be read): do this"
UNTOLD = replace(FOUND, timestamps=None)
HEARD = replace(FACTS, events_heard={"Newchannel": 40, "DialBegin": 9, "BridgeEnter": 4, "Hangup": 40})
SOME = replace(FACTS, events_heard={"Newchannel": 40, "Hangup": 39}, last_event_at=1.0)


def test_fine() -> None:
    """Rights, filter and times are as they should be."""
    findings = check_events(FOUND, USER, None, needed=NEEDED, unseen=UNSEEN)
    assert [(one.verdict, one.subject, one.text) for one in findings] == [
        (Verdict.OK, "events", "may hear all that is needed, by manager.conf"),
        (Verdict.OK, "events", "the eventfilter lets through what is needed"),
        (Verdict.OK, "events", "they carry their time"),
    ]


@pytest.mark.parametrize(
    ("found", "user", "daemon", "verdict", "text"),
    [
        (
            FOUND,
            replace(USER, read=frozenset({"system", "call"})),
            None,
            Verdict.PROBLEM,
            "may not hear QueueCallerJoin, so that nothing is told of calls of queues: add agent to the user's read in",
        ),
        (
            replace(FOUND, hears_system=False),
            replace(USER, read=frozenset({"call", "agent"})),
            None,
            Verdict.PROBLEM,
            "may not hear FullyBooted, so that nothing is told of restarts of the PBX: add system",
        ),
        (
            replace(FOUND, hears_system=False),
            None,
            None,
            Verdict.PROBLEM,
            "Asterisk did not say FullyBooted at",
        ),
        (
            FOUND,
            replace(USER, filters=()),
            None,
            Verdict.WARNING,
            "nothing is filtered, so that the PBX sends",
        ),
        (
            FOUND,
            replace(USER, filters=(ALL, EventFilter(expression="!Event: Hang"))),
            None,
            Verdict.PROBLEM,
            "the eventfilter hides Hangup: use the eventfilter lines of config/asterisk/manager.d/amibridge.conf, then",
        ),
        (
            FOUND,
            replace(USER, filters=(EventFilter(expression="!Channel: PJSIP/2"),)),
            None,
            Verdict.WARNING,
            "the eventfilter may hide some of FullyBooted, Hangup, Newchannel, QueueCallerJoin, by their headers",
        ),
        (
            FOUND,
            replace(USER, filters=(EventFilter(expression="("),)),
            None,
            Verdict.PROBLEM,
            "an eventfilter of manager.conf cannot be understood, '(' is no expression",
        ),
        (
            replace(FOUND, version="5.0.4", asterisk="Asterisk 16.28.0"),
            replace(USER, filters=(ALL, EventFilter(criteria="name(hangup)", expression=""))),
            None,
            Verdict.WARNING,
            "Asterisk 16.28.0 passes over eventfilter(name(hangup)): write it as a plain expression",
        ),
        (
            FOUND,
            replace(USER, channel_variables=frozenset({"OTHER"})),
            None,
            Verdict.WARNING,
            "CallAPIID stays empty, since CALLAPIID is not in channelvars: add it there",
        ),
        (
            FOUND,
            None,
            None,
            Verdict.WARNING,
            "what it may hear cannot be seen from here (/etc/asterisk/",
        ),
        (FOUND, None, HEARD, Verdict.OK, "all events of an answered call have come since the daemon was started"),
        (
            FOUND,
            None,
            SOME,
            Verdict.PROBLEM,
            "since the daemon was started 40 channels have come, but never DialBegin, BridgeEnter: look at read and",
        ),
        (
            UNTOLD,
            replace(USER, timestamps=False),
            None,
            Verdict.WARNING,
            "they do not carry their time, so",
        ),
        (UNTOLD, USER, None, Verdict.OK, "they carry their time"),
        (UNTOLD, USER, SOME, Verdict.WARNING, "they do not carry their time"),
        (UNTOLD, None, replace(SOME, lag_seconds=0.1), Verdict.OK, "they carry their time"),
        (UNTOLD, None, None, Verdict.WARNING, "no event came to see whether they carry their time: if in doubt, set"),
        (replace(FOUND, timestamps=False), USER, None, Verdict.WARNING, "they do not carry their time"),
    ],
)
def test_findings(
    found: ProbeResult, user: ManagerUser | None, daemon: DaemonFacts | None, verdict: Verdict, text: str
) -> None:
    """Each thing that is missing is said with its cure."""
    findings = check_events(found, user, daemon, needed=NEEDED, unseen=UNSEEN)
    assert [one for one in findings if one.verdict is verdict and one.text.startswith(text)], findings


def test_a_named_file_is_what_counts() -> None:
    """Who names a file is told that it could not be used, whatever has been heard."""
    (unseen, _) = check_events(FOUND, None, HEARD, needed=NEEDED, unseen=UNSEEN, named=True)
    assert (unseen.verdict, unseen.text) == (Verdict.PROBLEM, UNSEEN)


def test_not_let_in() -> None:
    """Whatever keeps us out is said elsewhere, once."""
    assert check_events(replace(FOUND, logged_in=False), USER, None, needed=NEEDED, unseen=UNSEEN) == []
