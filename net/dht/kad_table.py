"""The routing table and its walks, without those who are clients or fall silent."""

import contextlib
from collections.abc import Awaitable, Callable, Generator

import trio
from libp2p.abc import IHost
from libp2p.kad_dht.peer_routing import PeerRouting
from libp2p.kad_dht.routing_table import RoutingTable

from bazaar.domain.errors import PeerUnreachableError
from net._patches import KAD_PROTOCOL
from net._vendor import ID, Multiaddr, PeerInfo, PeerStoreError
from net.buckets import Buckets
from net.dht.silence import Silence
from net.limits import (
    OWN_REQUESTS_BURST,
    OWN_REQUESTS_PER_SECOND,
    STALE_SECONDS,
    TRACKED_PEERS,
)
from net.peer_ids import raw_key


def is_identified(host: IHost, peer: ID) -> bool:
    """Whether the peer has said which protocols it speaks."""
    return bool(_protocols(host, peer))


def is_server(host: IHost, peer: ID) -> bool:
    """Whether the peer has said that it serves the DHT."""
    return KAD_PROTOCOL in _protocols(host, peer)


class Turns:
    """Keeps own questions below the rate at which a node would refuse them, and blame us."""

    def __init__(self) -> None:
        self._rates = Buckets(
            OWN_REQUESTS_PER_SECOND, OWN_REQUESTS_BURST, TRACKED_PEERS
        )

    async def wait(self, peer: ID) -> None:
        """Wait until ``peer`` may be asked; cancelling gives the turn away."""
        await trio.sleep(self._rates.of(peer).book(trio.current_time()))


class Table(RoutingTable):
    """Takes servers only, splits only around the own id, and never waits for a ping.

    The library takes whoever asks for a server, so that clients fill the table;
    it splits any full bucket, so that a refresh walks for each of up to 256.
    """

    def __init__(self, host: IHost, silence: Silence) -> None:
        super().__init__(host.get_id(), host)
        self._silence = silence

    async def add_peer(
        self, peer_obj: PeerInfo | ID, *, skip_server_mode_check: bool = False
    ) -> bool:
        """Add a peer that may be one to ask; False if it is not."""
        peer = peer_obj.peer_id if isinstance(peer_obj, PeerInfo) else peer_obj
        if skip_server_mode_check:  # the library's sign that the peer asked us
            self._silence.heard(peer)
            if not is_server(self.host, peer):
                return False
        if self._silence.is_evicted(peer, trio.current_time()):
            return False
        if raw_key(peer) is None or not self._has_room(peer):
            return False
        return await super().add_peer(peer_obj)

    def where(self, peer: ID) -> list[Multiaddr]:
        """Where ``peer`` can be reached: as heard lately, else as when it became an entry."""
        with contextlib.suppress(PeerStoreError):
            lately = self.host.get_peerstore().addrs(peer)
            if lately:
                return lately
        entry = self.get_peer_info(peer)
        return [] if entry is None else entry.addrs

    async def heard(self, peer: ID) -> None:
        """``peer`` answered: it is no stale entry, and one if it was none."""
        if not self.find_bucket(peer).refresh_peer_last_seen(peer):
            await self.add_peer(peer)

    def stale(self) -> list[ID]:
        """Entries of which nothing was heard for an hour."""
        return self.get_stale_peers(STALE_SECONDS)

    def _has_room(self, peer: ID) -> bool:
        bucket = self.find_bucket(peer)
        return (
            bucket.size() < bucket.bucket_size
            or bucket.has_peer(peer)
            or bucket.peer_id_in_range(self.local_id)
        )


class Routing(PeerRouting):
    """Walks that leave out who was silent twice (C13).

    Attributes:
        nearer: The question of a walk; the client of this life of the host puts it here.
    """

    nearer: Callable[[ID, bytes], Awaitable[list[ID]]]

    def __init__(self, host: IHost, table: Table, silence: Silence) -> None:
        super().__init__(host, table)
        self._silence = silence
        self._walks: dict[bytes, dict[ID, None]] = {}

    @contextlib.contextmanager
    def walking(self, key: bytes) -> Generator[dict[ID, None]]:
        """Collects who was told of on walks to ``key`` while it lasts: a walk cut short tells nobody."""
        met = self._walks.setdefault(key, {})
        try:
            yield met
        finally:
            if self._walks.get(key) is met:
                del self._walks[key]

    async def _query_peer_for_closest(self, peer: ID, target_key: bytes) -> list[ID]:
        if self._silence.is_evicted(peer, trio.current_time()):
            return []
        try:
            found = await self.nearer(peer, target_key)
        except PeerUnreachableError:
            return []
        self._walks.get(target_key, {}).update(dict.fromkeys([peer, *found]))
        return found


def _protocols(host: IHost, peer: ID) -> list[str]:
    try:
        return host.get_peerstore().get_protocols(peer)
    except PeerStoreError:
        return []
