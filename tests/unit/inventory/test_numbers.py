"""Which endpoint is which extension."""

import pytest

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.inventory.numbers import NO_RULE, TRUNK, Numbers, Resolved
from amibridge.inventory.pbx import Endpoint
from amibridge.settings import ExtensionRule, ExtensionsSettings

BY_NAME = ExtensionsSettings(trunks=["provider-*", "0800*"])
TENANTS = ExtensionsSettings(
    rules=[
        ExtensionRule(endpoint=r"^(\d+)$", context="^customer-7$", number=r"0007*\1"),
        ExtensionRule(endpoint=r"^(\d+)$", account_code="^acc", number=r"\1"),
    ],
    trunks=["9*"],
)
WILD = ExtensionsSettings(rules=[ExtensionRule(endpoint="^(.+)$", number=r"\1")])


def endpoint(name: str, context: str = "", account_code: str = "", refusal: str = "") -> Endpoint:
    """A PJSIP endpoint."""
    return Endpoint(technology="PJSIP", name=name, context=context, account_code=account_code, refusal=refusal)


@pytest.mark.parametrize(
    ("settings", "asked", "resolved"),
    [
        (BY_NAME, endpoint("201"), Resolved("201")),
        (BY_NAME, endpoint("0003*210"), Resolved("0003*210")),
        (BY_NAME, endpoint("provider-a"), Resolved("", TRUNK)),
        (BY_NAME, endpoint("080012"), Resolved("", TRUNK)),
        (BY_NAME, endpoint("anonymous"), Resolved("", NO_RULE)),
        (BY_NAME, endpoint("201-0000beef"), Resolved("", NO_RULE)),
        (BY_NAME, endpoint("201", refusal="it went away"), Resolved("201")),
        (TENANTS, endpoint("210", "customer-7"), Resolved("0007*210")),
        (TENANTS, endpoint("210", "phones", "acc1"), Resolved("210")),
        (TENANTS, endpoint("210", "phones"), Resolved("", NO_RULE)),
        (TENANTS, endpoint("911", "customer-7"), Resolved("", TRUNK)),
        (
            TENANTS,
            endpoint("210", refusal="it went away"),
            Resolved("", "not described by the PBX (it went away), and extensions.rules look into it"),
        ),
        (WILD, endpoint("anna"), Resolved("", "extensions.rules make 'anna' of it, which is no extension number")),
    ],
)
def test_resolve(settings: ExtensionsSettings, asked: Endpoint, resolved: Resolved) -> None:
    """Rules and trunks decide as they do for channels; what is no extension has a reason."""
    assert Numbers(settings).resolve(asked) == resolved


@pytest.mark.parametrize(
    ("settings", "name", "worth"),
    [
        (BY_NAME, "201", True),
        (BY_NAME, "202", True),
        (BY_NAME, "203", False),
        (BY_NAME, "204", False),
        (BY_NAME, "provider-a", False),
        (BY_NAME, "anonymous", False),
        (TENANTS, "203", True),
        (TENANTS, "anna", True),
        (TENANTS, "911", False),
    ],
)
def test_worth_describing(settings: ExtensionsSettings, name: str, worth: bool) -> None:  # noqa: FBT001 - a table
    """The PBX is asked for names that are missing, and for what rules look into; not for more."""
    declared = [
        Extension(number="202"),
        Extension(number="203", name="Reception"),
        Extension(number="204", kind=ExtensionKind.QUEUE, service="support"),
    ]
    by_number = {one.number: one for one in declared}
    assert Numbers(settings).worth_describing(endpoint(name), by_number) is worth
