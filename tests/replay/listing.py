"""What ``CoreShowChannels`` would have listed at a moment of a recorded call, read off its own events."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from amibridge.ami.message import AmiEvent
from amibridge.ami.snapshot import ListedChannel, Snapshot

OUTGOING = "(Outgoing Line)"
TOLD_BY_EVENTS = {"Queue", "ConfBridge"}
"""Applications that begin before the event that tells of it: a moment that these listings do not show."""


def listing(events: Sequence[AmiEvent]) -> Snapshot:
    """The channels that are there after these events, as the PBX lists them."""
    lines = _Lines()
    for event in events:
        lines.read(event)
    return Snapshot(
        channels=tuple(
            replace(line, bridge_id=lines.bridges.get(uniqueid, "")) for uniqueid, line in lines.channels.items()
        ),
    )


@dataclass
class _Lines:
    """The lines of a listing, and who is in which bridge."""

    channels: dict[str, ListedChannel] = field(default_factory=dict)
    bridges: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    """Whose dial has been answered."""
    rung: dict[str, str] = field(default_factory=dict)
    """For whom a channel is dialled, as long as the dial has not ended."""
    diallers: dict[str, str] = field(default_factory=dict)
    """Who has dialled whom."""

    def read(self, event: AmiEvent) -> None:
        if event.get("uniqueid") in self.ended:
            return
        for prefix in ("", "dest") if event.name in {"DialBegin", "DialEnd"} else ("",):
            uniqueid = event.get(f"{prefix}uniqueid")
            if uniqueid and event.get(f"{prefix}channel"):
                self.channels[uniqueid] = _line(event, prefix, self.channels.get(uniqueid))
        self._read_channel(event, event.get("uniqueid"))
        self._read_application(event, event.get("uniqueid"))

    def _read_channel(self, event: AmiEvent, uniqueid: str) -> None:
        match event.name:
            case "DialBegin":
                self._runs(event.get("destuniqueid"), "AppDial" if uniqueid else "AppDial2", OUTGOING)
                self.taken.discard(uniqueid)
                self.diallers[event.get("destuniqueid")] = self.rung[event.get("destuniqueid")] = uniqueid
            case "Pickup":
                self.taken.add(self.diallers[event.get("targetuniqueid")])
            case "DialEnd":
                self.rung.pop(event.get("destuniqueid"), None)
                if event.get("dialstatus") == "ANSWER":
                    self.taken.add(uniqueid)
            case "BridgeEnter":
                self.bridges[uniqueid] = event.get("bridgeuniqueid")
            case "BridgeLeave" if self.bridges.get(uniqueid) == event.get("bridgeuniqueid"):
                del self.bridges[uniqueid]
            case "Hangup":
                self.channels.pop(uniqueid, None)
                self.rung.pop(uniqueid, None)
                self.ended.add(uniqueid)

    def _read_application(self, event: AmiEvent, uniqueid: str) -> None:
        match event.name:
            case "Newexten" if self._is_news(event):
                self._runs(uniqueid, event.get("application"), event.get("appdata"))
            case "QueueCallerJoin":
                self._runs(uniqueid, "Queue", event.get("queue"))
            case "ConfbridgeJoin":
                self._runs(uniqueid, "ConfBridge", event.get("conference"))
            case "BridgeEnter" if event.get("bridgecreator") == "ConfBridge":
                self._runs(uniqueid, "ConfBridge", event.get("bridgename"))
            case "AgentComplete" | "ConfbridgeLeave":
                self._runs(uniqueid, "Hangup", "")
            case "QueueCallerLeave" if uniqueid not in {*self.taken, *self.rung.values()}:
                self._runs(uniqueid, "Hangup", "")
            case "AttendedTransfer" if event.get("desttype") == "App":
                left = self.channels[event.get("secondtransfereruniqueid")]
                self._runs(event.get("transfereeuniqueid"), left.application, left.application_data)
                self._runs(left.uniqueid, "Hangup", "")
                self.bridges.pop(event.get("transfereeuniqueid"), None)
                if left.uniqueid in self.bridges:
                    self.bridges[event.get("transfereeuniqueid")] = self.bridges.pop(left.uniqueid)

    def _is_news(self, event: AmiEvent) -> bool:
        """Whether a step of the dialplan shows what the channel does; those of a transfer can come late."""
        running = self.channels[event.get("uniqueid")].application
        told = event.get("application") in TOLD_BY_EVENTS or event.get("appdata") == OUTGOING
        return running != "ConfBridge" and not told

    def _runs(self, uniqueid: str, application: str, data: str) -> None:
        line = self.channels.get(uniqueid)
        if line is not None:
            self.channels[uniqueid] = replace(line, application=application, application_data=data)


def _line(event: AmiEvent, prefix: str, known: ListedChannel | None) -> ListedChannel:
    return ListedChannel(
        uniqueid=event.get(f"{prefix}uniqueid"),
        linkedid=event.get(f"{prefix}linkedid"),
        channel=event.get(f"{prefix}channel"),
        state=int(event.get(f"{prefix}channelstate") or 0),
        context=event.get(f"{prefix}context"),
        exten=event.get(f"{prefix}exten"),
        caller_id_num=event.get(f"{prefix}calleridnum"),
        caller_id_name=event.get(f"{prefix}calleridname"),
        application=known.application if known else "Dial",
        application_data=known.application_data if known else "",
    )
