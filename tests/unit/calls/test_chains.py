"""What can be read along the chains of dials and bridges."""

import pytest

from amibridge.calls.chains import (
    Root,
    answered_elsewhere,
    ends,
    gathered,
    others,
    outcome,
    own_root,
    party,
    root_of,
    speaks,
)
from amibridge.calls.events import CallStatus
from tests.unit.calls.pbx import RINGING, Picture, labels


def dial_through(picture: Picture, *chain: str) -> None:
    """Each of these channels dials the next; ``x`` stands for a whole Local pair."""
    source = chain[0]
    for dest in chain[1:]:
        if dest.isalpha():
            picture.dial(source, f"{dest};1")
            picture.see(f"{dest};2")
            source = f"{dest};2"
        else:
            picture.dial(source, dest)


def root(label: str, number: str = "", *, public: bool = False) -> tuple[str, str, bool]:
    """A root, as ``told`` writes it."""
    return label, number, public


def told(found: Root | None) -> tuple[str, str, bool] | None:
    """A root, in short."""
    return None if found is None else root(found.channel.uniqueid, found.number, public=found.public)


# Who is connected. -----------------------------------------------------------------------------------------------


def test_local_pairs_join_the_bridges_of_their_halves() -> None:
    """Two phones behind a chain of Local pairs are one party, in whatever order the halves were seen and entered."""
    picture = Picture()
    first = picture.enter("201", "a")
    for label, bridge in (("x;2", "a"), ("x;1", "b"), ("y;2", "b")):
        picture.enter(label, bridge)
    assert labels(party(first)) == ["201"]
    second = picture.enter("202", "c")
    picture.enter("y;1", "c")
    assert labels(party(first)) == labels(party(second)) == ["201", "202"]
    assert labels(gathered(first.bridge)) == ["201", "202", "x;1", "x;2", "y;1", "y;2"]
    picture.channels.end("x;1")
    assert labels(party(first)) == ["201"]


def test_a_bridge_is_walked_once() -> None:
    """A Local pair whose halves are in one and the same bridge ends the walk."""
    picture = Picture()
    phone = picture.enter("201", "a")
    picture.enter("x;1", "a")
    picture.enter("x;2", "a")
    assert labels(party(phone)) == ["201"]


def test_who_connects_nobody() -> None:
    """Helpers are nobody, who waits in a holding bridge talks to nobody, and who is in no bridge is alone."""
    picture = Picture()
    phone = picture.enter("201", "a")
    picture.enter("Recorder", "a")
    assert labels(party(phone)) == ["201"]
    picture.enter("201", "park", "holding_bridge")
    picture.enter("202", "park", "holding_bridge")
    assert party(phone) == []
    assert party(picture.see("203")) == []


def test_the_others() -> None:
    """Whoever shares a bridge with a channel, except itself and who is behind its own other half."""
    picture = Picture()
    half = picture.enter("x;1", "a")
    picture.enter("201", "a")
    picture.enter("x;2", "b")
    picture.enter("202", "b")
    assert labels(others(half)) == ["201"]
    picture.enter("y;2", "a")
    picture.enter("y;1", "c")
    picture.enter("203", "c")
    assert labels(others(half)) == ["201", "203"]
    # a way round to the other half
    picture.enter("y;1", "b")
    assert labels(others(half)) == ["201", "202"]
    assert labels(others(picture.see("201"))) == ["202"]


# Who began it. ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chain", [("201", "202"), ("201", "x", "202"), ("201", "x", "y", "202")], ids=" > ".join)
def test_the_way_back_along_the_dials(chain: tuple[str, ...]) -> None:
    """The root caller is found dial by dial and across each Local pair, with the number that it dialled."""
    picture = Picture()
    picture.see("201", exten="600")
    dial_through(picture, *chain)
    assert told(root_of(picture.see("202"))) == root("201", "600")


def test_an_outside_caller_has_dialled_a_public_number() -> None:
    """The number that an outside caller dialled is public; a number that it was sent to since is not."""
    picture = Picture()
    trunk = picture.see("trunk", exten="0301")
    called = picture.dial("trunk", "202")
    assert told(root_of(called)) == root("trunk", "0301", public=True)
    trunk.send_to("203")
    assert told(root_of(called)) == root("trunk", "203")


def test_a_caller_without_a_number() -> None:
    """What begins in the dialplan's ``s`` has dialled nothing."""
    picture = Picture()
    picture.see("trunk", exten="s")
    assert told(root_of(picture.dial("trunk", "202"))) == root("trunk", public=True)


