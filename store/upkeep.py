"""Merging the full text index and cutting the log, when the writer has nothing to do."""

from collections.abc import Callable
from typing import Final

import pysqlite3

DELETES_BETWEEN_MERGES: Final = 2_000
MERGE_PAGES: Final = 500
MERGE_DONE: Final = 2
"""A step that changes fewer rows has found nothing to merge."""


class Upkeep:
    """Deletes leave tombstones that each later query pays for; merging removes them."""

    def __init__(self) -> None:
        self._deletes = 0

    def deleted(self, documents: int) -> None:
        """Note that documents were taken out of the index."""
        self._deletes += documents

    def after_batch(self, handle: pysqlite3.Connection) -> None:
        """Merge at once if very much was deleted."""
        if self._deletes >= DELETES_BETWEEN_MERGES:
            self._merge(handle, lambda: True)

    def when_idle(
        self, handle: pysqlite3.Connection, is_idle: Callable[[], bool]
    ) -> None:
        """Merge step by step until somebody wants to write; then cut the log."""
        if self._deletes:
            self._merge(handle, is_idle)
        if is_idle():
            handle.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def _merge(
        self, handle: pysqlite3.Connection, may_go_on: Callable[[], bool]
    ) -> None:
        self._deletes = 0
        pages = -MERGE_PAGES
        while may_go_on():
            before = handle.total_changes
            handle.execute(
                f"INSERT INTO fts(fts, rank) VALUES('merge', {pages})"
            ).close()
            if pages > 0 and handle.total_changes - before < MERGE_DONE:
                return
            pages = MERGE_PAGES
        self._deletes = 1
