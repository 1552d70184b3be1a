"""From an endpoint to the extension that it is, by the settings' rules, as the channels of its calls are attributed."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from amibridge.accounts.access import is_extension_number
from amibridge.calls.attribution import Attribution
from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.inventory.pbx import Endpoint
from amibridge.settings import ExtensionsSettings

TRUNK: Final = "a trunk, by extensions.trunks"
NO_RULE: Final = "no extension, by extensions.rules"

_CHANNEL: Final = "-00000000"
"""What a channel's name has behind its endpoint's; attribution takes it off again."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The extension that an endpoint is, or why it is none."""

    number: str
    """Empty when it is none."""
    refusal: str = ""


class Numbers:
    """Resolves endpoints.

    Args:
        settings: Rules and trunks.
    """

    def __init__(self, settings: ExtensionsSettings) -> None:
        self._attribution = Attribution.from_settings(settings)
        self._trunks = tuple(settings.trunks)
        self._need_description = any(rule.account_code or rule.context for rule in settings.rules)

    def resolve(self, endpoint: Endpoint) -> Resolved:
        """The extension of an endpoint, or why it has none."""
        if any(fnmatchcase(endpoint.name, trunk) for trunk in self._trunks):
            return Resolved("", TRUNK)
        if self._need_description and endpoint.refusal:
            return Resolved("", f"not described by the PBX ({endpoint.refusal}), and extensions.rules look into it")
        number = self._attribution.attribute(
            f"{endpoint.label}{_CHANNEL}", account_code=endpoint.account_code, context=endpoint.context
        ).extension
        if not number:
            return Resolved("", NO_RULE)
        if not is_extension_number(number):
            return Resolved("", f"extensions.rules make {number!r} of it, which is no extension number")
        return Resolved(number)

    def worth_describing(self, endpoint: Endpoint, declared: Mapping[str, Extension]) -> bool:
        """Whether to ask the PBX for more than this endpoint's name: its extension depends on it, or lacks a name.

        Args:
            endpoint: As it was listed.
            declared: The directory, by number.
        """
        resolved = self.resolve(endpoint)
        if self._need_description:
            return resolved.refusal != TRUNK
        known = declared.get(resolved.number)
        lacks_name = known is None or (known.kind is ExtensionKind.PHONE and not known.name)
        return bool(resolved.number) and lacks_name
