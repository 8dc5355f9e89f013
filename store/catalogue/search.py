"""Searches of the index: totals, orders, single cards."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bazaar.app.ports import Found, SearchPage, SearchQuery
from bazaar.domain.card import Card
from store.catalogue.entries import rows_in
from store.catalogue.query import MAX_PRICE_STEP, Match, match_of, quoted
from store.catalogue.rows import traits_of
from store.catalogue.words import MAX_RATING_STEP, price_word, stars_word, words
from store.engine import error_name

MAX_CANDIDATES: Final = 2_000
"""Sorting by price reads the rows of all matches; of very many only the newest are read."""

MAX_TOTAL: Final = 10_000
MAX_RANKED_DOCUMENTS: Final = 20_000
"""A query whose rarest word is commoner says too little to rank by; newest first then."""

MAX_FEW: Final = 300
"""So few matches are found in one walk and ranked by their cards; each tier would walk again."""

MAX_PAGE: Final = 200
NOTHING: Final = SearchPage(0, exact=True, found=())

HIT: Final = (
    "SELECT l.id, s.key, c.card, s.seen, s.mean, s.votes, l.traits FROM listing l "
    "JOIN card c ON c.id = l.id JOIN store s ON s.no = l.store "
)
FOUND: Final = HIT + "WHERE l.id IN "
CARDS: Final = "SELECT id, card FROM card WHERE id IN "
CURRENT: Final = text(
    HIT + "JOIN named n ON n.id = l.id LEFT JOIN body b ON b.lid = n.lid "
    "WHERE n.lid = :lid AND s.expires >= :now "
    "ORDER BY coalesce(b.author = s.key, 0) DESC, l.id LIMIT 1"
)

_cards = msgspec.msgpack.Decoder(Card)


def search(connection: Connection, query: SearchQuery) -> SearchPage:
    """One page of hits; a query that no card can match, or that FTS5 refuses, finds nothing."""
    match = match_of(connection, query)
    if match is None:
        return NOTHING
    try:
        if query.sort == "relevance" and _says_enough(match):
            few = _limited(connection, match, match.text(), MAX_FEW + 1)
            if len(few) <= MAX_FEW:
                return _best_of(connection, match, query, few)
        total = _total(connection, match)
        ids = _ordered(connection, match, query, total) if total else ()
    except OperationalError as error:
        if error_name(error) != "SQLITE_ERROR":
            raise
        return NOTHING
    found = _found(connection, ids)
    return SearchPage(min(total, MAX_TOTAL), total <= MAX_TOTAL, found)


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


def _best_of(
    connection: Connection, match: Match, query: SearchQuery, ids: Sequence[int]
) -> SearchPage:
    """One page of all matches, ranked as by ``Match.tiers``."""
    said = set(match.words)
    cards = {row[0]: _cards.decode(row[1]) for row in rows_in(connection, CARDS, ids)}
    ranked = sorted(
        ids, key=lambda id_: _tier(said, cards[id_])
    )  # stable: newest first
    first = max(query.offset, 0)
    last = first + min(max(query.limit, 0), MAX_PAGE)
    return SearchPage(
        len(ids), exact=True, found=_found(connection, ranked[first:last])
    )


def _tier(said: set[str], card_: Card) -> int:
    """0 with every word in the title, 1 in title or tags, 2 elsewhere."""
    title = set(words(card_.title))
    if said <= title:
        return 0
    labels = words(" ".join((*card_.tags, *card_.categories)))
    return 1 if said <= title.union(labels) else 2


def _total(connection: Connection, match: Match) -> int:
    """How many match; above 10,000 it is 10,001."""
    rows = f"SELECT 1 {_from(match)} LIMIT {MAX_TOTAL + 1}"
    counted = text(f"SELECT count(*) FROM ({rows})")  # noqa: S608 - our own text
    return connection.execute(counted, {"q": match.text(), **match.values}).scalar_one()


def _ordered(
    connection: Connection, match: Match, query: SearchQuery, total: int
) -> Sequence[int]:
    first = max(query.offset, 0)
    last = first + min(max(query.limit, 0), MAX_PAGE)
    if query.sort in {"price", "dearest"}:
        return _by_steps(connection, match, query.sort, total, last)[first:last]
    if query.sort == "rating":
        return _best_rated(connection, match, last)[first:last]
    if query.sort == "newest" or not _says_enough(match):
        return _newest(connection, match, first, last)
    return _ranked(connection, match, last)[first:last]


def _newest(
    connection: Connection, match: Match, first: int, last: int
) -> Sequence[int]:
    newest = f"SELECT fts.rowid {_from(match)} ORDER BY fts.rowid DESC LIMIT :limit OFFSET :offset"
    values = {"q": match.text(), "limit": last - first, "offset": first, **match.values}
    return connection.scalars(text(newest), values).all()


def _ranked(connection: Connection, match: Match, last: int) -> Sequence[int]:
    """Tier by tier until there are enough: every word in the title, in title or tags, anywhere.

    All words of a query are in all its matches, so that where they are says most.
    """
    ids: list[int] = []
    for said in match.tiers():
        ids += _limited(connection, match, said, last - len(ids))
        if len(ids) >= last:
            break
    return ids


def _best_rated(connection: Connection, match: Match, last: int) -> Sequence[int]:
    """By half stars of the sellers, the unrated last; within a step the newest first."""
    ids: list[int] = []
    for stars in range(MAX_RATING_STEP, -1, -1):
        ids += _limited(
            connection, match, match.text(quoted(stars_word(stars))), last - len(ids)
        )
        if len(ids) >= last:
            break
    return ids


def _limited(
    connection: Connection, match: Match, said: str, limit: int
) -> Sequence[int]:
    newest = text(
        f"SELECT fts.rowid {_from(match)} ORDER BY fts.rowid DESC LIMIT :limit"
    )
    values = {"q": said, "limit": limit, **match.values}
    return connection.scalars(newest, values).all()


def _by_steps(
    connection: Connection, match: Match, sort: str, total: int, last: int
) -> Sequence[int]:
    """Of many matches in one unit, price step by price step until there are enough."""
    order = "ASC" if sort == "price" else "DESC"
    if total <= MAX_CANDIDATES or match.unit is None:
        return _by_price(connection, match, match.text(), order)
    steps = range(MAX_PRICE_STEP + 1)
    ids: list[int] = []
    for step in steps if sort == "price" else reversed(steps):
        also = quoted(price_word(match.unit, step))
        ids += _by_price(connection, match, match.text(also), order)
        if len(ids) >= last:
            break
    return ids


def _by_price(
    connection: Connection, match: Match, said: str, order: str
) -> Sequence[int]:
    sorted_ = text(
        "SELECT id FROM (SELECT l.id, l.unit, l.price "  # noqa: S608 - our own text
        f"{_from(match, rows=True)} ORDER BY fts.rowid DESC LIMIT {MAX_CANDIDATES}) "
        f"ORDER BY unit, price {order}, id DESC"
    )
    return connection.scalars(sorted_, {"q": said, **match.values}).all()


def _from(match: Match, *, rows: bool = False) -> str:
    if not (rows or match.exact):
        return "FROM fts WHERE fts MATCH :q"
    exact = f" AND {match.exact}" if match.exact else ""
    return (
        f"FROM fts CROSS JOIN listing l ON l.id = fts.rowid WHERE fts MATCH :q{exact}"
    )


def _says_enough(match: Match) -> bool:
    return match.docs is not None and match.docs <= MAX_RANKED_DOCUMENTS


def _found(connection: Connection, ids: Sequence[int]) -> tuple[Found, ...]:
    if not ids:
        return ()
    rows: dict[int, Any] = {row.id: row for row in rows_in(connection, FOUND, ids)}
    return tuple(_hit(rows[id_]) for id_ in ids)


def _hit(row: Any) -> Found:
    condition = traits_of(row.traits).condition
    card_ = _cards.decode(row.card)
    return Found(row.key, card_, row.seen, row.mean, row.votes, condition)
