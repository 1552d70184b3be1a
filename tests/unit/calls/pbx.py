"""A PBX that says what a test makes it say, and the tracker that hears it.

Channels go by short labels, which are their Uniqueids: ``201`` and ``201.b`` are two phones of extension 201, ``trunk``
is an outside leg, ``x;1`` and ``x;2`` are the halves of a Local pair, ``CBAnn`` is one of Asterisk's helpers. Every
event repeats what was last said of its channels, as Asterisk does, and goes through the parser.
"""

from collections.abc import Iterable
from itertools import count

from amibridge.ami.description import bridge_of
from amibridge.ami.message import AmiEvent, read_event
from amibridge.ami.snapshot import ListedChannel, Snapshot, read_channel
from amibridge.calls.attribution import HELPERS, Attribution
from amibridge.calls.book import Book
from amibridge.calls.channel import Channel
from amibridge.calls.channels import Channels
from amibridge.calls.directory import Directory, Extension
from amibridge.calls.events import CallEvent, EventType
from amibridge.calls.phones import Phones
from amibridge.calls.records import ParticipationRecord
from amibridge.calls.services import Services
from amibridge.calls.since import Since
from amibridge.calls.tracker import Tracker
from amibridge.calls.unrooted import Unrooted
from amibridge.settings import ExtensionsSettings

DOWN, RING, RINGING, UP = "0", "4", "5", "6"
"""Channel states, as they are sent."""

OUTGOING = "(Outgoing Line)"
"""ApplicationData of a dialled leg in a listing."""


def new_attribution() -> Attribution:
    """The rules as nobody changed them."""
    return Attribution.from_settings(ExtensionsSettings())


def ami(name: str, **headers: str) -> AmiEvent:
    """An event with these headers, ``_`` for ``-``, read as one that came from the PBX."""
    lines = [f"Event: {name}", *(f"{header.replace('_', '-')}: {value}" for header, value in headers.items())]
    return read_event("\r\n".join(lines).encode())


def channel_name(label: str) -> str:
    """The channel of a label, as the PBX names it."""
    if ";" in label:
        pair, _, half = label.partition(";")
        return f"Local/{pair}@inside-00000001;{half}"
    if label in HELPERS:
        return f"{label}/helper-00000001"
    return f"PJSIP/{endpoint(label)}-00000001"


def endpoint(label: str) -> str:
    """The endpoint of a real channel's label."""
    return label.partition(".")[0]


def short(told: Iterable[CallEvent]) -> list[str]:
    """What is told, in short: ``202 dial-in``, ``202 hangup BUSY``, ``202 hangup BUSY, recovered``."""
    return [
        f"{event.extension} {event.type.label}"
        + (f" {event.status}" if event.type is EventType.HANGUP else "")
        + (", recovered" if event.recovered else "")
        for event in told
    ]


