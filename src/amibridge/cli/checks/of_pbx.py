"""Does the PBX let us in, and does it tell what calls are told from?"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from amibridge.ami.probe import ProbeResult
from amibridge.cli.checks.finding import Finding, fail, ok, warn
from amibridge.cli.checks.manager_conf import ManagerUser
from amibridge.settings import AmiSettings

_SUBJECT: Final = "pbx"
_NEEDED: Final = ("system", "call", "agent")
_TOO_MUCH: Final = frozenset({"all", "originate", "command", "config", "system", "call"})
"""Rights to write that amibridge never needs, and that let whoever has its secret do harm."""


def check_pbx(ami: AmiSettings, found: ProbeResult, user: ManagerUser | None, *, ivr: bool) -> list[Finding]:
    """What a look at the PBX says.

    Args:
        ami: The link's settings.
        found: What the PBX answered.
        user: What its manager.conf says of us; None where that cannot be read.
        ivr: Whether an IVR is declared.
    """
    if not found.logged_in:
        return [fail(_SUBJECT, found.problem)]
    milliseconds = f", answers in {found.answer_seconds * 1000:.1f} ms" if found.answer_seconds is not None else ""
    findings = [ok(_SUBJECT, f"{found.asterisk} at {ami.host}:{ami.port}, logged in as {ami.username}{milliseconds}")]
    if found.problem:
        return [*findings, fail(_SUBJECT, found.problem)]
    return [*findings, *_listing(found), *_rights(user, ivr=ivr), *_times(found, user), *_names(found), *_wire(ami)]


def _listing(found: ProbeResult) -> Iterator[Finding]:
    if found.may_list:
        yield ok(_SUBJECT, f"may list channels; there are {found.channels} now")
    else:
        yield fail(_SUBJECT, "may not list channels: add write = reporting to the user in manager.conf, then reload")


def _rights(user: ManagerUser | None, *, ivr: bool) -> Iterator[Finding]:
    needed = (*_NEEDED, "dialplan") if ivr else _NEEDED
    wanted = f"read = {','.join(needed)}"
    if user is None:
        yield warn(
            _SUBJECT,
            f"what it may hear is not verifiable from here (manager.conf cannot be read): it needs {wanted}; without "
            "them the first calls make no call event",
        )
        return
    missing = [] if "all" in user.read else [one for one in needed if one not in user.read]
    if missing:
        why = " (an IVR is declared)" if missing == ["dialplan"] else ""
        yield fail(_SUBJECT, f"may not hear {', '.join(missing)}{why}: set {wanted} in manager.conf, then reload")
    else:
        yield ok(_SUBJECT, "may hear what it needs, by manager.conf")
    excess = sorted(user.write & _TOO_MUCH)
    if excess:
        yield warn(_SUBJECT, f"may do more than it needs (write = {','.join(excess)}): write = reporting is enough")


def _times(found: ProbeResult, user: ManagerUser | None) -> Iterator[Finding]:
    cure = "set timestampevents = yes in [general] of manager.conf, then reload"
    told = found.timestamps if found.timestamps is not None else user.timestamps if user else None
    if told is None:
        yield warn(_SUBJECT, f"no event came to see whether events carry their time: if in doubt, {cure}")
    elif told:
        yield ok(_SUBJECT, "events carry their time")
    else:
        yield warn(_SUBJECT, f"events do not carry their time, so that of their arrival is told: {cure}")


def _names(found: ProbeResult) -> Iterator[Finding]:
    if not found.system_name:
        yield warn(
            _SUBJECT,
            "it has no systemname, so that two PBXs may give two calls one id: set one in [options] of asterisk.conf",
        )


def _wire(ami: AmiSettings) -> Iterator[Finding]:
    if not ami.tls and not is_loopback(ami.host):
        yield warn(_SUBJECT, f"what {ami.host} tells goes over the network in the clear: set ami.tls, or use a tunnel")


def is_loopback(host: str) -> bool:
    """Whether that is this host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
