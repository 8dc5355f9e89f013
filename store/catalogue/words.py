"""What the index holds of a card: its words, and its facets as words nobody can type."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from bazaar.domain.card import Card
from bazaar.domain.countries import EVERYWHERE_BIT, set_bit_numbers
from bazaar.domain.fold import fold

MARK: Final = "\ue000"
"""Folding strips private use characters from all text, so no card or query can forge a facet."""

SHOWN: Final = MARK + "a"
EVERYWHERE: Final = MARK + "rw"
MANY_COUNTRIES: Final = MARK + "rm"
MAX_COUNTRY_WORDS: Final = 16
"""Above it one word says "many", and the candidates' own bits decide."""

PLAIN_WORD: Final = re.compile("[a-z0-9]+")
MAX_WORD: Final = 40
CACHED: Final = 4096


class Entry(NamedTuple):
    """One document of the index.

    Attributes:
        store: Number of the store.
        categories: Numbers of the card's categories.
        text: Description and short text of the listing's body, or empty.
    """

    id: int
    card: Card
    store: int
    unit: int
    categories: tuple[int, ...]
    text: str


def words(text: str) -> list[str]:
    """The folded words of ``text`` as the index's tokenizer sees them, in order."""
    folded = fold(text)
    if folded.isascii():
        return [word[:MAX_WORD] for word in PLAIN_WORD.findall(folded)]
    spaced = "".join(_or_space(letter) for letter in folded)
    return [word[:MAX_WORD] for word in spaced.split()]


def document(entry: Entry) -> dict[str, object]:
    """The row of the full text index."""
    return {
        "id": entry.id,
        "title": " ".join(words(entry.card.title)),
        "tags": " ".join(words(" ".join((*entry.card.tags, *entry.card.categories)))),
        "descr": " ".join(words(entry.text)),
        "facet": " ".join(facets(entry)),
    }


def distinct_words(document: dict[str, object]) -> set[str]:
    """All words of a document but its facets."""
    return {
        word
        for name in ("title", "tags", "descr")
        for word in str(document[name]).split()
    }


def facets(entry: Entry) -> Iterable[str]:
    """The hidden words of a card."""
    yield SHOWN
    yield store_word(entry.store)
    yield type_word(entry.card.type)
    yield price_word(entry.unit, entry.card.price_from.bit_length())
    yield unit_word(entry.unit)
    yield from map(category_word, entry.categories)
    yield from _country_words(entry.card.countries)


def store_word(store: int) -> str:
    """Cards of one store."""
    return f"{MARK}s{store}"


def type_word(kind: int) -> str:
    """Physical goods, digital goods or services."""
    return f"{MARK}t{kind}"


def category_word(category: int) -> str:
    """Cards of one category."""
    return f"{MARK}c{category}"


def unit_word(unit: int) -> str:
    """Prices in one unit."""
    return f"{MARK}u{unit}"


def price_word(unit: int, step: int) -> str:
    """Prices of one unit that have ``step`` binary digits."""
    return f"{MARK}p{unit}x{step}"


def country_word(bit: int) -> str:
    """Goods that reach one country."""
    return f"{MARK}r{bit}"


@lru_cache(CACHED)
def _country_words(countries: bytes) -> Sequence[str]:
    bits = set_bit_numbers(countries)
    if EVERYWHERE_BIT in bits:
        return (EVERYWHERE,)
    if len(bits) > MAX_COUNTRY_WORDS:
        return (MANY_COUNTRIES,)
    return tuple(map(country_word, bits))


@lru_cache(CACHED)
def _or_space(letter: str) -> str:
    return letter if unicodedata.category(letter)[0] in "LNM" else " "
