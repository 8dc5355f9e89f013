"""Work that a trio task hands to a thread, and how the answer finds its way back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, Final, Generic, TypeVar

import outcome
import trio
from sqlalchemy import Connection

T = TypeVar("T")
_numbers: Final = count(1)


class Job(Generic[T]):
    """One piece of work on a connection, made by the task that waits for it.

    Attributes:
        number: Differs for every job; an interrupt names the job that it is meant for.
        rows: Rows that it will write, for the size of a batch.
        together: Does the items of several jobs in one go; None if it goes alone.
        item: What ``together`` is given of this job.
        abandoned: The task was cancelled and no longer waits.
    """

    def __init__(self, work: Callable[[Connection], T], rows: int = 1) -> None:
        self.number = next(_numbers)
        self.work = work
        self.rows = rows
        self.together: Callable[[Connection, Sequence[Any]], Sequence[T]] | None = None
        self.item: Any = None
        self.abandoned = False
        self._task = trio.lowlevel.current_task()
        self._token = trio.lowlevel.current_trio_token()

    async def wait(self, abandon: Callable[[], None]) -> T:
        """Wait for the answer; cancellation calls ``abandon`` and stops waiting at once."""

        def abort(_: trio.lowlevel.RaiseCancelT) -> trio.lowlevel.Abort:
            self.abandoned = True
            abandon()
            return trio.lowlevel.Abort.SUCCEEDED

        answer: T = await trio.lowlevel.wait_task_rescheduled(abort)
        return answer

    def answer(self, result: "outcome.Outcome[T]") -> None:
        """Called in the thread: let the task go on with ``result``."""
        with suppress(trio.RunFinishedError):
            self._token.run_sync_soon(self._deliver, result)

    def _deliver(self, result: "outcome.Outcome[Any]") -> None:
        if not self.abandoned:
            trio.lowlevel.reschedule(self._task, result)
