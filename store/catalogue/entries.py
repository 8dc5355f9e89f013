"""Puts cards into the full text index and takes them out, with all counts beside it.

Statements go to the driver as tuples by the hundred: built one by one, they would cost more
than the index itself.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from bazaar.domain.listings.card import Card
from bazaar.domain.listings.listing import Listing
from bazaar.domain.wire.envelope import Envelope
from store.catalogue.document import Document, Told, document
from store.catalogue.rows import PLAIN_TRAITS, Kept, condition_bits
from store.catalogue.word_counts import counts_of
from store.catalogue.words import words

CHUNK: Final = 500
PAIR: Final = 2
ROWS: Final = (
    "SELECT l.id, l.store, s.stars, l.unit, c.card FROM listing l JOIN card c ON c.id = l.id "
    "JOIN store s ON s.no = l.store WHERE l.id IN "
)
BODIES: Final = "SELECT lid, z FROM body WHERE lid IN "
ADD: Final = "INSERT INTO fts(rowid, doc) VALUES(?, ?)"
TELL: Final = "UPDATE listing SET traits = traits & ? | ? WHERE id = ?"
REMOVE: Final = "DELETE FROM fts WHERE rowid = ?"
CATEGORIES: Final = "SELECT folded, no FROM category WHERE folded IN "
NEW_CATEGORY: Final = "INSERT INTO category(folded, name) VALUES(?, ?) RETURNING no"
COUNT_CATEGORY: Final = "UPDATE category SET docs = docs + ? WHERE no = ?"

_cards = msgspec.msgpack.Decoder(Card)
_listings = msgspec.msgpack.Decoder(Listing)
_envelopes = msgspec.msgpack.Decoder(Envelope)


def show(connection: Connection, ids: Sequence[int]) -> None:
    """Index the listings ``ids``; they must not be in the index."""
    for chunk in chunks(ids):
        show_rows(connection, _kept(connection, chunk))


def show_rows(connection: Connection, rows: Sequence[Kept]) -> None:
    """Index ``rows``."""
    if not rows:
        return
    bodies = _bodies(connection, rows)
    documents = [document(row, bodies.get(row.card.listing)) for row in rows]
    connection.exec_driver_sql(ADD, [(one.id, one.text) for one in documents])
    if bodies:
        told_of = [
            (PLAIN_TRAITS, condition_bits(bodies[row.card.listing].condition), row.id)
            for row in rows
            if row.card.listing in bodies
        ]
        connection.exec_driver_sql(TELL, told_of)
    _count(connection, rows, documents, 1)


def hide(connection: Connection, ids: Sequence[int]) -> None:
    """Take the listings ``ids`` out of the index; they must be in it, and still have rows."""
    for chunk in chunks(ids):
        rows = _kept(connection, chunk)
        bodies = _bodies(connection, rows)
        documents = [document(row, bodies.get(row.card.listing)) for row in rows]
        connection.exec_driver_sql(REMOVE, [(row.id,) for row in rows])
        _count(connection, rows, documents, -1)


def index_again(connection: Connection) -> None:
    """Index every shown listing from its kept card, oldest first."""
    connection.exec_driver_sql("UPDATE category SET docs = 0")
    shown = "SELECT id FROM listing WHERE store IN (SELECT no FROM store WHERE shown) ORDER BY id"
    show(connection, connection.exec_driver_sql(shown).scalars().all())
    counts_of(connection).keep()
    counts_of(connection).write(connection)


def category_numbers(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Number of each category by name, new ones included; case and accents make no other."""
    forms = {name: folded(name) for name in names}
    known: dict[str, int] = {}
    for chunk in chunks(list(set(forms.values()))):
        known |= dict(rows_in(connection, CATEGORIES, chunk))  # type: ignore[arg-type] - rows are pairs
    for name, form in forms.items():
        if form not in known:
            made = connection.exec_driver_sql(NEW_CATEGORY, (form, name))
            known[form] = made.scalar_one()
    return {name: known[form] for name, form in forms.items()}


def numbers_of(card: Card, numbers: dict[str, int]) -> tuple[int, ...]:
    """Numbers of a card's categories; two of its names may fold to one."""
    found = [numbers[name] for name in card.categories]
    return tuple(found if len(found) < PAIR else dict.fromkeys(found))


def unit_number(connection: Connection, name: str) -> int:
    """Number of a unit, given to it when it is first seen."""
    put = "INSERT INTO unit(name) VALUES(?) ON CONFLICT DO UPDATE SET name = name RETURNING no"
    return connection.exec_driver_sql(put, (name,)).scalar_one()


def folded(name: str) -> str:
    """The form under which a category is one; a name without words is itself."""
    return " ".join(words(name)) or name


def told(envelope: bytes) -> Told:
    """What a listing's envelope, verified before, says beyond its card."""
    listing = _listings.decode(_envelopes.decode(envelope).body)
    place = listing.ships_from
    return Told(
        f"{listing.short}\n{listing.description}",
        listing.condition,
        listing.language,
        (place.country, place.postal_code) if place else None,
    )


def rows_in(
    connection: Connection, select: str, values: Sequence[Any], then: str = ""
) -> Sequence[Any]:
    """Rows of a ``select`` that ends with IN, for at most 500 ``values``."""
    marks = ",".join("?" * len(values))
    return connection.exec_driver_sql(f"{select}({marks}){then}", tuple(values)).all()


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """``values`` in pieces that one statement can name."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _kept(connection: Connection, ids: Sequence[int]) -> list[Kept]:
    read = [(row, _cards.decode(row[4])) for row in rows_in(connection, ROWS, ids)]
    names = {name for _, card in read for name in card.categories}
    numbers = category_numbers(connection, names)
    return [
        Kept(row[0], card, row[1], row[2], row[3], numbers_of(card, numbers))
        for row, card in read
    ]


def _bodies(connection: Connection, rows: Sequence[Kept]) -> dict[bytes, Told]:
    """What the bodies that are here say, by listing."""
    return {
        lid: told(zlib.decompress(z))
        for chunk in chunks([row.card.listing for row in rows])
        for lid, z in rows_in(connection, BODIES, chunk)
    }


def _count(
    connection: Connection,
    rows: Sequence[Kept],
    documents: Sequence[Document],
    sign: int,
) -> None:
    counts = counts_of(connection)
    note = counts.add if sign > 0 else counts.remove
    note([word for one in documents for word in one.words])
    categories = Counter(no for row in rows for no in row.categories)
    if categories:
        changes = [(sign * docs, no) for no, docs in categories.items()]
        connection.exec_driver_sql(COUNT_CATEGORY, changes)
