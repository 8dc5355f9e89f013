"""Puts cards into the full text index and takes them out, with all counts beside it."""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, text

from bazaar.domain.bodies import decode_body
from bazaar.domain.card import Card
from bazaar.domain.envelope import Envelope
from bazaar.domain.kinds import Kind
from bazaar.domain.listing import Listing
from store.catalogue.words import Entry, distinct_words, document, words

CHUNK: Final = 500
ROWS: Final = text(
    "SELECT id, store, unit, lid, card FROM listing WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))
BODIES: Final = text("SELECT lid, z FROM body WHERE lid IN :lids").bindparams(
    bindparam("lids", expanding=True)
)
ADD: Final = text(
    "INSERT INTO fts(rowid, title, tags, descr, facet) VALUES(:id, :title, :tags, :descr, :facet)"
)
REMOVE: Final = text("DELETE FROM fts WHERE rowid = :id")
COUNT_WORD: Final = text(
    "INSERT INTO term(t, docs) VALUES(:t, :n) ON CONFLICT(t) DO UPDATE SET docs = docs + :n"
)
DROP_WORD: Final = text("DELETE FROM term WHERE t = :t AND docs <= 0")
CATEGORIES: Final = text(
    "SELECT folded, no FROM category WHERE folded IN :forms"
).bindparams(bindparam("forms", expanding=True))
NEW_CATEGORY: Final = text(
    "INSERT INTO category(folded, name) VALUES(:folded, :name) RETURNING no"
)
COUNT_CATEGORY: Final = text("UPDATE category SET docs = docs + :n WHERE no = :no")

_cards = msgspec.msgpack.Decoder(Card)
_envelopes = msgspec.msgpack.Decoder(Envelope)


def show(connection: Connection, ids: Sequence[int]) -> None:
    """Index the listings ``ids``; they must not be in the index."""
    for chunk in _chunks(ids):
        entries = _entries(connection, chunk)
        documents = [document(entry) for entry in entries]
        connection.execute(ADD, documents)
        _count(connection, entries, documents, 1)


def hide(connection: Connection, ids: Sequence[int]) -> None:
    """Take the listings ``ids`` out of the index; they must be in it, and still have rows."""
    for chunk in _chunks(ids):
        entries = _entries(connection, chunk)
        documents = [document(entry) for entry in entries]
        connection.execute(REMOVE, [{"id": entry.id} for entry in entries])
        _count(connection, entries, documents, -1)


def index_again(connection: Connection) -> None:
    """Index every shown listing from its kept card, oldest first."""
    connection.execute(text("UPDATE category SET docs = 0"))
    shown = "SELECT id FROM listing WHERE store IN (SELECT no FROM store WHERE shown) ORDER BY id"
    show(connection, connection.scalars(text(shown)).all())


def category_numbers(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Number of each category by name, new ones included; case and accents make no other."""
    forms = {name: folded(name) for name in names}
    known = {
        row.folded: row.no
        for row in connection.execute(CATEGORIES, {"forms": list(forms.values())})
    }
    for name, form in forms.items():
        if form not in known:
            new = {"folded": form, "name": name}
            known[form] = connection.execute(NEW_CATEGORY, new).scalar_one()
    return {name: known[form] for name, form in forms.items()}


def unit_number(connection: Connection, name: str) -> int:
    """Number of a unit, given to it when it is first seen."""
    put = text(
        "INSERT INTO unit(name) VALUES(:name) ON CONFLICT DO UPDATE SET name = name RETURNING no"
    )
    return connection.execute(put, {"name": name}).scalar_one()


def folded(name: str) -> str:
    """The form under which a category is one; a name without words is itself."""
    return " ".join(words(name)) or name


def body_text(envelope: bytes) -> str:
    """Short text and description of a listing's envelope, verified before."""
    listing = decode_body(Kind.LISTING, _envelopes.decode(envelope).body)
    assert isinstance(listing, Listing)  # noqa: S101 - the decoder of this kind makes no other
    return f"{listing.short}\n{listing.description}"


def _entries(connection: Connection, ids: Sequence[int]) -> list[Entry]:
    rows = connection.execute(ROWS, {"ids": list(ids)}).all()
    bodies = {
        row.lid: body_text(zlib.decompress(row.z))
        for row in connection.execute(BODIES, {"lids": [row.lid for row in rows]})
    }
    cards: dict[int, Card] = {row.id: _cards.decode(row.card) for row in rows}
    names = {name for card in cards.values() for name in card.categories}
    numbers = category_numbers(connection, names)
    return [
        _entry(row, cards[row.id], numbers, bodies.get(row.lid, "")) for row in rows
    ]


def _entry(row: Any, card: Card, numbers: dict[str, int], body: str) -> Entry:
    # two names of one card may fold to one category
    categories = tuple(dict.fromkeys(numbers[name] for name in card.categories))
    return Entry(row.id, card, row.store, row.unit, categories, body)


def _count(
    connection: Connection,
    entries: Sequence[Entry],
    documents: Sequence[Any],
    sign: int,
) -> None:
    terms = Counter(word for each in documents for word in distinct_words(each))
    categories = Counter(no for entry in entries for no in entry.categories)
    if terms:
        connection.execute(
            COUNT_WORD, [{"t": t, "n": sign * n} for t, n in terms.items()]
        )
        if sign < 0:
            connection.execute(DROP_WORD, [{"t": t} for t in terms])
    if categories:
        connection.execute(
            COUNT_CATEGORY, [{"no": no, "n": sign * n} for no, n in categories.items()]
        )


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
