"""Putting a store's head at the nodes nearest to it, and reading it back from them."""

from collections.abc import Sequence
from typing import NamedTuple

from libp2p.kad_dht.kad_dht import DHTMode

from bazaar.domain.errors import PeerError
from net._vendor import ID
from net.dht.head_records import record_key
from net.dht.kad import Blame
from net.dht.lookups import Lookups
from net.gossip.heads import Heads, UntimelyHeadError
from net.limits import READS_AT_ONCE


class Replicas(NamedTuple):
    """How a put went: of ``asked`` nodes ``gave_back`` were seen to have it."""

    asked: int
    gave_back: int


class HeadLookups:
    """Heads in the DHT, in one life of the host; cancelling leaves some replicas without."""

    def __init__(self, lookups: Lookups, heads: Heads, blame: Blame) -> None:
        self._lookups = lookups
        self._heads = heads
        self._blame = blame

    async def put(self, store: bytes, head: bytes) -> Replicas:
        """Have the nearest nodes keep ``head``, then read it back from up to eight."""
        key = record_key(store).encode()
        self._keep(key, head)
        peers = await self._lookups.closest(key)
        stored = await self._tell(peers, key, head)
        asked = stored[:READS_AT_ONCE]
        answers = await self._lookups.ask(asked, key, self._lookups.client.value)
        return Replicas(len(peers), sum(value == head for _, value in answers))

    async def find(self, store: bytes) -> bytes | None:
        """The newest current head of at least five remote nodes and the own copy (C8).

        It is kept here, and given to those asked that had none or an older one.
        """
        key = record_key(store).encode()
        answers = await self._lookups.read(key, self._lookups.client.value)
        good = {
            peer: value
            for peer, value in answers
            if value is not None and self._is_good(peer, store, value)
        }
        values = [*self._own(store), *good.values()]
        if not values:
            return None
        best = values[self._heads.newest(values)]
        self._keep(key, best)
        behind = [peer for peer, _ in answers if good.get(peer) != best]
        await self._tell(behind, key, best)
        return best

    def own(self, store: bytes) -> bytes | None:
        """The copy held here, if it still counts."""
        return next(iter(self._own(store)), None)

    async def _tell(self, peers: Sequence[ID], key: bytes, head: bytes) -> list[ID]:
        async def put(peer: ID, key: bytes) -> None:
            await self._lookups.client.put(peer, key, head)

        return [peer for peer, _ in await self._lookups.ask(peers, key, put)]

    def _keep(self, key: bytes, head: bytes) -> None:
        kad = self._lookups.kad
        if kad.mode is DHTMode.SERVER:
            kad.value_store.put_record(key, self._lookups.client.record(key, head))

    def _own(self, store: bytes) -> list[bytes]:
        record = self._lookups.kad.value_store.get(record_key(store).encode())
        return [
            value
            for value in ([] if record is None else [record.value])
            if self._why_not(store, value) is None
        ]

    def _is_good(self, peer: ID, store: bytes, value: bytes) -> bool:
        error = self._why_not(store, value)
        if error is not None:
            self._blame(peer, error)
        return error is None

    def _why_not(self, store: bytes, value: bytes) -> Exception | None:
        try:
            self._heads.checked(store, value)
        except (PeerError, UntimelyHeadError) as error:
            return error
        return None
