"""Which events pass a filter. What real Asterisks make of the same lines is in tests/asterisk/test_check.py."""

import pytest

from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Directory, Extension, ExtensionKind
from amibridge.calls.tracker import Tracker
from amibridge.cli.checks.event_filter import EventFilter, Passage, passage
from amibridge.cli.checks.manager_conf import read_user
from amibridge.cli.checks.of_events import class_of
from amibridge.settings import ExtensionsSettings
from tests.replay.reading import TRACES
from tests.unit.cli.checks.test_manager_conf import EXAMPLE


def line(text: str) -> EventFilter:
    """A line of manager.conf."""
    key, _, value = text.partition(" = ")
    return EventFilter(
        criteria=key.removeprefix("eventfilter").strip("() ") + ")" if "(" in key else "", expression=value
    )


@pytest.mark.parametrize(
    ("lines", "passes"),
    [
        ([], Passage.PASSES),
        (["eventfilter = Event: Hangup"], Passage.PASSES),
        (["eventfilter = ^Event: (Hangup|Newstate)[[:space:]]"], Passage.PASSES),
        (["eventfilter = ^Event: Hang[[:space:]]"], Passage.HIDDEN),
        (["eventfilter = ^Event: Newstate"], Passage.HIDDEN),
        (["eventfilter = !^Event: Hangup"], Passage.HIDDEN),
        (["eventfilter = !^Event: Newstate"], Passage.PASSES),
        (["eventfilter = .", "eventfilter = !Privilege: call"], Passage.HIDDEN),
        (["eventfilter = Channel: PJSIP/"], Passage.DEPENDS),
        (["eventfilter = !Channel: PJSIP/2"], Passage.DEPENDS),
        (["eventfilter(name(Hangup)) = "], Passage.PASSES),
        (["eventfilter(name(hangup)) = "], Passage.PASSES),
        (["eventfilter(name(Newstate)) = "], Passage.HIDDEN),
        (["eventfilter(action(exclude),name(Hangup)) = "], Passage.HIDDEN),
        (["eventfilter(header(Channel),method(regex)) = ^PJSIP/[[:digit:]]+-"], Passage.DEPENDS),
        (["eventfilter(header(Channel),method(starts_with)) = SIP/"], Passage.HIDDEN),
        (["eventfilter(header(Privilege),method(exact)) = call,all"], Passage.PASSES),
        (["eventfilter(header(Privilege),method(ends_with)) = all"], Passage.PASSES),
        (["eventfilter(method(contains)) = Event: Hang"], Passage.PASSES),
    ],
)
def test_passage(lines: list[str], passes: Passage) -> None:
    """A Hangup, as each filter has it."""
    assert passage([line(one) for one in lines], "Hangup", "call") is passes


@pytest.mark.parametrize("expression", ["(", "[[:nothing:]]"])
def test_no_expression(expression: str) -> None:
    """What is no expression is an error that quotes it."""
    with pytest.raises(ValueError, match="is no expression"):
        passage([EventFilter(expression=expression)], "Hangup", "call")


def test_our_own_lines() -> None:
    """The example lets through all that calls are told from, and nothing else that the recordings have."""
    user = read_user(EXAMPLE / "manager.d" / "amibridge.conf", "amibridge")
    assert user is not None
    directory = Directory([Extension(number="500", kind=ExtensionKind.IVR, service="menu")])
    needed = Tracker(Attribution.from_settings(ExtensionsSettings()), directory).wanted
    for event in needed:
        assert passage(user.filters, event, class_of(event)) is Passage.PASSES, event
    for event in ("VarSet", "RTCPSent", "MusicOnHoldStart", "DeviceStateChange"):
        assert passage(user.filters, event, "call") is Passage.HIDDEN


def test_classes() -> None:
    """The class of each event that is needed is the one that real Asterisks sent it with."""
    directory = Directory([Extension(number="500", kind=ExtensionKind.IVR, service="menu")])
    needed = Tracker(Attribution.from_settings(ExtensionsSettings()), directory).wanted
    seen: set[str] = set()
    for trace in TRACES.values():
        for block in trace.read_bytes().split(b"\r\n\r\n"):
            headers = dict(text.partition(": ")[::2] for text in block.decode(errors="replace").split("\r\n"))
            name = headers.get("Event", "")
            if name in needed:
                seen.add(name)
                assert headers["Privilege"] == f"{class_of(name)},all", name
    assert needed - seen <= {"Rename"}
