"""What people need on a clock that jumps: it tells the time, and waits for all threads."""

import functools
import math
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import trio
from trio.abc import Clock
from trio.testing import MockClock

from bazaar.app.context import Context
from bazaar.app.ports import Catalogue
from tests.fakes import Wall
from tests.habits import Trader


class TrioWall(Wall):
    """The wall clock of the trio clock; the threads of a catalogue ask it too."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self._clock = trio.lowlevel.current_clock()
        self._begun = self._clock.current_time()

    def now(self) -> int:
        return self.time + int(self._clock.current_time() - self._begun)


class Held:
    """Keeps a clock that jumps from jumping while a thread works that a task waits for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock if isinstance(clock, MockClock) else None
        self._waiting = 0

    @contextmanager
    def still(self) -> Generator[None]:
        """Let no time pass; trio sleeps until the thread wakes it."""
        self._waiting += 1
        self._jump_after(math.inf)
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._jump_after(0)

    @contextmanager
    def threads(self) -> Generator[None]:
        """Let no time pass while one of trio's own threads is at work."""
        begin = trio.to_thread.run_sync

        async def begin_still(*words: Any, **named: Any) -> Any:
            with self.still():
                return await begin(*words, **named)

        trio.to_thread.run_sync = begin_still
        try:
            yield
        finally:
            trio.to_thread.run_sync = begin

    def _jump_after(self, seconds: float) -> None:
        if self._clock is not None:
            self._clock.autojump_threshold = seconds


@functools.lru_cache(1)
def held(clock: Clock) -> Held:
    """What keeps ``clock`` from jumping, one for all who use it."""
    return Held(clock)


class Steady:
    """Wraps a catalogue, call by call."""

    def __init__(self, catalogue: Catalogue, held: Held) -> None:
        self._catalogue = catalogue
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return functools.partial(self._call, getattr(self._catalogue, name))

    async def _call(self, work: Any, *words: Any, **named: Any) -> Any:
        with self._held.still():
            return await work(*words, **named)


class Patient(Trader):
    """A trader whose clock waits for the threads of the catalogue."""

    def _context(self, catalogue: Catalogue) -> Context:
        steady = Steady(catalogue, held(trio.lowlevel.current_clock()))
        return super()._context(cast("Catalogue", steady))
