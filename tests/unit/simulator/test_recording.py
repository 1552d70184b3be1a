"""Recorded streams: what is kept of them, how they keep time, and how each replay is a new one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.simulator.playlist import SCENES, Scene, load
from amibridge.simulator.recording import FreshIds, Message, Pace, RecordingError, read_message, read_recording

STREAM = (
    b"Asterisk Call Manager/11.0.0\r\n"
    b"Response: Success\r\nActionID: lab-1\r\nMessage: Authentication accepted\r\n\r\n"
    b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
    b"\r\nEvent: Newchannel\r\nTimestamp: 1795509528.500000\r\nUniqueid: office-1795509528.2\r\n"
    b"Linkedid: office-1795509528.2\r\nChanVariable: A=1\r\nChanVariable: B=\xff: x\r\n\r\n"
    b"Event: CoreShowChannel\r\nActionID: lab-2\r\nUniqueid: office-1795509528.2\r\n\r\n"
    b"Event: BridgeEnter\r\nTimestamp: 1795509529.750000\r\nBridgeUniqueid: 6d3b\r\n"
    b"Uniqueid: office-1795509528.3\r\nLinkedid: office-1795509528.2\r\nSwapUniqueid: office-1795509528.2\r\n\r\n"
    b"Event: Hangup\r\nTimestamp: 1795509529.749999\r\nUniqueid: office-1795509528.3\r\nCause: 16\r\n\r\n"
    b"Event: Hang"
)


def message(**headers: str) -> Message:
    """A message of these headers."""
    return Message(headers=tuple(headers.items()))


def test_keeps_what_is_said_about_calls() -> None:
    """The recording's own session (login, listings, a half last message) is left out."""
    recording = read_recording("a call", STREAM)
    assert [timed.message.get("Event") for timed in recording.messages] == ["Newchannel", "BridgeEnter", "Hangup"]
    assert recording.version == "11.0.0"


def test_pauses_come_from_timestamps() -> None:
    """The first message comes at once, and time that goes back a little is no pause."""
    pauses = [timed.pause_seconds for timed in read_recording("a call", STREAM).messages]
    assert pauses == [0.0, 1.25, 0.0]


@pytest.mark.parametrize("timestamp", ["", "yesterday", "inf", "nan"])
def test_no_time_is_no_pause(timestamp: str) -> None:
    """A message without a usable Timestamp follows at once, and the next one counts from the last that had one."""
    stream = STREAM.replace(b"1795509529.750000", timestamp.encode())
    pauses = [timed.pause_seconds for timed in read_recording("a call", stream).messages]
    assert pauses == [0.0, 0.0, pytest.approx(1.249999)]


def test_any_bytes_survive() -> None:
    """A message goes out as it came in: repeated headers, invalid UTF-8, values with colons."""
    block = b"Event: Newchannel\r\nChanVariable: A=1\r\nChanVariable: B=\xff: x\r\nAccountCode: \r\n"
    assert read_message(block).as_bytes() == block + b"\r\n"


