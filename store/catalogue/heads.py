"""Replaces the cards of a store by those of a newer head, in one transaction."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, text

from bazaar.app.ports import StoreRow
from bazaar.domain.card import Card, encode_card, page_id, page_index
from bazaar.domain.envelope import Signed
from bazaar.domain.head import is_expired
from bazaar.domain.records import StoreHead
from store.catalogue.entries import (
    Kept,
    category_numbers,
    chunks,
    hide,
    numbers_of,
    rows_in,
    show,
    show_rows,
    unit_number,
)
from store.catalogue.joining import first_free
from store.catalogue.known_heads import Moved, put_heads, store_under
from store.catalogue.rows import PUT, row_of
from store.catalogue.standing import UNRATED, standings

PUT_STORE: Final = (
    "INSERT INTO store(no, key, seq, issued, expires, pages, count, head, root, shown, seen, "
    "mean, votes, stars) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(no) DO UPDATE SET seq = excluded.seq, "
    "issued = excluded.issued, expires = excluded.expires, pages = excluded.pages, "
    "count = excluded.count, head = excluded.head, root = excluded.root, shown = excluded.shown, seen = excluded.seen"
)
PUT_CARD: Final = "INSERT INTO card(id, card) VALUES(?, ?)"
PUT_NAME: Final = "INSERT INTO named(lid, id) VALUES(?, ?)"
STORES: Final = "SELECT key, no, seq, shown, stars FROM store WHERE key IN "
CARDS: Final = (
    "SELECT l.id, c.card FROM listing l JOIN card c ON c.id = l.id WHERE l.store = ?"
)
DROPS: Final = (
    "DELETE FROM named WHERE lid = ? AND id = ?",
    "DELETE FROM listing WHERE id = ?",
    "DELETE FROM card WHERE id = ?",
)


class Arrival(NamedTuple):
    """A verified head with all its cards, checked against its root."""

    head: Signed[StoreHead]
    pages: int
    cards: Sequence[Card]
    now: int


class Applied(NamedTuple):
    """What a head changed: cards new or changed, documents taken out of the index, known heads."""

    changed: int
    removed: int
    moved: Moved | None = None


class _Store(NamedTuple):
    no: int
    seq: int
    shown: bool
    stars: int


class _Held(NamedTuple):
    id: int
    lid: bytes
    card: bytes


_pages = msgspec.msgpack.Encoder()
_cards = msgspec.msgpack.Decoder(Card)


def apply_head(
    connection: Connection,
    head: Signed[StoreHead],
    page_count: int,
    cards: Sequence[Card],
    now: int,
) -> Applied:
    """Replace the cards of ``head``'s store unless its head is as new already."""
    return apply_heads(connection, [Arrival(head, page_count, cards, now)])[0]


def apply_heads(
    connection: Connection, arrivals: Sequence[Arrival], *, older: bool = False
) -> list[Applied]:
    """Several heads at once, as if one came after the other; so bulk costs little more than rows."""
    found: list[Applied] = []
    start = 0
    while start < len(arrivals):
        authors: set[bytes] = set()
        end = start
        while end < len(arrivals) and arrivals[end].head.author not in authors:
            authors.add(arrivals[end].head.author)
            end += 1
        found += _apply(connection, arrivals[start:end], older=older)
        start = end
    return found


def _apply(
    connection: Connection, arrivals: Sequence[Arrival], *, older: bool
) -> list[Applied]:
    """Heads of as many stores."""
    keys = [one.head.author for one in arrivals]
    known, rated = _known(connection, keys), standings(connection, keys)
    free = (_highest(connection, "no", "store") or 0) + 1
    stores: list[tuple[Any, ...]] = []
    changes: list[_Change] = []
    for one in arrivals:
        before = known.get(one.head.author)
        if before is not None and before.seq >= one.head.body.seq:
            changes.append(_Change(one, None))
            continue
        shown = not is_expired(one.head.body, one.now)
        standing = rated.get(one.head.author, UNRATED)
        now = before or _Store(free, 0, shown=False, stars=standing.stars)
        free += before is None
        stores.append((*_store_values(one, now.no, shown=shown), *standing))
        changes.append(
            _change(connection, one, now, shown=shown, is_new=before is None)
        )
    if stores:
        connection.exec_driver_sql(PUT_STORE, stores)
    _put(connection, changes, older=older)
    moved = put_heads(connection, [one.head for one in arrivals])
    return [
        Applied(len(one.fresh), one.removed, it)
        for one, it in zip(changes, moved, strict=True)
    ]


class _Change:
    """What one head does to the rows; without ``store`` nothing."""

    def __init__(self, arrival: Arrival, store: _Store | None) -> None:
        self.arrival = arrival
        self.store = store
        self.shown = False
        self.fresh: list[Card] = []
        self.reshown: list[int] = []
        self.removed = 0


