"""The state table of participations, as data and at work."""

from dataclasses import replace

import pytest

from amibridge.calls.attribution import Attributed, ChannelKind
from amibridge.calls.channels import Channel
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.calls.legs import TABLE, TYPES, Family, Participation, Stage, Trigger

DIAL_OUT = CallEvent(
    event_id="d",
    type=EventType.DIAL_OUT,
    extension="201",
    call_id="1.1",
    flow=CallFlow.OUT,
    status=CallStatus.CALLING,
    caller_extension="201",
    called_number="202",
)
DIAL_IN = replace(DIAL_OUT, type=EventType.DIAL_IN, extension="202", flow=CallFlow.IN, called_extension="202")


def leg(extension: str, uniqueid: str = "2.2") -> Channel:
    """A channel of that extension, ringing."""
    channel = Channel(uniqueid, f"PJSIP/{extension}-00000001", Attributed(ChannelKind.LEG, extension))
    channel.rang = True
    return channel


def test_every_stage_is_in_the_table() -> None:
    """No participation can come into a stage that the table does not have."""
    assert set(TABLE) == set(Stage)
    assert {step[0] for row in TABLE.values() for step in row.values()} <= set(Stage)


def test_every_told_participation_can_end() -> None:
    """Whatever was told, its Hangup can come; after it nothing can."""
    assert {stage for stage, row in TABLE.items() if Trigger.GONE in row} == {Stage.CALLING, Stage.ANSWERED}
    assert TABLE[Stage.ENDED] == {}


def test_nothing_is_told_twice_on_any_way() -> None:
    """On every way through the table each family is told at most once, Dial first and Hangup last."""

    def ways(stage: Stage) -> list[list[Family]]:
        return [[]] + [[family, *way] for after, family in TABLE[stage].values() for way in ways(after)]

    order = list(Family)
    assert all(way == sorted(set(way), key=order.index) for way in ways(Stage.NEW))
    assert [Family.DIAL, Family.ANSWER, Family.HANGUP] in ways(Stage.NEW)


def test_every_family_and_flow_has_a_type() -> None:
    """Each family is one of the five call events for either flow."""
    assert set(TYPES) == {(family, flow) for family in Family for flow in CallFlow}


@pytest.mark.parametrize("dial", [DIAL_OUT, DIAL_IN], ids=["out", "in"])
def test_record_round_trip(dial: CallEvent) -> None:
    """A participation comes back from the store with what it needs for its remaining events."""
    one = Participation("1.1", dial)
    one.take(Trigger.DIALLED, at=1.0)
    one.rings(leg("202"), "")
    other = leg("203", "3.3")
    other.dial_status = "BUSY"
    one.rings(other, "")
    one.dialled_ended(other)
    one.call_api_id = "order-1"
    again = Participation.from_record(one.record())
    assert again.record() == one.record()
    assert again.awaits_answer
    one.take(Trigger.CONNECTED, at=2.0)
    again = Participation.from_record(one.record())
    assert not again.awaits_answer
    assert again.leg_lost("1.1")
    told = again.take(Trigger.GONE, at=None, recovered=True)
    assert told is not None
    assert (told.status, told.call_api_id, told.recovered) == (CallStatus.ANSWER, "order-1", True)
    assert not again.is_open


def test_a_trigger_without_a_meaning_changes_nothing() -> None:
    """Connecting twice, or anything after the end, tells nothing."""
    one = Participation("1.1", DIAL_IN)
    assert one.take(Trigger.CONNECTED, at=None) is None
    assert one.take(Trigger.DIALLED, at=None) is not None
    assert one.take(Trigger.GONE, at=None) is not None
    assert [one.take(trigger, at=None) for trigger in Trigger] == [None, None, None]


def test_forwarded_legs_do_not_speak_for_the_caller() -> None:
    """A phone that forwards gets CANCEL; the caller, who did not give up, gets what became of the target."""
    one = Participation("1.1", DIAL_OUT)
    one.take(Trigger.DIALLED, at=None)
    forwarding, target = leg("202"), leg("203", "3.3")
    one.rings(forwarding, "")
    one.rings(target, "")
    forwarding.dial_status, forwarding.forwarded = "CANCEL", True
    target.dial_status = "BUSY"
    one.dialled_ended(forwarding)
    one.dialled_ended(target)
    one.dialled_ended(target)
    one.leg_ended(leg("201", "1.1"), elsewhere=False)
    told = one.take(Trigger.GONE, at=None)
    assert told is not None
    assert told.status is CallStatus.BUSY


@pytest.mark.parametrize(
    ("dial_status", "caller_cause", "status"),
    [
        ("", 16, CallStatus.CANCEL),
        ("BUSY", 16, CallStatus.BUSY),
        ("NOANSWER", 1, CallStatus.CONGESTION),
        ("NOANSWER", 0, CallStatus.NOANSWER),
    ],
)
def test_a_caller_gone_before_the_called_leg(dial_status: str, caller_cause: int, status: CallStatus) -> None:
    """Without a DialEnd the caller gave up; with one, the cause that Dial handed on to the caller tells."""
    one = Participation("1.1", DIAL_OUT)
    one.take(Trigger.DIALLED, at=None)
    called, caller = leg("202"), leg("201", "1.1")
    called.dial_status = dial_status
    one.rings(called, "")
    caller.cause = caller_cause
    assert one.leg_ended(caller, elsewhere=False)
    told = one.take(Trigger.GONE, at=None)
    assert told is not None
    assert (told.status, told.called_extension) == (status, "202")
