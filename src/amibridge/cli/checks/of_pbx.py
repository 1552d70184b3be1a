"""Does the PBX let us in, and no further than it should?"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from amibridge.ami.probe import ProbeResult
from amibridge.cli.checks.finding import Finding, ok, problem, warning
from amibridge.cli.checks.manager_conf import ManagerUser
from amibridge.settings import AmiSettings

SKEW_SECONDS: Final = 2.0
"""Clocks that differ by more are told of."""
_SUBJECT: Final = "pbx"
_TOO_MUCH: Final = frozenset({"all", "originate", "command", "config", "system", "call", "agent", "user"})
"""Rights to write that amibridge never needs, and that let whoever has its secret do harm."""


def check_pbx(ami: AmiSettings, found: ProbeResult, user: ManagerUser | None) -> list[Finding]:
    """What a look at the PBX says.

    Args:
        ami: The link's settings.
        found: What the PBX answered.
        user: What its manager.conf says of us; None where that cannot be read.
    """
    if not found.logged_in:
        return [problem(_SUBJECT, found.problem)]
    milliseconds = f", answers in {found.answer_seconds * 1000:.1f} ms" if found.answer_seconds is not None else ""
    findings = [ok(_SUBJECT, f"{found.asterisk} at {ami.host}:{ami.port}, logged in as {ami.username}{milliseconds}")]
    if found.problem:
        return [*findings, problem(_SUBJECT, found.problem)]
    return [*findings, *_listing(found), *_excess(found, user), *_clock(found), *_names(found), *_wire(ami)]


def _listing(found: ProbeResult) -> Iterator[Finding]:
    if found.may_list:
        yield ok(_SUBJECT, f"may list channels; there are {found.channels} now")
    else:
        yield problem(
            _SUBJECT,
            "may not list channels, so that what is missed cannot be settled: add write = reporting to the user in "
            "manager.conf, then 'manager reload'",
        )


def _excess(found: ProbeResult, user: ManagerUser | None) -> Iterator[Finding]:
    written = found.may_write if found.may_write is not None else user.write if user else frozenset()
    excess = sorted(written & _TOO_MUCH)
    if excess:
        yield warning(
            _SUBJECT,
            f"may do more than it needs ({', '.join(excess)}): set write = reporting for the user in manager.conf, "
            "then 'manager reload'",
        )


def _clock(found: ProbeResult) -> Iterator[Finding]:
    skew = found.clock_ahead_seconds
    if skew is None:
        return
    text = f"its clock is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} that of this host"
    if abs(skew) > SKEW_SECONDS:
        yield warning(_SUBJECT, f"{text}: let both hosts get their time from the same servers (timedatectl)")
    else:
        yield ok(_SUBJECT, f"its clock and that of this host differ by {abs(skew) * 1000:.0f} ms")


def _names(found: ProbeResult) -> Iterator[Finding]:
    if not found.system_name:
        yield warning(
            _SUBJECT,
            "it has no systemname, so that two PBXs may give two calls one id: set one in [options] of asterisk.conf, "
            "then restart it",
        )


def _wire(ami: AmiSettings) -> Iterator[Finding]:
    if not ami.tls and not is_loopback(ami.host):
        yield warning(
            _SUBJECT, f"what {ami.host} tells goes over the network in the clear: set ami.tls, or use a tunnel"
        )


def is_loopback(host: str) -> bool:
    """Whether that is this host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
