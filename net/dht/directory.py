"""Where a store's newest head and its owner may be: the DHT, asked so that its answers are fresh.

Everything found is a hint: it is checked by the function that came in, and the
app checks it again.
"""

import contextlib
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import trio
from libp2p.abc import IHost

from bazaar.domain.errors import MalformedMessageError, PeerError
from net._vendor import ID, PeerStoreError
from net.dht import tokens
from net.dht.dht_life import DhtLife
from net.dht.head_lookups import HeadLookups, Replicas
from net.dht.keeper import Keeper
from net.dht.lookups import Lookups
from net.dht.neighbours import Neighbours
from net.dht.upkeep import Kept
from net.dialling.addresses import Source, kept
from net.gossip.heads import CheckHead, Heads, UntimelyHeadError
from net.limits import LOOKUP_SECONDS, MAX_LOOKUPS
from net.peer_ids import key_of, peer_id
from net.peers import Libp2pNetwork
from net.rules import NetworkRules

Found = TypeVar("Found")


class Directory:
    """Fits ``bazaar.app.ports.Directory``; lives and dies with the network it is given.

    Four lookups run at once, each at most 8 s; later ones wait their turn. While the
    network is down nothing is found, and what is put waits for its return.
    """

    def __init__(
        self,
        network: Libp2pNetwork,
        check_head: CheckHead,
        rules: NetworkRules,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Attach to ``network``, which must not be running yet.

        Args:
            network: Runs the DHT in each of its lives.
            check_head: Verifies a head's envelope and says what it is.
            rules: Says whether this node serves the DHT.
            now: Wall seconds, for the dates of heads.
        """
        self._network = network
        self._rules = rules
        self._heads = Heads(check_head, now)
        self._keeper = Keeper(self._do, self._is_due)
        self._places = tokens.Places()
        self._lookups: Lookups | None = None
        self._limit = trio.CapacityLimiter(MAX_LOOKUPS)
        self._neighbours = Neighbours(network.host)
        self._reached = trio.Event()
        network.reach.on_changed(self._reach_changed)
        network.attach(self._live)

    async def put_head(self, store: bytes, head: bytes) -> int:
        """Store a head, and again every 12 h; returns how many replicas gave it back.

        If a newer one was put before, that one is stored again. Cancelling leaves it
        promised: it is put when its turn comes.

        Raises:
            PeerError: no head of ``store``.
            UntimelyHeadError: it has expired, or is dated ahead.
        """
        self._heads.checked(store, head)
        held = self._keeper.head(store)
        heads = [head] if held is None else [held, head]
        return await self._keeper.keep(Kept(store, heads[self._heads.newest(heads)]))

    async def find_head(self, store: bytes) -> bytes | None:
        """The newest current head that at least five nodes know; cancelling leaves nothing."""

        async def look(lookups: Lookups) -> bytes | None:
            return await HeadLookups(lookups, self._heads, self._blame).find(store)

        return await self._within(look, None)

    async def find_addresses(self, peer: bytes) -> list[str]:
        """Addresses of ``peer`` that may be dialled, from its own signed record if one is found."""
        return await self._within(partial(self._find_addresses, peer_id(peer)), [])

    async def provide(self, token: bytes) -> None:
        """Say that this node has ``token``, and again every 24 h; at most one a second.

        Cancelling leaves it promised.
        """
        await self._keeper.keep(Kept(token, None))

    def retract(self, token: bytes) -> None:
        """Renew ``token`` no longer; what others hold of it runs out within two days."""
        self._keeper.drop(Kept(token, None))
        self._places.forget(token)

    async def find_providers(self, token: bytes) -> list[bytes]:
        """Keys of at most 400 peers that say they have ``token``; their addresses are learned."""

        async def look(lookups: Lookups) -> list[bytes]:
            return await tokens.find_providers(lookups, self._network.book, token)

        return await self._within(look, [])

    def forget(self, store: bytes, token: bytes) -> None:
        """Put a head and provide a token no more; replicas forget them by themselves."""
        self._keeper.forget(store, token)

    def neighbours(self) -> int:
        """How many nodes the routing table holds."""
        return 0 if self._lookups is None else self._lookups.kad.routing_table.size()

    async def _find_addresses(self, peer: ID, lookups: Lookups) -> list[str]:
        await lookups.closest(peer.to_bytes())
        peerstore = lookups.kad.host.get_peerstore()
        envelope = peerstore.get_peer_record(peer)
        try:
            told = envelope.record().addrs if envelope else peerstore.addrs(peer)
        except PeerStoreError:
            return []
        texts = [str(address) for address in told]
        return list(kept(texts, Source.PEER, self._rules, key_of(peer)))

    async def _do(self, promise: Kept) -> Replicas:
        async def put(lookups: Lookups) -> Replicas:
            if promise.head is None:
                me = self._network.host.key
                return await self._places.provide(lookups, me, promise.subject)
            heads = HeadLookups(lookups, self._heads, self._blame)
            return await heads.put(promise.subject, promise.head)

        return await self._within(put, Replicas(0, 0))

    def _is_due(self, promise: Kept) -> bool:
        """Whether a promise is still worth keeping: its head has not expired."""
        try:
            return promise.head is None or bool(self._heads.current(promise.head))
        except (PeerError, UntimelyHeadError):
            return False

    async def _within(
        self, look: Callable[[Lookups], Awaitable[Found]], nothing: Found
    ) -> Found:
        """What ``look`` finds in 8 s, or ``nothing``."""
        async with self._limit:
            if self._lookups is not None:
                with trio.move_on_after(LOOKUP_SECONDS):
                    return await look(self._lookups)
        return nothing

    async def _live(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        life = DhtLife(host, self._heads, self._blame, serves=self._serves())
        self._lookups = life.lookups
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._keeper.run)
                nursery.start_soon(self._follow_reach, life.lookups)
                await life.run(self._neighbours, self._keeper.start_again, task_status)
        finally:
            self._lookups = None

    async def _follow_reach(self, lookups: Lookups) -> None:
        """Serve while others can dial this node, and stop when they cannot."""
        while True:
            self._reached = trio.Event()
            if lookups.kad.turn(is_server=self._serves()):
                await self._network.host.tell_neighbours()
            await self._reached.wait()

    def _reach_changed(self) -> None:
        self._reached.set()

    def _serves(self) -> bool:
        """By the rules, or because others can dial this node; one behind a router only asks."""
        return self._network.reach.serves()

    def _blame(self, peer: ID, error: Exception) -> None:
        with contextlib.suppress(MalformedMessageError):
            self._network.standing.blame(key_of(peer), error)
