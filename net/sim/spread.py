"""How a head and its pages spread through a mesh of any size, computed all at once.

The same delays and processors as ``mesh`` and ``fetching``, without queues, refusals and
absent nodes: for markets too large to follow each message. A test holds the two together.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from net.limits import MESH_DEGREE
from net.sim.costs import EXCHANGE_CPU, EXCHANGE_ROUND_TRIPS, HEARD_CPU

Seconds = NDArray[np.float64]


class Spread(NamedTuple):
    """Seconds after its publication at which each node heard the head, and had its pages."""

    heard: Seconds
    ready: Seconds


def spread(delays: Seconds, chance: np.random.Generator) -> Spread:
    """Among nodes with these one-way ``delays`` to the middle; the first one publishes."""
    neighbours = _joined(len(delays), chance)
    heard, teller, level = _heard(delays, neighbours)
    ready = heard.copy()
    for depth in range(1, int(level.max()) + 1):
        now = np.flatnonzero(level == depth)
        source = teller[now]
        way = 2 * (delays[now] + delays[source])
        asked = heard[now] + way * (EXCHANGE_ROUND_TRIPS - 0.5)
        served = np.maximum(asked, ready[source]) + EXCHANGE_CPU
        ready[now] = served + way / 2 + EXCHANGE_CPU
    return Spread(heard, ready)


def _joined(count: int, chance: np.random.Generator) -> list[NDArray[np.int64]]:
    ways: list[NDArray[np.int64]] = []
    for _ in range(MESH_DEGREE // 2):
        order = chance.permutation(count)
        there, back = np.empty(count, np.int64), np.empty(count, np.int64)
        there[order], back[order] = np.roll(order, -1), np.roll(order, 1)
        ways += [there, back]
    return ways


def _heard(
    delays: Seconds, neighbours: list[NDArray[np.int64]]
) -> tuple[Seconds, NDArray[np.int64], NDArray[np.int64]]:
    """When each node hears, from whom, and how many steps behind the first."""
    heard = np.full(len(delays), np.inf)
    teller = np.zeros(len(delays), np.int64)
    level = np.zeros(len(delays), np.int64)
    heard[0] = 0.0
    while True:
        before = heard.copy()
        for others in neighbours:
            arrives = heard[others] + delays[others] + delays + HEARD_CPU
            sooner = arrives < heard
            heard[sooner], teller[sooner] = arrives[sooner], others[sooner]
        if np.array_equal(before, heard):
            break
    for one in np.argsort(heard)[1:]:
        level[one] = level[teller[one]] + 1
    return heard, teller, level
