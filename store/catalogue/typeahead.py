"""Completion of the last word of a search from the words of all listings."""

from typing import Final

from sqlalchemy import Connection

from store.catalogue.words import words

MAX_COMPLETIONS: Final = 20
LAST: Final = "\U0010ffff"
SHORT: Final = 2
COMMON_DOCS: Final = 50
"""The partial index ``term_common`` has the words of so many listings; schema.py says it too."""

WITHIN: Final = (
    "SELECT t FROM term WHERE t >= ? AND t < ? ORDER BY docs DESC, t LIMIT ?"
)
COMMON: Final = (
    "SELECT t FROM term WHERE substr(t, 1, 2) >= ? AND substr(t, 1, 2) < ? AND docs >= 50 "
    "ORDER BY docs DESC, t LIMIT ?"
)


def complete(connection: Connection, prefix: str, limit: int) -> list[str]:
    """``prefix`` with its last word completed, by how many listings hold the word.

    One or two letters begin very many words; of these only words of 50 listings are looked at,
    if there are enough.
    """
    said = words(prefix)
    if not said or prefix[-1].isspace():
        return []
    last, limit = said[-1], min(limit, MAX_COMPLETIONS)
    found: list[str] = []
    if len(last) <= SHORT:
        rows = connection.exec_driver_sql(COMMON, (last, last + LAST, limit))
        found = list(rows.scalars())
    if len(found) < limit:
        rows = connection.exec_driver_sql(WITHIN, (last, last + LAST, limit))
        found = list(rows.scalars())
    before = " ".join((*said[:-1], ""))
    return [before + word for word in found]
