"""A whole simulated market: its nodes, their ports, and the clock they share."""

import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import numpy as np
import trio
from trio.testing import MockClock

from net.gossip.heads import CheckHead, Heads
from net.sim.dht import SimServers, lookups_of
from net.sim.directory import SimDirectory
from net.sim.fetching import Fetching
from net.sim.gossip import SimGossip
from net.sim.links import Links
from net.sim.mesh import Mesh, joined
from net.sim.moments import Moments
from net.sim.population import Population
from net.sim.tables import NewTable, SimTable, Tables

FIRST_DAY: Final = 1_800_000_000
"""Wall seconds when the clock that jumps shows 0."""

MAX_SPEAKERS: Final = 10_000

Result = TypeVar("Result")


class SimMarket:
    """Nodes by number; anybody's directory and gossip fit the ports of the app."""

    def __init__(
        self,
        population: Population,
        seed: int,
        check: CheckHead,
        *,
        is_joined: bool = True,
    ) -> None:
        """Build it; without a mesh nothing is gossiped, and a million nodes fit into memory."""
        self.population = population
        self.chance = np.random.default_rng(seed)
        self.links = Links(population)
        self._moments = Moments()
        there = population.there(
            np.arange(population.count if is_joined else 0),
            np.zeros(population.count if is_joined else 0),
        )
        mesh = joined(np.flatnonzero(there), self.chance)
        self.mesh = Mesh(population, self.links, self._moments, mesh)
        self.fetching = Fetching(population, self.links, self._moments, self.mesh)
        self._heads = Heads(check, self.wall)
        self._tables = Tables(population, seed)
        self.servers = SimServers(population, self._tables, self._heads)
        self._open, self._gossips = trio.open_memory_channel[SimGossip](
            population.count
        )

    def wall(self) -> int:
        """Wall seconds."""
        return FIRST_DAY + int(trio.current_time())

    def directory(self, number: int) -> SimDirectory:
        """A fresh directory of a node: it has met nobody yet but its table."""
        return self._directory(number, SimTable(self._tables, self.population, number))

    def newcomer(self, number: int, friend: int) -> SimDirectory:
        """The directory of a node that knows nobody but ``friend``."""
        return self._directory(number, NewTable(self.population, number, friend))

    def server(self) -> int:
        """An honest server that is there."""
        return self.population.pick(
            self.chance,
            lambda number: (
                bool(self.population.is_server[number]) and self._is_honest(number)
            ),
        )

    def gossip(self, number: int) -> SimGossip:
        """A node's gossip; it sends while ``run`` runs."""
        gossip = SimGossip(number, self.population, self.mesh, self._heads)
        self._open.send_nowait(gossip)
        return gossip

    def somebody(self) -> int:
        """An honest node that is there."""
        return self.population.pick(self.chance, self._is_honest)

    def other_than(self, one: int) -> int:
        """An honest node that is there, and another one."""
        return self.population.pick(
            self.chance, lambda number: number != one and self._is_honest(number)
        )

    async def run(self) -> None:
        """Let things happen; ends by cancellation."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._moments.run)
            async for gossip in self._gossips:
                nursery.start_soon(gossip.run)

    def _directory(self, number: int, table: SimTable) -> SimDirectory:
        lookups = lookups_of(number, self.population, table, self.links, self.servers)
        return SimDirectory(self.population.key(number), lookups, self._heads)

    def _is_honest(self, number: int) -> bool:
        is_there = self.population.is_there(number, trio.current_time())
        return is_there and not self.population.is_hostile[number]


def simulate(seed: int, main: Callable[[], Awaitable[Result]]) -> Result:
    """Run ``main`` on a clock that jumps, its tasks in an order that follows from ``seed``."""
    core: Any = trio._core._run  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - trio has no other way to fix the order of tasks
    was = core._ALLOW_DETERMINISTIC_SCHEDULING, core._r  # noqa: SLF001 - the same
    core._ALLOW_DETERMINISTIC_SCHEDULING = True  # noqa: SLF001 - the same
    core._r = random.Random(seed)  # noqa: S311, SLF001 - the same
    try:
        return trio.run(main, clock=MockClock(autojump_threshold=0))
    finally:
        core._ALLOW_DETERMINISTIC_SCHEDULING, core._r = was  # noqa: SLF001 - the same