def test_the_number_of_a_transfer_on_the_way() -> None:
    """The nearest transfer names the number: that of a Local half before that of the caller behind it."""
    picture = Picture()
    picture.see("201", exten="600").send_to("601")
    dial_through(picture, "201", "x", "202")
    assert told(root_of(picture.see("202"))) == root("201", "601")
    picture.see("x;2").send_to("602")
    assert told(root_of(picture.see("202"))) == root("201", "602")


def test_an_unknown_beginning_has_no_root() -> None:
    """A chain whose next half, or whose dial, is not known has no root yet; one that closes never has."""
    picture = Picture()
    assert root_of(picture.see("202")) is None
    called = picture.dial("x;2", "202")
    assert root_of(called) is None
    picture.see("x;2")
    called = picture.dial("x;2", "202")
    assert root_of(called) is None
    picture.see("x;1")
    assert root_of(called) is None
    picture.dial("x;2", "x;1")
    assert root_of(called) is None
    picture.see("201", exten="202")
    picture.dial("201", "x;1")
    assert told(root_of(called)) == root("201", "202")


def test_a_phone_that_was_called_dials_on() -> None:
    """Of a caller that was dialled itself the number is that of its dial, not the one of its first sight."""
    picture = Picture()
    caller = picture.dial("", "201")
    picture.see("201", exten="203")
    assert told(root_of(picture.dial("201", "202"))) == root("201", "203")
    caller.send_to("204")
    assert told(root_of(picture.see("202"))) == root("201", "204")


@pytest.mark.parametrize(
    ("dial_string", "number"),
    [
        ("202", "202"),
        ("+4930", "+4930"),
        ("202@inside/n", "202"),
        ("PJSIP/202", "202"),
        ("PJSIP/030555@provider", "030555"),
        ("202&203", "202"),
        ("PJSIP/202:5060", "202"),
        ("PJSIP/provider-a", ""),
        ("PJSIP/202x", ""),
        ("", ""),
    ],
)
def test_the_number_in_a_dial_string(dial_string: str, number: str) -> None:
    """Where the dialplan has no number, what it said to Dial may have one; a device's name is none."""
    picture = Picture()
    picture.dial("", "201")
    picture.see("201", exten="s")
    assert told(root_of(picture.dial("201", "202", dialstring=dial_string))) == root("201", number)


def test_behind_an_originated_half_is_who_is_bridged_with_it() -> None:
    """Click-to-dial: the phone that talks to the half which the PBX originated dials what is behind the other."""
    picture = Picture()
    picture.see("x;1")
    picture.see("x;2", exten="202")
    called = picture.dial("x;2", "202")
    assert root_of(called) is None
    picture.enter("x;1", "a")
    picture.enter("201", "a")
    assert told(root_of(called)) == root("201", "202")
    picture.see("x;2").send_to("203")
    assert told(root_of(called)) == root("201", "203")
    # the phone that is called is nobody's root, wherever it is
    picture.channels.leave(picture.see("201"))
    picture.enter("202", "a")
    assert root_of(called) is None


@pytest.mark.parametrize(
    ("status", "found"), [("ANSWER", root("201", "202")), ("BUSY", None), ("", None)], ids=["answered", "busy", "open"]
)
def test_behind_an_originated_half_is_who_has_answered_it(status: str, found: tuple[str, str, bool] | None) -> None:
    """Before the bridge is told, the phone that has answered the half's dial is known."""
    picture = Picture()
    picture.see("x;1")
    picture.see("x;2", exten="202")
    picture.dial("x;1", "201")
    picture.end_dial("201", status)
    assert told(root_of(picture.dial("x;2", "202"))) == found


def test_the_phone_behind_more_pairs() -> None:
    """The phone may have answered through Local pairs of its own, however many."""
    picture = Picture()
    picture.see("x;1")
    picture.see("x;2", exten="202")
    called = picture.dial("x;2", "202")
    deep = [f"deep{number}" for number in range(1500)]
    for source, pair in zip(["x;1", *(f"{pair};2" for pair in deep)], deep, strict=False):
        picture.dial(source, f"{pair};1")
        picture.end_dial(f"{pair};1", "ANSWER")
        picture.see(f"{pair};2")
    assert root_of(called) is None
    picture.dial(f"{deep[-1]};2", "201")
    picture.end_dial("201", "ANSWER")
    assert told(root_of(called)) == root("201", "202")


def test_nobody_behind_answered_pairs() -> None:
    """A pair whose other half is not known, and pairs that answer each other, have no phone behind them."""
    picture = Picture()
    picture.see("x;1")
    picture.see("x;2", exten="202")
    for pair in ("y", "z"):
        picture.see(f"{pair};2")
    for source, dest in (("x;1", "lone;1"), ("x;1", "y;1"), ("y;2", "z;1"), ("z;2", "x;2")):
        picture.dial(source, dest)
        picture.end_dial(dest, "ANSWER")
    assert root_of(picture.dial("x;2", "202")) is None


