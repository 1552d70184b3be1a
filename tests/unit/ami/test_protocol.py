"""Framing: the same frames however the bytes were split, and a verdict on everything that is no AMI."""

import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.ami.message import AmiEvent
from amibridge.ami.protocol import (
    GARBAGE,
    MAX_HEADERS,
    MAX_LINE_BYTES,
    MAX_MESSAGE_BYTES,
    NO_BANNER,
    OVERSIZED,
    Answered,
    Banner,
    Damaged,
    Frame,
    Framer,
    Heard,
)

TRACES = sorted((Path(__file__).parents[2] / "replay" / "traces").rglob("*.ami"))

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
WANTED = frozenset({"Newchannel", "Hangup", "AOC-D"})
STREAM = (
    BANNER
    + b"Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r\n"
    + b"Event: VarSet\r\nUniqueid: 1\r\n\r\n"
    + "Event: Newchannel\r\nUniqueid: 2\r\nCallerIDName: Zoë 😀\r\n\r\n".encode()
    + b"Event: TestEvent\r\nState: x\r\n\r\n\r\nEvent: Hangup\r\nUniqueid: 3\r\n\r\n"
    + b"\r\n\r\nEvent: CoreShowChannel\r\nUniqueid: 4\r\n\r\n"
    + b"event: Hangup\r\nUniqueid: 5\r\n\r\n"
    + b"Event: AOC-D\r\nUniqueid: 6\r\n\r\n"
    + b"Event: AOC-E\r\nUniqueid: 7\r\n\r\n"
    + b"Event: Hangup"
)
FRAMES = [
    "Asterisk 22",
    "answered Authentication accepted",
    "Newchannel 2 Zoë 😀",
    "Hangup 3",
    "answered 4",
    "Hangup 5",
    "AOC-D 6",
]


def shown(frame: Frame) -> list[str]:
    """A frame in short; of events each by itself, since how many come at once depends on the pieces."""
    match frame:
        case Banner():
            return [frame.branch]
        case Heard(events=events):
            return [f"{event.name} {_facts(event)}" for event in events]
        case Answered(message=message):
            return [f"answered {_facts(message)}"]
        case Damaged():
            return [frame.reason]


def _facts(event: AmiEvent) -> str:
    return " ".join(filter(None, (event.get(name) for name in ("uniqueid", "calleridname", "message"))))


def read(*pieces: bytes, wanted: frozenset[str] = WANTED) -> list[str]:
    """The frames of a stream that arrives in these pieces."""
    framer = Framer(lambda: wanted)
    return [line for piece in pieces for frame in framer.feed(piece) for line in shown(frame)]


