"""Where may we call? Decided on the numeric address and port of a socket, never on a name or a URL's spelling."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, Literal, TypeAlias

from amibridge.errors import SettingsError
from amibridge.settings import DeliverySettings

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


class Range(Enum):
    """What kind of place an address is; the value is what a refusal calls it."""

    PUBLIC = "a public address"
    PRIVATE = "a private address"
    LOOPBACK = "a loopback address"
    OWN = "an address of this host"
    LINK_LOCAL = "a link-local address"
    METADATA = "a cloud metadata address"
    MULTICAST = "a multicast address"
    UNSPECIFIED = "an unspecified address"
    RESERVED = "a reserved address"
    DISGUISED = "an IPv4 address in IPv6 disguise"


_RANGES: Final = (
    # The first network that holds an address names its range, so the exceptions of a network stand before it.
    (
        Range.METADATA,
        "169.254.169.254 169.254.170.2 169.254.170.23 169.254.0.23 100.100.100.200 168.63.129.16 192.0.0.192",
    ),
    (Range.METADATA, "fd00:ec2::/32 fd20:ce::254 fd00:42::42 fd00:c1::a9fe:a9fe"),
    (Range.UNSPECIFIED, "0.0.0.0/8 ::"),
    (Range.LOOPBACK, "127.0.0.0/8 ::1"),
    (Range.LINK_LOCAL, "169.254.0.0/16 fe80::/10 fec0::/10"),
    (Range.PRIVATE, "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7"),
    (Range.RESERVED, "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24"),
    (Range.MULTICAST, "224.0.0.0/4 ff00::/8"),
    (Range.RESERVED, "240.0.0.0/4"),
    (Range.PUBLIC, "0.0.0.0/0"),
    # Mapped and NAT64 addresses are judged by the IPv4 address in them; what is left of the disguises leads to tunnels
    # and translators of this host's own network: compatible, translated, local-use NAT64, Teredo, 6to4.
    (Range.DISGUISED, "::/96 ::ffff:0:0:0/96 64:ff9b:1::/48 2001::/32 2002::/16"),
    (Range.RESERVED, "2001::/23 2001:db8::/32 3fff::/20"),
    (Range.PUBLIC, "2000::/3"),
    (Range.RESERVED, "::/0"),
)
_TABLE: Final = tuple((kind, ip_network(text)) for kind, texts in _RANGES for text in texts.split())
_NAT64: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of ``allow_destinations`` or ``deny_destinations``."""

    network: Network
    port: int | None = None
    """None: every port."""

    def covers(self, address: Address, port: int) -> bool:
        """Whether that address and port are meant."""
        return address in self.network and self.port in {None, port}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an address may not be called."""

    address: Address
    range: Range
    denied: bool = False
    """A setting denies it, whatever it is."""

    def __str__(self) -> str:
        if self.denied:
            return f"{self.address} is in delivery.deny_destinations"
        return f"{self.address} is {self.range.value}, which delivery.allow_destinations does not allow"


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationPolicy:
    """The settings' answer to "may this address be called": deny beats allow beats the default."""

    allow: tuple[Entry, ...] = ()
    deny: tuple[Entry, ...] = ()
    private_networks: Literal["administrators", "everyone", "nobody"] = "administrators"

    @classmethod
    def from_settings(cls, settings: DeliverySettings) -> "DestinationPolicy":
        """Read the three settings that say where.

        Raises:
            SettingsError: An entry is neither a network nor address:port; the text names it.
        """
        return cls(
            allow=tuple(_entry(text, "delivery.allow_destinations") for text in settings.allow_destinations),
            deny=tuple(_entry(text, "delivery.deny_destinations") for text in settings.deny_destinations),
            private_networks=settings.private_networks,
        )

    def refusal(
        self, address: Address, port: int, *, by_administrator: bool, own_addresses: Collection[Address]
    ) -> Refusal | None:
        """Say why an address may not be called; None: it may.

        Args:
            address: Where the socket would be connected to.
            port: Its port.
            by_administrator: Whether an administrator made the assignment.
            own_addresses: The addresses of this host's network interfaces.
        """
        spellings = {_plain(address), _inner(address)}
        kind = _range(address, own_addresses)
        if any(entry.covers(one, port) for entry in self.deny for one in spellings):
            return Refusal(address=address, range=kind, denied=True)
        if any(entry.covers(one, port) for entry in self.allow for one in spellings):
            return None
        if kind is Range.PUBLIC or (kind is Range.PRIVATE and self._allows_private(by_administrator=by_administrator)):
            return None
        return Refusal(address=address, range=kind)

    def _allows_private(self, *, by_administrator: bool) -> bool:
        return self.private_networks == "everyone" or (self.private_networks == "administrators" and by_administrator)


def _entry(text: str, setting: str) -> Entry:
    try:
        return Entry(network=ip_network(text))
    except ValueError:
        host, _, port = text.rpartition(":")
    try:
        address = IPv6Address(host[1:-1]) if host.startswith("[") and host.endswith("]") else IPv4Address(host)
    except ValueError as error:
        raise _bad(text, setting) from error
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):  # noqa: PLR2004 - TCP's last port
        raise _bad(text, setting)
    return Entry(network=ip_network(address), port=int(port))


def _bad(text: str, setting: str) -> SettingsError:
    return SettingsError(
        f"{setting}: {text!r} is neither a network nor address:port; write it like 10.1.0.0/16, 127.0.0.1:9000"
        " or [::1]:9000 (names are not taken: the decision is made on addresses)"
    )


def _plain(address: Address) -> Address:
    """The address without its zone, which names a link and no place."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) else address


def _inner(address: Address) -> Address:
    """The IPv4 address that a mapped or NAT64 address leads to; any other address is its own."""
    plain = _plain(address)
    if isinstance(plain, IPv6Address) and (plain.ipv4_mapped or plain in _NAT64):
        return IPv4Address(int(plain) & 0xFFFFFFFF)
    return plain


def _range(address: Address, own_addresses: Collection[Address]) -> Range:
    plain, inner = _plain(address), _inner(address)
    kind = next(kind for kind, network in _TABLE if inner in network)
    if kind in {Range.PUBLIC, Range.PRIVATE} and {plain, inner} & set(own_addresses):
        return Range.OWN
    if plain in _NAT64 and kind is not Range.PUBLIC:
        return Range.DISGUISED  # a translator that leads into private networks is nobody's LAN
    return kind
