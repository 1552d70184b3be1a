"""Recorded streams, read again."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.ami.message import AmiEvent
from amibridge.ami.protocol import MAX_MESSAGE_BYTES, Banner
from amibridge.ami.replay import HalfMessage, LinkBroken, NoStreamError, Replayed, read_stream
from amibridge.ami.snapshot import Snapshot
from amibridge.errors import UsageError

TRACES = sorted((Path(__file__).parents[2] / "replay" / "traces").rglob("*.ami"))
WANTED = frozenset({"Newchannel", "Hangup"})
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
LOGIN = b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n"
HANGUP = b"Event: Hangup\r\nUniqueid: 1\r\n\r\n"


def listing(*uniqueids: bytes, action_id: bytes = b"2", end: bytes = b"Complete") -> bytes:
    """A channel listing as a PBX answers it."""
    own = b"ActionID: " + action_id + b"\r\n"
    items = [b"Event: CoreShowChannel\r\n" + own + b"Uniqueid: " + one + b"\r\n\r\n" for one in uniqueids]
    start = b"Response: Success\r\n" + own + b"EventList: start\r\n\r\n"
    return start + b"".join(items) + b"Event: CoreShowChannelsComplete\r\n" + own + b"EventList: " + end + b"\r\n\r\n"


def shown(item: Replayed) -> str:
    """An item in short."""
    match item:
        case Banner():
            return item.branch
        case AmiEvent():
            return f"{item.name} {item.get('uniqueid')}"
        case Snapshot():
            return " ".join(["listed", *(channel.uniqueid for channel in item.channels)])
        case LinkBroken():
            return f"broken: {item.reason}"
        case HalfMessage():
            return f"half: {item.size_bytes}"


def read(*chunks: bytes) -> list[str]:
    """The items of a stream."""
    return [shown(item) for item in read_stream(chunks, WANTED)]


@pytest.mark.parametrize("path", TRACES, ids=lambda path: "/".join((*path.parts[-3:-1], path.stem)))
def test_recorded_stream(path: Path) -> None:
    """A recorded call is read whole: its banner, its events, no damage, nothing left over."""
    first, *others = read(path.read_bytes())
    assert first == f"Asterisk {path.parts[-3].partition('-')[0]}"
    assert {item.partition(" ")[0] for item in others} <= {"Newchannel", "Hangup", "listed"}


def test_listing() -> None:
    """A listing is a snapshot at the place of its end; events between its parts come before it."""
    start, _, rest = listing(b"3", b"4").partition(b"Event: CoreShowChannelsComplete")
    stream = BANNER + LOGIN + start + HANGUP + b"Event: CoreShowChannelsComplete" + rest
    assert read(stream) == ["Asterisk 22", "Hangup 1", "listed 3 4"]


def test_listings_of_two_actions() -> None:
    """Listings that overlap are kept apart by their ActionIDs; one that broke off is none."""
    first = listing(b"3", action_id=b"a").split(b"\r\n\r\n")
    second = listing(action_id=b"b", end=b"Cancelled") + listing(b"5", action_id=b"c")
    stream = BANNER + b"\r\n\r\n".join(first[:2]) + b"\r\n\r\n" + second + b"\r\n\r\n".join(first[2:])
    assert read(stream) == ["Asterisk 22", "listed 5", "listed 3"]


def test_empty_listing() -> None:
    """A PBX without channels is a snapshot too."""
    assert read(BANNER + listing()) == ["Asterisk 22", "listed"]


@pytest.mark.parametrize(
    "cut_off", [b"", b"Event: Hang", b"Event: Hangup\r\nUniq", b"Event: Hangup\r\nUniqueid: 9\r\n"]
)
def test_second_banner(cut_off: bytes) -> None:
    """A second session in the stream is a lost link, wherever the first one was cut off; half messages are lost."""
    stream = BANNER + LOGIN + HANGUP + cut_off + BANNER + LOGIN + HANGUP
    expected = ["Asterisk 22", "Hangup 1", "broken: another session begins", "Asterisk 22", "Hangup 1"]
    assert read(stream) == expected
    assert read(*(bytes([byte]) for byte in stream)) == expected


def test_listing_that_was_cut_off() -> None:
    """A listing does not go on in the next session."""
    half = listing(b"3").partition(b"Event: CoreShowChannelsComplete")[0]
    assert read(BANNER + half + BANNER + listing(b"4"))[-1] == "listed 4"


def test_a_caller_is_no_banner() -> None:
    """Callers may call themselves what they like."""
    name = b"Event: Hangup\r\nCallerIDName: Asterisk Call Manager/1.1\r\nUniqueid: 1\r\n\r\n"
    assert read(BANNER + name) == ["Asterisk 22", "Hangup 1"]


def test_without_banner() -> None:
    """A piece of a recording is read as well, even if nobody wants its events."""
    assert read(HANGUP) == ["Hangup 1"]
    assert read(b"Event: VarSet\r\n\r\n") == []


def test_banner_alone() -> None:
    """A session that was cut off at once is a stream."""
    assert read(BANNER) == ["Asterisk 22"]
    assert read(BANNER + LOGIN + BANNER) == ["Asterisk 22", "broken: another session begins", "Asterisk 22"]


def test_half_last_message() -> None:
    """A recording that ends within a message says how much is not read."""
    assert read(BANNER + HANGUP + b"Event: Hangup\r\nUniqueid: 2\r\n") == ["Asterisk 22", "Hangup 1", "half: 26"]
    assert read(BANNER + HANGUP + b"\r\n") == ["Asterisk 22", "Hangup 1"]


@pytest.mark.parametrize("damage", [b"garbage\r\n\r\n", b"\0\r\n\r\ngarbage\r\n\r\n", b"A: b\r\n" * 2000 + b"\r\n"])
def test_damage(damage: bytes) -> None:
    """A damaged place is one lost link; reading goes on behind it."""
    first, second, third, fourth = read(BANNER + HANGUP + damage + HANGUP)
    assert (first, second, fourth) == ("Asterisk 22", "Hangup 1", "Hangup 1")
    assert third.startswith("broken: ")


def test_endless_message() -> None:
    """A message without an end is damage at the bound, however much of it there is."""
    chunks = [BANNER + HANGUP, *[b"x" * 65536] * 20, b"\r\n\r\n" + HANGUP]
    items = read(*chunks)
    assert (items[:2], items[-1]) == (["Asterisk 22", "Hangup 1"], "Hangup 1")
    assert sum(item.startswith("broken") for item in items) == 1


@pytest.mark.parametrize(
    ("chunks", "problem"),
    [
        ([], "it is empty"),
        ([b""], "it is empty"),
        ([b"hello"], "it has no banner and no message"),
        ([b"\r\n\r\n"], "it has no banner and no message"),
        ([b"Asterisk Call Manager/x\r\n"], "it has no banner and no message"),
        ([BANNER.replace(b"\r", b"")[1:] + HANGUP.replace(b"\r", b"")], "its lines end in LF alone"),
        ([BANNER.replace(b"\r", b"") + HANGUP.replace(b"\r", b"")], "its lines end in LF alone"),
        ([b"\x89PNG\r\n\x1a\n\r\n\r\n"], "bytes between messages that are no message"),
        ([b"x" * (MAX_MESSAGE_BYTES + 100)], "a message with a line above 64 KiB"),
    ],
)
def test_no_stream(chunks: Iterable[bytes], problem: str) -> None:
    """Bytes that are no AMI stream are refused in one line that says how to get one."""
    with pytest.raises(NoStreamError, match=problem) as caught:
        list(read_stream(chunks, WANTED))
    assert str(caught.value).startswith("no AMI stream: ")
    assert str(caught.value).endswith("record one with: amibridge record FILE")
    assert isinstance(caught.value, UsageError)


@given(
    st.lists(st.sampled_from([BANNER, LOGIN, HANGUP, b"junk", b"\r\n\r\n", b"\0", b"Event: Hangup\r\n"]), max_size=20)
)
def test_any_split(parts: list[bytes]) -> None:
    """The chunks in which a stream is read make no difference."""
    stream = BANNER + b"".join(parts)
    whole = read(stream)
    for size in (1, 5, 31):
        assert read(*(stream[start : start + size] for start in range(0, len(stream), size))) == whole
