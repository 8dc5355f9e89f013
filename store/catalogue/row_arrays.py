"""Narrow rows of listings as arrays, read from the file."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from sqlalchemy import Connection

from store.catalogue.entries import chunks, rows_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIELDS: Final = (
    "id, store, unit, price, traits, coalesce(first, -1), coalesce(second, -1), "
    "coalesce(third, -1), countries IS NOT NULL"
)
ONE_BY_ONE: Final = f"SELECT {FIELDS} FROM listing WHERE id IN "  # noqa: S608 - our own names
IN_ORDER: Final = f"SELECT {FIELDS} FROM listing WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - our own names
ROW: Final = np.dtype(
    [
        ("id", "i8"),
        ("store", "i4"),
        ("unit", "i4"),
        ("price", "i8"),
        ("traits", "i2"),
        ("first", "i4"),
        ("second", "i4"),
        ("third", "i4"),
        ("many", "?"),
    ]
)
"""``first`` to ``third`` are categories, -1 for none; ``many`` says that its countries are a bitmap."""

LOADED_AT_ONCE: Final = 20_000


def rows_in_order(
    connection: Connection, above: int, is_ending: Callable[[], bool]
) -> Iterable["NDArray[np.void]"]:
    """Rows piece by piece, each in a transaction of its own: no reader holds the log for long."""
    while not is_ending():
        some = connection.exec_driver_sql(IN_ORDER, (above, LOADED_AT_ONCE))
        rows = _array(cast("Any", some.cursor).fetchall())  # rows as plain tuples
        connection.rollback()
        if not len(rows):
            return
        yield rows
        above = int(rows["id"][-1])


def read_rows(connection: Connection, ids: "NDArray[np.int64]") -> "NDArray[np.void]":
    """The rows of ``ids`` from the file, in their order."""
    found: list[Any] = []
    for chunk in chunks(ids.tolist()):
        found += map(tuple, rows_in(connection, ONE_BY_ONE, chunk))
    rows = np.zeros(len(ids), ROW)
    read = _array(found)
    order = np.argsort(ids)
    places = order[np.searchsorted(ids, read["id"], sorter=order)]
    rows[places] = read
    return rows


def _array(rows: Sequence[Any]) -> "NDArray[np.void]":
    return np.array(rows, ROW) if rows else np.empty(0, ROW)
