"""Attribution: which channel is which extension."""

import re

import pytest

from amibridge.calls.attribution import HELPERS, Attribution, ChannelKind, Rule, split_name
from amibridge.settings import ExtensionRule, ExtensionsSettings

DEFAULT = Attribution.from_settings(ExtensionsSettings(trunks=["provider-*", "0800*"]))


@pytest.mark.parametrize(
    ("channel", "technology", "endpoint"),
    [
        ("PJSIP/210-0000002a", "PJSIP", "210"),
        ("PJSIP/0003*210-0000002a", "PJSIP", "0003*210"),
        ("PJSIP/provider-a-0000002a", "PJSIP", "provider-a"),
        ("PJSIP/a.b_c-deadbeef-0000002a", "PJSIP", "a.b_c-deadbeef"),
        ("SIP/210-00000001", "SIP", "210"),
        ("IAX2/office/branch-1234", "IAX2", "office/branch-1234"),
        ("PJSIP/210", "PJSIP", "210"),
        ("Local/210@phones-0000002a;1", "Local", "210@phones"),
        ("Surrogate", "Surrogate", ""),
        ("", "", ""),
    ],
)
def test_endpoint_stands_between_slash_and_last_number(channel: str, technology: str, endpoint: str) -> None:
    """The endpoint is what stands between the first ``/`` and the last ``-xxxxxxxx``, whatever it contains."""
    assert split_name(channel) == (technology, endpoint)


@pytest.mark.parametrize(
    ("channel", "kind", "extension"),
    [
        ("PJSIP/210-0000002a", ChannelKind.LEG, "210"),
        ("PJSIP/0003*210-0000002a", ChannelKind.LEG, "0003*210"),
        ("SIP/21-0000002a", ChannelKind.LEG, "21"),
        ("PJSIP/2-0000002a", ChannelKind.OUTSIDE, ""),
        ("PJSIP/1234567-0000002a", ChannelKind.OUTSIDE, ""),
        ("PJSIP/provider-a-0000002a", ChannelKind.OUTSIDE, ""),
        ("PJSIP/0800-0000002a", ChannelKind.OUTSIDE, ""),
        ("PJSIP/210x-0000002a", ChannelKind.OUTSIDE, ""),
        ("DAHDI/i1/210-00000002", ChannelKind.OUTSIDE, ""),
        ("Local/210@phones-0000002a;2", ChannelKind.LOCAL, ""),
    ],
)
def test_default_rules(channel: str, kind: ChannelKind, extension: str) -> None:
    """By default two to six digits, or two numbers joined by ``*``, are extensions; trunks never are."""
    attributed = DEFAULT.attribute(channel)
    assert (attributed.kind, attributed.extension) == (kind, extension)


@pytest.mark.parametrize("technology", sorted(HELPERS))
def test_helpers_connect_nobody(technology: str) -> None:
    """Asterisk's own helper channels are never legs, also when their name looks like an extension's."""
    assert DEFAULT.attribute(f"{technology}/210-0000002a").kind is ChannelKind.HELPER


def test_first_matching_rule_names_the_extension() -> None:
    """Rules are tried in order; each may also look at AccountCode and Context, and all its expressions must match."""
    attribution = Attribution.from_settings(
        ExtensionsSettings(
            rules=[
                ExtensionRule(endpoint=r"^user-(\d+)$", number=r"9\1", account_code="^sales$", context="^inside"),
                ExtensionRule(endpoint=r"^user-(\d+)$", number=r"8\1", account_code="^sales$"),
                ExtensionRule(endpoint=r"^user-(\d+)$", number=r"\1", context="^inside"),
            ],
        ),
    )
    name = "PJSIP/user-17-0000002a"
    assert attribution.attribute(name, account_code="sales", context="inside-a").extension == "917"
    assert attribution.attribute(name, account_code="sales", context="outside").extension == "817"
    assert attribution.attribute(name, account_code="", context="inside").extension == "17"
    assert attribution.attribute(name).kind is ChannelKind.OUTSIDE


def test_a_rule_may_leave_no_number() -> None:
    """A template that comes out empty makes an outside channel, not a leg without a number."""
    attribution = Attribution([Rule(endpoint=re.compile("^x(.*)$"), number=r"\1")])
    assert attribution.attribute("PJSIP/x-0000002a").kind is ChannelKind.OUTSIDE
