"""What an event says of a channel or a bridge, in whatever way it is written."""

from collections.abc import Callable

import pytest

from amibridge.ami.description import CHANNEL, DESTINATION, Described, DescribedBridge, bridge_of
from amibridge.ami.message import AmiEvent, read_event

BLOCK = (
    "{p}Channel: PJSIP/201-0000002a",
    "{p}ChannelState: 6",
    "{p}ChannelStateDesc: Up",
    "{p}CallerIDNum: 201",
    '{p}CallerIDName: Zoë \\"Z\\" Ö',
    "{p}ConnectedLineNum: <unknown>",
    "{p}ConnectedLineName: <unknown>",
    "{p}Language: en",
    "{p}AccountCode: 77",
    "{p}Context: phones",
    "{p}Exten: 202",
    "{p}Priority: 1",
    "{p}Uniqueid: office-1.2",
    "{p}Linkedid: office-1.1",
    "{p}ChanVariable: CALLAPIID=order=47",
    "{p}ChanVariable: OTHER=x",
)
EXPECTED: Described = (
    "PJSIP/201-0000002a",
    6,
    "201",
    'Zoë "Z" Ö',
    "77",
    "phones",
    "202",
    "office-1.2",
    "office-1.1",
    {"CALLAPIID": "order=47", "OTHER": "x"},
)
NUMBER = 2
"""The place of the caller ID's number."""


def event_of(*lines: str) -> AmiEvent:
    """An event of these lines."""
    return read_event("\r\n".join(("Event: Newstate", "Privilege: call,all", *lines)).encode())


def lines_of(prefix: str = "") -> list[str]:
    """What Asterisk writes of a channel."""
    return [line.format(p=prefix) for line in BLOCK]


def test_as_asterisk_writes_it() -> None:
    """The channel's own headers, and the destination's beside them, each for itself."""
    assert CHANNEL.of(event_of(*lines_of())) == EXPECTED
    other = [line.replace("201", "999") for line in lines_of()]
    both = event_of(*other, *lines_of("Dest"))
    assert DESTINATION.of(both) == EXPECTED
    assert CHANNEL.of(both)[NUMBER] == "999"


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_in_any_case(change: Callable[[str], str]) -> None:
    """Names compare without case."""
    odd = [f"{change(name)}:{rest}" for name, _, rest in (line.partition(":") for line in lines_of())]
    assert CHANNEL.of(event_of(*odd)) == EXPECTED


def test_in_another_order() -> None:
    """As no Asterisk of today writes it."""
    assert CHANNEL.of(event_of(*lines_of()[:14][::-1], *lines_of()[14:])) == EXPECTED


@pytest.mark.parametrize("left_out", range(14))
def test_a_header_that_is_missing(left_out: int) -> None:
    """Says nothing; the others say what they said."""
    lines = lines_of()
    del lines[left_out]
    told = CHANNEL.of(event_of(*lines))
    differing = [one for one, other in zip(told, EXPECTED, strict=True) if one != other]
    assert differing in ([], [""], [None])


def test_what_is_not_known() -> None:
    """Asterisk has words for it."""
    lines = [line.replace("201", "<unknown>").replace("CallerIDName: Zoë", "CallerIDName:") for line in lines_of()[1:]]
    assert CHANNEL.of(event_of("Channel: PJSIP/x-00000001", *lines))[NUMBER] == ""


@pytest.mark.parametrize("place", [0, 8, 9, 10, 12, 13])
def test_what_is_not_known_is_empty(place: int) -> None:
    """The words are no value, in whatever header they stand."""
    lines = lines_of()
    lines[place] = f"{lines[place].partition(':')[0]}: <unknown>"
    differing = [one for one, other in zip(CHANNEL.of(event_of(*lines)), EXPECTED, strict=True) if one != other]
    assert differing == [""]


def test_what_begins_with_the_words_for_it() -> None:
    """Is a name like any other."""
    lines = [line.replace("201", "<unknown>1") for line in lines_of()]
    assert CHANNEL.of(event_of(*lines))[NUMBER] == "<unknown>1"


def test_without_variables() -> None:
    """Where manager.conf names none."""
    assert CHANNEL.of(event_of(*lines_of()[:14])) == (*EXPECTED[:-1], {})


def test_an_event_that_says_nothing_of_a_channel() -> None:
    """All empty."""
    told = CHANNEL.of(event_of("BridgeType: basic"))
    assert told == ("", None, "", "", "", "", "", "", "", {})


BRIDGE = (
    "BridgeUniqueid: b-1",
    "BridgeType: base",
    "BridgeTechnology: softmix",
    "BridgeCreator: ConfBridge",
    "BridgeName: meeting",
)
MEETING = DescribedBridge("b-1", "base", "softmix", "ConfBridge", "meeting")


def test_a_bridge() -> None:
    """In whatever case, whatever is around it."""
    assert bridge_of(event_of(*BRIDGE, "BridgeNumChannels: 1", *lines_of())) == MEETING
    odd = [f"{name.upper()}:{rest}" for name, _, rest in (line.partition(":") for line in BRIDGE)]
    assert bridge_of(event_of(*odd)) == MEETING
    assert bridge_of(event_of(*BRIDGE[::-1])) == MEETING


def test_what_is_not_known_of_a_bridge() -> None:
    """An ordinary bridge has no creator and no name; an event of none says nothing."""
    unknown = (*BRIDGE[:3], "BridgeCreator: <unknown>", "BridgeName: <unknown>")
    assert bridge_of(event_of(*unknown)) == MEETING._replace(creator="", name="")
    assert bridge_of(event_of(*lines_of())) == DescribedBridge("", "", "", "", "")
