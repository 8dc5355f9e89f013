"""What people need on a clock that jumps: it tells the time, and waits for the catalogue's threads."""

import functools
import time
from typing import Any, Final, cast

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Catalogue
from tests.fakes import Wall
from tests.habits import Trader

LOOK_SECONDS: Final = 0.0002


class TrioWall(Wall):
    """The wall clock of the trio clock; the threads of a catalogue ask it too."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self._clock = trio.lowlevel.current_clock()
        self._begun = self._clock.current_time()

    def now(self) -> int:
        return self.time + int(self._clock.current_time() - self._begun)


class Steady:
    """Wraps a catalogue, call by call."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __getattr__(self, name: str) -> Any:
        return functools.partial(self._call, getattr(self._catalogue, name))

    async def _call(self, work: Any, *words: Any, **named: Any) -> Any:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_keep_busy)
            answer = await work(*words, **named)
            nursery.cancel_scope.cancel()
        return answer


async def _keep_busy() -> None:
    while True:
        time.sleep(LOOK_SECONDS)  # noqa: ASYNC251 - lets the thread work
        await trio.lowlevel.checkpoint()


class Patient(Trader):
    """A trader whose clock waits for the threads of the catalogue."""

    def _context(self, catalogue: Catalogue) -> Context:
        return super()._context(cast("Catalogue", Steady(catalogue)))
