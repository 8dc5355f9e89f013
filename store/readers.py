"""Two threads that read the catalogue; a query nobody waits for any more is stopped."""

import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, TypeVar, cast

import outcome
import pysqlite3
from sqlalchemy import Connection, Engine

from store.jobs import Job

T = TypeVar("T")
READERS: Final = 2
QUERY_SECONDS: Final = 0.5
PATIENCE: Final = 6
"""So many times its own work may a query take by the clock; a busy machine is not its fault."""

STEPS_BETWEEN_LOOKS: Final = 10_000


class Reader:
    """One thread with its own connection, taking jobs from a common queue."""

    def __init__(
        self, engine: Engine, jobs: "SimpleQueue[Job[Any] | None]", query_seconds: float
    ) -> None:
        self._engine = engine
        self._jobs = jobs
        self._query_seconds = query_seconds
        self._lock = Lock()
        self._running: Job[Any] | None = None
        self._handle: pysqlite3.Connection | None = None
        self._work_until = self._clock_until = 0.0
        self.thread = Thread(target=self._serve, name="catalogue-reader", daemon=True)

    def interrupt(self, job: Job[Any]) -> None:
        """Stop ``job`` if this thread is at it; harmless at any other time."""
        with self._lock:
            if self._running is job and self._handle is not None:
                self._handle.interrupt()

    def _serve(self) -> None:
        with self._engine.connect() as connection:
            handle = cast(
                "pysqlite3.Connection", connection.connection.dbapi_connection
            )
            handle.set_progress_handler(self._is_late, STEPS_BETWEEN_LOOKS)
            self._handle = handle
            while (job := self._jobs.get()) is not None:
                self._answer(connection, job)

    def _answer(self, connection: Connection, job: Job[Any]) -> None:
        with self._lock:
            if job.abandoned:
                return
            self._running = job
        self._work_until = time.thread_time() + self._query_seconds
        self._clock_until = time.monotonic() + self._query_seconds * PATIENCE
        result = outcome.capture(job.work, connection)
        with self._lock:
            self._running = None
        self._work_until = self._clock_until = float("inf")
        connection.rollback()
        job.answer(result)

    def _is_late(self) -> int:
        working, clock = time.thread_time(), time.monotonic()
        return int(working > self._work_until or clock > self._clock_until)


class Readers:
    """The reading side of the catalogue."""

    def __init__(self, engine: Engine, query_seconds: float = QUERY_SECONDS) -> None:
        self._jobs: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._readers = [
            Reader(engine, self._jobs, query_seconds) for _ in range(READERS)
        ]

    def start(self) -> None:
        for reader in self._readers:
            reader.thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Let a thread do ``work``; all reads of a screen belong into one.

        Cancelling it interrupts the query. A query of over 0.5 s of work, or 3 s by the clock, ends with SQLITE_INTERRUPT.
        """
        job = Job(work)
        self._jobs.put(job)
        return await job.wait(lambda: self._interrupt(job))

    def join(self) -> None:
        """End the threads; blocks until they have."""
        for _ in self._readers:
            self._jobs.put(None)
        for reader in self._readers:
            reader.thread.join()

    def _interrupt(self, job: Job[Any]) -> None:
        for reader in self._readers:
            reader.interrupt(job)
