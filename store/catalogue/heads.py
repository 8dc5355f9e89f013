"""Replaces the cards of a store by those of a newer head, in one transaction."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from bazaar.domain.listings.card import Card, encode_card
from bazaar.domain.stores.head import is_expired
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed
from store.catalogue.change import Arrival, Change, Store, change_of
from store.catalogue.entries import (
    category_numbers,
    chunks,
    numbers_of,
    rows_in,
    show,
    show_rows,
    unit_number,
)
from store.catalogue.joining import first_free
from store.catalogue.known_heads import Moved, put_heads
from store.catalogue.rows import PUT, Kept, row_of
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


class Applied(NamedTuple):
    """What a head changed.

    Attributes:
        changed: How many cards are new or other than before.
        removed: How many documents left the index.
        reshown: Numbers of cards that are in the index again.
        moved: What changed among the known heads.
    """

    changed: int
    removed: int
    reshown: Sequence[int] = ()
    moved: Moved | None = None


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
    changes: list[Change] = []
    for one in arrivals:
        before = known.get(one.head.author)
        if before is not None and before.seq >= one.head.body.seq:
            changes.append(Change(one, None))
            continue
        shown = not is_expired(one.head.body, one.now)
        standing = rated.get(one.head.author, UNRATED)
        now = before or Store(free, 0, shown=False, stars=standing.stars)
        free += before is None
        stores.append((*_store_values(one, now.no, shown=shown), *standing))
        changes.append(
            change_of(connection, one, now, shown=shown, is_new=before is None)
        )
    if stores:
        connection.exec_driver_sql(PUT_STORE, stores)
    _put(connection, changes, older=older)
    moved = put_heads(connection, [one.head for one in arrivals])
    return [
        Applied(len(one.fresh), one.removed, one.reshown, it)
        for one, it in zip(changes, moved, strict=True)
    ]


def _put(connection: Connection, changes: Sequence[Change], *, older: bool) -> None:
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
        Kept(
            number,
            card,
            store.no,
            store.stars,
            units[card.unit],
            numbers_of(card, numbers),
        )
        for number, (_, _, card, store, _) in enumerate(fresh, first)
    ]
    connection.exec_driver_sql(PUT, [row_of(one) for one in rows])
    connection.exec_driver_sql(
        PUT_CARD, [(one.id, encode_card(one.card)) for one in rows]
    )
    connection.exec_driver_sql(
        PUT_NAME, sorted((one.card.listing, one.id) for one in rows)
    )
    shown = [one for one, it in zip(rows, fresh, strict=True) if it[4]]
    for chunk in chunks(shown):
        show_rows(connection, chunk)


def _known(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Store]:
    return {
        row[0]: Store(row[1], row[2], bool(row[3]), row[4])
        for chunk in chunks(keys)
        for row in rows_in(connection, STORES, chunk)
    }


def _store_values(one: Arrival, no: int, *, shown: bool) -> tuple[Any, ...]:
    head, body = one.head, one.head.body
    begin = (no, head.author, body.seq, body.issued, body.expires, one.pages)
    return *begin, len(one.cards), head.envelope, body.root, shown, one.now


def _highest(connection: Connection, column: str, table: str) -> int | None:
    highest = f"SELECT max({column}) FROM {table}"  # noqa: S608 - our own names
    return connection.exec_driver_sql(highest).scalar()
