"""Which addresses may be called."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.delivery.destination import DestinationPolicy, Range, Refusal
from amibridge.errors import SettingsError
from amibridge.settings import DeliverySettings

OWN = frozenset({ip_address("198.51.7.7"), ip_address("192.168.1.2"), ip_address("2a01:db::7")})
DEFAULT = DestinationPolicy()

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "172.32.0.1",
    "223.255.255.255",
    "2a00:1450:4001::1",
    "2606:4700::1111",
]
PRIVATE = ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.5", "100.64.0.1", "fd12:3456::1", "fc00::1"]
NEVER = {
    Range.LOOPBACK: ["127.0.0.1", "127.1.2.3", "127.255.255.255", "::1"],
    Range.OWN: ["198.51.7.7", "192.168.1.2", "2a01:db::7"],
    Range.LINK_LOCAL: ["169.254.1.1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1"],
    Range.METADATA: [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "fd00:42::42",
        "fd00:c1::a9fe:a9fe",
    ],
    Range.MULTICAST: ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    Range.UNSPECIFIED: ["0.0.0.0", "0.1.2.3", "::"],
    Range.RESERVED: [
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "240.0.0.1",
        "255.255.255.255",
        "100::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fbff::1",
        "fe00::1",
    ],
    Range.DISGUISED: [
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:0:10.0.0.1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "2001:0:808:808:0:0:f5ff:fffe",
        "64:ff9b::127.0.0.1",
        "64:ff9b::192.168.1.5",
        "64:ff9b:1::8.8.8.8",
    ],
}
MAPPED_NEVER = [
    ("::ffff:127.0.0.1", Range.LOOPBACK),
    ("::ffff:7f00:1", Range.LOOPBACK),
    ("::ffff:169.254.169.254", Range.METADATA),
    ("::ffff:192.168.1.2", Range.OWN),
    ("::ffff:0.0.0.0", Range.UNSPECIFIED),
    ("::ffff:224.0.0.1", Range.MULTICAST),
    ("::ffff:198.18.0.1", Range.RESERVED),
    ("64:ff9b::169.254.169.254", Range.DISGUISED),
    ("64:ff9b::c633:707", Range.OWN),
]


def refusal(
    address: str, port: int = 80, *, policy: DestinationPolicy = DEFAULT, administrator: bool = True
) -> Refusal | None:
    """Ask a policy on a host with the addresses OWN."""
    return policy.refusal(ip_address(address), port, by_administrator=administrator, own_addresses=OWN)


def settings(*, allow: list[str] | None = None, deny: list[str] | None = None) -> DestinationPolicy:
    """A policy as the settings write it."""
    return DestinationPolicy.from_settings(
        DeliverySettings(allow_destinations=allow or [], deny_destinations=deny or [])
    )


@pytest.mark.parametrize("address", [*PUBLIC, "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
@pytest.mark.parametrize("administrator", [True, False])
def test_public_addresses_may_be_called(address: str, administrator: bool) -> None:  # noqa: FBT001 - a table's column
    """Everybody's assignments reach public addresses, also mapped or through the well-known NAT64."""
    assert refusal(address, administrator=administrator) is None


@pytest.mark.parametrize(
    ("address", "kind"), [(address, kind) for kind, many in NEVER.items() for address in many] + MAPPED_NEVER
)
def test_these_are_never_called_by_default(address: str, kind: Range) -> None:
    """Not even an administrator's assignment reaches this host, its links, clouds' metadata or any disguise."""
    assert refusal(address) == Refusal(address=ip_address(address), range=kind)


@pytest.mark.parametrize("address", [*PRIVATE, "::ffff:10.0.0.1"])
def test_private_networks(address: str) -> None:
    """LAN addresses are for administrators' assignments, or for everyone, or for nobody."""
    everyone, nobody = DestinationPolicy(private_networks="everyone"), DestinationPolicy(private_networks="nobody")
    assert refusal(address) is None
    assert refusal(address, administrator=False) == Refusal(address=ip_address(address), range=Range.PRIVATE)
    assert refusal(address, administrator=False, policy=everyone) is None
    assert refusal(address, policy=nobody) is not None


