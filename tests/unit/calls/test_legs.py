"""The state table of participations, as data and at work; what one keeps for its Hangup, and for the store."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.calls.channel import Channel
from amibridge.calls.directory import ExtensionKind
from amibridge.calls.events import CallEvent, CallFlow, CallStatus, EventType
from amibridge.calls.legs import TABLE, TYPES, Family, Participation, Stage, Trigger
from tests.unit.calls.pbx import RINGING, UP, Picture

DIAL_OUT = CallEvent(
    event_id="d",
    type=EventType.DIAL_OUT,
    extension="201",
    call_id="1.1",
    flow=CallFlow.OUT,
    status=CallStatus.CALLING,
    caller_id_num="201",
    caller_extension="201",
    called_number="202",
)
DIAL_IN = DIAL_OUT._replace(type=EventType.DIAL_IN, extension="202", flow=CallFlow.IN, called_extension="202")

STEPS = {
    # stage            trigger             next stage      told
    (Stage.NEW,        Trigger.DIALLED):   (Stage.CALLING,  Family.DIAL),
    (Stage.NEW,        Trigger.CONNECTED): None,  # nobody answers a call that nobody was told of
    (Stage.NEW,        Trigger.GONE):      None,  # nor does it end
    (Stage.CALLING,    Trigger.DIALLED):   None,  # another phone of the extension rings: no second Dial
    (Stage.CALLING,    Trigger.CONNECTED): (Stage.ANSWERED, Family.ANSWER),
    (Stage.CALLING,    Trigger.GONE):      (Stage.ENDED,    Family.HANGUP),
    (Stage.ANSWERED,   Trigger.DIALLED):   None,
    (Stage.ANSWERED,   Trigger.CONNECTED): None,  # connected again, after a transfer: no second answer
    (Stage.ANSWERED,   Trigger.GONE):      (Stage.ENDED,    Family.HANGUP),
    (Stage.ENDED,      Trigger.DIALLED):   None,
    (Stage.ENDED,      Trigger.CONNECTED): None,
    (Stage.ENDED,      Trigger.GONE):      None,  # no second Hangup
}  # fmt: skip
"""What each trigger does in each stage; None: nothing."""

NAMES = {
    (Family.DIAL, CallFlow.IN): "dial-in",
    (Family.DIAL, CallFlow.OUT): "dial-out",
    (Family.ANSWER, CallFlow.IN): "answer-in",
    (Family.ANSWER, CallFlow.OUT): "answer-out",
    (Family.HANGUP, CallFlow.IN): "hangup",
    (Family.HANGUP, CallFlow.OUT): "hangup",
}


def leg(extension: str, *, rang: bool = True, cause: str = "", dial_status: str = "", api: str = "") -> Channel:
    """A channel of that extension, which rang, and how it ended."""
    picture = Picture()
    channel = picture.see(extension, channelstate=RINGING if rang else "0", ChanVariable=f"CALLAPIID={api}")
    channel.cause, channel.dial_status = int(cause or 0), dial_status
    return channel


def started(dial: CallEvent, service: ExtensionKind = ExtensionKind.PHONE) -> Participation:
    """A participation whose Dial was told."""
    one = Participation("1.1", dial, service=service)
    told = one.take(Trigger.DIALLED, at=1.0)
    assert told is not None
    assert (told.status, told.at) == (CallStatus.CALLING, 1.0)
    return one


def hangup(one: Participation, *, recovered: bool = False) -> CallEvent:
    """The Hangup of a participation."""
    told = one.take(Trigger.GONE, at=9.0, recovered=recovered)
    assert told is not None
    return told


# The table. ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "trigger"), list(product(Stage, Trigger)), ids=lambda one: one.name.lower())
def test_the_table(stage: Stage, trigger: Trigger) -> None:
    """Each trigger does in each stage what is written above, and there is no other."""
    assert TABLE[stage].get(trigger) == STEPS[stage, trigger]


def test_the_table_is_whole() -> None:
    """Every stage is in the table, and nothing else is."""
    assert set(TABLE) == set(Stage)
    assert {(stage, trigger) for stage, row in TABLE.items() for trigger in row} <= set(STEPS)


def test_every_family_and_flow_is_one_of_the_five() -> None:
    """Dial, answer and Hangup of either flow have the names that people read."""
    assert {key: event_type.label for key, event_type in TYPES.items()} == NAMES


@pytest.mark.parametrize("stage", Stage)
def test_what_can_be_asked_of_a_stage(stage: Stage) -> None:
    """It is open while its Hangup can come, and awaits an answer while that can."""
    one = Participation("1.1", DIAL_IN)
    one.stage = stage
    assert one.is_open is (STEPS[stage, Trigger.GONE] is not None)
    assert one.awaits_answer is (STEPS[stage, Trigger.CONNECTED] is not None)


@given(dial=st.sampled_from([DIAL_IN, DIAL_OUT]), triggers=st.lists(st.sampled_from(Trigger)))
def test_rule_one(dial: CallEvent, triggers: list[Trigger]) -> None:
    """Whatever happens in whatever order: one Dial first, at most one answer, one Hangup last, nothing after it."""
    one = Participation("1.1", dial)
    told = [event.type for trigger in triggers if (event := one.take(trigger, at=None)) is not None]
    whole = [TYPES[family, dial.flow] for family in Family]
    unanswered = [whole[0], whole[2]]
    assert told in ([], whole[:1], whole[:2], whole, unanswered)
    # and none of them is missing that could have been told
    assert bool(told) is (Trigger.DIALLED in triggers)
    since = triggers[triggers.index(Trigger.DIALLED) :] if told else []
    assert (EventType.HANGUP in told) is (Trigger.GONE in since)
    assert one.is_open is (bool(told) and EventType.HANGUP not in told)


# What is told. ---------------------------------------------------------------------------------------------------


def test_later_events_repeat_the_dial() -> None:
    """The caller's fields and the number are those of the Dial; the id, the time and the status are their own."""
    one = started(DIAL_IN)
    one.call_api_id = "order-1"
    answer = one.take(Trigger.CONNECTED, at=2.0)
    assert answer is not None
    assert answer == DIAL_IN._replace(
        event_id=answer.event_id,
        type=EventType.ANSWER_IN,
        status=CallStatus.ANSWER,
        call_api_id="order-1",
        at=2.0,
    )
    told = hangup(one, recovered=True)
    assert told == answer._replace(event_id=told.event_id, type=EventType.HANGUP, at=9.0, recovered=True)
    assert len({DIAL_IN.event_id, answer.event_id, told.event_id}) == 3


