"""Which addresses may be dialled, stored and told to others. Pure.

An address that a peer supplies is a way to make us attack: it may name the
victim's router, or a service on our own machine.
"""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

from bazaar.domain.errors import MalformedMessageError
from net.limits import MAX_ADDRESS_CHARS, MAX_ADDRESSES_PER_PEER
from net.peer_ids import key_from_text
from net.rules import NetworkRules


class Source(StrEnum):
    """Who told us an address."""

    USER = "user"
    LAN = "lan"
    PEER = "peer"


class Address(NamedTuple):
    """A multiaddr taken apart.

    Attributes:
        kind: ``ip4``, ``ip6``, ``dns4`` or ``dns6``.
        host: Address or name.
        port: TCP port.
        peer: Key of the peer at the end of the address; None if it is not named.
        relay: Key of the relay on the way; None for a direct address.
    """

    kind: str
    host: str
    port: int
    peer: bytes | None
    relay: bytes | None


LOWEST_OPEN_PORT: Final = 1024
OPEN_LOW_PORTS: Final = frozenset({80, 443})
SERVICE_PORTS: Final = frozenset(
    {
        *(1433, 1521, 2049, 2375, 2376, 2379, 3128, 3306, 3389, 5000, 5432, 5672, 5900),
        *(5984, 5985, 6379, 6443, 8086, 8332, 8333, 8888, 9042, 9092, 9200, 9300, 9735),
        *(10_250, 11_211, 18_332, 18_443, 27_017, 50_000),
    }
)
PRIVATE_NAMES: Final = (
    ".local",
    ".lan",
    ".home",
    ".internal",
    ".localhost",
    ".onion",
    ".arpa",
)
MAX_NAME_CHARS: Final = 253
MAX_PORT: Final = 65_535

_KINDS: Final = frozenset({"ip4", "ip6", "dns4", "dns6"})
_NEVER: Final = tuple(
    ip_network(text)
    for text in (
        *(
            "0.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
        ),
        *("192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4", "::/96", "::ffff:0:0/96", "64:ff9b::/96"),
        *("64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16"),
        *("3fff::/20", "5f00::/16", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
_PRIVATE: Final = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


def parse(text: str) -> Address:
    """Take a multiaddr apart: ``/ip4/1.2.3.4/tcp/4001[/p2p/ID[/p2p-circuit[/p2p/ID]]]``.

    Raises:
        MalformedMessageError: any other form, or a host, port or id out of range.
    """
    if len(text) > MAX_ADDRESS_CHARS or not text.startswith("/"):
        raise MalformedMessageError("not a multiaddr")
    match text[1:].split("/"):
        case [kind, host, "tcp", port, *ends] if kind in _KINDS:
            relay, peer = _ends(ends)
            return Address(kind, _host(kind, host), _port(port), peer, relay)
        case _:
            raise MalformedMessageError("not a TCP multiaddr")


def kept(
    addresses: Iterable[str],
    source: Source,
    rules: NetworkRules,
    peer: bytes | None = None,
) -> tuple[str, ...]:
    """Those of ``addresses`` that may be dialled, the first 16, each once.

    Args:
        addresses: As told by ``source``; what breaks a rule is dropped.
        source: Who told us.
        rules: Of the network we are in.
        peer: If given, addresses that end at another peer are dropped.
    """
    good = dict.fromkeys(
        text for text in addresses if is_dialable(text, source, rules, peer)
    )
    return tuple(good)[:MAX_ADDRESSES_PER_PEER]


def is_dialable(
    text: str, source: Source, rules: NetworkRules, peer: bytes | None = None
) -> bool:
    """Whether an address that ``source`` told may be dialled."""
    try:
        address = parse(text)
    except MalformedMessageError:
        return False
    if peer is not None and address.peer not in {None, peer}:
        return False
    if address.kind in {"dns4", "dns6"}:
        return source is Source.USER or _is_public_name(address)
    return is_dialable_host(address.host, address.port, source, rules)


def is_dialable_host(host: str, port: int, source: Source, rules: NetworkRules) -> bool:
    """The same for a bare address, such as a name resolved to."""
    where = ip_address(host)
    if where.is_loopback:
        return rules.loopback_is_public or source is Source.USER
    if _within(where, _NEVER):
        return False
    if _within(where, _PRIVATE):
        return source is Source.USER or (
            source is Source.LAN and rules.mdns and _is_open_port(port)
        )
    return source is Source.USER or _is_open_port(port)


def is_near(host: str, rules: NetworkRules) -> bool:
    """Whether an address is of a local network: it means another machine elsewhere."""
    where = ip_address(host)
    return _within(where, _PRIVATE) or (where.is_loopback and rules.loopback_is_public)


def is_tellable(text: str, rules: NetworkRules) -> bool:
    """Whether other peers may be told this address: it means the same to them."""
    return is_dialable(text, Source.PEER, rules)


def ordered(addresses: Iterable[str], worked: str | None) -> tuple[str, ...]:
    """The order of dialling: the one that worked last, public, relay, private."""
    return tuple(
        sorted(addresses, key=lambda text: (text != worked, _rank(parse(text))))
    )


def _rank(address: Address) -> int:
    if address.relay is not None:
        return 1
    if address.kind in {"dns4", "dns6"}:
        return 0
    return 2 if _within(ip_address(address.host), _PRIVATE) else 0


def _ends(parts: list[str]) -> tuple[bytes | None, bytes | None]:
    match parts:
        case []:
            return None, None
        case ["p2p", peer]:
            return None, key_from_text(peer)
        case ["p2p", relay, "p2p-circuit"]:
            return key_from_text(relay), None
        case ["p2p", relay, "p2p-circuit", "p2p", peer]:
            return key_from_text(relay), key_from_text(peer)
        case _:
            raise MalformedMessageError("unknown parts behind the port")


def _host(kind: str, host: str) -> str:
    if kind in {"dns4", "dns6"}:
        if not 0 < len(host) <= MAX_NAME_CHARS or not host.isascii():
            raise MalformedMessageError("not a host name")
        return host.lower().rstrip(".")
    try:
        address = ip_address(host)
    except ValueError as error:
        raise MalformedMessageError("not an address") from error
    if f"ip{address.version}" != kind or "%" in host:
        raise MalformedMessageError("not an address of that kind")
    return str(address)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PORT))):
        raise MalformedMessageError("not a port")
    port = int(text)
    if not 0 < port <= MAX_PORT:
        raise MalformedMessageError("not a port")
    return port


def _is_public_name(address: Address) -> bool:
    last = address.host.rpartition(".")[2]
    return (
        "." in address.host
        and not address.host.endswith(PRIVATE_NAMES)
        and not last.isdigit()
        and _is_open_port(address.port)
    )


def _is_open_port(port: int) -> bool:
    return (
        port >= LOWEST_OPEN_PORT or port in OPEN_LOW_PORTS
    ) and port not in SERVICE_PORTS


def _within(where: IPv4Address | IPv6Address, networks: Iterable[object]) -> bool:
    return any(where in network for network in networks)  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType] - ipaddress has no common base
