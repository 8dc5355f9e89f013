"""The book as the node holds it: one file, one connection, one unit at a time."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bazaar.app.ports import BookError
from store.book.held import HeldMessages
from store.book.unit import SqlUnit
from store.book.upgrade import check, upgrade
from store.engine import BOOK_PRAGMAS, assert_sqlite, error_name, sqlite_engine

SOUND_AFTER: Final = frozenset(
    {"SQLITE_FULL", "SQLITE_BUSY", "SQLITE_INTERRUPT", "SQLITE_TOOBIG"}
)
"""Errors after which the same handle may be used again; after all others it is closed."""

log = logging.getLogger(__name__)


class SqlBook:
    """Fits ``bazaar.app.ports.Book``; belongs to the thread that opened it."""

    def __init__(self, path: Path) -> None:
        self._engine = sqlite_engine(path, BOOK_PRAGMAS).execution_options(write=True)
        self._connection: Connection | None = self._engine.connect()
        self._busy = False
        self._messages = HeldMessages()

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
            with Session(self._held()) as session, session.begin():
                yield SqlUnit(session, self._messages)
            is_committed = True
        except IntegrityError:
            raise
        except DBAPIError as error:
            self._mistrust(error)
            raise BookError(f"the book cannot be written: {error.orig}") from error
        finally:
            self._busy = False
            if not is_committed:
                self._messages.clear()

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
