"""Runs a town beside a plain function, so that a Hypothesis machine can step it."""

import queue
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Generic, TypeVar

import trio
from outcome import Error, Outcome, acapture

PUMP_SECONDS: Final = 30.0
"""A step that takes longer than this hangs."""


Host = TypeVar("Host")


class Guest(Generic[Host]):
    """An asynchronous context that stays open while its owner calls into it, one call at a time.

    Attributes:
        has_failed: Whether any call raised.
    """

    def __init__(self, opened: Callable[[], AbstractAsyncContextManager[Host]]) -> None:
        self._opened = opened
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._ended: Outcome[None] | None = None
        self._answer: list[Any] = []
        self._calls, self._heard = trio.open_memory_channel[
            Callable[[Host], Awaitable[Any]]
        ](1)
        self._is_open = self.has_failed = False
        trio.lowlevel.start_guest_run(
            self._live,
            run_sync_soon_threadsafe=self._work.put,
            done_callback=self._end,
            restrict_keyboard_interrupt_to_checkpoints=True,
        )
        self._pump(lambda: self._is_open)

    def call(self, work: Callable[[Host], Awaitable[Any]]) -> Any:
        """Run ``work`` in the open context; its result, or what it raised."""
        self._answer.clear()
        self._token.run_sync_soon(self._calls.send_nowait, work)
        self._pump(lambda: bool(self._answer))
        answer: Outcome[Any] = self._answer.pop()
        self.has_failed = self.has_failed or isinstance(answer, Error)
        return answer.unwrap()

    def close(self) -> None:
        """End the context and everything in it."""
        self._token.run_sync_soon(self._calls.close)
        while self._ended is None:
            self._work.get(timeout=PUMP_SECONDS)()
        self._ended.unwrap()

    def _pump(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            self._work.get(timeout=PUMP_SECONDS)()
            if self._ended is not None:
                self._ended.unwrap()

    async def _live(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        async with self._opened() as host:
            self._is_open = True
            async for work in self._heard:
                self._answer.append(await acapture(work, host))

    def _end(self, ended: Outcome[None]) -> None:
        self._ended = ended
