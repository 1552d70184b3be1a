"""What ``CoreShowChannels`` would have listed at a moment of a recorded call, read off its own events."""

from collections.abc import Sequence

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel, Snapshot


def listing(events: Sequence[AmiEvent]) -> Snapshot:
    """The channels that are there after these events, as the PBX lists them."""
    channels: dict[str, ListedChannel] = {}
    bridges: dict[str, str] = {}
    dialled: set[str] = set()
    for event in events:
        for prefix in ("", "dest") if event.name in {"DialBegin", "DialEnd"} else ("",):
            uniqueid = event.get(f"{prefix}uniqueid")
            if uniqueid and event.get(f"{prefix}channel"):
                channels[uniqueid] = _listed(event, prefix)
        if event.name == "DialBegin":
            dialled.add(event.get("destuniqueid"))
        elif event.name == "BridgeEnter":
            bridges[event.get("uniqueid")] = event.get("bridgeuniqueid")
        elif event.name == "BridgeLeave":
            bridges.pop(event.get("uniqueid"), None)
        elif event.name == "Hangup":
            channels.pop(event.get("uniqueid"), None)
    return Snapshot(
        channels=tuple(
            ListedChannel(
                uniqueid=one.uniqueid,
                linkedid=one.linkedid,
                channel=one.channel,
                state=one.state,
                context=one.context,
                exten=one.exten,
                caller_id_num=one.caller_id_num,
                caller_id_name=one.caller_id_name,
                application="AppDial" if one.uniqueid in dialled else "Dial",
                application_data="(Outgoing Line)" if one.uniqueid in dialled else "PJSIP/…",
                bridge_id=bridges.get(one.uniqueid, ""),
            )
            for one in channels.values()
        ),
    )


def _listed(event: AmiEvent, prefix: str) -> ListedChannel:
    return ListedChannel(
        uniqueid=event.get(f"{prefix}uniqueid"),
        linkedid=event.get(f"{prefix}linkedid"),
        channel=event.get(f"{prefix}channel"),
        state=int(event.get(f"{prefix}channelstate") or 0),
        context=event.get(f"{prefix}context"),
        exten=event.get(f"{prefix}exten"),
        caller_id_num=event.get(f"{prefix}calleridnum"),
        caller_id_name=event.get(f"{prefix}calleridname"),
    )
