"""Hostile nodes at one key of the DHT: what it finds alone, and what all ways find together."""

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import trio
from nacl.signing import SigningKey

from net.dht.head_records import record_key
from net.limits import PUBLISH_SECONDS
from net.sim.market import SimMarket, simulate
from net.sim.population import PEER_ID_HEAD, Habits, Population, place_of
from tests.net.heads import check_head, head

HONEST: Final = 200
SYBILS: Final = 60
GROUND: Final = 50_000
STORE: Final = SigningKey(b"\x01" * 32)
AWAKE: Final = Habits(servers=1.0, server_hours=24, guest_hours=24)


class Discovery(NamedTuple):
    """How many of all honest nodes that are there knew the newest head at last."""

    asked: int
    by_dht: int
    by_gossip: int
    by_any: int


def sybils(store: bytes, count: int) -> list[bytes]:
    """Keys that lie nearest to where a store's head lies: ground out, for they are free."""
    target = place_of(record_key(store).encode())
    keys = [hashlib.sha256(b"sybil%d" % number).digest() for number in range(GROUND)]
    keys.sort(key=lambda key: place_of(PEER_ID_HEAD + key) ^ target)
    return keys[:count]


def discovery(honest: int, hostile: int, habits: Habits, seed: int = 1) -> Discovery:
    """A head is put while the hostile ones are there already, then everybody looks for it."""
    population = Population(honest, seed, habits)
    population.add_hostile(sybils(STORE.verify_key.encode(), hostile))

    async def run() -> Discovery:
        market = SimMarket(population, seed, check_head)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(market.run)
            found = await _look(market)
            nursery.cancel_scope.cancel()
        return found

    return simulate(seed, run)


async def _look(market: SimMarket) -> Discovery:
    store, author = STORE.verify_key.encode(), market.somebody()
    newest = head(STORE, issued=market.wall())
    market.fetching.publish(author, newest, trio.current_time())
    await market.gossip(author).publish_head(newest)
    await market.directory(author).put_head(store, newest)
    await trio.sleep(PUBLISH_SECONDS)
    there = _there(market)
    by_gossip = market.fetching.ready[newest].keys() & set(there)
    by_dht = {
        one for one in there if await market.directory(one).find_head(store) == newest
    }
    return Discovery(len(there), len(by_dht), len(by_gossip), len(by_dht | by_gossip))


def _there(market: SimMarket) -> Sequence[int]:
    people, now = market.population, trio.current_time()
    honest = np.flatnonzero(~people.is_hostile)
    return [int(one) for one in honest if people.is_there(int(one), now)]


def test_without_attackers_each_way_works_alone() -> None:
    found = discovery(HONEST, 0, AWAKE)
    assert found.by_dht == found.by_gossip == found.asked == HONEST


def test_sixty_sybils_at_a_key_hide_nothing() -> None:
    found = discovery(HONEST, SYBILS, AWAKE)
    assert found.asked == HONEST
    assert found.by_any >= 0.99 * found.asked
    assert found.by_dht < found.asked  # the attack is a real one