def _change(
    connection: Connection, one: Arrival, store: _Store, *, shown: bool, is_new: bool
) -> _Change:
    """Drop what the store has no more; say what is to be added."""
    change = _Change(one, store)
    change.shown = shown
    if is_new:
        change.fresh = list(one.cards)
        return change
    held = {row.lid: row for row in _held(connection, store.no)}
    for card in one.cards:
        row = held.get(card.listing)
        if row is not None and row.card == encode_card(card):
            del held[card.listing]
            if shown != store.shown:
                change.reshown.append(row.id)
        else:
            change.fresh.append(card)
    gone = list(held.values())
    if store.shown:
        hide(connection, [row.id for row in gone])
        change.removed = len(gone)
    _drop(connection, gone)
    if store.shown and not shown:
        hide(connection, change.reshown)
        change.removed += len(change.reshown)
        change.reshown = []
    return change


def _put(connection: Connection, changes: Sequence[_Change], *, older: bool) -> None:
    """Rows for all fresh cards, the newest under the highest id, since rowid order is time order.

    Those that are ``older`` than what came before go below it.
    """
    show(connection, sorted(number for one in changes for number in one.reshown))
    fresh = [
        (card.changed, card.slug, card, one.store, one.shown)
        for one in changes
        if one.store is not None
        for card in one.fresh
    ]
    if not fresh:
        return
    fresh.sort(key=lambda it: it[:2])
    first = first_free(connection, len(fresh), older=older)
    units = {
        name: unit_number(connection, name) for name in {it[2].unit for it in fresh}
    }
    names = {name for it in fresh for name in it[2].categories}
    numbers = category_numbers(connection, names)
    rows = [
        Kept(number, store.no, store.stars, units[card.unit], card)
        for number, (_, _, card, store, _) in enumerate(fresh, first)
    ]
    connection.exec_driver_sql(PUT, [_row(one, numbers) for one in rows])
    connection.exec_driver_sql(
        PUT_CARD, [(one.id, encode_card(one.card)) for one in rows]
    )
    connection.exec_driver_sql(
        PUT_NAME, sorted((one.card.listing, one.id) for one in rows)
    )
    shown = [one for one, it in zip(rows, fresh, strict=True) if it[4]]
    for chunk in chunks(shown):
        show_rows(connection, chunk, numbers)


def _row(one: Kept, numbers: dict[str, int]) -> tuple[Any, ...]:
    return row_of(one.card, one.id, one.store, one.unit, numbers_of(one.card, numbers))


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
        ids = [one.id for one in _held(connection, no)]
        hide(connection, ids)
        removed += len(ids)
        connection.execute(
            text("UPDATE store SET shown = 0 WHERE no = :no"), {"no": no}
        )
    return removed


def drop_store(connection: Connection, no: int, shown: bool) -> int:  # noqa: FBT001 - a column
    """Forget a store with its cards; returns how many documents left the index."""
    held = _held(connection, no)
    if shown:
        hide(connection, [row.id for row in held])
    _drop(connection, held)
    connection.exec_driver_sql("DELETE FROM store WHERE no = ?", (no,))
    return len(held) if shown else 0


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


def _pages_of(connection: Connection, store: Any) -> list[bytes]:
    cut: list[list[msgspec.Raw]] = [[] for _ in range(store.pages)]
    for row in sorted(_held(connection, store.no), key=lambda one: one.lid):
        cut[page_index(row.lid, store.pages)].append(msgspec.Raw(row.card))
    return list(map(_pages.encode, cut))


def counts(connection: Connection) -> tuple[int, int]:
    """(listings, stores) that are shown."""
    both = connection.execute(
        text("SELECT coalesce(sum(count), 0), count(*) FROM store WHERE shown")
    )
    listings, stores = both.one()
    return listings, stores


def _store(connection: Connection, key: bytes) -> Any:
    return connection.execute(
        text("SELECT * FROM store WHERE key = :key"), {"key": key}
    ).first()


def _store_row(row: Any) -> StoreRow:
    # Row.count is a method of tuples
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return StoreRow(row.key, row.seq, row.head, values["count"], row.seen)


def _known(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, _Store]:
    return {
        row[0]: _Store(row[1], row[2], bool(row[3]), row[4])
        for chunk in chunks(keys)
        for row in rows_in(connection, STORES, chunk)
    }


def _store_values(one: Arrival, no: int, *, shown: bool) -> tuple[Any, ...]:
    head, body = one.head, one.head.body
    begin = (no, head.author, body.seq, body.issued, body.expires, one.pages)
    return *begin, len(one.cards), head.envelope, body.root, shown, one.now


def _held(connection: Connection, no: int) -> list[_Held]:
    rows = connection.exec_driver_sql(CARDS, (no,))
    return [_Held(row[0], _cards.decode(row[1]).listing, row[1]) for row in rows]


def _drop(connection: Connection, gone: Sequence[_Held]) -> None:
    if gone:
        by_name, by_row, by_card = DROPS
        connection.exec_driver_sql(by_name, [(row.lid, row.id) for row in gone])
        connection.exec_driver_sql(by_row, [(row.id,) for row in gone])
        connection.exec_driver_sql(by_card, [(row.id,) for row in gone])


def _highest(connection: Connection, column: str, table: str) -> int | None:
    highest = f"SELECT max({column}) FROM {table}"  # noqa: S608 - our own names
    return connection.exec_driver_sql(highest).scalar()
