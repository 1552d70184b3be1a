"""Server-Sent Events on the wire, as the standard says that they are read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.stream.frames import FrameReader, frame, position

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
)


def read(data: bytes, reader: FrameReader | None = None) -> list[tuple[str, Any, str]]:
    """The frames in some bytes."""
    reader = reader or FrameReader()
    lines = data.decode().split("\n")
    return [(one.event, one.data, one.event_id) for line in lines[:-1] for one in reader.read(line)]


@given(data=JSON)
def test_whatever_the_data_is(data: object) -> None:
    """It is one line, and reads back as it was."""
    sent = frame("call-event", data, "17")
    assert sent.count(b"\n") == 4
    assert b"\r" not in sent
    assert read(sent) == [("call-event", data, "17")]


def test_the_wire() -> None:
    """Byte for byte."""
    assert frame("bye", {"reason": "ü"}) == 'event: bye\ndata: {"reason": "ü"}\n\n'.encode()
    assert position("5", retry=True) == b"id: 5\nretry: 3000\n\n"
    assert position("5") == b"id: 5\n:\n\n"


def test_half_a_frame_was_not_received() -> None:
    """Its id does not count: whoever comes back is sent it again."""
    reader = FrameReader()
    assert read(position("5"), reader) == []
    for cut in range(1, len(frame("log", {}, "6"))):
        half = FrameReader("5")
        text = frame("log", {}, "6").decode()[:cut]
        assert [one for line in text.split("\n")[:-1] for one in half.read(line)] == []
        assert half.last_id == "5"
    assert reader.last_id == "5"


def test_reading_what_others_write() -> None:
    """Comments, unknown fields, data over several lines, no blank after the colon."""
    assert read(b': hello\nfoo: bar\nevent:log\ndata: {"a":\ndata:1}\nid:9\n\n') == [("log", {"a": 1}, "9")]
    with pytest.raises(ValueError, match="Expecting"):
        read(b"data: no JSON\n\n")
