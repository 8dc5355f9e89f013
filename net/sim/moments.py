"""A heap of things to come, driven by trio's clock: far cheaper than a task for each."""

import heapq
from collections.abc import Callable
from math import ceil
from typing import Final

import trio

TICK_SECONDS: Final = 0.001
"""What comes within a millisecond comes together, in its order."""

Deed = Callable[[float], None]


class Moments:
    """Does each deed at its time; deeds of one moment in the order they were given."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Deed]] = []
        self._given = 0
        self._woken = trio.Event()

    def at(self, time: float, deed: Deed) -> None:
        """Have ``deed`` done at ``time``; it is told the time."""
        self._given += 1
        heapq.heappush(self._heap, (time, self._given, deed))
        self._woken.set()

    async def run(self) -> None:
        """Do what is due, for ever; ends by cancellation."""
        while True:
            while self._heap:
                await trio.sleep_until(_tick(self._heap[0][0]))
                self._do(trio.current_time())
            self._woken = trio.Event()
            await self._woken.wait()

    def _do(self, until: float) -> None:
        while self._heap and self._heap[0][0] <= until:
            time, _, deed = heapq.heappop(self._heap)
            deed(time)


def _tick(time: float) -> float:
    return max(ceil(time / TICK_SECONDS) * TICK_SECONDS, time)
