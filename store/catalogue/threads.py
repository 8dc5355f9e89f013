"""The threads of the catalogue, behind calls that a task can wait for."""

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bazaar.app.ports import CatalogueError, Clock
from bazaar.domain.errors import RefusedError, ReplyCode
from store.catalogue.columns import Columns
from store.catalogue.heads_in_memory import HeadsInMemory
from store.catalogue.schema import mark_damaged
from store.catalogue.word_counts import counts_of
from store.engine import READER_PRAGMAS, WRITER_PRAGMAS, error_name, sqlite_engine
from store.readers import Readers
from store.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")
DAMAGED: Final = frozenset({"SQLITE_CORRUPT", "SQLITE_CORRUPT_VTAB", "SQLITE_NOTADB"})


class CatalogueThreads:
    """One writer, two readers, and what they hold in memory."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        writing = sqlite_engine(path, WRITER_PRAGMAS, any_thread=True)
        self._writer = Writer(writing.execution_options(write=True), counts_of)
        self._expiry_looked_at = -1
        self._heads = HeadsInMemory()
        reading = sqlite_engine(path, READER_PRAGMAS, any_thread=True)
        self._readers = Readers(reading)
        self._columns = Columns(reading)
        self._writer.start()
        self._readers.start()

    def join(self) -> None:
        """End the threads; blocks until what was begun is committed."""
        self._columns.end()
        self._readers.join()
        self._writer.join()

    async def _read(
        self,
        ask: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            return await self._readers.run(
                lambda connection: ask(connection, *args, **kwargs)
            )
        except DBAPIError as error:
            raise self._in_our_words(error) from error

    async def _write(self, work: Callable[[Connection], T], rows: int = 1) -> T:
        try:
            return await self._writer.run(work, rows)
        except DBAPIError as error:
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: DBAPIError) -> Exception:
        name = error_name(error)
        if name == "SQLITE_INTERRUPT":
            return RefusedError(
                ReplyCode.BUSY, "the search took too long; use rarer words"
            )
        if name in DAMAGED:
            mark_damaged(self._path)
        return CatalogueError(f"the catalogue cannot be used: {error.orig}")
