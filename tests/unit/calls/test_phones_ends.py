"""Phone terminals: how their participations end."""

import pytest

from amibridge.calls.directory import Extension
from tests.unit.calls.pbx import OUTGOING, UP, Pbx


def talking(*declared: Extension) -> Pbx:
    """201 has called 202, and they talk."""
    pbx = Pbx(*declared)
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.answer("201", "202")
    assert pbx.talk("201", "202") == ["202 answer-in", "201 answer-out"]
    return pbx


def test_each_side_ends_when_it_leaves() -> None:
    """The Hangup of an extension comes with its own last channel, though the other one is still there."""
    pbx = talking()
    assert pbx.hangup("202") == ["202 hangup ANSWER"]
    assert pbx.hangup("201") == ["201 hangup ANSWER"]
    assert pbx.is_quiet


def test_a_timeout_further_up() -> None:
    """A dial through a Local pair that times out ends for both sides with that, in whatever order they end."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    pbx.ring("x;2", "202")
    pbx.dial_end("201", "x;1", "NOANSWER")
    assert pbx.hangup("201") == ["201 hangup NOANSWER"]
    pbx.dial_end("x;2", "202", "CANCEL")
    assert pbx.hangup("202") == ["202 hangup NOANSWER"]


@pytest.mark.parametrize(
    ("dial_status", "cause", "called", "caller"),
    [
        ("BUSY", "17", "BUSY", "BUSY"),
        ("NOANSWER", "18", "NOANSWER", "NOANSWER"),
        ("NOANSWER", "21", "BUSY", "BUSY"),
        ("CHANUNAVAIL", "20", "CHANUNAVAIL", "CHANUNAVAIL"),
        ("CANCEL", "16", "CANCEL", "CANCEL"),
        ("ANSWER", "16", "NOANSWER", "NOANSWER"),
    ],
)
def test_nobody_answered(dial_status: str, cause: str, called: str, caller: str) -> None:
    """Both sides are told how the dial ended; the first DialEnd counts."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", dial_status)
    pbx.dial_end("201", "202", "CONGESTION")
    told = [*pbx.hangup("202", cause), *pbx.hangup("201", cause)]
    assert told == [f"202 hangup {called}", f"201 hangup {caller}"]


def test_giving_up_after_an_announcement() -> None:
    """An application that answered the caller first does not make an answer of a dial that was given up."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.state("201", UP)
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", "CANCEL")
    assert [*pbx.hangup("202"), *pbx.hangup("201")] == ["202 hangup CANCEL", "201 hangup CANCEL"]


def test_only_one_of_a_group_answers() -> None:
    """The others stop ringing, which is a Hangup for each of them, and nothing for the two who talk."""
    pbx = Pbx()
    pbx.call("201", "600")
    for label in ("202", "203"):
        pbx.ring("201", label)
    pbx.answer("201", "203")
    pbx.dial_end("201", "202", "CANCEL")
    assert pbx.hangup("202", "26") == ["202 hangup CANCEL"]
    assert pbx.talk("201", "203") == ["203 answer-in", "201 answer-out"]


def test_busy_after_another_one_answered() -> None:
    """Who refuses has refused, also when the call is answered before that is told."""
    pbx = Pbx()
    pbx.call("201", "600")
    for label in ("202", "203"):
        pbx.ring("201", label)
    pbx.talk("201", "203")
    pbx.dial_end("201", "202", "BUSY")
    assert pbx.hangup("202", "17") == ["202 hangup BUSY"]


def test_busy_after_a_restart() -> None:
    """The cause of a leg that is known from the store alone tells, whoever else is talking."""
    pbx = Pbx()
    pbx.call("201", "600")
    for label in ("202", "203"):
        pbx.ring("201", label)
    pbx.restart()
    pbx.talk("201", "203")
    assert pbx.hangup("202", "17") == ["202 hangup BUSY"]


def test_picked_up_by_somebody_else() -> None:
    """The extension whose call was picked up has not answered, and it is nobody's failure to."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    assert pbx.call("203", "*8") == ["203 dial-out"]
    assert pbx.say("Pickup", "203", targetuniqueid="202") == []
    assert pbx.hangup("202", "17") == ["202 hangup CANCEL"]
    assert pbx.talk("201", "203") == ["201 answer-out", "203 answer-out"]


def test_nobody_gave_up() -> None:
    """A leg that was cancelled because another one was picked up is no dial that its caller gave up (cause 26)."""
    pbx = Pbx()
    pbx.call("201", "600")
    for label in ("202", "203"):
        pbx.ring("201", label)
    pbx.dial_end("201", "202", "CANCEL")
    pbx.dial_end("201", "203", "CONTINUE")
    told = [*pbx.hangup("202", "26"), *pbx.hangup("203"), *pbx.hangup("201")]
    assert told == ["202 hangup CANCEL", "203 hangup NOANSWER", "201 hangup NOANSWER"]


