"""Replaces the cards of a store by those of a newer head, in one transaction."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, text

from bazaar.app.ports import StoreRow
from bazaar.domain.card import Card, encode_card, page_id, page_index
from bazaar.domain.envelope import Signed
from bazaar.domain.head import is_expired
from bazaar.domain.records import StoreHead
from store.catalogue.entries import CHUNK, hide, show, unit_number

PUT_STORE: Final = text(
    "INSERT INTO store(key, seq, issued, expires, pages, count, head, shown, seen) "
    "VALUES(:key, :seq, :issued, :expires, :pages, :count, :head, :shown, :seen) "
    "ON CONFLICT(key) DO UPDATE SET seq = :seq, issued = :issued, expires = :expires, "
    "pages = :pages, count = :count, head = :head, shown = :shown, seen = :seen RETURNING no"
)
PUT_LISTING: Final = text(
    "INSERT INTO listing(id, store, lid, unit, price, countries, card) "
    "VALUES(:id, :store, :lid, :unit, :price, :countries, :card)"
)
DROP_LISTINGS: Final = text("DELETE FROM listing WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
CARDS: Final = text("SELECT id, lid, card FROM listing WHERE store = :no ORDER BY lid")


class Applied(NamedTuple):
    """What a head changed: cards new or changed, and documents taken out of the index."""

    changed: int
    removed: int


class _Held(NamedTuple):
    id: int
    card: bytes


_pages = msgspec.msgpack.Encoder()


def apply_head(
    connection: Connection,
    head: Signed[StoreHead],
    page_count: int,
    cards: Sequence[Card],
    now: int,
) -> Applied:
    """Replace the cards of ``head``'s store unless its head is as new already."""
    before = _store(connection, head.author)
    if before is not None and before.seq >= head.body.seq:
        return Applied(0, 0)
    was_shown = before is not None and bool(before.shown)
    shown = not is_expired(head.body, now)
    seen = {"pages": page_count, "count": len(cards), "shown": shown, "seen": now}
    no = _put_store(connection, head, seen)
    held = _held(connection, no)
    fresh = [card for card in cards if _differs(card, held.get(card.listing))]
    kept = {card.listing for card in cards} - {card.listing for card in fresh}
    gone = [one.id for lid, one in held.items() if lid not in kept]
    if was_shown:
        hide(connection, gone)
    _drop(connection, gone)
    added = _add(connection, no, fresh)
    stay = [held[lid].id for lid in kept]
    removed = len(gone) if was_shown else 0
    if shown:
        show(connection, added if was_shown else sorted((*added, *stay)))
    elif was_shown:
        hide(connection, stay)
        removed += len(stay)
    return Applied(len(fresh), removed)


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
        ids = [one.id for one in _held(connection, no).values()]
        hide(connection, ids)
        removed += len(ids)
        connection.execute(
            text("UPDATE store SET shown = 0 WHERE no = :no"), {"no": no}
        )
    return removed


def store_row(connection: Connection, key: bytes) -> StoreRow | None:
    """One store as last seen."""
    row = _store(connection, key)
    return None if row is None else _store_row(row)


def store_rows(connection: Connection, limit: int) -> list[StoreRow]:
    """The stores whose heads were issued last."""
    newest = text("SELECT * FROM store ORDER BY issued DESC, key DESC LIMIT :limit")
    return [_store_row(row) for row in connection.execute(newest, {"limit": limit})]


def heads_since(
    connection: Connection, issued: int, limit: int, now: int
) -> list[bytes]:
    """Envelopes of heads issued at ``issued`` or later and not run out, oldest first."""
    heads = text(
        "SELECT head FROM store WHERE issued >= :issued AND expires >= :now "
        "ORDER BY issued, key LIMIT :limit"
    )
    values = {"issued": issued, "limit": limit, "now": now}
    return list(connection.scalars(heads, values).all())


def pages(connection: Connection, key: bytes) -> dict[bytes, bytes]:
    """The pages of a store by SHA-256, put together again from its cards."""
    store = _store(connection, key)
    if store is None:
        return {}
    cut: list[list[msgspec.Raw]] = [[] for _ in range(store.pages)]
    for row in connection.execute(CARDS, {"no": store.no}):
        cut[page_index(row.lid, store.pages)].append(msgspec.Raw(row.card))
    encoded = map(_pages.encode, cut)
    return {page_id(page): page for page in encoded}


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


def _put_store(
    connection: Connection, head: Signed[StoreHead], seen: dict[str, Any]
) -> int:
    body = head.body
    values = {
        "key": head.author,
        "seq": body.seq,
        "issued": body.issued,
        "expires": body.expires,
    }
    values |= {"head": head.envelope, **seen}
    return connection.execute(PUT_STORE, values).scalar_one()


def _held(connection: Connection, no: int) -> dict[bytes, _Held]:
    return {
        row.lid: _Held(row.id, row.card)
        for row in connection.execute(CARDS, {"no": no})
    }


def _differs(card: Card, held: _Held | None) -> bool:
    return held is None or held.card != encode_card(card)


def _drop(connection: Connection, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), CHUNK):
        connection.execute(DROP_LISTINGS, {"ids": ids[start : start + CHUNK]})


def _add(connection: Connection, no: int, cards: Sequence[Card]) -> list[int]:
    """Rows for ``cards``, the newest under the highest id, since rowid order is time order."""
    if not cards:
        return []
    first = (connection.scalar(text("SELECT max(id) FROM listing")) or 0) + 1
    units = {
        name: unit_number(connection, name) for name in {card.unit for card in cards}
    }
    ordered = sorted(cards, key=lambda card: (card.changed, card.slug))
    rows = [
        {"id": id_, "store": no, "lid": card.listing, "unit": units[card.unit]}
        | {
            "price": card.price_from,
            "countries": card.countries,
            "card": encode_card(card),
        }
        for id_, card in enumerate(ordered, first)
    ]
    connection.execute(PUT_LISTING, rows)
    return list(range(first, first + len(rows)))
