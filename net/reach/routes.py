"""How peers are connected: directly or through a relay, and what they say they speak."""

from ipaddress import ip_address
from typing import Any, cast

from libp2p.abc import INetStream
from libp2p.connection_types import ConnectionType
from libp2p.network.connection.swarm_connection import SwarmConn

from net._vendor import Multiaddr, PeerStoreError
from net.building import swarm_of
from net.errors import NetworkDownError
from net.host import Host
from net.peer_ids import key_of, peer_id


def is_direct(host: Host, key: bytes) -> bool:
    """Whether a connection without a relay to the peer is open."""
    return any(not is_relayed(conn) for conn in open_connections(host, key))


def open_connections(host: Host, key: bytes) -> list[SwarmConn]:
    """The peer's open connections; none while the host is being restarted."""
    try:
        swarm = swarm_of(host.libp2p())
    except NetworkDownError:
        return []
    found = swarm.get_connections(peer_id(key))
    return cast("list[SwarmConn]", [conn for conn in found if not conn.is_closed])


def is_relayed(conn: SwarmConn) -> bool:
    """Whether the connection runs through a relay."""
    return conn.get_connection_type() is ConnectionType.RELAYED


def is_relayed_stream(stream: INetStream) -> bool:
    """Whether a stream came through a relay; True if that cannot be said."""
    kind = cast("Any", stream.muxed_conn).get_connection_type()
    return kind is not ConnectionType.DIRECT


def sender(stream: INetStream) -> bytes:
    """Key of the peer at the other end; raises MalformedMessageError."""
    return key_of(stream.muxed_conn.peer_id)


def speaks(host: Host, key: bytes, protocol: str) -> bool:
    """Whether the peer said that it serves ``protocol``."""
    try:
        store = host.libp2p().get_peerstore()
        return protocol in store.get_protocols(peer_id(key))
    except (NetworkDownError, PeerStoreError):
        return False


def observed_hosts(host: Host) -> list[str]:
    """The addresses, without ports, from which neighbours see this node come."""
    try:
        manager = cast("Any", host.libp2p())._observed_addr_manager  # noqa: SLF001 - no public way to one observer's word
    except NetworkDownError:
        return []
    seen = cast("list[Multiaddr]", manager.addrs(min_observers=1))
    hosts = dict.fromkeys(str(one).split("/")[2] for one in seen)
    return [one for one in hosts if _is_address(one)]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
