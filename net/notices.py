"""Who is connected: told once per peer, whatever number of connections it has."""

import logging
import time
from collections.abc import Callable
from typing import Any, cast

from libp2p.abc import INetConn, INetStream, INetwork, INotifee
from libp2p.connection_types import ConnectionType
from libp2p.network.connection.swarm_connection import SwarmConn
from libp2p.network.swarm import Swarm

from bazaar.app.ports import Connected
from bazaar.domain.errors import MalformedMessageError
from net._vendor import Multiaddr
from net._yamux import is_broken
from net.peer_ids import key_of, peer_id
from net.traffic import TrafficMeter

log = logging.getLogger(__name__)

Told = Callable[[bytes], None]


class Notices(INotifee):
    """Turns the library's events about connections into events about peers."""

    def __init__(self) -> None:
        self._since: dict[bytes, float] = {}
        self._connected: list[Told] = []
        self._disconnected: list[Told] = []
        self.traffic = TrafficMeter()

    def on_connected(self, told: Told) -> None:
        """Call ``told`` with the key of each peer that becomes connected."""
        self._connected.append(told)

    def on_disconnected(self, told: Told) -> None:
        """Call ``told`` with the key of each peer whose last connection closed."""
        self._disconnected.append(told)

    def shown(self, swarm: Swarm) -> list[Connected]:
        """One row per connected peer, of its oldest connection."""
        rows: list[Connected] = []
        for key in self._since:
            rows.extend(
                _row(conn, key, self._since[key]) for conn in _open(swarm, key)[:1]
            )
        return rows

    def forget_all(self) -> None:
        """The host is gone: every peer is disconnected."""
        for key in list(self._since):
            self._gone(key)

    async def connected(self, network: INetwork, conn: INetConn) -> None:
        """Tell of a new peer; one whose key is not Ed25519 is sent away (protocol.md 2.3)."""
        try:
            key = key_of(conn.muxed_conn.peer_id)
        except MalformedMessageError:
            await conn.close()
            return
        self.traffic.follow(key, conn)
        if key in self._since and _open(cast("Swarm", network), key) != [conn]:
            return
        if key in self._since:  # the end of the last connection was not told
            self._gone(key)
        self._since[key] = time.time()
        for told in self._connected:
            told(key)

    async def disconnected(self, network: INetwork, conn: INetConn) -> None:
        """Tell of a peer that has no connection left."""
        try:
            key = key_of(conn.muxed_conn.peer_id)
        except MalformedMessageError:
            return
        if key in self._since and not _open(cast("Swarm", network), key):
            self._gone(key)

    async def opened_stream(self, network: INetwork, stream: INetStream) -> None:
        """Nobody asks."""

    async def closed_stream(self, network: INetwork, stream: INetStream) -> None:
        """Nobody asks."""

    async def listen(self, network: INetwork, multiaddr: Multiaddr) -> None:
        """Nobody asks."""

    async def listen_close(self, network: INetwork, multiaddr: Multiaddr) -> None:
        """Nobody asks."""

    def _gone(self, key: bytes) -> None:
        del self._since[key]
        self.traffic.forget(key)
        for told in self._disconnected:
            told(key)


def remote_host(swarm: Swarm, key: bytes) -> str:
    """The address, without port, at the other end of the peer's connection; else empty."""
    return next((_remote(conn)[0] for conn in _open(swarm, key)[:1]), "")


def is_connected(swarm: Swarm, key: bytes) -> bool:
    """Whether the peer has an open connection."""
    return bool(_open(swarm, key))


def _open(swarm: Swarm, key: bytes) -> list[SwarmConn]:
    """Direct ones first."""
    found = [
        conn
        for conn in cast("list[SwarmConn]", swarm.get_connections(peer_id(key)))
        if not conn.is_closed and not is_broken(conn.muxed_conn)
    ]
    found.sort(key=lambda conn: conn.get_connection_type() is ConnectionType.RELAYED)
    return found


def _row(conn: SwarmConn, key: bytes, since: float) -> Connected:
    host, port = _remote(conn)
    address = f"/{'ip6' if ':' in host else 'ip4'}/{host}/tcp/{port}" if host else ""
    is_relayed = conn.get_connection_type() is ConnectionType.RELAYED
    if is_relayed:
        address = str(conn.get_transport_addresses()[0])
    direction = conn.direction.name.lower()
    peer = str(conn.muxed_conn.peer_id)
    return Connected(key, peer, address, direction, since, is_relayed)


def _remote(conn: SwarmConn) -> tuple[str, int]:
    return cast("Any", conn.muxed_conn).get_remote_address() or ("", 0)
