"""Answers to CoreShowChannels."""

import pytest

from amibridge.ami.listing import listing_refusal, listing_snapshot
from amibridge.ami.message import AmiEvent

START = AmiEvent("", {"response": "Success", "eventlist": "start"})
CHANNEL = AmiEvent("CoreShowChannel", {"uniqueid": "1.1"})
END = AmiEvent("CoreShowChannelsComplete", {"eventlist": "Complete"})


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ([START, CHANNEL, END], ""),
        ([START, END], ""),
        ([START, AmiEvent("CoreShowChannelsComplete", {})], ""),
        ([START, AmiEvent("CoreShowChannelsComplete", {"eventlist": "Cancelled"})], "the listing broke off"),
        ([START], "the listing broke off"),
        ([AmiEvent("", {"response": "Error", "message": "Permission denied"})], "Permission denied"),
        ([AmiEvent("", {"response": "Error"})], "it did not say why"),
    ],
)
def test_refusal(answer: list[AmiEvent], refusal: str) -> None:
    """Only a listing with its start and its end is whole; the PBX's own word says why another is not."""
    assert listing_refusal(answer) == refusal


def test_snapshot() -> None:
    """The snapshot is the listing without its frame."""
    assert [channel.uniqueid for channel in listing_snapshot([START, CHANNEL, END]).channels] == ["1.1"]