def message_of(name: str, number: int) -> bytes:
    """A wanted event with as much in it as Asterisk writes."""
    headers = [f"Header{place}: a value of some length" for place in range(16)]
    lines = ["Event: Hangup", f"Uniqueid: {number}", f"CallerIDName: {name}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def message(*, size: int = 0, headers: int = 2, line: int = 0) -> bytes:
    """A wanted event of exactly that size, or that many headers, or with a line of that length."""
    start = b"Event: Hangup\r\n"
    if line:
        return start + b"A: ".ljust(line, b"x")
    lines = start + b"A: b\r\n" * (headers - 2) + b"A: "
    while size - len(lines) > MAX_LINE_BYTES:
        lines += b"x" * (MAX_LINE_BYTES - 10) + b"\r\nA: "
    return lines + b"x" * max(0, size - len(lines))


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """The stream in pieces."""
    ends = [0, *sorted({place % len(stream) for place in places}), len(stream)]
    return [stream[start:end] for start, end in pairwise(ends)]


def test_whole() -> None:
    """Wanted events are read, others skipped, answers passed on, empty lines harmless, half messages waited for."""
    assert read(STREAM) == FRAMES


def test_every_cut() -> None:
    """Split in two anywhere, a stream gives the same frames."""
    assert all(read(STREAM[:place], STREAM[place:]) == FRAMES for place in range(len(STREAM)))


def test_every_end() -> None:
    """Ended anywhere, a stream gives the frames that were whole by then, and never half of one."""
    for place in range(len(STREAM)):
        frames = read(STREAM[:place])
        assert frames == FRAMES[: len(frames)]


def test_byte_by_byte() -> None:
    """Split everywhere, too."""
    assert read(*(bytes([byte]) for byte in STREAM)) == FRAMES


HOSTILE = [
    b"\r\n",
    b"\r\n\r\n",
    b"\r",
    b"\n",
    b"\0",
    b": ",
    b"Event: Hangup\r\n",
    b"Event: VarSet\r\n",
    b"Event: ",
    b"Response: Success\r\n",
    b"Uniqueid: 1",
    b"\xff",
    b"Asterisk Call Manager/11.0.0\r\n",
    b"A: " + b"x" * MAX_LINE_BYTES,
    b"A: " + b"x" * (MAX_LINE_BYTES - 3) + b"\r\n",
    b"a: b\r\n" * MAX_HEADERS,
]


@given(
    st.lists(st.sampled_from(HOSTILE), max_size=25),
    st.lists(st.integers(0, 2**20), max_size=12),
)
def test_any_split_of_anything(parts: list[bytes], places: list[int]) -> None:
    """Damaged or not, a stream gives the same frames and the same verdict however it is split."""
    stream = BANNER + b"".join(parts)
    assert read(*cut(stream, places)) == read(stream)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_random_bytes(noise: bytes, places: list[int]) -> None:
    """Noise raises nothing, before or after the banner."""
    for stream in (noise + b"x", BANNER + noise):
        assert read(*cut(stream, places)) == read(stream)


@pytest.mark.parametrize("path", TRACES, ids=lambda path: "/".join((*path.parts[-3:-1], path.stem)))
def test_recorded_stream(path: Path) -> None:
    """A real stream has no damage, and its length in pieces does not matter."""
    stream = path.read_bytes()
    whole = read(stream)
    assert whole.count(f"Asterisk {path.parts[-3].partition('-')[0]}") == 1
    assert sum(frame.startswith("Hangup") for frame in whole) == stream.count(b"Event: Hangup\r\n")
    for size in (1, 7, 1460):
        assert read(*(stream[start : start + size] for start in range(0, len(stream), size))) == whole


@pytest.mark.parametrize(
    ("line", "branch"),
    [
        (b"Asterisk Call Manager/11.0.0\r\n", "Asterisk 22"),
        (b"Asterisk Call Manager/5.0.1\r\n", "Asterisk 16"),
        (b"Asterisk Call Manager/9.0.0 \r\n", "Asterisk 20"),
        (b"Asterisk Call Manager/2.10.6\r\n", "Asterisk 13"),
        (b"Asterisk Call Manager/1.3\r\n", "AMI 1.3"),
    ],
)
def test_banner(line: bytes, branch: str) -> None:
    """The banner tells the branch."""
    assert read(line) == [branch]


@pytest.mark.parametrize(
    "greeting",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\r\n",
        b"Asterisk Call Manager/\r\n",
        b"Asterisk Call Manager/11.0.0; rm -rf\r\n",
        b"Event: Hangup\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46\r\n",
        b"Asterisk Call Manager/11.0.0\n" + b"x" * 200,
        b"x" * 10_000_000,
    ],
)
def test_no_banner(greeting: bytes) -> None:
    """Whoever greets otherwise is no Asterisk manager, and is not listened to any more."""
    assert read(greeting, BANNER, b"Event: Hangup\r\n\r\n") == [NO_BANNER.reason]


def test_banner_is_waited_for() -> None:
    """A greeting that is not complete is neither good nor bad."""
    assert read(BANNER[:-2]) == []


@pytest.mark.parametrize(
    "garbage",
    [
        b"no header",
        b"all,call\r\nUniqueid: 1",
        b"\x00\x01\x02",
        b": value",
        b"Event\r\nUniqueid: 1",
        b"Event: Hangup\nUniqueid: 1\n",
        b"Event: Hang\0up\r\nUniqueid: 1",
        b"Event: VarSet\r\nValue: a\0b",
        b"Event: Hangup\r\nValue: a\0b",
        b"\n\nEvent: Hangup",
        b"\xff\xfe",
    ],
)
def test_garbage(garbage: bytes) -> None:
    """Bytes between messages that are no message end the session; what came before them counts, nothing after."""
    good = b"Event: Hangup\r\nUniqueid: 1\r\n\r\n"
    assert read(BANNER + good + garbage + b"\r\n\r\n" + good, good) == ["Asterisk 22", "Hangup 1", GARBAGE.reason]