def test_allow_adds_to_the_default() -> None:
    """An allowed pair opens that port alone, an allowed network all of them; a mapped spelling is what it leads to."""
    policy = settings(allow=["127.0.0.1:9000", "[::1]:9001", "10.1.0.0/16", "169.254.7.7", "fe80::/10"])
    assert refusal("127.0.0.1", 9000, policy=policy) is None
    assert refusal("::ffff:127.0.0.1", 9000, policy=policy) is None
    assert refusal("127.0.0.1", 9001, policy=policy) is not None
    assert refusal("::1", 9001, policy=policy) is None
    assert refusal("10.1.2.3", 1, policy=policy, administrator=False) is None
    assert refusal("10.2.2.3", 1, policy=policy, administrator=False) is not None
    assert refusal("169.254.7.7", policy=policy) is None
    assert refusal("fe80::1%eth0", policy=policy) is None


def test_deny_beats_allow_beats_default() -> None:
    """What is denied is denied in every spelling, allowed or public or not, and the refusal names the setting."""
    policy = settings(allow=["10.1.0.0/16", "8.8.8.8"], deny=["10.1.1.0/24", "8.8.8.8:53", "2a00::/16", "9.9.9.9"])
    assert refusal("10.1.2.1", policy=policy, administrator=False) is None
    denied = refusal("10.1.1.1", policy=policy)
    assert denied
    assert str(denied) == "10.1.1.1 is in delivery.deny_destinations"
    assert refusal("::ffff:10.1.1.1", policy=policy)
    assert refusal("64:ff9b::9.9.9.9", policy=policy)
    assert refusal("8.8.8.8", 53, policy=policy)
    assert refusal("8.8.8.8", 80, policy=policy) is None
    assert refusal("2a00:1450:4001::1", policy=policy)


def test_a_refusal_says_what_to_do() -> None:
    """Its text names the address, what it is, and the setting that would allow it."""
    assert str(refusal("127.0.0.1")) == (
        "127.0.0.1 is a loopback address, which delivery.allow_destinations does not allow"
    )


@pytest.mark.parametrize(
    "entry",
    [
        "localhost",
        "localhost:80",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "127.1",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "127.0.0.1:http",
        "127.0.0.1:٣",
        "::1:80:zz",
        "[::1]",
        "[::1]:",
        "[127.0.0.1]:80",
        "10.0.0.0/8:80",
        "http://10.0.0.1",
    ],
)
@pytest.mark.parametrize("setting", ["allow_destinations", "deny_destinations"])
def test_a_bad_entry_is_named(entry: str, setting: str) -> None:
    """An entry that is neither a network nor address:port is an error that names it and its setting."""
    with pytest.raises(SettingsError) as caught:
        settings(**{setting.split("_", maxsplit=1)[0]: [entry]})
    assert str(caught.value).startswith(f"delivery.{setting}: {entry!r} is neither a network nor address:port")


@given(st.integers(0, 2**32 - 1).map(IPv4Address), st.booleans())
def test_a_mapped_address_is_what_it_leads_to(address: IPv4Address, administrator: bool) -> None:  # noqa: FBT001 - drawn
    """Writing an IPv4 address as a mapped IPv6 address changes nothing about whether it may be called."""
    mapped = str(IPv6Address((0xFFFF << 32) | int(address)))
    assert (refusal(str(address), administrator=administrator) is None) == (
        refusal(mapped, administrator=administrator) is None
    )


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_every_address_has_a_range(address: IPv6Address) -> None:
    """No address falls between the ranges, and only global unicast or LAN ones pass."""
    if refusal(str(address)) is None:
        assert (
            int(address) >> 125 == 1
            or int(address) >> 121 == 0xFC >> 1
            or int(address) >> 32 in {0xFFFF, 0x64FF9B << 64}
        )
