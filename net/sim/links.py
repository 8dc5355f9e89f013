"""What it takes to ask another node: its presence, the way there and back, both processors."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
import trio

from net.sim.costs import HANDSHAKE_BYTES, HANDSHAKE_CPU, HANDSHAKE_ROUND_TRIPS
from net.sim.population import Population

Answer = TypeVar("Answer")


class Cost(NamedTuple):
    """Of one question: CPU seconds of each side, round trips, bytes both ways."""

    cpu: float
    round_trips: float
    bytes: int


class Links:
    """Carries questions; counts what they cost whom.

    Attributes:
        cpu: Seconds used, by node.
        bytes, messages: In and out, by node.
    """

    def __init__(self, population: Population) -> None:
        self._population = population
        self._busy_until: defaultdict[int, float] = defaultdict(float)
        self._joined: set[tuple[int, int]] = set()
        self._trace = hashlib.sha256()
        self.cpu = np.zeros(population.count)
        self.bytes = np.zeros(population.count, np.int64)
        self.messages = np.zeros(population.count, np.int64)
        self.counts: Counter[str] = Counter()

    def trace(self) -> str:
        """A hash of all that happened so far, in its order and at its time."""
        return self._trace.hexdigest()

    async def ask(
        self, one: int, other: int, cost: Cost, answer: Callable[[], Answer]
    ) -> Answer:
        """What ``other`` answers ``one``; waits for ever for who is not there.

        Cancelling leaves it open whether the other acted.
        """
        self._note(one, other, cost)
        round_trip = self._population.round_trip(one, other)
        await self._join(one, other, round_trip)
        await trio.sleep(round_trip * (cost.round_trips - 0.5))
        if not self._population.is_there(other, trio.current_time()):
            await trio.sleep_forever()
        await trio.sleep_until(self.work(other, cost.cpu))
        found = answer()
        await trio.sleep(round_trip / 2)
        await trio.sleep_until(self.work(one, cost.cpu))
        return found

    def work(self, one: int, seconds: float) -> float:
        """Keep the processor of ``one`` busy; returns when that work will be done."""
        return self.work_at(one, seconds, trio.current_time())

    def work_at(self, one: int, seconds: float, now: float) -> float:
        """The same for work that comes at ``now``."""
        done = max(self._busy_until[one], now) + seconds
        self._busy_until[one] = done
        self.cpu[one] += seconds
        return done

    async def _join(self, one: int, other: int, round_trip: float) -> None:
        pair = min(one, other), max(one, other)
        if pair in self._joined:
            return
        await trio.sleep(round_trip * HANDSHAKE_ROUND_TRIPS)
        if not self._population.is_there(other, trio.current_time()):
            await trio.sleep_forever()
        self.counts["handshakes"] += 1
        self._joined.add(pair)
        for side in pair:
            self.work(side, HANDSHAKE_CPU)
            self.bytes[side] += HANDSHAKE_BYTES

    def carry(self, one: int, size: int) -> None:
        """Count a message of ``size`` bytes that ``one`` sent or got."""
        self.messages[one] += 1
        self.bytes[one] += size

    def _note(self, one: int, other: int, cost: Cost) -> None:
        self._trace.update(repr((trio.current_time(), one, other, cost)).encode())
        self.counts["questions"] += 1
        for side in (one, other):
            self.carry(side, cost.bytes)
