"""Gossip among simulated nodes: our rules on every head, the mesh and the links modelled."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import numpy as np

from net.gossip.heads import HeadFacts
from net.gossip.news import News, Verdict
from net.gossip.shards import SHARDS, bearable, shard_of
from net.limits import MESH_DEGREE
from net.sim.costs import AGAIN_CPU, HEAD_BYTES, HEARD_CPU
from net.sim.links import Links
from net.sim.moments import Moments
from net.sim.population import Numbers, Population

Head = tuple[HeadFacts, bytes]
Hear = Callable[[int, int, Head, float], None]
"""Called with the hearer, the forwarder, the head and the time."""


def joined(numbers: Numbers, chance: np.random.Generator) -> dict[int, list[int]]:
    """Six neighbours of each of ``numbers``, drawn at random, each the other's."""
    mesh: dict[int, list[int]] = {int(one): [] for one in numbers}
    for _ in range(MESH_DEGREE // 2):
        order = [int(one) for one in chance.permutation(numbers)]
        for one, other in zip(order, order[1:] + order[:1], strict=True):
            if one != other and other not in mesh[one]:
                mesh[one].append(other)
                mesh[other].append(one)
    return mesh


def split(
    keys: dict[int, bytes], heads_per_second: float, chance: np.random.Generator
) -> dict[int, dict[int, list[int]]]:
    """The mesh of each shard: who joins how many, our rules say after ten minutes of such a market."""
    members: dict[int, list[int]] = {shard: [] for shard in range(SHARDS)}
    count = bearable(heads_per_second, SHARDS)
    for number, key in keys.items():
        own = shard_of(key)
        order = [int(one) for one in chance.permutation(SHARDS) if one != own]
        for shard in (own, *order[: count - 1]):
            members[shard].append(number)
    return {
        shard: joined(np.array(numbers, np.int64), chance)
        for shard, numbers in members.items()
    }


class Mesh:
    """Passes heads on; who is away hears nothing, who is hostile keeps them back.

    Once it is ``split`` a head travels in the shard of its store alone.

    Attributes:
        verdicts: How often our rules said what.
    """

    def __init__(
        self,
        population: Population,
        links: Links,
        moments: Moments,
        mesh: dict[int, list[int]],
    ) -> None:
        self._population = population
        self._links = links
        self._moments = moments
        self._mesh = mesh
        self._shards: dict[int, dict[int, list[int]]] = {}
        self._news: dict[int, News] = {}
        self._seen: dict[int, set[bytes]] = {}
        self._hear: list[Hear] = []
        self.verdicts: Counter[str] = Counter()

    def on_head(self, hear: Hear) -> None:
        """Tell ``hear`` of each head that is news to a node."""
        self._hear.append(hear)

    def size(self) -> int:
        """How many nodes are in it."""
        return len(self._mesh)

    def split(self, heads_per_second: float, chance: np.random.Generator) -> None:
        """Let heads travel in shards, as in a market of so many."""
        keys = {one: self._population.key(one) for one in self._mesh}
        self._shards = split(keys, heads_per_second, chance)

    def hearers(self, store: bytes) -> int:
        """How many nodes listen to heads of ``store``."""
        return len(self._shards.get(shard_of(store), self._mesh))

    def neighbours(self, one: int) -> list[int]:
        """Who is connected to a node."""
        return self._mesh.get(one, [])

    def _next(self, one: int, store: bytes) -> list[int]:
        """Whom a node passes heads of ``store`` on to."""
        return self._shards.get(shard_of(store), self._mesh).get(one, [])

    def send(self, author: int, head: Head, now: float) -> None:
        """Start a head on its way."""
        self._seen.setdefault(author, set()).add(head[1])
        self._pass_on(author, -1, head, now)

    def _pass_on(self, one: int, source: int, head: Head, now: float) -> None:
        for other in self._next(one, head[0].author):
            if other == source:
                continue
            self._links.carry(one, HEAD_BYTES)
            delay = self._population.round_trip(one, other) / 2
            self._moments.at(now + delay, partial(self._arrive, one, other, head))

    def _arrive(self, sender: int, one: int, head: Head, now: float) -> None:
        if not self._population.is_there(one, now):
            return
        self._links.carry(one, HEAD_BYTES)
        facts, value = head
        news = self._news.setdefault(one, News())
        if not news.may_forward(self._population.key(sender), now):
            self.verdicts["forwarder too fast"] += 1
            return
        seen = self._seen.setdefault(one, set())
        if value in seen:
            self.verdicts["again"] += 1
            self._links.work_at(one, AGAIN_CPU, now)
            return
        seen.add(value)
        done = self._links.work_at(one, HEARD_CPU, now)
        verdict = news.judge(facts, value, now)
        self.verdicts[verdict.name.lower()] += 1
        if verdict is Verdict.NEWS and not self._population.is_hostile[one]:
            self._moments.at(done, partial(self._told, one, sender, head))

    def _told(self, one: int, sender: int, head: Head, now: float) -> None:
        for hear in self._hear:
            hear(one, sender, head, now)
        self._pass_on(one, sender, head, now)