@pytest.mark.parametrize(
    ("stream", "problem"),
    [
        (b"", "it does not start with 'Asterisk Call Manager/'"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "it does not start with 'Asterisk Call Manager/'"),
        (b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n", "no event of a call is in it"),
    ],
)
def test_something_else_is_no_recording(stream: bytes, problem: str) -> None:
    """What is no recorded stream is refused in one line that says what to do."""
    with pytest.raises(RecordingError) as refused:
        read_recording("x", stream)
    assert str(refused.value) == f"x is no recorded AMI stream: {problem}; record one with: amibridge record FILE"


def test_headers_compare_without_case() -> None:
    """Asterisk's own spelling differs from event to event."""
    assert message(BridgeId="1", Bridgeid="2").get("bridgeID") == "1"
    assert message(BridgeId="1").get("Channel") == ""


@pytest.mark.parametrize(
    ("pace", "recorded", "waited"),
    [
        (Pace(), 0.0004, 0.0004),  # the PBX's own
        (Pace(), 0.15, 1.2),  # somebody answers
        (Pace(), 10.0, 2.0),  # somebody lets it ring
        (Pace(speed=50), 0.15, 0.024),
        (Pace(speed=0.5), 0.15, 2.4),
        (Pace(stretch=1, longest_seconds=math.inf), 10.0, 10.0),
    ],
)
def test_pace(pace: Pace, recorded: float, waited: float) -> None:
    """People's pauses are stretched and capped, the PBX's kept, and all are divided by the speed."""
    assert pace.seconds(recorded) == pytest.approx(waited)


@given(recorded=st.floats(0, 1e6), speed=st.floats(0.001, 1e6))
def test_any_speed(recorded: float, speed: float) -> None:
    """At any speed a pause is finite, not negative, and at most the cap divided by the speed."""
    assert 0 <= Pace(speed=speed).seconds(recorded) <= 2.0 / speed


def test_replays_have_channels_of_their_own() -> None:
    """Two replays of one recording share no channel and no bridge, and are sent with the time of sending."""
    ids = FreshIds()
    recording = read_recording("a call", STREAM)
    replays = []
    for _ in range(2):
        fresh = ids.for_replay(1800000000.9)
        replays.append([fresh(timed.message, 1800000001.5) for timed in recording.messages])
    first, second = replays
    assert [m.get("Uniqueid") for m in first] == [
        "office-1800000000.0",
        "office-1800000000.1",
        "office-1800000000.1",
    ]
    assert [m.get("Uniqueid") for m in second] == [
        "office-1800000000.2",
        "office-1800000000.3",
        "office-1800000000.3",
    ]
    assert first[1].get("Linkedid") == first[1].get("SwapUniqueid") == "office-1800000000.0"
    assert len({first[1].get("BridgeUniqueid"), second[1].get("BridgeUniqueid"), "6d3b"}) == 3
    assert {m.get("Timestamp") for m in first} == {"1800000001.500000"}


@pytest.mark.parametrize(
    ("header", "renamed"),
    [
        ("Uniqueid", True),
        ("DestUniqueid", True),
        ("DestLinkedid", True),
        ("ParkerUniqueid", True),
        ("TransfereeLinkedid", True),
        ("LocalOneUniqueid", True),
        ("BridgeUniqueid", True),
        ("SecondBridgeUniqueid", True),
        ("Channel", False),
        ("UniqueidOfNothing", False),
    ],
)
def test_every_header_with_an_id_is_renamed(header: str, renamed: bool) -> None:  # noqa: FBT001 - a table's column
    """Ids are known by the ending of the header's name, however it begins."""
    fresh = FreshIds().for_replay(1800000000.0)
    assert (fresh(message(**{header: "1795509528.2"}), 1.0).get(header) != "1795509528.2") is renamed


def test_odd_ids_are_renamed_and_empty_ones_kept() -> None:
    """An id that does not look like Asterisk's is opaque; an empty one (no party) stays empty."""
    fresh = FreshIds().for_replay(1800000000.0)
    renamed = fresh(message(Uniqueid="strange", DestUniqueid="", BridgeUniqueid=""), 1.0)
    assert renamed.headers == (("Uniqueid", "1800000000.0"), ("DestUniqueid", ""), ("BridgeUniqueid", ""))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.recording)
def test_no_recorded_id_is_left(scene: Scene) -> None:
    """In none of the shipped recordings does an id or a time of the recorded call reach a replay."""
    recording = load(scene)
    ids = {
        value
        for timed in recording.messages
        for name, value in timed.message.headers
        if value and name.lower().endswith(("uniqueid", "linkedid", "timestamp"))
    }
    fresh = FreshIds().for_replay(1800000000.0)
    replayed = b"".join(fresh(timed.message, 1800000000.0).as_bytes() for timed in recording.messages).decode()
    assert ids
    assert [one for one in ids if one in replayed] == []
