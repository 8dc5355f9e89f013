"""The local networks this machine is in, and a socket of each."""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, ip_network
from typing import Final, NamedTuple, cast

import ifaddr
import trio

from net.dialling.addresses import is_near
from net.limits import MDNS_HOPS
from net.rules import NetworkRules

MDNS_GROUP: Final = "224.0.0.251"


class Link(NamedTuple):
    """One own IPv4 address, and the network that it is in."""

    host: str
    network: IPv4Network

    def reaches(self, host: str) -> bool:
        """Whether an address is of this very network."""
        return IPv4Address(host) in self.network


Links = Callable[[], list[Link]]


def near_links(rules: NetworkRules) -> list[Link]:
    """Every private address of this machine, as the system says it now."""
    found = [ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    own = [(ip.ip, ip.network_prefix) for ip in found if isinstance(ip.ip, str)]
    return [
        Link(host, cast("IPv4Network", ip_network(f"{host}/{bits}", strict=False)))
        for host, bits in own
        if is_near(host, rules)
    ]


def open_socket(link: Link, port: int) -> trio.socket.SocketType:
    """A socket that hears and speaks mDNS on one link; others may share the port.

    Raises:
        OSError: the port is taken by one who does not share, or the link is gone.
    """
    opened = trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        own = socket.inet_aton(link.host)
        group = socket.inet_aton(MDNS_GROUP)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, MDNS_HOPS)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + own)
    except OSError:
        opened.close()
        raise
    return opened
