"""Keeps the catalogue within its room: what is fetched again most easily goes first.

Pages of listings go before cards, stores that have run out before those that live, the
longest silent first. What the user deals with is never dropped.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from bazaar.app.ports import Keep
from store.catalogue.entries import CHUNK, chunks, hide, rows_in, show
from store.catalogue.known_heads import mark_dropped
from store.catalogue.stores import drop_store

BODIES: Final = "SELECT no, lid, author FROM body ORDER BY used, no LIMIT ? OFFSET ?"
STORES: Final = (
    "SELECT no, key, shown FROM store ORDER BY shown, issued, no LIMIT ? OFFSET ?"
)
RUN_OUT: Final = (
    "SELECT no, key, shown FROM store WHERE expires < ? ORDER BY no LIMIT ? OFFSET ?"
)
SHOWN_IDS: Final = (
    "SELECT n.id FROM named n JOIN listing l ON l.id = n.id JOIN store s ON s.no = l.store "
    "WHERE s.shown AND n.lid IN "
)
OLD_RECORDS: Final = (
    "DELETE FROM record WHERE expires < ? AND key NOT IN (SELECT key FROM store)"
)


class Evicted(NamedTuple):
    """What one step dropped; ``more`` says that another step may drop more."""

    bodies: int
    stores: int
    documents: int
    more: bool


NOTHING: Final = Evicted(0, 0, 0, more=False)


def used_bytes(connection: Connection) -> int:
    """Bytes of the file that hold something; freed pages are used again."""
    pages, free, size = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def evict(connection: Connection, quota: int, keep: Keep, now: int) -> Evicted:
    """Drop up to 500 bodies, or else one store, if more than ``quota`` bytes are used."""
    if used_bytes(connection) <= quota:
        return NOTHING
    connection.exec_driver_sql(OLD_RECORDS, (now,))
    bodies = _unwanted_bodies(connection, keep)
    if bodies:
        documents = _drop_bodies(connection, bodies)
        return Evicted(len(bodies), 0, documents, more=True)
    store = _unwanted_store(connection, keep)
    if store is None:
        return NOTHING
    no, key, shown = store
    mark_dropped(connection, key)
    return Evicted(0, 1, drop_store(connection, no, shown), more=True)


def drop_expired(connection: Connection, keep: Keep, now: int) -> Evicted:
    """Drop one store whose head has run out, if there is one that nobody deals with."""
    for rows in _pages(connection, RUN_OUT, now):
        for no, key, shown in rows:
            if key not in keep.stores:
                documents = drop_store(connection, no, bool(shown))
                return Evicted(0, 1, documents, more=True)
    return NOTHING


def _unwanted_bodies(connection: Connection, keep: Keep) -> list[tuple[int, bytes]]:
    for rows in _pages(connection, BODIES):
        found = [
            (no, lid)
            for no, lid, author in rows
            if author not in keep.stores and lid not in keep.listings
        ]
        if found:
            return found
    return []


def _drop_bodies(connection: Connection, bodies: Sequence[tuple[int, bytes]]) -> int:
    """Take the bodies away and index their cards without them."""
    lids = [lid for _, lid in bodies]
    ids = [
        row[0]
        for chunk in chunks(lids)
        for row in rows_in(connection, SHOWN_IDS, chunk)
    ]
    hide(connection, ids)
    connection.exec_driver_sql(
        "DELETE FROM body WHERE no = ?", [(no,) for no, _ in bodies]
    )
    show(connection, sorted(ids))
    return len(ids)


def _unwanted_store(
    connection: Connection, keep: Keep
) -> tuple[int, bytes, bool] | None:
    for rows in _pages(connection, STORES):
        for no, key, shown in rows:
            if key not in keep.stores:
                return no, key, bool(shown)
    return None


def _pages(
    connection: Connection, select: str, *values: int
) -> Iterable[Sequence[Any]]:
    offset = 0
    while rows := connection.exec_driver_sql(select, (*values, CHUNK, offset)).all():
        yield rows
        offset += CHUNK
