"""A simulated node's directory: the port of the app, on our lookups and our keeper."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import trio

from bazaar.domain.errors import PeerError
from net.dht import tokens
from net.dht.head_lookups import HeadLookups, Replicas
from net.dht.keeper import Keeper
from net.dht.lookups import Lookups
from net.dht.upkeep import Kept
from net.dialling.peerbook import PeerBook
from net.gossip.heads import Heads, UntimelyHeadError
from net.limits import LOOKUP_SECONDS, MAX_LOOKUPS
from net.peer_ids import key_of, peer_id
from net.rules import LOCAL_RULES

Found = TypeVar("Found")


class SimDirectory:
    """Fits ``bazaar.app.ports.Directory``: as ``net.dht.directory``, without a host's lives."""

    def __init__(self, key: bytes, lookups: Lookups, heads: Heads) -> None:
        self._key = key
        self._lookups = lookups
        self._heads = heads
        self._found = HeadLookups(lookups, heads, _nobody)
        self._keeper = Keeper(self._do, self._is_due)
        self._places = tokens.Places()
        self._limit = trio.CapacityLimiter(MAX_LOOKUPS)
        self._book = PeerBook(LOCAL_RULES)

    async def put_head(self, store: bytes, head: bytes) -> int:
        """Store a head, and again while ``run`` runs; how many replicas gave it back."""
        self._heads.checked(store, head)
        return await self._keeper.keep(Kept(store, head))

    async def find_head(self, store: bytes) -> bytes | None:
        """The newest current head that at least five nodes know."""
        return await self._within(partial(self._found.find, store), None)

    async def find_addresses(self, peer: bytes) -> list[str]:
        """The address of ``peer`` if a walk met it."""
        walk = partial(self._lookups.closest, peer_id(peer).to_bytes())
        met = await self._within(walk, [])
        return ["/ip4/127.0.0.1/tcp/1"] if peer in map(key_of, met) else []

    async def provide(self, token: bytes) -> None:
        """Say that this node has ``token``, and again while ``run`` runs."""
        await self._keeper.keep(Kept(token, None))

    def retract(self, token: bytes) -> None:
        """Renew ``token`` no longer."""
        self._keeper.drop(Kept(token, None))
        self._places.forget(token)

    async def find_providers(self, token: bytes) -> list[bytes]:
        """Keys of those that say they have ``token``."""
        look = partial(tokens.find_providers, self._lookups, self._book, token)
        return await self._within(look, [])

    def forget(self, store: bytes, token: bytes) -> None:
        """Put a head and provide a token no more."""
        self._keeper.forget(store, token)

    def neighbours(self) -> int:
        """How many nodes the routing table holds."""
        return self._lookups.kad.routing_table.size()

    async def settle(self) -> None:
        """The two walks of a node that has just met its first neighbour (``net.dht.dht_life``)."""
        await self._lookups.closest(peer_id(self._key).to_bytes())
        await self._lookups.closest(hashlib.sha256(self._key).digest())

    async def run(self) -> None:
        """Repeat what was promised when it is due; ends by cancellation."""
        await self._keeper.run()

    async def _do(self, promise: Kept) -> Replicas:
        if promise.head is None:
            do = partial(
                self._places.provide, self._lookups, self._key, promise.subject
            )
        else:
            do = partial(self._found.put, promise.subject, promise.head)
        return await self._within(do, Replicas(0, 0))

    def _is_due(self, promise: Kept) -> bool:
        try:
            return promise.head is None or bool(self._heads.current(promise.head))
        except (PeerError, UntimelyHeadError):
            return False

    async def _within(
        self, look: Callable[[], Awaitable[Found]], nothing: Found
    ) -> Found:
        async with self._limit:
            with trio.move_on_after(LOOKUP_SECONDS):
                return await look()
        return nothing


def _nobody(peer: object, error: Exception) -> None:
    del peer, error
