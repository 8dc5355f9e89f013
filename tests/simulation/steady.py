"""A catalogue whose threads hold the mock clock: time does not jump while they work."""

import functools
import time
from typing import Any, Final

import trio

from bazaar.app.ports import Catalogue

LOOK_SECONDS: Final = 0.0002


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