def test_two_visits_of_a_service_are_told_apart() -> None:
    """The same caller in the same queue again: the key is the same, the ids of the events are not."""
    first, second = (Participation("1.1", DIAL_IN, service=ExtensionKind.QUEUE, visit=visit) for visit in (1, 2))
    assert first.key == second.key != started(DIAL_IN).key
    told = {one.take(Trigger.DIALLED, at=None) for one in (first, second)}
    assert len({event.event_id for event in told if event}) == 2


def test_the_latest_call_api_id() -> None:
    """The leg's CALLAPIID counts before its root caller's; an empty one says nothing."""
    one = started(DIAL_IN)
    one.hear(leg("202", api="order-1"))
    assert one.call_api_id == "order-1"
    one.hear(leg("202"))
    assert one.call_api_id == "order-1"
    one.root = leg("201", api="order-2")
    one.hear(leg("202"))
    assert one.call_api_id == "order-2"
    one.hear(leg("202", api="order-3"))
    assert one.call_api_id == "order-3"


# How it ended. ---------------------------------------------------------------------------------------------------


def test_the_last_leg_ends_it() -> None:
    """Of two phones that rang, the second one that is gone is the last."""
    one = started(DIAL_IN)
    one.legs = {"202", "202.b"}
    assert [one.leg_ended(leg(label), elsewhere=False) for label in ("202", "202.b")] == [False, True]
    one.legs = {"202", "202.b"}
    assert [one.leg_lost(label) for label in ("202", "202.b")] == [False, True]


