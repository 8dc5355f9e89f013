"""The book as the node holds it: one file, one connection, one unit at a time."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pysqlite3
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from bazaar.app.ports import BookError
from store.book.held import Held, HeldMessages, HeldSettings
from store.book.unit import SqlUnit
from store.book.upgrade import check, upgrade
from store.engine import BOOK_PRAGMAS, assert_sqlite, error_name, sqlite_engine
from store.files import wipe_file

SOUND_AFTER: Final = frozenset(
    {"SQLITE_FULL", "SQLITE_BUSY", "SQLITE_INTERRUPT", "SQLITE_TOOBIG"}
)
"""Errors after which the same handle may be used again; after all others it is closed."""

OPTIONS: Final = {"write": True, "_result_disable_adapt_to_context": True}
"""Rows are read by place, as the ORM reads them: their names are not looked up each time."""

SCRUB: Final = ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
"""Deleted rows are zeros already (secure delete); free pages and the log go as well."""

log = logging.getLogger(__name__)


class SqlBook:
    """Fits ``bazaar.app.ports.Book``; belongs to the thread that opened it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = sqlite_engine(path, BOOK_PRAGMAS).execution_options(**OPTIONS)
        self._connection: Connection | None = self._engine.connect()
        self._busy = False
        self._remembered = Held(HeldMessages(), HeldSettings())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def unit(self) -> Generator[SqlUnit]:
        """Open a transaction; leaving without an error commits it durably.

        Any error inside rolls everything back. Raises BookError when the disk fails.
        """
        if self._busy:
            raise RuntimeError("a unit is open already")
        self._busy = True
        is_committed = False
        try:
            with self._transaction() as connection:
                yield SqlUnit(connection, self._remembered)
            is_committed = True
        except IntegrityError:
            raise
        except DBAPIError as error:
            self._mistrust(error)
            raise BookError(f"the book cannot be written: {error.orig}") from error
        finally:
            self._busy = False
            if not is_committed:
                self._remembered.clear()

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        """It begins with the first statement: what is remembered costs the file nothing."""
        connection = self._held()
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    def scrub(self) -> None:
        """Write the file anew without what was deleted, and empty the log. Raises BookError.

        Copies that migrations left beside the book hold what it held then: they go too.
        """
        if self._busy:
            raise RuntimeError("a unit is open")
        try:
            handle = self._held().connection.dbapi_connection
            for statement in SCRUB:
                handle.execute(statement).close()  # pyright: ignore[reportOptionalMemberAccess] - it is open
            for copy in self._path.parent.glob(f"{self._path.name}.before-*"):
                wipe_file(copy)
        except (pysqlite3.DatabaseError, OSError) as error:
            raise BookError(f"the book cannot be written anew: {error}") from error

    def close(self) -> None:
        """Close the file; doing it twice is harmless."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _held(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _mistrust(self, error: DBAPIError) -> None:
        """Never retry on a handle whose sync may have failed."""
        name = error_name(error)
        log.warning("the book failed", extra={"sqlite": name})
        if name not in SOUND_AFTER:
            self.close()


def open_book(path: Path, *, unclean: bool = False) -> SqlBook:
    """Open the book, migrating it if it is older; created with mode 0600.

    ``unclean`` says that the last node did not end orderly; the file is checked first.
    Raises NewerDatabaseError, DamagedBookError, UnsafeSqliteError or OSError.
    """
    assert_sqlite()
    if unclean:
        check(path)
    upgrade(path)
    return SqlBook(path)
