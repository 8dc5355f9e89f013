"""What keeping its table fresh costs a node: the real pace of walks over entries that come and go."""

from typing import Final, NamedTuple

import numpy as np

from net.dht.walk_pace import WalkPace
from net.limits import (
    KAD_REPLICAS,
    MIN_READ_BACK,
    STALE_ASKED,
    TABLE_CHECK_SECONDS,
    TOKEN_UPKEEP_SECONDS,
    WALKLESS_PROVIDES,
)
from net.sim.costs import DHT_BYTES, PROVIDE_BYTES
from net.sim.population import DAY, Population

ENTRIES: Final = 120
"""Of a table; those that are not there are taken out, and come back when they do."""

FIRST_WALKS: Final = 2

TOKENS: Final = 60
"""Of a shop with 20 listings, as assumed: a few categories and countries, its 25 words, each twice."""


def token_bytes(bytes_of_walk: float) -> float:
    """What a token costs both sides in a day."""
    told = 2 * (KAD_REPLICAS * PROVIDE_BYTES + MIN_READ_BACK * DHT_BYTES)
    return DAY / TOKEN_UPKEEP_SECONDS * (told + bytes_of_walk / WALKLESS_PROVIDES)


class Upkeep(NamedTuple):
    """Of an average node and calendar day: walks, and questions to entries long silent."""

    walks: float
    checks: float


def upkeep(people: Population, seed: int = 1) -> Upkeep:
    """Of the honest nodes of ``people``, by the hours that they are there."""
    chance, habits = np.random.default_rng(seed), people.habits
    servers = np.flatnonzero(people.is_server)
    most = min(ENTRIES, len(servers))
    entries = chance.choice(servers, most, replace=False)
    shares = (
        (habits.servers, habits.server_hours),
        (
            1 - habits.servers,
            habits.guest_hours,
        ),
    )
    walks = sum(share * _walks(people, entries, hours) for share, hours in shares)
    hours = sum(share * hours for share, hours in shares)
    checks = hours * 3_600 / TABLE_CHECK_SECONDS * STALE_ASKED
    return Upkeep(walks, checks)


def _walks(people: Population, entries: np.ndarray, hours: float) -> float:
    """Walks in one spell of ``hours``, the first ones included."""

    def here(now: float) -> frozenset[int]:
        is_there = people.there(entries, np.full(len(entries), now))
        return frozenset(int(one) for one in entries[is_there])

    pace, walks, now = WalkPace(here(0.0), 0.0), FIRST_WALKS, 0.0
    while now < min(hours * 3_600, DAY):
        now += TABLE_CHECK_SECONDS
        if pace.is_due(here(now), now):
            pace.walked(here(now), now)
            walks += 1
    return walks
