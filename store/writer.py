"""The one thread that writes the catalogue: small writes first, many in one transaction."""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar, cast

import outcome
import pysqlite3
import trio
from sqlalchemy import Connection, Engine

from store.jobs import Job
from store.upkeep import Upkeep

T = TypeVar("T")
BATCH_ROWS: Final = 500
MAX_WAITING_ROWS: Final = 20_000
IDLE_SECONDS: Final = 5.0
SMALL_JOB_ROWS: Final = 10


class Call(Enum):
    """What the thread is woken for."""

    WORK = auto()
    END = auto()


class Writer:
    """One thread, one connection, two lanes; a lane holds at most 20,000 rows."""

    def __init__(self, engine: Engine, idle_seconds: float = IDLE_SECONDS) -> None:
        self._engine = engine
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
        lane = self._small if rows <= SMALL_JOB_ROWS else self._bulk
        async with lane.room(rows):
            job = Job(work, rows)
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
            while self._called(handle) is Call.WORK:
                self._write(connection, self._gathered())
                self.upkeep.after_batch(handle)

    def _called(self, handle: pysqlite3.Connection) -> Call:
        while True:
            try:
                return self._calls.get(timeout=self._idle_seconds)
            except Empty:
                self.upkeep.when_idle(handle, self._calls.empty)

    def _gathered(self) -> list[Job[Any]]:
        lane = self._small if self._small.jobs else self._bulk
        batch: list[Job[Any]] = []
        rows = 0
        while lane.jobs and (not batch or rows + lane.jobs[0].rows <= BATCH_ROWS):
            job = lane.jobs.popleft()
            if not job.abandoned:
                batch.append(job)
                rows += job.rows
        return batch

    def _write(self, connection: Connection, batch: list[Job[Any]]) -> None:
        if not batch:
            return
        results = outcome.capture(_commit, connection, batch)
        match results:
            case outcome.Value(value):
                for job, result in zip(batch, value, strict=True):
                    job.answer(result)
            case _:
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
    connection: Connection, batch: list[Job[Any]]
) -> list["outcome.Outcome[Any]"]:
    """All jobs in one transaction; one that fails leaves the others alone."""
    with connection.begin():
        return [outcome.capture(_savepoint, connection, job) for job in batch]


def _savepoint(connection: Connection, job: Job[Any]) -> Any:
    with connection.begin_nested():
        return job.work(connection)
