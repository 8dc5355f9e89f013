"""What a market costs each of its nodes as it grows: simulated nodes under the real policies."""

import time
from typing import Final, NamedTuple

import numpy as np
import trio
from nacl.signing import SigningKey

from bazaar.domain.stores.head import RESIGN_SECONDS
from net.gossip.shards import SHARDS, bearable
from net.limits import (
    FORWARDS_PER_SECOND,
    KAD_REPLICAS,
    MESH_DEGREE,
    PUBLISH_SECONDS,
)
from net.sim.costs import (
    DHT_CPU,
    EXCHANGE_CPU,
    HANDSHAKE_BYTES,
    IDLE_BYTES_PER_NEIGHBOUR_DAY,
    PAGES_BYTES,
    RECONCILED_BYTES,
    WALK_BYTES,
)
from net.sim.links import Links
from net.sim.market import SimMarket, simulate
from net.sim.population import DAY, Habits, Population
from net.sim.spread import spread
from tests.bench.figures import percentile
from tests.net.heads import check_head, head
from tests.simulation.letters import mail_available
from tests.simulation.upkeep import TOKENS, token_bytes, upkeep

FOLLOWED_TO: Final = 20_000
"""Up to so many nodes each message of gossip is followed; beyond, ``spread`` computes them."""

STORES: Final = 8
FINDS: Final = 60
HEADS: Final = 3
ASSUMED: Final = Habits()


class Life(NamedTuple):
    """What people do, as assumed: nobody knows it yet.

    Attributes:
        shops: Share of nodes that sell, 20 listings each.
        changes: How often a shop changes its goods in a day; unchanged heads are renewed weekly.
        lookups: Of a node in a day that it is there.
    """

    shops: float = 0.5
    changes: float = 1.0
    lookups: float = 24.0

    @property
    def heads(self) -> float:
        """Heads that a shop publishes in a day; one that changes weekly or more renews none."""
        return max(self.changes, DAY / RESIGN_SECONDS)


DAILY: Final = Life()
WEEKLY: Final = Life(changes=1 / 7)


class Row(NamedTuple):
    """One size of market; times in seconds, costs for a node and day.

    ``megabytes`` are those of a node whose person does nothing: without lookups.
    """

    nodes: int
    there: int
    join: float
    publish: tuple[float, float]
    lookup: tuple[float, float]
    found: float
    messages: float
    megabytes: float
    head_megabytes: float
    page_megabytes: float
    walk_megabytes: float
    token_megabytes: float
    lookup_megabytes: float
    cpu: float
    records: float
    mail: float
    heads_per_second: float
    shards: int
    spent: float


class Share(NamedTuple):
    """What one deed cost all nodes together."""

    cpu: float
    bytes: float
    messages: float


