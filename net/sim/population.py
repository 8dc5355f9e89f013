"""Who there is: keys and places in the DHT's space, who is there when, how far apart. Seeded."""

import hashlib
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from net._vendor import ID

PEER_ID_HEAD: Final = bytes.fromhex("002408011220")
"""What stands before an Ed25519 key in a peer id."""

SPACE_BITS: Final = 64
DAY: Final = 86_400.0

Numbers = NDArray[np.int64]
Places = NDArray[np.uint64]
Seconds = NDArray[np.float64]


class Habits(NamedTuple):
    """What nodes are like.

    Attributes:
        servers: Share that others can reach, and that serve the DHT.
        server_hours: How long a server is there of each 24 h.
        guest_hours: The same of the others.
        delay_seconds: Median one-way delay between a node and the middle of the net.
    """

    servers: float = 0.3
    server_hours: float = 21.0
    guest_hours: float = 8.0
    delay_seconds: float = 0.0125


class Population:
    """``count`` nodes by number.

    Attributes:
        is_server, is_hostile, is_dead: By number.
        delays: One-way seconds to the middle of the net, by number.
        phase: Seconds since the day of each began at the start, by number.
    """

    def __init__(self, count: int, seed: int, habits: Habits = Habits()) -> None:  # noqa: B008 - frozen
        self.count = count
        self.habits = habits
        self._seed = seed.to_bytes(8, "big")
        chance = np.random.default_rng(seed)
        self._keys = [self._key(number) for number in range(count)]
        self.places: Places = np.array([_place(key) for key in self._keys], np.uint64)
        self.is_server = chance.random(count) < habits.servers
        self.is_hostile = np.zeros(count, bool)
        self.is_dead = np.zeros(count, bool)
        hours = np.where(self.is_server, habits.server_hours, habits.guest_hours)
        self._up = hours * DAY / 24
        self.phase = chance.random(count) * DAY
        self.delays = habits.delay_seconds * np.exp(chance.normal(0, 0.5, count))
        self._ids: dict[int, ID] = {}
        self._numbers: dict[bytes, int] = {}
        self._sort()

    def add_hostile(self, keys: list[bytes]) -> None:
        """Add servers that are always there and work together against the others."""
        more = len(keys)
        self._keys += keys
        self.count += more
        places = np.array([_place(key) for key in keys], np.uint64)
        self.places = np.concatenate([self.places, places])
        self.is_server = np.concatenate([self.is_server, np.ones(more, bool)])
        self.is_hostile = np.concatenate([self.is_hostile, np.ones(more, bool)])
        self.is_dead = np.concatenate([self.is_dead, np.zeros(more, bool)])
        self._up = np.concatenate([self._up, np.full(more, DAY)])
        self.phase = np.concatenate([self.phase, np.zeros(more)])
        typical = np.full(more, self.habits.delay_seconds)
        self.delays = np.concatenate([self.delays, typical])
        self._sort()

    def key(self, number: int) -> bytes:
        """The raw key of a node."""
        return self._keys[number]

    def id(self, number: int) -> ID:
        """The peer id of a node, as the library has it."""
        found = self._ids.get(number)
        if found is None:
            key = self._keys[number]
            found = self._ids[number] = ID(PEER_ID_HEAD + key)
            self._numbers[found.to_bytes()] = number
        return found

    def number(self, peer: ID) -> int:
        """The node of an id that ``id`` gave."""
        return self._numbers[peer.to_bytes()]

    def is_there(self, number: int, at: float) -> bool:
        """Whether a node is up at ``at`` seconds."""
        if self.is_dead[number]:
            return False
        return bool((at + self.phase[number]) % DAY < self._up[number])

    def there(self, numbers: Numbers, at: Seconds) -> NDArray[np.bool_]:
        """The same for many, each at a time of its own, dead or not: what others remember."""
        return (at + self.phase[numbers]) % DAY < self._up[numbers]

    def round_trip(self, one: int, other: int) -> float:
        """Seconds there and back between two nodes."""
        return 2 * float(self.delays[one] + self.delays[other])

    def servers_between(self, low: int, high: int) -> Numbers:
        """Numbers of the servers whose places are in [low, high)."""
        first = np.searchsorted(self._server_places, np.uint64(low))
        if high > 2**SPACE_BITS - 1:
            return self._servers[first:]
        return self._servers[
            first : np.searchsorted(self._server_places, np.uint64(high))
        ]

    def pick(self, chance: np.random.Generator, wanted: Callable[[int], bool]) -> int:
        """Some node that is as wanted."""
        while True:
            number = int(chance.integers(self.count))
            if wanted(number):
                return number

    def _key(self, number: int) -> bytes:
        return hashlib.sha256(self._seed + number.to_bytes(8, "big")).digest()

    def _sort(self) -> None:
        servers = np.flatnonzero(self.is_server)
        order = np.argsort(self.places[servers])
        self._servers: Numbers = servers[order]
        self._server_places: Places = self.places[self._servers]


def place_of(key: bytes) -> int:
    """Where a DHT key lies: the first 64 bits of its hash, which are enough for any market."""
    return int.from_bytes(hashlib.sha256(key).digest()[:8])


def _place(key: bytes) -> int:
    return place_of(PEER_ID_HEAD + key)