@pytest.mark.parametrize(
    ("cause", "dial_status", "elsewhere", "status"),
    [
        ("17", "BUSY", False, CallStatus.BUSY),
        ("21", "NOANSWER", False, CallStatus.BUSY),
        ("16", "ANSWER", False, CallStatus.NOANSWER),
        ("16", "ANSWER", True, CallStatus.CANCEL),
    ],
)
def test_a_called_extension(cause: str, dial_status: str, status: CallStatus, *, elsewhere: bool) -> None:
    """It ended as its leg did; with CANCEL when somebody else had answered by then."""
    one = started(DIAL_IN)
    one.leg_ended(leg("202", cause=cause, dial_status=dial_status), elsewhere=elsewhere)
    assert hangup(one).status is status


@pytest.mark.parametrize(
    ("cause", "elsewhere", "status"),
    [(0, False, "NOANSWER"), (17, False, "BUSY"), (21, False, "BUSY"), (17, True, "CANCEL")],
)
def test_a_called_extension_whose_leg_nobody_saw(cause: int, status: str, *, elsewhere: bool) -> None:
    """Its cause tells, as if it had rung; without one it was not answered."""
    one = started(DIAL_IN)
    one.leg_lost("1.1", cause, elsewhere=elsewhere)
    assert hangup(one).status == status


def test_a_called_extension_whose_end_nobody_told() -> None:
    """One that ends without an end of any leg was not answered."""
    assert hangup(started(DIAL_IN)).status is CallStatus.NOANSWER


def test_forwarded_legs_do_not_speak_for_the_caller() -> None:
    """A phone that forwards gets CANCEL; the caller, who did not give up, gets what became of the target."""
    one = started(DIAL_OUT)
    forwarding, target = leg("202", dial_status="CANCEL"), leg("203", dial_status="BUSY")
    forwarding.forwarded = True
    for dialled in (forwarding, target):
        one.rings(dialled, "")
    for dialled in (forwarding, target, target):
        one.dialled_ended(dialled)
    one.leg_ended(leg("201", rang=False), elsewhere=False)
    assert hangup(one).status is CallStatus.BUSY


@pytest.mark.parametrize(
    ("dial_status", "caller_cause", "recovered", "status"),
    [
        ("", "16", False, CallStatus.CANCEL),
        ("", "16", True, CallStatus.NOANSWER),
        ("BUSY", "16", False, CallStatus.BUSY),
        ("NOANSWER", "1", False, CallStatus.CONGESTION),
        ("NOANSWER", "0", True, CallStatus.NOANSWER),
    ],
)
def test_a_caller_gone_before_the_called_leg(
    dial_status: str, caller_cause: str, status: CallStatus, *, recovered: bool
) -> None:
    """Without a DialEnd the caller gave up, if that was seen; with one, the cause that Dial handed on to it tells."""
    one = started(DIAL_OUT)
    one.rings(leg("202", dial_status=dial_status), "")
    assert one.leg_ended(leg("1.1", rang=False, cause=caller_cause), elsewhere=False)
    told = hangup(one, recovered=recovered)
    assert (told.status, told.called_extension) == (status, "202")


@pytest.mark.parametrize(
    ("rung", "called"),
    [
        ([], ("600", "0600")),
        (["trunk"], ("600", "0600")),
        (["trunk", "202"], ("202", "0202")),
        (["202", "203"], ("", "")),
    ],
    ids=["nobody", "outside", "one", "several"],
)
def test_who_was_rung(rung: list[str], called: tuple[str, str]) -> None:
    """An unanswered call's Hangup has the one extension rung, none of several, and without any the Dial's."""
    one = started(DIAL_OUT._replace(called_extension="600", called_did="0600"))
    for label in rung:
        one.rings(leg(label), f"0{label}")
    told = hangup(one)
    assert (told.called_extension, told.called_did) == called


