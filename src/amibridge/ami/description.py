"""What an event says of a channel or a bridge: the headers that describe it, read in one go."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from amibridge.ami.message import UNKNOWN, AmiEvent, number_in, unescape, variables_in

_LINES: Final = (
    *("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum"),
    *("ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid"),
)
"""In this order Asterisk writes them, since version 12 (``ast_manager_build_channel_state_string_prefix``)."""
_READ: Final = (
    *("Channel", "ChannelState", "CallerIDNum", "CallerIDName", "AccountCode", "Context", "Exten", "Uniqueid"),
    "Linkedid",
)
_STATES: Final = {str(state): state for state in range(10)}
_variables: Final = lru_cache(maxsize=256)(variables_in)
"""Most channels have the same ones, without a value."""
_BRIDGE: Final = ("BridgeUniqueid", "BridgeType", "BridgeTechnology", "BridgeCreator", "BridgeName")
"""In this order, since version 12 (``ast_manager_build_bridge_state_string_prefix``)."""
_PASSED: Final = r"[^\r]*"
_KEPT: Final = rf"(?>{UNKNOWN}(?=\r)|({_PASSED}))"
"""Empty where it is not known."""


Described: TypeAlias = tuple[str, int | None, str, str, str, str, str, str, str, Mapping[str, str]]
"""A channel, as an event describes it; a text is empty where the event says nothing.

A plain tuple: one is made for each event, and a NamedTuple costs more.

Its name, its state, number and name of its caller ID, account code, context, Exten, Uniqueid, Linkedid, and those
variables that ``channelvars`` in manager.conf names.
"""


class DescribedBridge(NamedTuple):
    """A bridge, as an event describes it; a text is empty where the event says nothing."""

    uniqueid: str
    type: str
    """What it is for: ``basic``, ``holding``, ``base`` of a conference."""
    technology: str
    """How it mixes: ``simple_bridge``, ``holding_bridge``, ``softmix``."""
    creator: str
    """The application that made it: ``ConfBridge``."""
    name: str


_BRIDGE_HEADERS: Final = tuple(name.lower() for name in _BRIDGE)
_BRIDGE_BLOCK: Final = re.compile("".join(f"\r\n{name}: {_KEPT}" for name in _BRIDGE) + "\r\n")


def bridge_of(event: AmiEvent) -> DescribedBridge:
    """What an event says of a bridge."""
    found = _BRIDGE_BLOCK.search(event.text)
    return DescribedBridge(*(found.groups("") if found else map(event.get, _BRIDGE_HEADERS)))


class Description:
    """Reads the headers of a channel.

    Args:
        prefix: Of the headers' names, as Asterisk spells it; ``Dest`` for the destination of a dial.
    """

    def __init__(self, prefix: str) -> None:
        self._headers = tuple(f"{prefix}{name}".lower() for name in _READ)
        self._variable = f"\r\n{prefix}ChanVariable".lower()
        self._is_destination = bool(prefix)
        lines = "".join(f"\r\n{prefix}{name}: {_KEPT if name in _READ else _PASSED}" for name in _LINES)
        self._search = re.compile(f"{lines}(\r\n(?:{prefix}ChanVariable{_PASSED}\r\n)*)").search

    def of(self, event: AmiEvent) -> Described:
        """What an event says of the channel."""
        found = self._search(event.text)
        if found is None:
            return self._piece_by_piece(event)
        name, state, number, person, account_code, context, exten, uniqueid, linkedid, variables = found.groups("")
        return (
            name,
            _STATES[state] if state in _STATES else number_in(state),
            number,
            unescape(person),
            account_code,
            context,
            exten,
            uniqueid,
            linkedid,
            _variables(variables, self._variable),
        )

    def _piece_by_piece(self, event: AmiEvent) -> Described:
        """For what is not written in Asterisk's way, or not all of it."""
        name, state, number, person, account_code, context, exten, uniqueid, linkedid = map(event.get, self._headers)
        return (
            name,
            number_in(state),
            number,
            person,
            account_code,
            context,
            exten,
            uniqueid,
            linkedid,
            event.dest_variables if self._is_destination else event.variables,
        )


CHANNEL: Final = Description("")
DESTINATION: Final = Description("Dest")
"""What a dial leads to."""
