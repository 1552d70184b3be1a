"""Which events a user's ``eventfilter`` lets through, judged as Asterisk judges each event.

An event passes when an including filter matches it, or there is none, and no excluding one does
(https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/AMI-Event-Filtering). A plain line is
a POSIX expression that is searched in the whole event, excluding when it begins with ``!``. The form with criteria
(``eventfilter(action(exclude),name(Hangup))``) is newer than Asterisk 16, which passes over it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

_CRITERION: Final = re.compile(r"(action|name|header|method)\(([^()]*)\)", re.IGNORECASE)
_POSIX_CLASS: Final = re.compile(r"\[:(\w+):\]")
_POSIX_CLASSES: Final[Mapping[str, str]] = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_TYPICAL: Final[Mapping[str, str]] = {
    "Timestamp": "1795871838.372669",
    "Channel": "PJSIP/210-0000002a",
    "ChannelState": "4",
    "CallerIDNum": "210",
    "Exten": "211",
    "Context": "from-internal",
    "Uniqueid": "pbx1-1795871838.42",
    "Linkedid": "pbx1-1795871838.42",
}
"""Headers as a call's events have them."""


class Passage(Enum):
    """What becomes of the events of one name."""

    PASSES = "passes"
    HIDDEN = "hidden"
    DEPENDS = "depends"
    """On their other headers: some may pass, others not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """One line."""

    criteria: str = ""
    """What stands in the parentheses; empty for a plain line."""
    expression: str
    """What stands behind the equals sign."""

    @property
    def excludes(self) -> bool:
        """Whether what it matches does not pass."""
        if self.criteria:
            return self._criterion("action") == "exclude"
        return self.expression.startswith("!")

    def matches(self, name: str, privilege: str, headers: Mapping[str, str]) -> bool:
        """Whether it matches an event of that name, class and other headers.

        Raises:
            ValueError: Its expression is none.
        """
        own = {"Event": name, "Privilege": f"{privilege},all", **headers}
        whole = "".join(f"{header}: {value}\r\n" for header, value in own.items())
        if not self.criteria:
            return _found(self.expression.removeprefix("!"), whole)
        if self._criterion("name") not in {"", name.lower()}:
            return False
        header = self._criterion("header")
        text = whole
        if header:
            values = {key.lower(): value for key, value in own.items()}
            if header not in values:
                return False
            text = values[header]
        return self._fits(text)

    def _fits(self, text: str) -> bool:
        expression = self.expression
        match self._criterion("method"):
            case "regex":
                return _found(expression, text)
            case "exact":
                return text == expression
            case "starts_with":
                return text.startswith(expression)
            case "ends_with":
                return text.endswith(expression)
            case "contains":
                return expression in text
            case _:
                return True

    def _criterion(self, name: str) -> str:
        found: dict[str, str] = {key.lower(): value for key, value in _CRITERION.findall(self.criteria)}
        return found.get(name, "").strip().lower()


def passage(filters: Sequence[EventFilter], name: str, privilege: str) -> Passage:
    """Say what becomes of the events of a name.

    Args:
        filters: All that the user has and the PBX understands.
        name: The event's name.
        privilege: Its class: ``call``.

    Raises:
        ValueError: An expression is none.
    """
    bare, typical = (_passes(filters, name, privilege, headers) for headers in ({}, _TYPICAL))
    if bare != typical:
        return Passage.DEPENDS
    return Passage.PASSES if bare else Passage.HIDDEN


def _passes(filters: Sequence[EventFilter], name: str, privilege: str, headers: Mapping[str, str]) -> bool:
    including = [one for one in filters if not one.excludes]
    if including and not any(one.matches(name, privilege, headers) for one in including):
        return False
    return not any(one.matches(name, privilege, headers) for one in filters if one.excludes)


def _found(expression: str, text: str) -> bool:
    try:
        return re.search(_POSIX_CLASS.sub(lambda found: _POSIX_CLASSES[found[1]], expression), text) is not None
    except (re.error, KeyError) as error:
        msg = f"{expression!r} is no expression ({error})"
        raise ValueError(msg) from error
