"""Routing tables as a long-lived node has them, made when they are looked at."""

import numpy as np
from libp2p.kad_dht.common import BUCKET_SIZE, STALE_PEER_THRESHOLD
from libp2p.kad_dht.utils import sort_peer_ids_by_distance

from net._vendor import ID
from net.sim.population import SPACE_BITS, Numbers, Population, place_of

SAMPLES = 3 * BUCKET_SIZE
"""Tries to fill a bucket of a wide range; absent nodes are not in it."""


class Tables:
    """The table of any node; an entry was last seen up to an hour ago, and may have left since."""

    def __init__(self, population: Population, seed: int) -> None:
        self._population = population
        self._seed = seed
        self._made: dict[int, Numbers] = {}

    def nearest(self, owner: int, key: bytes, most: int, now: float) -> list[int]:
        """Up to ``most`` of the entries of ``owner``, the nearest to ``key`` first."""
        table = self.entries(owner, now)
        distances = self._population.places[table] ^ np.uint64(place_of(key))
        return [int(one) for one in table[np.argsort(distances)[:most]]]

    def entries(self, owner: int, now: float) -> Numbers:
        """The whole table of ``owner``; made once."""
        found = self._made.get(owner)
        if found is None:
            found = self._made[owner] = self._make(owner, now)
        return found

    def _make(self, owner: int, now: float) -> Numbers:
        chance = np.random.default_rng((self._seed, owner))
        place, parts = int(self._population.places[owner]), list[Numbers]()
        for bit in range(SPACE_BITS - 1, -1, -1):
            low = (place ^ (1 << bit)) >> bit << bit
            among = self._population.servers_between(low, low + (1 << bit))
            parts.append(self._bucket(among, chance, now))
            if self._is_alone(place, bit):
                break
        return np.concatenate(parts)

    def _bucket(
        self, among: Numbers, chance: np.random.Generator, now: float
    ) -> Numbers:
        if len(among) > SAMPLES:
            among = among[chance.choice(len(among), SAMPLES, replace=False)]
        seen_at = now - chance.random(len(among)) * STALE_PEER_THRESHOLD
        known = among[self._population.there(among, seen_at)]
        return chance.permutation(known)[:BUCKET_SIZE]

    def _is_alone(self, place: int, bit: int) -> bool:
        low = place >> bit << bit
        return len(self._population.servers_between(low, low + (1 << bit))) <= 1


class SimTable:
    """The table of one node, with the face that walks know."""

    def __init__(self, tables: Tables, population: Population, owner: int) -> None:
        self._tables = tables
        self._population = population
        self._owner = owner
        self._gone: set[int] = set()

    def find_local_closest_peers(
        self, key: bytes, count: int = BUCKET_SIZE
    ) -> list[ID]:
        """As the library's: the nearest of the own entries that are not given up."""
        most = count + len(self._gone)
        near = self._tables.nearest(self._owner, key, most, 0.0)
        kept = [one for one in near if one not in self._gone][:count]
        return [self._population.id(one) for one in kept]

    def remove_peer(self, peer: ID) -> bool:
        """Give an entry up."""
        self._gone.add(self._population.number(peer))
        return True

    async def heard(self, peer: ID) -> None:
        """A node was met; the table is full without it."""

    def size(self) -> int:
        """How many entries there are."""
        return len(self._tables.entries(self._owner, 0.0)) - len(self._gone)


class NewTable(SimTable):
    """The table of a node that has just come: whom it was told of, and who answered since."""

    def __init__(self, population: Population, owner: int, friend: int) -> None:
        super().__init__(Tables(population, 0), population, owner)
        self._met = [population.id(friend)]

    def find_local_closest_peers(
        self, key: bytes, count: int = BUCKET_SIZE
    ) -> list[ID]:
        """The nearest of those that were met."""
        return sort_peer_ids_by_distance(key, self._met)[:count]

    async def heard(self, peer: ID) -> None:
        """Remember who answered."""
        if peer not in self._met:
            self._met.append(peer)

    def remove_peer(self, peer: ID) -> bool:
        """Forget one."""
        if peer in self._met:
            self._met.remove(peer)
        return True

    def size(self) -> int:
        """How many were met."""
        return len(self._met)
