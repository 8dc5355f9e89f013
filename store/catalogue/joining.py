"""Room for what comes newest first: a fresh join fills its numbers from the top down.

The order of rows is the order of time, so older cards must have lower numbers although
they come later.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from bazaar.app.ports import BlockRow
from bazaar.domain.listings.card import page_index

FLOOR: Final = "join-floor"
NEXT: Final = "join-next"
TOP: Final = "join-top"
LAST: Final = "last-number"
VALUE: Final = "SELECT value FROM mark WHERE name = ?"
MARKS: Final = "SELECT name, value FROM mark WHERE name IN (?, ?, ?)"
PUT: Final = (
    "INSERT INTO mark(name, value) VALUES(?, ?) "
    "ON CONFLICT(name) DO UPDATE SET value = excluded.value"
)
END: Final = "DELETE FROM mark WHERE name IN (?, ?, ?)"
HIGHEST: Final = "SELECT max(id) FROM listing"
NEWEST: Final = (
    "SELECT no, key, issued, pages, head FROM store WHERE expires >= ? "
    "AND (issued, key) < (?, ?) ORDER BY issued DESC, key DESC LIMIT ?"
)
CARDS: Final = (
    "SELECT c.card FROM listing l JOIN card c ON c.id = l.id WHERE l.store = ?"
)
LISTING_FIELD: Final = 1
"""Place of the listing's id in a card."""

_pages = msgspec.msgpack.Encoder()
_fields = msgspec.msgpack.Decoder()


def first_free(connection: Connection, count: int, *, older: bool) -> int:
    """The least of ``count`` free numbers in a row: above all others, or below what came before.

    A number is never given twice, so what is remembered of one holds as long as it is there.
    """
    marks = _marks(connection)
    if older and marks:
        first = marks[NEXT] - count
        if first > marks[FLOOR]:
            connection.exec_driver_sql(PUT, (NEXT, first))
            return first
    first = _last(connection) + 1
    connection.exec_driver_sql(PUT, (LAST, first + count - 1))
    return first


def reserve(connection: Connection, listings: int) -> None:
    """Keep room for ``listings`` older ones above what is here, unless a join goes on."""
    if _marks(connection):
        return
    floor = _last(connection)
    top = floor + listings
    for name, value in ((FLOOR, floor), (NEXT, top + 1), (TOP, top), (LAST, top)):
        connection.exec_driver_sql(PUT, (name, value))


def release(connection: Connection) -> None:
    """The join is over."""
    connection.exec_driver_sql(END, (FLOOR, NEXT, TOP))


def blocks(
    connection: Connection, before: tuple[int, bytes], limit: int, now: int
) -> list[BlockRow]:
    """Stores whose heads were issued before (issued, key), the newest first."""
    rows = connection.exec_driver_sql(NEWEST, (now, *before, limit)).all()
    found: list[BlockRow] = []
    for no, key, issued, pages, head in rows:
        cards = [row[0] for row in connection.exec_driver_sql(CARDS, (no,))]
        found.append(BlockRow(issued, key, head, _paged(cards, pages), len(cards)))
    return found


def _paged(cards: Sequence[bytes], pages: int) -> tuple[bytes, ...]:
    ordered = sorted((_fields.decode(card)[LISTING_FIELD], card) for card in cards)
    cut: list[list[msgspec.Raw]] = [[] for _ in range(pages)]
    for listing, card in ordered:
        cut[page_index(listing, pages)].append(msgspec.Raw(card))
    return tuple(map(_pages.encode, cut))


def _last(connection: Connection) -> int:
    """The highest number that was ever given or kept free."""
    given: int = connection.exec_driver_sql(VALUE, (LAST,)).scalar() or 0
    return max(given, connection.exec_driver_sql(HIGHEST).scalar() or 0)


def _marks(connection: Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql(MARKS, (FLOOR, NEXT, TOP))
    return {row[0]: row[1] for row in rows}
