"""The one thread that writes the catalogue: small writes first, many in one transaction."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import Enum, auto
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, Protocol, TypeVar, cast

import outcome
import pysqlite3
import trio
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from store.jobs import Job
from store.upkeep import Upkeep

T = TypeVar("T")
Item = TypeVar("Item")
BATCH_ROWS: Final = 500
BULK_ROWS: Final = 2_000
"""A bulk transaction; four times the rows cost a third less each, and 0.1 s at most."""

MAX_WAITING_ROWS: Final = 20_000
GATHER_SECONDS: Final = 0.01
QUIET_SECONDS: Final = 0.1
"""After so long without work, what bulk left uncounted is written."""

IDLE_SECONDS: Final = 5.0
SMALL_JOB_ROWS: Final = 10


class Call(Enum):
    """What the thread is woken for."""

    WORK = auto()
    END = auto()


class Tally(Protocol):
    """What is counted beside the rows and written once there is time."""

    @property
    def is_behind(self) -> bool:
        """Whether something is not written yet."""
        ...

    def keep(self) -> None:
        """The work since the last call stays."""
        ...

    def drop(self) -> None:
        """The work since the last call was rolled back."""
        ...

    def write(self, connection: Connection, *, hurry: bool) -> None:
        """Write what has gathered; in a hurry only if it is very much."""
        ...

    def lose(self) -> None:
        """A whole transaction failed, so that what has gathered is wrong."""
        ...


class Writer:
    """One thread, one connection, two lanes; a lane holds at most 20,000 rows."""

    def __init__(
        self,
        engine: Engine,
        tally_of: Callable[[Connection], Tally],
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._engine = engine
        self._tally_of = tally_of
        self._idle_seconds = idle_seconds
        self._small = Lane()
        self._bulk = Lane()
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="catalogue-writer", daemon=True)
        self.upkeep = Upkeep()

    def start(self) -> None:
        self._thread.start()

    async def run(self, work: Callable[[Connection], T], rows: int = 1) -> T:
        """Let the thread do ``work`` in a transaction of ``rows`` rows; returns after its commit.

        Waits while its lane is full. Cancelling it drops work that has not begun;
        work that has begun is done as a whole.
        """
        return await self._run(lambda: Job(work, rows), rows)

    async def run_together(
        self,
        work: Callable[[Connection, Sequence[Item]], Sequence[T]],
        item: Item,
        rows: int,
    ) -> T:
        """As ``run``; items of tasks that wait at the same time are given to ``work`` at once.

        ``work`` must always be the same object. If it fails for several, each goes alone.
        """

        def made() -> Job[T]:
            job = Job[T](lambda connection: work(connection, [item])[0], rows)
            job.together, job.item = work, item
            return job

        return await self._run(made, rows)

    async def _run(self, made: Callable[[], Job[T]], rows: int) -> T:
        lane = self._small if rows <= SMALL_JOB_ROWS else self._bulk
        async with lane.room(rows):
            job = made()
            lane.jobs.append(job)
            self._calls.put(Call.WORK)
            return await job.wait(lambda: None)

    def join(self) -> None:
        """Finish what is queued and end the thread; blocks until it has."""
        self._calls.put(Call.END)
        self._thread.join()

    def _serve(self) -> None:
        with self._engine.connect() as connection:
            handle = cast(
                "pysqlite3.Connection", connection.connection.dbapi_connection
            )
            while self._called(connection, handle) is Call.WORK:
                self._gather()
                self._write(connection, self._gathered())
                self.upkeep.after_batch(handle)
            self._settle(connection)

    def _called(self, connection: Connection, handle: pysqlite3.Connection) -> Call:
        with suppress(Empty):
            return self._calls.get(timeout=QUIET_SECONDS)
        self._settle(connection)
        while True:
            try:
                return self._calls.get(timeout=self._idle_seconds)
            except Empty:
                self.upkeep.when_idle(handle, self._calls.empty)

    def _settle(self, connection: Connection) -> None:
        """Write what was counted while there was no time for it."""
        tally = self._tally_of(connection)
        if tally.is_behind:
            with (
                suppress(DBAPIError),
                connection.begin(),
            ):  # counted anew at the next start
                tally.write(connection, hurry=False)

    def _gather(self) -> None:
        """Wait a moment for more bulk to go into the same transaction; small writes go at once."""
        until = time.monotonic() + GATHER_SECONDS
        while self._is_scarce() and (left := until - time.monotonic()) > 0:
            try:
                call = self._calls.get(timeout=left)
            except Empty:
                return
            if call is Call.END:
                self._calls.put(call)
                return

    def _is_scarce(self) -> bool:
        waiting = sum(job.rows for job in self._bulk.jobs.copy())
        return not self._small.jobs and 0 < waiting < BULK_ROWS

    def _gathered(self) -> list[Job[Any]]:
        lane, most = self._small, BATCH_ROWS
        if not lane.jobs:
            lane, most = self._bulk, BULK_ROWS
        batch: list[Job[Any]] = []
        rows = 0
        while lane.jobs and (not batch or rows + lane.jobs[0].rows <= most):
            job = lane.jobs.popleft()
            if not job.abandoned:
                batch.append(job)
                rows += job.rows
        return batch

    def _write(self, connection: Connection, batch: list[Job[Any]]) -> None:
        if not batch:
            return
        tally = self._tally_of(connection)
        hurry = batch[0].rows > SMALL_JOB_ROWS
        results = outcome.capture(_commit, connection, batch, tally, hurry=hurry)
        match results:
            case outcome.Value(value):
                for job, result in zip(batch, value, strict=True):
                    job.answer(result)
            case _:
                tally.lose()
                for job in batch:
                    job.answer(results)


class Lane:
    """Jobs of one urgency, and the room for their rows."""

    def __init__(self) -> None:
        self.jobs: deque[Job[Any]] = deque()
        self._rows = 0
        self._left = trio.lowlevel.ParkingLot()

    def room(self, rows: int) -> "Room":
        return Room(self, rows)

    async def enter(self, rows: int) -> None:
        """Wait until ``rows`` fit; a job larger than the lane waits until it is empty."""
        await trio.lowlevel.checkpoint()
        while self._rows and self._rows + rows > MAX_WAITING_ROWS:
            await self._left.park()
        self._rows += rows

    def leave(self, rows: int) -> None:
        self._rows -= rows
        self._left.unpark_all()


class Room:
    """Held in a lane for as long as a job is under way."""

    def __init__(self, lane: Lane, rows: int) -> None:
        self._lane = lane
        self._rows = rows

    async def __aenter__(self) -> None:
        await self._lane.enter(self._rows)

    async def __aexit__(self, *_: object) -> None:
        self._lane.leave(self._rows)


def _commit(
    connection: Connection, batch: list[Job[Any]], tally: Tally, *, hurry: bool
) -> list["outcome.Outcome[Any]"]:
    """All jobs in one transaction; one that fails leaves the others alone."""
    with connection.begin():
        results = [
            result
            for jobs in _parted(batch)
            for result in _done(connection, jobs, tally)
        ]
        tally.write(connection, hurry=hurry)
    return results


def _parted(batch: list[Job[Any]]) -> Iterable[list[Job[Any]]]:
    """Runs of jobs that can be done in one go."""
    for together, jobs in groupby(batch, key=lambda job: job.together):
        if together is None:
            yield from ([job] for job in jobs)
        else:
            yield list(jobs)


def _done(
    connection: Connection, jobs: list[Job[Any]], tally: Tally
) -> list["outcome.Outcome[Any]"]:
    together = jobs[0].together
    if together is None or len(jobs) == 1:
        return [
            outcome.capture(_savepoint, connection, job.work, tally) for job in jobs
        ]
    items = [job.item for job in jobs]

    def at_once(on: Connection) -> Sequence[Any]:
        return together(on, items)

    match outcome.capture(_savepoint, connection, at_once, tally):
        case outcome.Value(values):
            return [outcome.Value(value) for value in values]
        case _:
            return [
                outcome.capture(_savepoint, connection, job.work, tally) for job in jobs
            ]


def _savepoint(
    connection: Connection, work: Callable[[Connection], T], tally: Tally
) -> T:
    try:
        with connection.begin_nested():
            result = work(connection)
    except BaseException:
        tally.drop()
        raise
    tally.keep()
    return result
