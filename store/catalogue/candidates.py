"""Numbers of the listings that match: from the index, newest first, and through the row filter."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pysqlite3
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from store.catalogue.columns import Columns
from store.catalogue.query import Match
from store.catalogue.row_filters import NO_FILTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEWEST: Final = "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT ?"
ALL: Final = "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC"
COUNT: Final = "SELECT count(*) FROM (SELECT 1 FROM fts WHERE fts MATCH ? LIMIT ?)"
LEAST_STEP: Final = 1_000
MAX_STEP: Final = 50_000
SPARE: Final = 1.1
"""Each go takes so many times the rows that would be enough if as many passed as before."""


class Candidates:
    """All matches of one search, walked as far as an answer needs."""

    def __init__(self, connection: Connection, match: Match, columns: Columns) -> None:
        self._connection = connection
        self._match = match
        self._columns = columns

    @property
    def are_filtered(self) -> bool:
        """Whether the index alone cannot tell how many match."""
        return self._match.rows != NO_FILTER

    def total(self, most: int) -> int:
        """How many match; at most ``most``."""
        if self.are_filtered:
            return len(self.newest(most))
        asked = (self._match.text(), most)
        return self._connection.exec_driver_sql(COUNT, asked).scalar_one()

    def newest(self, limit: int, said: str = "") -> list[int]:
        """Up to ``limit`` matches, the newest first; of ``said`` alone if it is given."""
        said = said or self._match.text()
        if self.are_filtered:
            return self._filtered(said, limit)
        with walking(self._connection, NEWEST, (said, limit)) as cursor:
            return [row[0] for row in cursor.fetchall()]

    def rows(self, ids: Sequence[int]) -> "NDArray[np.void]":
        """The rows of ``ids`` in their order."""
        return self._columns.rows(self._connection, np.array(ids, np.int64))

    def _filtered(self, said: str, limit: int) -> list[int]:
        """Walks until enough rows have passed; most often few more than asked for."""
        found: list[int] = []
        walked = 0
        with walking(self._connection, ALL, (said,)) as cursor:
            while len(found) < limit:
                some = cursor.fetchmany(_next_step(limit, len(found), walked))
                if not some:
                    break
                ids = np.fromiter(chain.from_iterable(some), np.int64, len(some))
                rows = self._columns.rows(self._connection, ids)
                fits = self._match.rows.passing(self._connection, rows)
                found += ids[fits].tolist()
                walked += len(some)
        return found[:limit]


def _next_step(limit: int, found: int, walked: int) -> int:
    """How many rows to look at next, when ``found`` of the ``walked`` ones have passed."""
    share = max(found, 1) / walked if walked else 1.0
    return min(max(int((limit - found) / share * SPARE), LEAST_STEP), MAX_STEP)


@contextmanager
def walking(
    connection: Connection, sql: str, values: tuple[str | int, ...]
) -> Generator[Any]:
    """The driver's own cursor: SQLAlchemy's rows cost more than finding them.

    It is closed in any case: a query that was interrupted would be found half done by the next.
    """
    result = connection.exec_driver_sql(sql, values)
    try:
        yield cast("Any", result.cursor)  # there is one as long as it is open
    except pysqlite3.DatabaseError as error:
        raise _as_sqlalchemy_says(sql, values, error) from error
    finally:
        result.close()


def _as_sqlalchemy_says(
    sql: str, values: tuple[str | int, ...], error: pysqlite3.DatabaseError
) -> DatabaseError:
    if isinstance(error, pysqlite3.OperationalError):
        return OperationalError(sql, values, error)
    return DatabaseError(sql, values, error)
