"""Header blocks as Asterisk sends them, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.ami import message
from amibridge.ami.message import AmiEvent, read_event, unescape


def read(*lines: str) -> AmiEvent:
    """The event of these lines."""
    return read_event("\r\n".join(lines).encode())


def test_headers() -> None:
    """Names compare without case, values are as sent, an absent header is what the caller says."""
    event = read("Event: Newchannel", "AccountCode: ", "Exten:632", "BridgeUniqueID: b-1", "AppData:  two: words ")
    assert event.name == "Newchannel"
    assert (event.get("accountcode", "-"), event.get("exten"), event.get("bridgeuniqueid")) == ("", "632", "b-1")
    assert event.get("appdata") == " two: words "
    assert (event.get("context"), event.get("context", "none")) == ("", "none")


def test_first_occurrence_wins() -> None:
    """A caller-controlled value cannot replace the headers that say whose event it is."""
    event = read("Event: Newexten", "Uniqueid: 1.1", "AppData: x", "Event: Hangup", "uniqueid: 9.9", "UNIQUEID: 8.8")
    assert (event.name, event.get("uniqueid")) == ("Newexten", "1.1")


def test_unknown_is_empty() -> None:
    """Asterisk's placeholder for nothing reads as nothing."""
    assert read("Event: Newstate", "ConnectedLineNum: <unknown>").get("connectedlinenum", "-") == ""


def test_names_are_unescaped() -> None:
    """Caller names of all parties are C-escaped by Asterisk; other headers are not, and stay as they are."""
    event = read(
        "Event: DialBegin",
        r"CallerIDName: Zoë \"Z\" Ö\\",
        r"DestConnectedLineName: a\nb\?",
        r"AppData: C:\new",
        r"CallerIDNum: 1\n2",
    )
    assert event.get("calleridname") == 'Zoë "Z" Ö\\'
    assert event.get("destconnectedlinename") == "a\nb?"
    assert (event.get("appdata"), event.get("calleridnum")) == (r"C:\new", r"1\n2")


def test_channel_variables() -> None:
    """Exported variables are kept by name, those of the destination apart, in each of the forms Asterisk uses."""
    event = read(
        "Event: DialBegin",
        "ChanVariable: CALLAPIID=order=47",
        'ChanVariable(PJSIP/201-00000001): QUOTED=a\\"b',
        "ChanVariable: CALLAPIID=second",
        "ChanVariable: nonsense",
        "DestChanVariable: CALLAPIID=dest",
    )
    assert event.variables == {"CALLAPIID": "order=47", "QUOTED": 'a"b'}
    assert event.dest_variables == {"CALLAPIID": "dest"}
    assert "chanvariable" not in event.headers


def test_no_variables() -> None:
    """An event without variables has none."""
    event = read("Event: Hangup")
    assert (event.variables, event.dest_variables) == ({}, {})


def test_originate_response_is_an_event() -> None:
    """It has a Response header, and is none."""
    event = read("Event: OriginateResponse", "Privilege: call,all", "Response: Failure", "Reason: 0")
    assert (event.name, event.get("response")) == ("OriginateResponse", "Failure")


def test_response_has_no_name() -> None:
    """A response reads as an event without a name."""
    response = read("Response: Success", "ActionID: 1", "Message: Authentication accepted")
    assert (response.name, response.get("message")) == ("", "Authentication accepted")


def test_invalid_bytes_stay_visible() -> None:
    """What is no UTF-8 becomes U+FFFD, not nothing."""
    assert read_event(b"Event: A\r\nCallerIDName: Zo\xeb X").get("calleridname") == "Zo\N{REPLACEMENT CHARACTER} X"


def test_odd_lines_are_harmless() -> None:
    """Lines that are no header, empty names, bare line feeds: the rest of the message is read."""
    event = read("Event: A", "no header at all", ": no name", "Value: a\nb: c", "Uniqueid: 1.1", "")
    assert (event.get("uniqueid"), event.get("value"), event.get("")) == ("1.1", "a\nb: c", "no name")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1795509534.717521", 1795509534.717521),
        ("1795509534", 1795509534.0),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1_0", None),
        ("-1.0", None),
        ("1e400", None),
        ("9" * 5000, None),
    ],
)
def test_timestamp(text: str, at: float | None) -> None:
    """A time is a plain number of seconds; anything else is no time."""
    assert read("Event: A", f"Timestamp: {text}").timestamp == at


def test_no_timestamp() -> None:
    """Without ``timestampevents = yes`` there is none."""
    assert read("Event: A").timestamp is None


@pytest.mark.parametrize(
    ("escaped", "text"),
    [(r"a\\nb", r"a\nb"), (r"\a\b\f\v\t\r\n\'\"", "\a\b\f\v\t\r\n'\""), (r"\x\0", r"\x\0"), ("end\\", "end\\")],
)
def test_unescape(escaped: str, text: str) -> None:
    """Asterisk's escapes, from left to right; what is none of them stays."""
    assert unescape(escaped) == text


def test_many_header_names_take_no_memory() -> None:
    """A peer that makes up header names is read like any other."""
    lines = [f"Made-Up-{number}: {number}" for number in range(3000)]
    event = read("Event: A", *lines)
    assert event.get("made-up-2999") == "2999"
    assert read("Event: A", "Made-Up-2999: x").get("made-up-2999") == "x"


def test_repr() -> None:
    """What a failed test shows of an event is all of it."""
    event = read("Event: A", "B: c", "ChanVariable: D=e", "DestChanVariable: F=g")
    assert repr(event) == "AmiEvent('A', {'event': 'A', 'b': 'c'}, {'D': 'e'}, {'F': 'g'})"


@given(st.binary(max_size=400))
def test_never_raises(block: bytes) -> None:
    """Any bytes can be read."""
    assert isinstance(read_event(block).timestamp, float | None)


@given(st.dictionaries(st.sampled_from(["uniqueid", "channel", "exten", "linkedid"]), st.text(max_size=30)))
def test_values_survive(headers: dict[str, str]) -> None:
    """What can be sent as one line comes out as it went in."""
    headers = {name: value for name, value in headers.items() if "\r\n" not in value and value != "<unknown>"}
    lines = "".join(f"\r\n{name.title()}: {value}" for name, value in headers.items())
    event = read_event(f"Event: A{lines}".encode())
    assert {name: event.get(name) for name in headers} == headers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16", 16),
        ("32 (Presentation Prohibited)", 32),
        ("", None),
        ("x", None),
        ("-1", None),
        ("²", None),
        ("9" * 9, 999_999_999),
        ("9" * 5000, None),
    ],
)
def test_number(text: str, number: int | None) -> None:
    """A header's number; what no PBX means is none, however long it is."""
    assert AmiEvent("Hangup", {"cause": text}).number("cause") == number
    assert AmiEvent("Hangup", {}).number("cause") is None


def test_names_are_not_kept() -> None:
    """A peer that makes up names gets no memory for them."""
    event = read_event(b"Event: Hangup\r\n" + b"\r\n".join(b"Made-Up-%d: 1" % number for number in range(100)))
    known = dict(message._starts)
    assert len(event.headers) == 101
    assert message._starts == known


def test_timestamps_that_no_calendar_has() -> None:
    """A time beyond all years is none: it could not be written into a notification."""
    assert AmiEvent("Hangup", {"timestamp": "9999999999.5"}).timestamp == 9_999_999_999.5
    assert AmiEvent("Hangup", {"timestamp": "99999999999.5"}).timestamp is None