def test_a_local_half_that_entered_a_service() -> None:
    """Its root is who dialled it; else the phone behind it, with the number where the dialplan has the half."""
    picture = Picture()
    picture.see("201", exten="650")
    dial_through(picture, "201", "x")
    assert told(root_of(picture.see("x;2"))) == root("201", "650")
    picture.see("y;1")
    half = picture.see("y;2", exten="650")
    assert root_of(half) is None
    picture.enter("y;1", "a")
    picture.enter("203", "a")
    assert told(root_of(half)) == root("203", "650")
    assert told(root_of(picture.see("y;2", exten="s"))) == root("203")


@pytest.mark.parametrize(
    ("dialled", "exten", "sent_to", "found"),
    [
        (False, "650", "", root("trunk", "650", public=True)),
        (False, "650", "651", root("trunk", "651")),
        (True, "650", "", root("trunk", "650")),
        (True, "s", "", root("trunk")),
        (True, "650", "651", root("trunk", "651")),
    ],
)
def test_a_caller_on_its_own(exten: str, sent_to: str, found: tuple[str, str, bool], *, dialled: bool) -> None:
    """Who enters a service is its own root; one that was called itself has the number where the dialplan has it."""
    picture = Picture()
    if dialled:
        picture.dial("", "trunk")
    caller = picture.see("trunk", exten=exten)
    caller.send_to(sent_to)
    assert told(own_root(caller)) == found


def test_a_called_phone_on_its_own() -> None:
    """What the caller of a phone has dialled is not what the phone has."""
    picture = Picture()
    picture.see("201", exten="600")
    picture.dial("201", "202")
    assert told(own_root(picture.see("202", exten="650"))) == root("202", "650")


# How it ended. ---------------------------------------------------------------------------------------------------


def test_the_local_halves_on_the_way_back() -> None:
    """Of each pair the one that dials, then the other; until the caller, a missing half, or where the way closes."""
    picture = Picture()
    picture.see("201")
    dial_through(picture, "201", "x", "y", "202")
    called = picture.see("202")
    assert [half.uniqueid for half in ends(called)] == ["y;2", "y;1", "x;2", "x;1"]
    assert [half.uniqueid for half in ends(picture.see("x;2"))] == ["x;2", "x;1"]
    picture.dial("y;2", "x;1")
    assert [half.uniqueid for half in ends(called)] == ["y;2", "y;1", "x;2", "x;1"]
    picture.see("lone;2")
    assert [half.uniqueid for half in ends(picture.dial("lone;2", "203"))] == ["lone;2"]
    assert list(ends(picture.see("201"))) == []


@pytest.mark.parametrize("label", ["202", "x;1", "x;2"])
def test_answered_elsewhere_anywhere_on_the_way(label: str) -> None:
    """Cause 26 of the channel, or of a Local half on the way to it, says that somebody else has answered."""
    picture = Picture()
    dial_through(picture, "201", "x", "202")
    called = picture.see("202")
    assert (answered_elsewhere(called), speaks(called)) == (False, True)
    picture.see(label).cause = 26
    assert (answered_elsewhere(called), speaks(called)) == (True, False)


@pytest.mark.parametrize("name", ["forwarded", "picked_up"])
def test_who_does_not_speak_for_the_caller(name: str) -> None:
    """A phone that forwards, or whose call somebody else took, says nothing of how the caller's call went."""
    called = Picture().dial("201", "202")
    setattr(called, name, True)
    assert not speaks(called)


@pytest.mark.parametrize(
    ("dial_status", "above", "cause", "status"),
    [
        ("BUSY", "", 17, CallStatus.BUSY),
        ("CANCEL", "", 16, CallStatus.CANCEL),
        ("CANCEL", "CANCEL", 16, CallStatus.CANCEL),
        ("CANCEL", "NOANSWER", 16, CallStatus.NOANSWER),
        ("", "NOANSWER", 16, CallStatus.NOANSWER),
        ("BUSY", "NOANSWER", 16, CallStatus.BUSY),
        ("NOANSWER", "", 21, CallStatus.BUSY),
        ("NOANSWER", "", 0, CallStatus.CHANUNAVAIL),
    ],
)
def test_how_a_dialled_channel_ended(dial_status: str, above: str, cause: int, status: CallStatus) -> None:
    """By its DialEnd and its cause; a timeout further up looks like a caller that is gone. Cause 0 leaves the word."""
    picture = Picture()
    dial_through(picture, "201", "x", "202")
    picture.end_dial("x;1", above)
    picture.see("202", channelstate=RINGING)
    called = picture.end_dial("202", dial_status)
    called.cause = cause
    assert outcome(called, 20) is status
