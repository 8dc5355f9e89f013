"""From a head that was heard to a shop that can be searched: pages from whoever has them."""

from functools import partial
from typing import Final

from bazaar.app.catalogue.foreign_pages import ARRIVAL_SECONDS
from bazaar.app.catalogue.staggered import PATIENCE_SECONDS
from bazaar.app.mirrors.source_order import in_order
from net.sim.costs import EXCHANGE_CPU, EXCHANGE_ROUND_TRIPS, PAGES_BYTES
from net.sim.links import Links
from net.sim.mesh import Head, Mesh
from net.sim.moments import Moments
from net.sim.population import Population

REFUSAL_BYTES: Final = 200


class Job:
    """One node's search for the pages under one head."""

    def __init__(self, one: int, value: bytes, sources: list[int]) -> None:
        self.one = one
        self.value = value
        self.left = sources
        self.is_done = False


class Fetching:
    """Asks in the app's own order and with its patience; says when each node had the pages.

    Attributes:
        ready: By head: when each node could search it.
        failed: Searches that ended without the pages; reconciliation would repeat them.
    """

    def __init__(
        self, population: Population, links: Links, moments: Moments, mesh: Mesh
    ) -> None:
        self._population = population
        self._links = links
        self._moments = moments
        self._mesh = mesh
        self._waiting: dict[tuple[int, bytes], list[Job]] = {}
        self._busy: set[tuple[int, bytes]] = set()
        self.ready: dict[bytes, dict[int, float]] = {}
        self.failed = 0
        mesh.on_head(self._hear)

    def publish(self, author: int, value: bytes, now: float) -> None:
        """The author has its own pages."""
        self.ready[value] = {author: now}

    def _hear(self, one: int, sender: int, head: Head, now: float) -> None:
        author = next(iter(self.ready[head[1]]))
        connected = self._mesh.neighbours(one)
        number = {self._population.key(n): n for n in (author, sender, *connected)}
        known = [self._population.key(n) for n in (sender, *connected)]
        order = in_order(self._population.key(author), known, known[1:])
        self._busy.add((one, head[1]))
        # the owner at the end is dialled only by hand or by a later look
        known = [number[key] for key in order if number[key] in connected]
        self._next(Job(one, head[1], known), now)

    def _next(self, job: Job, now: float) -> None:
        """Ask one more source, unless an answer came meanwhile."""
        if job.is_done:
            return
        if not job.left:
            self._busy.discard((job.one, job.value))
            self.failed += 1
            job.is_done = True
            return
        source = job.left.pop(0)
        way = self._population.round_trip(job.one, source)
        there = now + way * (EXCHANGE_ROUND_TRIPS - 0.5)
        self._moments.at(there, partial(self._serve, job, source))

        def lose_patience(then: float) -> None:
            if job.left:
                self._next(job, then)

        self._moments.at(now + PATIENCE_SECONDS, lose_patience)

    def _serve(self, job: Job, source: int, now: float) -> None:
        """Give the pages, or hold the request while they are on their way here."""
        if not self._population.is_there(source, now):
            return
        where = source, job.value
        if source in self.ready[job.value]:
            self._give(job, source, now)
        elif where in self._busy:
            self._waiting.setdefault(where, []).append(job)
            self._moments.at(now + ARRIVAL_SECONDS, partial(self._refuse, job, where))
        else:
            self._refuse(job, where, now, is_held=False)

    def _give(self, job: Job, source: int, now: float) -> None:
        done = self._links.work_at(source, EXCHANGE_CPU, now)
        for side in (source, job.one):
            self._links.carry(side, PAGES_BYTES)
        back = self._population.round_trip(job.one, source) / 2
        self._moments.at(done + back, partial(self._take, job))

    def _refuse(
        self, job: Job, where: tuple[int, bytes], now: float, *, is_held: bool = True
    ) -> None:
        waiting = self._waiting.get(where, [])
        if is_held and job not in waiting:
            return
        if is_held:
            waiting.remove(job)
        self._links.work_at(where[0], EXCHANGE_CPU, now)
        for side in (where[0], job.one):
            self._links.carry(side, REFUSAL_BYTES)
        self._next(job, now + self._population.round_trip(job.one, where[0]) / 2)

    def _take(self, job: Job, now: float) -> None:
        if not job.is_done:
            job.is_done = True
            done = self._links.work_at(job.one, EXCHANGE_CPU, now)
            self._moments.at(done, partial(self._keep, job))

    def _keep(self, job: Job, now: float) -> None:
        where = job.one, job.value
        self.ready[job.value].setdefault(job.one, now)
        self._busy.discard(where)
        for other in self._waiting.pop(where, []):
            self._give(other, job.one, now)
