"""Does the PBX tell what calls are told from? As its manager.conf says it, and as the running daemon has heard it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from amibridge.ami.probe import ProbeResult
from amibridge.cli.checks.event_filter import Passage, passage
from amibridge.cli.checks.finding import Finding, ok, problem, warning
from amibridge.cli.checks.manager_conf import ManagerUser
from amibridge.control.operation import DaemonFacts

_SUBJECT: Final = "events"
_RELOAD: Final = "then 'manager reload'"
_OTHER_CLASSES: Final[Mapping[str, str]] = {
    "FullyBooted": "system",
    "QueueCallerJoin": "agent",
    "QueueCallerLeave": "agent",
    "AgentComplete": "agent",
    "Newexten": "dialplan",
}
"""The class of the events that are not of ``call``."""
_FOR: Final[Mapping[str, str]] = {
    "call": "all calls",
    "agent": "calls of queues",
    "system": "restarts of the PBX",
    "dialplan": "IVRs, of which one is declared",
}
"""What nothing is told of without a class."""
_VARIABLE: Final = "CALLAPIID"
_CORE: Final = ("Newchannel", "DialBegin", "BridgeEnter", "Hangup")
"""What every answered call has."""
_ENOUGH: Final = 10
"""After so many calls each event of an answered call has come."""
_FILTER_WITH_CRITERIA: Final = 9
"""AMI's version from which on eventfilter lines may have criteria: Asterisk 20."""


def class_of(event: str) -> str:
    """The class of ``read`` that an event belongs to."""
    return _OTHER_CLASSES.get(event, "call")


def check_events(
    found: ProbeResult,
    user: ManagerUser | None,
    daemon: DaemonFacts | None,
    *,
    needed: frozenset[str],
    unseen: str = "",
    named: bool = False,
) -> list[Finding]:
    """What comes of the events that are needed.

    Args:
        found: What the PBX answered.
        user: What its manager.conf says of us; None where that cannot be read.
        daemon: The running one; None where none runs.
        needed: The names of the events that calls are told from.
        unseen: Why it cannot be read, and what to do, where it cannot.
        named: Whether somebody has named that file, who then wants to know what it says.
    """
    if not found.logged_in or found.problem:
        return []
    findings = [*_system(found, user)]
    if user is None:
        findings += [problem(_SUBJECT, unseen)] if named else _heard(daemon, unseen)
    else:
        findings += [*_classes(user, needed), *_filters(found, user, needed), *_variables(user)]
    return [*findings, *_times(found, user, daemon)]


def _system(found: ProbeResult, user: ManagerUser | None) -> Iterator[Finding]:
    """Asterisk says FullyBooted to whoever logs in and may hear of the system, whatever is filtered."""
    known = user is not None and _lacking(user, frozenset({"FullyBooted"}))
    if found.hears_system is False and not known:
        yield problem(
            _SUBJECT,
            "Asterisk did not say FullyBooted at the login: add system to the user's read in manager.conf, "
            f"{_RELOAD}; while it is still booting, wait",
        )


def _lacking(user: ManagerUser, needed: frozenset[str]) -> dict[str, list[str]]:
    """The classes that it may not read, with the events that do not come."""
    lacking: dict[str, list[str]] = {}
    for event in sorted(needed):
        if not {"all", class_of(event)} & user.read:
            lacking.setdefault(class_of(event), []).append(event)
    return lacking


def _classes(user: ManagerUser, needed: frozenset[str]) -> Iterator[Finding]:
    lacking = _lacking(user, needed)
    for name, events in lacking.items():
        what = _some(events)
        yield problem(
            _SUBJECT,
            f"may not hear {what}, so that nothing is told of {_FOR[name]}: add {name} to the user's read in "
            f"manager.conf, {_RELOAD}",
        )
    if not lacking:
        yield ok(_SUBJECT, "may hear all that is needed, by manager.conf")


def _filters(found: ProbeResult, user: ManagerUser, needed: frozenset[str]) -> Iterator[Finding]:
    filters = user.filters
    if _major(found) < _FILTER_WITH_CRITERIA:
        strange = [one for one in filters if one.criteria]
        filters = tuple(one for one in filters if not one.criteria)
        if strange:
            yield warning(
                _SUBJECT,
                f"{found.asterisk} passes over eventfilter({strange[0].criteria}): write it as a plain expression, "
                "as in config/asterisk/manager.d/amibridge.conf",
            )
    cure = f"use the eventfilter lines of config/asterisk/manager.d/amibridge.conf, {_RELOAD}"
    if not filters:
        yield warning(_SUBJECT, f"nothing is filtered, so that the PBX sends far more than is needed: {cure}")
        return
    try:
        passes = {event: passage(filters, event, class_of(event)) for event in sorted(needed)}
    except ValueError as error:
        yield problem(_SUBJECT, f"an eventfilter of manager.conf cannot be understood, {error}: {cure}")
        return
    hidden = [event for event, found in passes.items() if found is Passage.HIDDEN]
    depends = [event for event, found in passes.items() if found is Passage.DEPENDS]
    if hidden:
        yield problem(_SUBJECT, f"the eventfilter hides {_some(hidden)}: {cure}")
    if depends:
        yield warning(_SUBJECT, f"the eventfilter may hide some of {_some(depends)}, by their headers: {cure}")
    if not hidden and not depends:
        yield ok(_SUBJECT, "the eventfilter lets through what is needed")


def _variables(user: ManagerUser) -> Iterator[Finding]:
    if _VARIABLE not in user.channel_variables:
        yield warning(
            _SUBJECT,
            f"CallAPIID stays empty, since {_VARIABLE} is not in channelvars: add it there in [general] of "
            f"manager.conf, {_RELOAD}, if a dialplan sets it",
        )


def _heard(daemon: DaemonFacts | None, unseen: str) -> Iterator[Finding]:
    """Where manager.conf cannot be read, what has come speaks for itself."""
    heard = daemon.events_heard if daemon else {}
    never = [event for event in _CORE if not heard.get(event)]
    if not never:
        yield ok(_SUBJECT, "all events of an answered call have come since the daemon was started")
        return
    if heard.get(_CORE[0], 0) >= _ENOUGH:
        yield problem(
            _SUBJECT,
            f"since the daemon was started {heard[_CORE[0]]} channels have come, but never {_some(never)}: look at "
            "read and eventfilter of the user in manager.conf",
        )
        return
    yield warning(_SUBJECT, unseen)


def _times(found: ProbeResult, user: ManagerUser | None, daemon: DaemonFacts | None) -> Iterator[Finding]:
    cure = f"set timestampevents = yes in [general] of manager.conf, {_RELOAD}"
    told = found.timestamps
    if told is None and daemon is not None and daemon.last_event_at is not None and daemon.events_heard.get(_CORE[0]):
        told = daemon.lag_seconds is not None
    if told is None and user is not None:
        told = user.timestamps
    if told is None:
        yield warning(_SUBJECT, f"no event came to see whether they carry their time: if in doubt, {cure}")
    elif told:
        yield ok(_SUBJECT, "they carry their time")
    else:
        yield warning(_SUBJECT, f"they do not carry their time, so that of their arrival is told: {cure}")


def _major(found: ProbeResult) -> int:
    number = found.version.partition(".")[0]
    return int(number) if number.isdigit() else _FILTER_WITH_CRITERIA


def _some(events: Sequence[str]) -> str:
    """A few names, and how many more."""
    shown = 4
    more = len(events) - shown
    return ", ".join(events[:shown]) + (f" and {more} more" if more > 0 else "")
