"""How many listings hold each word: for completions, and to tell common words from rare ones.

Counting a word costs as much as indexing it, so counts gather in memory while much is
written and go to the table when the writer has caught up. A mark in the file says that
some were not written; after a crash they are counted anew from the index.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

MAX_UNWRITTEN: Final = 20_000
"""Distinct words held in memory; then they are written in spite of haste."""

CACHE_KEY: Final = "word counts"
ADD: Final = "INSERT INTO term(t, docs) VALUES(?, ?) ON CONFLICT(t) DO UPDATE SET docs = docs + excluded.docs"
DROP: Final = "DELETE FROM term WHERE t = ? AND docs <= 0"
VOCABULARY: Final = (
    "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, fts, row)"
)
COUNT_ANEW: Final = "INSERT INTO term SELECT term, doc FROM temp.vocabulary WHERE term NOT BETWEEN char(0xE000) AND char(0xE001)"


class WordCounts:
    """Counts of one connection that the table does not have yet."""

    def __init__(self) -> None:
        self._unwritten: Counter[str] = Counter()
        self._of_this_job: Counter[str] = Counter()
        self._gone: set[str] = set()
        self._marked = False
        self._looked = False
        self._wrong = False

    @property
    def is_behind(self) -> bool:
        """Whether the table lacks counts."""
        return bool(self._unwritten) or self._wrong

    def add(self, words: Iterable[str]) -> None:
        """Each of ``words`` is in one listing more for each time it is named."""
        self._of_this_job.update(words)

    def remove(self, words: Iterable[str]) -> None:
        """Each of ``words`` is in one listing less for each time it is named."""
        said = list(words)
        self._gone.update(said)
        self._of_this_job.subtract(said)

    def keep(self) -> None:
        """What was counted since the last call belongs to the transaction."""
        if self._unwritten:
            self._unwritten.update(self._of_this_job)  # adds, negative ones too
        else:
            self._unwritten = self._of_this_job
        self._of_this_job = Counter()

    def drop(self) -> None:
        """Forget what was counted since ``keep``: its work was rolled back."""
        self._of_this_job = Counter()

    def lose(self) -> None:
        """A transaction failed as a whole: count anew from the index."""
        self._wrong = True

    def write(self, connection: Connection, *, hurry: bool = False) -> None:
        """Bring the table up to date; in a hurry only if very much has gathered."""
        if not self._looked:
            self._looked, self._wrong = True, self._wrong or are_unwritten(connection)
        if hurry and len(self._unwritten) <= MAX_UNWRITTEN:
            self._mark(connection, unwritten=bool(self._unwritten))
            return
        if self._wrong:
            count_anew(connection)
        else:
            self._write_rows(connection)
        self._mark(connection, unwritten=False)
        self._unwritten, self._gone, self._wrong = Counter(), set(), False

    def _write_rows(self, connection: Connection) -> None:
        rows = [(word, docs) for word, docs in self._unwritten.items() if docs]
        if rows:
            connection.exec_driver_sql(ADD, rows)
        if self._gone:
            connection.exec_driver_sql(DROP, [(word,) for word in self._gone])

    def _mark(self, connection: Connection, *, unwritten: bool) -> None:
        if unwritten != self._marked:
            put = (
                "INSERT OR REPLACE INTO mark(name, value) VALUES('unwritten words', ?)"
            )
            connection.exec_driver_sql(put, (int(unwritten),))
            self._marked = unwritten


def counts_of(connection: Connection) -> WordCounts:
    """The unwritten counts of ``connection``."""
    return connection.info.setdefault(CACHE_KEY, WordCounts())


def are_unwritten(connection: Connection) -> bool:
    """Whether the last user of the file ended before its counts were written."""
    marked = "SELECT 1 FROM mark WHERE name = 'unwritten words' AND value"
    return connection.exec_driver_sql(marked).first() is not None


def count_anew(connection: Connection) -> None:
    """Count all words from the index itself; seconds at a million listings."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS temp.vocabulary")
    connection.exec_driver_sql(VOCABULARY)
    connection.exec_driver_sql("DELETE FROM term")
    connection.exec_driver_sql(COUNT_ANEW)
