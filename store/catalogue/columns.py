"""The narrow rows of listings as columns in memory: filters, sorts and counts read many of them.

They are loaded once a search wants many, or after the first search of a large catalogue, by a
thread beside the readers. A row that is not here, or has changed since, is read from the file, so that answers never depend on what is
loaded. Numbers of rows are never given twice and rows hardly change, so what was loaded holds.
"""

import logging
import time
from collections.abc import Iterable
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from store.catalogue.row_arrays import ROW, read_rows, rows_in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.catalogue.row_filters import RowFilter

MANY: Final = 500
"""A search that misses so many rows has them loaded."""

LEAST_GROWN: Final = 50_000
MAX_CHANGED: Final = 10_000
"""So many rows that were written again are looked up one by one; of more all are loaded anew."""

LARGE: Final = 20_000
"""A catalogue with so many numbers given has its rows loaded after the first search."""

HIGHEST: Final = "SELECT max(id) FROM listing"
SECONDS_BETWEEN_LOADS: Final = 60.0
MAX_GROWTH: Final = 1.5
"""Rows that were deleted stay until so many times the rows are here; then all are loaded anew."""

SAMPLED: Final = 10_000
"""A share is estimated from so many rows at most, all over the market."""

log = logging.getLogger(__name__)


class Loaded(NamedTuple):
    """Rows in the order of their ids, which stand apart to be looked up in."""

    ids: "NDArray[np.int64]"
    rows: "NDArray[np.void]"


class Columns:
    """Rows in memory, shared by the readers; without an engine none are ever loaded."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine
        self._loaded = _loaded(np.empty(0, ROW))
        self._changed: set[int] = set()
        self._lock = Lock()
        self._ending = Event()
        self._loader: Thread | None = None
        self._full_load_after = 0.0
        self._most = LEAST_GROWN

    def rows(
        self, connection: Connection, ids: "NDArray[np.int64]"
    ) -> "NDArray[np.void]":
        """The rows of ``ids``, which are in the file, in their order; those deleted meanwhile are 0."""
        loaded = self._loaded
        places = np.searchsorted(loaded.ids, ids)
        places[places == len(loaded.ids)] = 0
        if len(loaded.ids):
            found, missing = loaded.rows.take(places), loaded.ids.take(places) != ids
        else:
            found, missing = np.zeros(len(ids), ROW), np.ones(len(ids), bool)
        if self._changed:
            missing |= np.isin(ids, np.fromiter(self._changed.copy(), np.int64))
        if missing.any():
            found[missing] = read_rows(connection, ids[missing])
        if np.count_nonzero(missing) > MANY or len(self._changed) > MAX_CHANGED:
            self._wake(ids[missing])
        return found

    def expect(self, connection: Connection) -> None:
        """There are searches: load the rows of a large catalogue before one wants many."""
        if self._engine is None or self._loader is not None:
            return
        highest: int = connection.exec_driver_sql(HIGHEST).scalar() or 0
        if highest >= LARGE:
            self._wake(np.empty(0, np.int64))

    def share(self, passes: "RowFilter") -> float | None:
        """Which part of all listings passes, roughly; None while nothing is loaded."""
        rows = self._loaded.rows
        if not len(rows):
            return None
        sample = rows[:: len(rows) // SAMPLED + 1]
        return float(np.count_nonzero(passes.mask(sample))) / len(sample)

    def changed(self, ids: Iterable[int]) -> None:
        """Rows were written again; called once that is committed."""
        with self._lock:
            if (
                self._loader is not None
            ):  # else nothing is or will be here that is older
                self._changed.update(ids)

    @property
    def has_changes(self) -> bool:
        """Whether the file has newer rows than some that are here."""
        return bool(self._changed)

    def settle(self) -> None:
        """Wait until what is being loaded is here."""
        loader = self._loader
        if loader is not None:
            loader.join()

    def end(self) -> None:
        """Load no more; blocks until the thread has ended."""
        self._ending.set()
        self.settle()

    def _wake(self, missing: "NDArray[np.int64]") -> None:
        with self._lock:
            if self._engine is None or self._ending.is_set():
                return
            if self._loader is not None and self._loader.is_alive():
                return
            above = self._above(missing)
            if not above and time.monotonic() < self._full_load_after:
                return
            self._loader = Thread(
                target=self._load,
                args=(self._engine, above),
                name="catalogue-columns",
                daemon=True,
            )
            self._loader.start()

    def _above(self, missing: "NDArray[np.int64]") -> int:
        """The number above which to load: that of the newest row here, or 0 for all anew."""
        ids = self._loaded.ids
        if not len(ids) or len(ids) > self._most or len(self._changed) > MAX_CHANGED:
            return 0
        newest = int(ids[-1])
        return newest if np.count_nonzero(missing > newest) > MANY else 0

    def _load(self, engine: Engine, above: int) -> None:
        """Load all rows, or those with numbers ``above`` one."""
        with self._lock:
            changed = self._changed.copy()
        parts = [self._loaded.rows] if above else []
        try:
            with engine.connect() as connection:
                parts += rows_in_order(connection, above, self._ending.is_set)
        except DBAPIError:
            log.warning("listings cannot be loaded", exc_info=True)
            return
        if self._ending.is_set():
            return
        self._loaded = _loaded(np.concatenate([np.empty(0, ROW), *parts]))
        if not above:
            self._most = max(int(len(self._loaded.ids) * MAX_GROWTH), LEAST_GROWN)
            self._full_load_after = time.monotonic() + SECONDS_BETWEEN_LOADS
            with self._lock:
                self._changed -= changed


def _loaded(rows: "NDArray[np.void]") -> Loaded:
    return Loaded(np.ascontiguousarray(rows["id"]), rows)
