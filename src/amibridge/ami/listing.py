"""The answer to ``CoreShowChannels``, read: a snapshot, or the PBX's word why not."""

from collections.abc import Sequence

from amibridge.ami.message import AmiEvent
from amibridge.ami.protocol import LISTING_END, LISTING_ITEM
from amibridge.ami.snapshot import Snapshot, read_snapshot


def is_refused(answer: Sequence[AmiEvent]) -> bool:
    """Whether the PBX does not want to list its channels for us."""
    return answer[0].get("response") != "Success"


def listing_refusal(answer: Sequence[AmiEvent]) -> str:
    """Why the PBX listed no channels, or not all of them; empty for a whole listing."""
    response, end = answer[0], answer[-1]
    if is_refused(answer):
        return response.get("message") or "it did not say why"
    return "" if list_is_whole(end, LISTING_END) else "the listing broke off"


def list_is_whole(end: AmiEvent, name: str) -> bool:
    """Whether this message, an event of that name, ends a list, and did not break it off."""
    return end.name == name and end.get("eventlist", "Complete").lower() == "complete"


def listing_snapshot(answer: Sequence[AmiEvent]) -> Snapshot:
    """The channels of a whole listing."""
    return read_snapshot(message for message in answer if message.name == LISTING_ITEM)
