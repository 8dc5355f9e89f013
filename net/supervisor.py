"""Keeps something alive that may die of other people's bugs."""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Never, cast

import trio

from net.counters import Counters
from net.limits import DOWN_AFTER_FAILURES, DOWN_WINDOW_SECONDS, RESTART_SECONDS

log = logging.getLogger(__name__)


class Supervisor:
    """Runs lives one after the other, waiting 1, 2, 4 ... 60 s between them."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._failures: deque[float] = deque(maxlen=DOWN_AFTER_FAILURES)

    async def run(
        self,
        live: Callable[[], Awaitable[None]],
        is_fatal: Callable[[BaseException], bool],
    ) -> Never:
        """Call ``live`` again whenever it ends or fails; ends by cancellation.

        Raises:
            BaseException: an error inside what ``live`` raised is fatal; it alone.
        """
        waits = iter(RESTART_SECONDS)
        while True:
            began = trio.current_time()
            try:
                await live()
            except Exception as error:  # noqa: BLE001 - the supervisor: a life ends, not the node
                _judge(error, is_fatal)
            if trio.current_time() - began > DOWN_WINDOW_SECONDS:
                waits = iter(RESTART_SECONDS)
            self._failures.append(trio.current_time())
            self._counters.add("host.restarts")
            await trio.sleep(next(waits, RESTART_SECONDS[-1]))

    def is_down(self) -> bool:
        """Whether three lives ended within the last 60 s."""
        oldest = trio.current_time() - DOWN_WINDOW_SECONDS
        return sum(at >= oldest for at in self._failures) >= DOWN_AFTER_FAILURES


def leaves(error: BaseException) -> list[BaseException]:
    """The errors inside ``error``, groups opened."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return [leaf for inner in group.exceptions for leaf in leaves(inner)]
    return [error]


def _judge(error: Exception, is_fatal: Callable[[BaseException], bool]) -> None:
    for leaf in leaves(error):
        if is_fatal(leaf):
            raise leaf from None
        log.warning("the host failed", extra={"error": repr(leaf)})
