"""The clock that jumps stands while a thread works, and jumps when none does."""

import threading
from collections.abc import Callable

import trio
from trio.testing import MockClock

from tests.simulation.steady import held


def run(work: Callable[[], object]) -> float:
    """Seconds of the clock that ``work`` took beside a task that sleeps for an hour."""

    async def main() -> float:
        begun = trio.current_time()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep, 3_600)
            with held(trio.lowlevel.current_clock()).threads():
                await trio.to_thread.run_sync(work)
            taken = trio.current_time() - begun
            nursery.cancel_scope.cancel()
        return taken

    return trio.run(main, clock=MockClock(autojump_threshold=0))


def test_no_time_passes_while_a_thread_works() -> None:
    assert run(lambda: threading.Event().wait(0.05)) == 0


def test_time_jumps_again_after_it() -> None:
    async def main() -> float:
        clock = trio.lowlevel.current_clock()
        with held(clock).threads():
            await trio.to_thread.run_sync(threading.Event().wait, 0.01)
        await trio.sleep(3_600)
        return trio.current_time()

    assert trio.run(main, clock=MockClock(autojump_threshold=0)) >= 3_600
