"""What a hit shows, and looks at single cards."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, text

from bazaar.app.ports import Found
from bazaar.domain.listings.card import Card
from store.catalogue.entries import rows_in
from store.catalogue.rows import traits_of

HIT: Final = (
    "SELECT l.id, s.key, c.card, s.seen, s.mean, s.votes, l.traits FROM listing l "
    "JOIN card c ON c.id = l.id JOIN store s ON s.no = l.store "
)
FOUND: Final = HIT + "WHERE l.id IN "
CURRENT: Final = text(
    HIT + "JOIN named n ON n.id = l.id LEFT JOIN body b ON b.lid = n.lid "
    "WHERE n.lid = :lid AND s.expires >= :now "
    "ORDER BY coalesce(b.author = s.key, 0) DESC, l.id LIMIT 1"
)

_cards = msgspec.msgpack.Decoder(Card)


def hits(connection: Connection, ids: Sequence[int]) -> tuple[Found, ...]:
    """At most 500 listings in the order of ``ids``."""
    if not ids:
        return ()
    rows: dict[int, Any] = {row.id: row for row in rows_in(connection, FOUND, ids)}
    return tuple(_hit(rows[id_]) for id_ in ids)


def card(connection: Connection, listing: bytes, now: int) -> Found | None:
    """The current card that names ``listing``; of several stores the listing's author's."""
    row = connection.execute(CURRENT, {"lid": listing, "now": now}).first()
    return None if row is None else _hit(row)


def listing_ids(connection: Connection, prefix: bytes, nibbles: int) -> list[bytes]:
    """Ids that start with the first ``nibbles`` hex digits of ``prefix``; at most 2."""
    digits = prefix.hex()[:nibbles]
    within = "SELECT DISTINCT lid FROM named WHERE lid BETWEEN :low AND :high ORDER BY lid LIMIT 2"
    ends = {
        "low": bytes.fromhex(digits.ljust(64, "0")),
        "high": bytes.fromhex(digits.ljust(64, "f")),
    }
    return list(connection.scalars(text(within), ends).all())


def categories(connection: Connection) -> list[tuple[str, int]]:
    """(name, listings), the fullest first."""
    rows = connection.execute(
        text("SELECT name, docs FROM category WHERE docs > 0 ORDER BY docs DESC, name")
    )
    return [(name, docs) for name, docs in rows]


def _hit(row: Any) -> Found:
    condition = traits_of(row.traits).condition
    card_ = _cards.decode(row.card)
    return Found(row.key, card_, row.seen, row.mean, row.votes, condition)