@pytest.mark.parametrize(
    "harmless",
    [
        b"Event: Hangup\r\nno header\r\nUniqueid: 1",
        b"Event: Hangup\r\nAppData: a\nb\r\nUniqueid: 1",
        b"Event: Hangup\r\n: \r\nUniqueid: 1",
        b"Event:Hangup\r\nUniqueid: 1",
        b"EVENT: Hangup\r\nUniqueid: 1\r\nEvent: VarSet",
        b"\r\nEvent: Hangup\r\nUniqueid: 1",
    ],
)
def test_odd_but_harmless(harmless: bytes) -> None:
    """Odd lines within a message do not stop the link."""
    assert read(BANNER + harmless + b"\r\n\r\n") == ["Asterisk 22", "Hangup 1"]


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        (message(line=MAX_LINE_BYTES), message(line=MAX_LINE_BYTES + 1)),
        (message(size=MAX_MESSAGE_BYTES), message(size=MAX_MESSAGE_BYTES + 1)),
        (message(headers=MAX_HEADERS), message(headers=MAX_HEADERS + 1)),
        (message(headers=MAX_HEADERS).replace(b"Hangup", b"VarSet"), message(headers=10_000)),
        (message(), message(line=10_000_000)),
        (message(), message(headers=10_000).replace(b"Hangup", b"VarSet")),
    ],
)
def test_bounds(fits: bytes, too_much: bytes) -> None:
    """The largest message is read, a larger one is damage: the same in one piece and in segments."""
    for segment in (len(too_much) + 4, 1460):
        for block, damaged in ((fits, False), (too_much, True)):
            stream = block + b"\r\n\r\n"
            frames = read(BANNER, *(stream[start : start + segment] for start in range(0, len(stream), segment)))
            assert (OVERSIZED.reason in frames) is damaged


@pytest.mark.parametrize("endless", [b"x", b"\n", b"\0", b"a: b\r\n", b"\r", b"Event: Hangup\r\nA: "])
def test_endless_message(endless: bytes) -> None:
    """A message that never ends is given up at the bound, and nothing of it is kept."""
    framer = Framer(lambda: WANTED)
    framer.feed(BANNER)
    piece = endless * (65536 // len(endless))
    frames = [frame for _ in range(10) for frame in framer.feed(piece)]
    assert frames == [OVERSIZED]
    assert framer._splitter.rest == b""


def test_counts() -> None:
    """What was received and what nobody wanted is counted."""
    framer = Framer(lambda: WANTED)
    framer.feed(STREAM)
    assert (framer.received, framer.skipped) == (9, 3)


def test_events_that_come_at_once() -> None:
    """What is read at once comes at once, up to a message of another kind."""
    framer = Framer(lambda: WANTED)
    hangup = b"Event: Hangup\r\nUniqueid: 1"
    end = b"\r\n\r\n"
    sent = [hangup, b"Event: VarSet", hangup, b"Response: Success", hangup]
    [_, two, answered, one] = framer.feed(BANNER + end.join(sent) + end)
    assert isinstance(two, Heard)
    assert isinstance(one, Heard)
    assert isinstance(answered, Answered)
    assert [len(run.events) for run in (two, one)] == [2, 1]
    assert two.size_bytes == 2 * one.size_bytes > 2 * len(hangup)


@pytest.mark.parametrize("name", ["Zoe", "Zoë", "Зоя", "Zoe 😀"])
def test_what_events_take(name: str) -> None:
    """What they count for is at least what they take in memory, in whatever script, and not many times that."""
    events = b"".join(message_of(name, number) for number in range(500))
    framer = Framer(lambda: WANTED)
    framer.feed(BANNER)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        heard = [framer.feed(events[start : start + 8192]) for start in range(0, len(events), 8192)]
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    counted = sum(frame.size_bytes for frames in heard for frame in frames if isinstance(frame, Heard))
    assert 0.95 * taken < counted < 5 * taken


def test_a_name_that_is_cut_short() -> None:
    """An event that has nothing but its first line has the name that stands there, whatever it begins with."""
    assert read(BANNER, b"Event: Hangups\r\n\r\nEvent: Hangup\r\n\r\n") == ["Asterisk 22", "Hangup "]
