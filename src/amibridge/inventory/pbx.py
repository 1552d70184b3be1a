"""What was read from the PBX: endpoints, queues, conferences, and what of them could not be read."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amibridge.ami.message import unescape

NAME_CHARACTERS: Final = 80
"""A longer name is cut; Asterisk itself keeps no longer ones."""

_NAME_AND_NUMBER: Final = re.compile(r'"(?P<name>.*)" <[^<>]*>', re.DOTALL)
_NUMBER: Final = re.compile(r"[0-9+*#]*")
_PLACEHOLDERS: Final = frozenset({"", "device"})
"""``callerid=device <201>`` is what FreePBX writes for each chan_sip device; the user's name stands elsewhere."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""What one line of text does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A PJSIP endpoint, or a peer of chan_sip."""

    technology: str
    """As channel names begin: ``PJSIP``, ``SIP``."""
    name: str
    context: str = ""
    """Where its calls begin in the dialplan; empty when it was not described."""
    account_code: str = ""
    caller_name: str = ""
    """From its caller id; empty when it has none, or was not described."""
    refusal: str = ""
    """Why the PBX did not describe it although it was asked to."""

    @property
    def label(self) -> str:
        """How the dialplan calls it: ``PJSIP/201``."""
        return f"{self.technology}/{self.name}"


class Source(StrEnum):
    """What is asked for; the value is what people call it."""

    PJSIP = "PJSIP endpoints"
    SIP = "SIP peers"
    QUEUES = "queues"
    CONFERENCES = "conferences"


OF_PHONES: Final = (Source.PJSIP, Source.SIP)


class Reading(StrEnum):
    """What became of a question."""

    READ = "read"
    NOT_LOADED = "not loaded"
    """The PBX does not have the module, so there are none."""
    REFUSED = "refused"
    """It has, and did not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """One question to the PBX."""

    source: Source
    reading: Reading
    count: int = 0
    """How many there are."""
    problem: str = ""
    """Why it was refused, with the cure; empty when it was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What the PBX told, in its order."""

    endpoints: tuple[Endpoint, ...] = ()
    queues: tuple[str, ...] = ()
    """Names of the queues."""
    conferences: tuple[str, ...] = ()
    """Names of the conferences that somebody is in: it knows of no others."""
    sources: tuple[SourceRead, ...] = ()

    def reading_of(self, source: Source) -> Reading | None:
        """What became of that question; None when it was not asked."""
        return next((one.reading for one in self.sources if one.source is source), None)


def caller_name(caller_id: str) -> str:
    r"""The name in a caller id as AMI shows it, as one line of text; empty where there is none.

    ``"Anna \"Ann\" Abel" <201>``; PJSIP leaves out what is missing, with its quotes: ``201``, ``Anna Abel``.
    """
    both = _NAME_AND_NUMBER.fullmatch(caller_id)
    if both is None and _NUMBER.fullmatch(caller_id):
        return ""
    name = unescape(both["name"] if both else caller_id)
    name = " ".join(_CONTROL.sub(" ", name).split())[:NAME_CHARACTERS].strip()
    return "" if name.lower() in _PLACEHOLDERS or _NUMBER.fullmatch(name) else name
