"""The orders in which a search shows its matches."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from sqlalchemy import Connection

from bazaar.domain.listings.card import Card
from store.catalogue.candidates import Candidates
from store.catalogue.entries import chunks, rows_in
from store.catalogue.expression import quoted
from store.catalogue.filters import MAX_PRICE_STEP
from store.catalogue.hidden import MAX_RATING_STEP, price_word, stars_word
from store.catalogue.query import Match
from store.catalogue.words import words

MAX_CANDIDATES: Final = 2_000
"""Of very many matches in several units only the newest are sorted by price."""

MAX_FEW: Final = 300
"""So few matches are ranked by their cards; of more, the index is asked where the words stand."""

CARDS: Final = "SELECT id, card FROM card WHERE id IN "

_cards = msgspec.msgpack.Decoder(Card)


def ranked(
    connection: Connection,
    match: Match,
    candidates: Candidates,
    newest: Sequence[int],
    last: int,
) -> list[int]:
    """Up to ``last`` of the ``newest`` matches: every word in the title, in title or labels, anywhere.

    All words of a query are in all its matches, so that where they are says most.
    """
    if len(newest) <= MAX_FEW:
        return _by_cards(connection, set(match.words), newest)
    ids: dict[int, None] = {}
    for said in match.tiers():
        ids |= dict.fromkeys(candidates.newest(last - len(ids), said))
        if len(ids) >= last:
            return list(ids)
    ids |= dict.fromkeys(newest)
    return list(ids)[:last]


def by_price(
    candidates: Candidates, newest: Sequence[int], *, dearest: bool
) -> list[int]:
    """All of ``newest``, unit by unit; those of one price with the newest first."""
    rows = candidates.rows(newest)
    sign = -1 if dearest else 1
    order = np.lexsort((-rows["id"], sign * rows["price"], rows["unit"]))
    return rows["id"][order].tolist()


def by_price_steps(
    match: Match, candidates: Candidates, last: int, *, dearest: bool
) -> list[int]:
    """Of very many matches in one unit, price step by price step until there are enough."""
    steps = range(MAX_PRICE_STEP + 1)
    ids: list[int] = []
    for step in reversed(steps) if dearest else steps:
        also = quoted(price_word(match.unit or 0, step))
        newest = candidates.newest(MAX_CANDIDATES, match.text(also))
        ids += by_price(candidates, newest, dearest=dearest)
        if len(ids) >= last:
            break
    return ids


def best_rated(match: Match, candidates: Candidates, last: int) -> list[int]:
    """By half stars of the sellers, the unrated last; within a step the newest first."""
    ids: list[int] = []
    for stars in range(MAX_RATING_STEP, -1, -1):
        said = match.text(quoted(stars_word(stars)))
        ids += candidates.newest(last - len(ids), said)
        if len(ids) >= last:
            break
    return ids


def _by_cards(connection: Connection, said: set[str], ids: Sequence[int]) -> list[int]:
    cards = {
        row[0]: _cards.decode(row[1])
        for chunk in chunks(ids)
        for row in rows_in(connection, CARDS, chunk)
    }
    return sorted(ids, key=lambda id_: _tier(said, cards[id_]))  # stable: newest first


def _tier(said: set[str], card_: Card) -> int:
    """0 with every word in the title, 1 in title or labels, 2 elsewhere."""
    title = set(words(card_.title))
    if said <= title:
        return 0
    labels = words(" ".join((*card_.tags, *card_.categories)))
    return 1 if said <= title.union(labels) else 2
