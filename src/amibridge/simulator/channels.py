"""The channels that a replay has up at this moment, as ``CoreShowChannels`` lists them. Pure."""

from typing import Final

from amibridge.simulator.recording import Message

_REPEATED: Final = (
    "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
    "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
)  # fmt: skip


class ChannelList:
    """Follows the events that are sent, so that a listing never contradicts them."""

    def __init__(self) -> None:
        self._channels: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._channels)

    def apply(self, message: Message) -> None:
        """Take in one event."""
        event, uniqueid = message.get("Event"), message.get("Uniqueid")
        if event == "Newchannel":
            self._channels[uniqueid] = {}
        channel = self._channels.get(uniqueid)
        if channel is None:
            return
        channel |= {name: message.get(name) for name in _REPEATED}
        match event:
            case "Hangup":
                del self._channels[uniqueid]
            case "Newexten":
                channel |= {"Application": message.get("Application"), "ApplicationData": message.get("AppData")}
            case "BridgeEnter":
                channel["BridgeId"] = message.get("BridgeUniqueid")
            case "BridgeLeave":
                channel["BridgeId"] = ""

    def listed(self) -> list[tuple[tuple[str, str], ...]]:
        """The headers of one ``CoreShowChannel`` event a channel, oldest channel first."""
        empty = {"Application": "", "ApplicationData": "", "BridgeId": ""}
        return [tuple((empty | channel).items()) for channel in self._channels.values()]