class Pbx:
    """One PBX, one tracker; each method says one thing and returns in short what is told thereby.

    Args:
        declared: The directory of extensions.
    """

    def __init__(self, *declared: Extension) -> None:
        self.directory = Directory(declared)
        self.tracker = Tracker(new_attribution(), self.directory)
        self.told: list[CallEvent] = []
        """All that was told, in order."""
        self.at: float | None = None
        """Unix seconds now; None: the PBX sends no time stamps."""
        self._said: dict[str, dict[str, str]] = {}
        self._stored: dict[str, ParticipationRecord] = {}
        self._bridges = count(1)

    def say(self, event: str, label: str = "", dest: str = "", **headers: str) -> list[str]:
        """Any event: ``label`` is its channel, ``dest`` the destination of a dial; headers of theirs are remembered."""
        sent: dict[str, str] = {}
        for prefix, one in (("", label), ("dest", dest)):
            if one:
                known = self._said.setdefault(one, _first_said(one))
                known |= {name: headers.pop(f"{prefix}{name}") for name in known if f"{prefix}{name}" in headers}
                sent |= {f"{prefix}{name}": value for name, value in known.items()}
        return self._tell(self.tracker.feed(ami(event, **sent, **headers), self.at))

    def new(self, label: str, *, state: str = DOWN, of: str = "", exten: str = "", **headers: str) -> list[str]:
        """A channel appears; ``of``: the channel whose call it belongs to."""
        linkedid = self._said[of]["linkedid"] if of else label
        return self.say("Newchannel", label, channelstate=state, exten=exten, linkedid=linkedid, **headers)

    def local(self, pair: str, *, of: str = "", exten: str = "", **headers: str) -> None:
        """Both halves of a Local pair appear."""
        self.new(f"{pair};1", of=of, exten=exten, **headers)
        self.new(f"{pair};2", of=of or f"{pair};1", exten=exten, state=RING, **headers)

    def call(self, label: str, exten: str, **headers: str) -> list[str]:
        """A phone, or somebody outside, dials a number."""
        return self.new(label, state=RING, exten=exten, **headers)

    def state(self, label: str, state: str) -> list[str]:
        """A channel is in another state."""
        return self.say("Newstate", label, channelstate=state)

    def dial(self, source: str, dest: str, **headers: str) -> list[str]:
        """A channel dials another one; without ``source`` the PBX itself does."""
        return self.say("DialBegin", source, dest, **headers)

    def ring(self, source: str, dest: str) -> list[str]:
        """A channel appears, is dialled and rings."""
        return [*self.new(dest, of=source), *self.dial(source, dest), *self.state(dest, RINGING)]

    def dial_end(self, source: str, dest: str, status: str, **headers: str) -> list[str]:
        """A dial ends."""
        return self.say("DialEnd", source, dest, dialstatus=status, **headers)

    def answer(self, source: str, dest: str) -> list[str]:
        """Who is dialled is Up."""
        return [*self.state(dest, UP), *self.dial_end(source, dest, "ANSWER")]

    def enter(self, label: str, bridge: str, **headers: str) -> list[str]:
        """A channel enters a bridge."""
        return self.say("BridgeEnter", label, bridgeuniqueid=bridge, **headers)

    def leave(self, label: str, bridge: str, **headers: str) -> list[str]:
        """A channel leaves a bridge."""
        return self.say("BridgeLeave", label, bridgeuniqueid=bridge, **headers)

    def talk(self, *labels: str) -> list[str]:
        """These enter a bridge of their own."""
        bridge = f"bridge-{next(self._bridges)}"
        return [told for label in labels for told in self.enter(label, bridge)]

    def give_up(self, label: str) -> list[str]:
        """The far end hangs up before anybody else does."""
        return [*self.say("HangupRequest", label), *self.hangup(label)]

    def hangup(self, label: str, cause: str = "16") -> list[str]:
        """A channel ends."""
        return self.say("Hangup", label, cause=cause)

    def line(self, label: str, *, bridge: str = "", runs: str = "", data: str = "", **headers: str) -> ListedChannel:
        """The line of a channel in a listing: what was last said of it, and what it runs."""
        known = self._said.setdefault(label, _first_said(label) | {"channelstate": UP})
        known |= headers
        return read_channel(
            ami("CoreShowChannel", **known, bridgeid=bridge, application=runs, applicationdata=data),
        )

    def settle(self, *lines: ListedChannel) -> list[str]:
        """A listing."""
        return self._tell(self.tracker.settle(Snapshot(channels=lines), self.at))

    def lose_link(self) -> None:
        """From here on nothing is heard until the next listing."""
        self.tracker.link_lost()

    def restart(self) -> None:
        """The daemon stops and starts: all it knows is what was stored."""
        self.tracker = Tracker(new_attribution(), self.directory)
        assert self.tracker.restore(self._stored.values()) == []

    def lose(self, *, restart: bool) -> None:
        """The link is lost, with or without a restart of the daemon."""
        if restart:
            self.restart()
        else:
            self.lose_link()

    @property
    def stored(self) -> list[ParticipationRecord]:
        """The open participations as the store has them."""
        return list(self._stored.values())

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is left of any call: not in the store, and not in memory either."""
        return not self.stored and not leftovers(self.tracker)

    def _tell(self, told: list[CallEvent]) -> list[str]:
        self.told += told
        changes = self.tracker.take_changes()
        self._stored |= {record.participation_id: record for record in changes.open}
        for participation_id in changes.ended:
            self._stored.pop(participation_id, None)
        return short(told)


def leftovers(part: object) -> list[str]:
    """Which of its collections a tracker, or a part of it, has anything in."""
    found = []
    for name, value in vars(part).items():
        if isinstance(value, dict | set | list) and value and name not in {"_handlers", "_ended"}:
            found.append(f"{type(part).__name__}.{name}")
        elif isinstance(value, Book | Channels | Phones | Services | Since | Unrooted):
            found += leftovers(value)
    return found


def talking(pbx: Pbx | None = None, caller: str = "201", called: str = "202") -> Pbx:
    """Two phones have called each other, and talk; on a PBX of their own, unless there is one."""
    pbx = pbx or Pbx()
    pbx.call(caller, called)
    pbx.ring(caller, called)
    pbx.answer(caller, called)
    pbx.talk(caller, called)
    return pbx


def _first_said(label: str) -> dict[str, str]:
    number = endpoint(label)
    return {
        "uniqueid": label,
        "channel": channel_name(label),
        "linkedid": label,
        "channelstate": DOWN,
        "context": "phones",
        "exten": "",
        "accountcode": "",
        "calleridnum": number if number.isdigit() else "",
        "calleridname": "",
    }


class Picture:
    """The channels as events show them, without anybody who follows them."""

    def __init__(self) -> None:
        self.channels = Channels(new_attribution())

    def see(self, label: str, **headers: str) -> Channel:
        """The channel of a label, as an event with these headers shows it."""
        name = "NewCallerid" if "cid_callingpres" in headers else "Newstate"
        event = ami(name, uniqueid=label, channel=channel_name(label), **headers)
        seen = self.channels.see(event)
        assert seen is not None
        self.channels.present(seen, event)
        return seen

    def dial(self, source: str, dest: str, **headers: str) -> Channel:
        """The second channel, dialled by the first one, or by the PBX itself."""
        dialled = self.see(dest)
        self.channels.dial(self.channels.get(source), dialled, ami("DialBegin", **headers))
        return dialled

    def end_dial(self, label: str, status: str) -> Channel:
        """The channel of a label, whose dial has ended."""
        channel = self.see(label)
        channel.dial_status = status
        return channel

    def enter(self, label: str, bridge: str, technology: str = "simple_bridge") -> Channel:
        """The channel of a label, in a bridge."""
        channel = self.channels.get(label) or self.see(label)
        event = ami("BridgeEnter", bridgeuniqueid=bridge, bridgetechnology=technology)
        self.channels.enter(channel, bridge_of(event))
        return channel


def labels(found: Iterable[Channel]) -> list[str]:
    """The labels of these channels, sorted."""
    return sorted(channel.uniqueid for channel in found)
