"""From a channel to an extension: which endpoints are extensions, which are trunks, which channels connect nobody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from amibridge.settings import ExtensionsSettings

HELPERS: Final = frozenset(
    {"Announcer", "CBAnn", "CBRec", "Message", "MulticastRTP", "Recorder", "Snoop", "Surrogate"},
)
"""Channel technologies of Asterisk's own helpers: they play, record or listen, and connect nobody."""

_NAME: Final = re.compile(r"([^/]+)/(.*?)(?:-[0-9a-fA-F]{8,})?(?:;[12])?", re.DOTALL)
"""Technology and endpoint."""

_REMEMBERED_PHONES: Final = 4096


class ChannelKind(Enum):
    """What a channel is to the tracker."""

    LEG = auto()
    """A phone of an extension."""
    OUTSIDE = auto()
    """A real channel that is no extension: a trunk."""
    LOCAL = auto()
    """One half of a Local pair."""
    HELPER = auto()
    """One of Asterisk's own channels (``HELPERS``)."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """What attribution says of a channel."""

    kind: ChannelKind
    extension: str
    """The extension number of a LEG, empty for everything else."""


_LOCAL: Final = Attributed(ChannelKind.LOCAL, "")


@dataclass(frozen=True, slots=True)
class Rule:
    """One attribution rule: all expressions must match; ``number`` is a template of endpoint's groups."""

    endpoint: re.Pattern[str]
    number: str
    account_code: re.Pattern[str] | None = None
    context: re.Pattern[str] | None = None


def split_name(channel: str) -> tuple[str, str]:
    """Technology and endpoint of a channel name.

    The endpoint stands between the first ``/`` and the last ``-xxxxxxxx``; it may itself contain ``-``, ``*``, ``.``
    and ``_``: ``PJSIP/provider-a-0000002a`` is ("PJSIP", "provider-a"). A name without ``/`` has an empty endpoint.
    """
    match = _NAME.fullmatch(channel)
    return (match[1], match[2]) if match else (channel, "")


class Attribution:
    """Ordered rules over endpoints; the first that matches names the extension, trunks never are one."""

    def __init__(self, rules: Sequence[Rule], trunks: Iterable[str] = ()) -> None:
        self._rules = tuple(rules)
        self._trunks = tuple(trunks)
        # A PBX has many calls and few phones.
        self._remembered = lru_cache(maxsize=_REMEMBERED_PHONES)(self._attribute)

    @classmethod
    def from_settings(cls, settings: "ExtensionsSettings") -> "Attribution":
        """The attribution that the settings describe.

        Raises:
            re.error: An expression is none; the settings refuse such a one when they are read.
        """
        rules = [
            Rule(
                endpoint=re.compile(rule.endpoint),
                number=rule.number,
                account_code=re.compile(rule.account_code) if rule.account_code else None,
                context=re.compile(rule.context) if rule.context else None,
            )
            for rule in settings.rules
        ]
        return cls(rules, settings.trunks)

    def attribute(self, channel: str, *, account_code: str = "", context: str = "") -> Attributed:
        """Say what the channel of that name is, by its first headers."""
        technology, endpoint = split_name(channel)
        if technology == "Local":
            return _LOCAL
        return self._remembered(technology, endpoint, account_code, context)

    def _attribute(self, technology: str, endpoint: str, account_code: str, context: str) -> Attributed:
        if technology in HELPERS:
            return Attributed(ChannelKind.HELPER, "")
        number = self._apply(endpoint, account_code, context)
        return Attributed(ChannelKind.LEG, number) if number else Attributed(ChannelKind.OUTSIDE, "")

    def _apply(self, endpoint: str, account_code: str, context: str) -> str:
        if any(fnmatchcase(endpoint, trunk) for trunk in self._trunks):
            return ""
        for rule in self._rules:
            match = rule.endpoint.search(endpoint)
            if match is None:
                continue
            if rule.account_code is not None and not rule.account_code.search(account_code):
                continue
            if rule.context is not None and not rule.context.search(context):
                continue
            return match.expand(rule.number)
        return ""