class Meter:
    """What the links have cost since it was made."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._before = self._now()

    def share(self, times: float) -> Share:
        """Of each of ``times`` deeds."""
        now = self._now()
        gone = [new - old for new, old in zip(now, self._before, strict=True)]
        return Share(*(one / times for one in gone))

    def _now(self) -> Share:
        links = self._links
        return Share(
            float(links.cpu.sum()),
            float(links.bytes.sum()),
            float(links.messages.sum()),
        )


def measured(
    nodes: int, seed: int = 1, habits: Habits = ASSUMED, life: Life = WEEKLY
) -> Row:
    """Simulate a market of ``nodes`` and count what it costs."""
    began = time.process_time()
    population = Population(nodes, seed, habits)

    async def run() -> Row:
        market = SimMarket(population, seed, check_head, is_joined=nodes <= FOLLOWED_TO)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(market.run)
            row = await _measure(market, life)
            nursery.cancel_scope.cancel()
        return row

    row = simulate(seed, run)
    return row._replace(spent=time.process_time() - began)


async def _measure(market: SimMarket, life: Life) -> Row:
    people = market.population
    there = int(people.there(np.arange(people.count), np.zeros(people.count)).sum())
    join = percentile([await _join(market) for _ in range(10)], 0.5)
    times, gossip = await _publish(market, there)
    finds, walk, found = await _find(market)
    heads = people.count * life.shops * life.heads
    hours = there / people.count
    kept = upkeep(people)
    looked = life.lookups * hours
    asked = looked + kept.walks
    pages = people.count * life.shops * life.changes
    shards = bearable(heads / DAY, SHARDS)
    gossiped = heads * shards / SHARDS
    reconciled = heads - gossiped
    bytes_of_gossip = gossiped * gossip.bytes / there * hours
    bytes_of_gossip += reconciled * 2 * RECONCILED_BYTES * hours
    bytes_of_pages = pages * 2 * PAGES_BYTES * hours
    bytes_of_walks = kept.walks * walk.bytes
    bytes_of_walks += kept.checks * 2 * (WALK_BYTES + HANDSHAKE_BYTES)
    bytes_of_tokens = life.shops * TOKENS * token_bytes(walk.bytes)
    idle = 2 * MESH_DEGREE * IDLE_BYTES_PER_NEIGHBOUR_DAY * hours
    cpu = gossiped * gossip.cpu / there + (reconciled + pages) * 2 * EXCHANGE_CPU
    cpu += (asked * walk.cpu + kept.checks * 2 * DHT_CPU) / hours
    servers = max(1, int(people.is_server.sum()))
    return Row(
        people.count,
        there,
        join,
        (percentile(times, 0.5), percentile(times, 0.95)),
        (percentile(finds, 0.5), percentile(finds, 0.95)),
        found,
        hours * (gossiped * gossip.messages / there + 2 * pages)
        + asked * walk.messages,
        (bytes_of_gossip + bytes_of_pages + bytes_of_walks + bytes_of_tokens + idle)
        / 1e6,
        bytes_of_gossip / 1e6,
        bytes_of_pages / 1e6,
        bytes_of_walks / 1e6,
        bytes_of_tokens / 1e6,
        looked * walk.bytes / 1e6,
        100 * cpu / DAY,
        people.count * life.shops * KAD_REPLICAS / servers,
        mail_available(market),
        heads / DAY,
        shards,
        0.0,
    )


async def _join(market: SimMarket) -> float:
    """From the first packet to a table that was walked for, knowing one node."""
    began = trio.current_time()
    await market.newcomer(market.somebody(), market.server()).settle()
    return trio.current_time() - began


async def _publish(market: SimMarket, there: int) -> tuple[list[float], Share]:
    if not market.mesh.size():
        return await _computed(market, there)
    times, meter = list[float](), Meter(market.links)
    for number in range(HEADS):
        author, began = market.somebody(), trio.current_time()
        newest = head(SigningKey(bytes([number + 1]) * 32), issued=market.wall())
        market.fetching.publish(author, newest, began)
        await market.gossip(author).publish_head(newest)
        await trio.sleep(PUBLISH_SECONDS)
        ready = market.fetching.ready[newest].values()
        times += [at - began for at in ready]
        # who never got the pages counts as the longest that was waited
        times += [PUBLISH_SECONDS] * (there - len(ready))
    share, fetched = meter.share(HEADS), 2 * (len(times) / HEADS - 1)
    return times, Share(
        share.cpu - fetched * EXCHANGE_CPU,
        share.bytes - fetched * PAGES_BYTES,
        share.messages - fetched,
    )


async def _computed(market: SimMarket, there: int) -> tuple[list[float], Share]:
    """A head costs a node the same in any market; its cost is taken from a followed one."""
    chance, people = market.chance, market.population
    numbers = np.flatnonzero(
        people.there(np.arange(people.count), np.zeros(people.count))
    )
    ready = spread(people.delays[chance.permutation(numbers)], chance).ready
    small = await _small()
    return ready[np.isfinite(ready)].tolist(), Share(*(one * there for one in small))


async def _small() -> Share:
    market = SimMarket(Population(3_000, 1), 1, check_head)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(market.run)
        there = market.mesh.size()
        _, share = await _publish(market, there)
        nursery.cancel_scope.cancel()
    return Share(*(one / there for one in share))


async def _find(market: SimMarket) -> tuple[list[float], Share, float]:
    heads = dict[bytes, bytes]()
    for number in range(STORES):
        key = SigningKey(bytes([number + 1]) * 32)
        store = key.verify_key.encode()
        heads[store] = head(key, 2, issued=market.wall())
        await market.directory(market.somebody()).put_head(store, heads[store])
    times, found, meter = list[float](), 0, Meter(market.links)
    for number in range(FINDS):
        store, began = list(heads)[number % STORES], trio.current_time()
        finder = market.directory(market.somebody())
        found += await finder.find_head(store) == heads[store]
        times.append(trio.current_time() - began)
    return times, meter.share(FINDS), found / FINDS


def is_beyond(row: Row) -> bool:
    """Whether honest neighbours would pass on more heads than our own limit lets them."""
    return row.heads_per_second * row.shards / SHARDS > FORWARDS_PER_SECOND