def test_answered_elsewhere_while_it_waits_for_a_confirmation() -> None:
    """Who picked up and has not confirmed when another one answers gets CANCEL, however late it leaves.

    The dial that was ended stands at the other end of a Local pair.
    """
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    assert pbx.ring("x;2", "202") == ["202 dial-in"]
    pbx.dial_end("201", "x;1", "CANCEL")
    pbx.hangup("x;1", "26")
    assert pbx.hangup("201") == ["201 hangup CANCEL"]
    pbx.dial_end("x;2", "202", "ANSWER")
    assert pbx.hangup("202") == ["202 hangup CANCEL"]


@pytest.mark.parametrize("restart", [False, True])
def test_answered_elsewhere_while_nobody_listened(*, restart: bool) -> None:
    """A leg that is gone while its caller talks to somebody else was not the one that answered."""
    pbx = Pbx()
    pbx.call("201", "600")
    for label in ("202", "203"):
        pbx.ring("201", label)
    pbx.lose(restart=restart)
    assert pbx.settle(pbx.line("201", bridge="b"), pbx.line("203", bridge="b", data=OUTGOING)) == [
        "203 answer-in, recovered",
        "201 answer-out, recovered",
        "202 hangup CANCEL, recovered",
    ]


def test_a_caller_who_talks_to_nobody() -> None:
    """A caller alone in a bridge has not been answered by anybody else."""
    pbx = Pbx()
    pbx.call("201", "600")
    pbx.ring("201", "202")
    pbx.lose_link()
    assert pbx.settle(pbx.line("201", bridge="b")) == ["202 hangup NOANSWER, recovered"]


def test_the_caller_is_the_one_who_was_sent_on() -> None:
    """After a transfer the legs ring for the one left behind, whose call id is that of another channel."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.talk("201", "202")
    pbx.hangup("201")
    for label in ("203", "204"):
        pbx.ring("202", label)
    pbx.lose_link()
    told = pbx.settle(pbx.line("202", bridge="b"), pbx.line("204", bridge="b"))
    assert told == ["204 answer-in, recovered", "203 hangup CANCEL, recovered"]


def test_a_forwarded_call() -> None:
    """A phone that forwards has given the call away; its target receives it from the original caller."""
    pbx = Pbx()
    pbx.call("201", "202")
    pbx.ring("201", "202")
    pbx.dial_end("201", "202", "CANCEL", forward="Local/203@inside")
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    assert pbx.ring("x;2", "203") == ["203 dial-in"]
    assert (pbx.told[-1].caller_extension, pbx.told[-1].called_number) == ("201", "202")
    pbx.dial_end("x;2", "203", "BUSY")
    told = [*pbx.hangup("202"), *pbx.hangup("203", "17"), *pbx.hangup("201", "17")]
    assert told == ["202 hangup CANCEL", "203 hangup BUSY", "201 hangup BUSY"]


def test_a_phone_that_hangs_up_during_the_announcement() -> None:
    """Asterisk may still connect it for a moment: nobody has answered."""
    pbx = Pbx()
    pbx.call("201", "613")
    pbx.ring("201", "203")
    pbx.state("203", UP)
    pbx.say("HangupRequest", "203")
    pbx.dial_end("201", "203", "ANSWER")
    assert pbx.talk("203", "201") == []
    assert [*pbx.hangup("203"), *pbx.hangup("201")] == ["203 hangup NOANSWER", "201 hangup NOANSWER"]
    assert pbx.is_quiet


@pytest.mark.parametrize("caller_first", [True, False])
def test_a_group_behind_local_channels_that_times_out(caller_first: bool) -> None:  # noqa: FBT001 - a case
    """Nobody has given up, whether the caller's end or that of the dial behind the Local pair is told first."""
    pbx = Pbx()
    pbx.call("201", "605")
    pbx.local("x", of="201")
    pbx.dial("201", "x;1")
    pbx.ring("x;2", "202")
    pbx.dial_end("201", "x;1", "NOANSWER")
    told = pbx.hangup("x;1", "0")
    told += pbx.hangup("201") if caller_first else []
    pbx.dial_end("x;2", "202", "CANCEL")
    told += [*pbx.hangup("x;2", "0"), *pbx.hangup("202")]
    told += [] if caller_first else pbx.hangup("201")
    assert sorted(told) == ["201 hangup NOANSWER", "202 hangup NOANSWER"]
    assert pbx.is_quiet
