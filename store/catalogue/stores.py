"""Stores as they are kept: their rows, their pages, and how they leave."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, text

from bazaar.app.ports import StoreRow
from bazaar.domain.listings.card import Card, page_id, page_index
from store.catalogue.entries import hide
from store.catalogue.known_heads import store_under

CARDS: Final = (
    "SELECT l.id, c.card FROM listing l JOIN card c ON c.id = l.id WHERE l.store = ?"
)
DROPS: Final = (
    "DELETE FROM named WHERE lid = ? AND id = ?",
    "DELETE FROM listing WHERE id = ?",
    "DELETE FROM card WHERE id = ?",
)

_pages = msgspec.msgpack.Encoder()
_cards = msgspec.msgpack.Decoder(Card)


class Held(NamedTuple):
    """One card of a store, with its number and the id of its listing."""

    id: int
    lid: bytes
    card: bytes


def store_row(connection: Connection, key: bytes) -> StoreRow | None:
    """One store as last seen."""
    row = _store(connection, key)
    return None if row is None else _store_row(row)


def store_rows(connection: Connection, limit: int) -> list[StoreRow]:
    """The stores whose heads were issued last."""
    newest = text("SELECT * FROM store ORDER BY issued DESC, key DESC LIMIT :limit")
    return [_store_row(row) for row in connection.execute(newest, {"limit": limit})]


def pages(connection: Connection, key: bytes) -> dict[bytes, bytes]:
    """The pages of a store by SHA-256, put together again from its cards."""
    store = _store(connection, key)
    listed = [] if store is None else _pages_of(connection, store)
    return {page_id(page): page for page in listed}


def pages_under(connection: Connection, root: bytes) -> list[bytes]:
    """The pages, in order, of the store whose cards are under ``root``; none if there is none."""
    key = store_under(connection, root)
    store = None if key is None else _store(connection, key)
    return [] if store is None else _pages_of(connection, store)


def counts(connection: Connection) -> tuple[int, int]:
    """(listings, stores) that are shown."""
    both = connection.execute(
        text("SELECT coalesce(sum(count), 0), count(*) FROM store WHERE shown")
    )
    listings, stores = both.one()
    return listings, stores


def has_expired(connection: Connection, now: int) -> bool:
    """Whether a store is shown whose head has run out."""
    found = text("SELECT 1 FROM store WHERE shown AND expires < :now LIMIT 1")
    return connection.scalar(found, {"now": now}) is not None


def hide_expired(connection: Connection, now: int) -> int:
    """Take the cards of heads that have run out from the index; returns how many."""
    stores = connection.scalars(
        text("SELECT no FROM store WHERE shown AND expires < :now"), {"now": now}
    ).all()
    removed = 0
    for no in stores:
        ids = [one.id for one in cards_of(connection, no)]
        hide(connection, ids)
        removed += len(ids)
        connection.execute(
            text("UPDATE store SET shown = 0 WHERE no = :no"), {"no": no}
        )
    return removed


def drop_store(connection: Connection, no: int, shown: bool) -> int:  # noqa: FBT001 - a column
    """Forget a store with its cards; returns how many documents left the index."""
    held = cards_of(connection, no)
    if shown:
        hide(connection, [row.id for row in held])
    drop_rows(connection, held)
    connection.exec_driver_sql("DELETE FROM store WHERE no = ?", (no,))
    return len(held) if shown else 0


def cards_of(connection: Connection, no: int) -> list[Held]:
    """The cards of a store, as they are kept."""
    rows = connection.exec_driver_sql(CARDS, (no,))
    return [Held(row[0], _cards.decode(row[1]).listing, row[1]) for row in rows]


def drop_rows(connection: Connection, gone: Sequence[Held]) -> None:
    """Forget cards that have left the index."""
    if gone:
        by_name, by_row, by_card = DROPS
        connection.exec_driver_sql(by_name, [(row.lid, row.id) for row in gone])
        connection.exec_driver_sql(by_row, [(row.id,) for row in gone])
        connection.exec_driver_sql(by_card, [(row.id,) for row in gone])


def _pages_of(connection: Connection, store: Any) -> list[bytes]:
    cut: list[list[msgspec.Raw]] = [[] for _ in range(store.pages)]
    for row in sorted(cards_of(connection, store.no), key=lambda one: one.lid):
        cut[page_index(row.lid, store.pages)].append(msgspec.Raw(row.card))
    return list(map(_pages.encode, cut))


def _store(connection: Connection, key: bytes) -> Any:
    return connection.execute(
        text("SELECT * FROM store WHERE key = :key"), {"key": key}
    ).first()


def _store_row(row: Any) -> StoreRow:
    # Row.count is a method of tuples
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return StoreRow(row.key, row.seq, row.head, values["count"], row.seen)
