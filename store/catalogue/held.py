"""What is kept of each author, and how all of it is thrown away."""

from typing import Final

from sqlalchemy import Connection

from bazaar.app.ports import HeldRow
from store.catalogue.known_heads import mark_dropped
from store.catalogue.stores import drop_store

HELD: Final = (
    "SELECT author, count(*), sum(length(z)) FROM body GROUP BY author "
    "ORDER BY 3 DESC, author LIMIT ?"
)
STORE: Final = "SELECT no, shown FROM store WHERE key = ?"


def held(connection: Connection, limit: int) -> list[HeldRow]:
    """Listings kept whole by author, who has most first."""
    return [
        HeldRow(author, count, size)
        for author, count, size in connection.exec_driver_sql(HELD, (limit,))
    ]


def drop(connection: Connection, author: bytes) -> int:
    """Forget the cards of ``author``; how many documents left the index."""
    store = connection.exec_driver_sql(STORE, (author,)).first()
    return drop_store(connection, store[0], bool(store[1])) if store else 0


def purge(connection: Connection, author: bytes) -> int:
    """Forget store, listings and records of ``author``; how many documents left the index."""
    mark_dropped(connection, author)
    gone = drop(connection, author)
    connection.exec_driver_sql("DELETE FROM body WHERE author = ?", (author,))
    connection.exec_driver_sql("DELETE FROM record WHERE key = ?", (author,))
    return gone