def test_an_application_answered() -> None:
    """A caller whose channel was Up, and who has dialled nobody, was answered by an application."""
    one = started(DIAL_OUT)
    assert [one.leg_is_up(), one.leg_is_up()] == [True, False]
    one.leg_ended(leg("201", rang=False), elsewhere=False)
    assert hangup(one).status is CallStatus.ANSWER
    one, up = started(DIAL_OUT), Picture().see("201", channelstate=UP)
    one.leg_ended(up, elsewhere=False)
    assert hangup(one).status is CallStatus.ANSWER


def test_a_call_that_was_handed_over() -> None:
    """A transferer that did not wait for the answer leaves its call with CANCEL, however that goes on."""
    one = started(DIAL_OUT)
    target = leg("202", dial_status="BUSY")
    one.rings(target, "")
    one.handed_over()
    one.dialled_ended(target)
    assert hangup(one).status is CallStatus.CANCEL


def test_a_service_that_ended_unanswered() -> None:
    """Its status is that of its caller too, until the caller's call goes on to somebody else."""
    queue, caller = started(DIAL_IN, ExtensionKind.QUEUE), started(DIAL_OUT)
    for one in (queue, caller):
        one.visit_ended(CallStatus.CANCEL)
    assert [hangup(one).status for one in (queue, caller)] == [CallStatus.CANCEL] * 2
    caller = started(DIAL_OUT)
    caller.visit_ended(CallStatus.CANCEL)
    busy = leg("202", dial_status="BUSY")
    caller.rings(busy, "")
    caller.dialled_ended(busy)
    assert hangup(caller).status is CallStatus.BUSY


# The store. ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dial", [DIAL_OUT, DIAL_IN], ids=["out", "in"])
def test_record_round_trip(dial: CallEvent) -> None:
    """A participation comes back from the store with what it needs for its remaining events."""
    one = started(dial)
    one.rings(leg("202"), "0302")
    other = leg("203", dial_status="BUSY")
    one.rings(other, "")
    one.dialled_ended(other)
    one.call_api_id = "order-1"
    again = Participation.from_record(one.record())
    assert again.record() == one.record()
    assert again.awaits_answer
    one.called_extension, one.called_did = "203", "0303"
    one.take(Trigger.CONNECTED, at=2.0)
    again = Participation.from_record(one.record())
    assert not again.awaits_answer
    assert again.leg_lost("1.1")
    told = hangup(again, recovered=True)
    assert (told.status, told.call_api_id, told.recovered) == (CallStatus.ANSWER, "order-1", True)
    assert (told.called_extension, told.called_did) == ("203", "0303")
    assert not again.is_open


@pytest.mark.parametrize("kind", ExtensionKind)
@pytest.mark.parametrize("status", [CallStatus.CANCEL, CallStatus.NOANSWER])
def test_a_stored_visit_is_one_again(kind: ExtensionKind, status: CallStatus) -> None:
    """What kind of participation it is, which visit, and how a service ended, are kept."""
    one = Participation("1.1", DIAL_OUT, service=kind, visit=2)
    one.take(Trigger.DIALLED, at=1.0)
    one.visit_ended(status)
    again = Participation.from_record(one.record())
    assert (again.key, again.service, again.visit) == (one.key, kind, 2)
    told, expected = hangup(again), hangup(one)
    assert told == expected
    assert told.status is status


def test_a_dial_that_nobody_saw_end() -> None:
    """Of a leg that was dialled before a restart no more is known than that it has not answered, until it is seen."""
    one = started(DIAL_OUT)
    one.rings(leg("202"), "")
    assert hangup(Participation.from_record(one.record())).status is CallStatus.NOANSWER
    again = Participation.from_record(one.record())
    again.rings(leg("202"), "")
    assert hangup(again).status is CallStatus.CANCEL
    again = Participation.from_record(one.record())
    again.rings(busy := leg("202", dial_status="CONGESTION"), "")
    again.dialled_ended(busy)
    assert hangup(again).status is CallStatus.CONGESTION


def test_an_earlier_version_kept_less() -> None:
    """A fact that is not in the record is as if it had never happened."""
    record = started(DIAL_OUT).record()._replace(facts="{}")
    told = hangup(Participation.from_record(record))
    assert (told.status, told.called_extension, told.call_api_id) == (CallStatus.CANCEL, "", "")
