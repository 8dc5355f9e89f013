"""Coarse tokens under which a node can be found in the DHT (PROTOCOL.md 15). Pure.

Never one record per listing: a store is told by its categories, the countries it
reaches and its most frequent words, each in shard 0 and in one of 16 by its key.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from bazaar.domain.amounts.countries import (
    COUNTRIES,
    EVERYWHERE,
    EVERYWHERE_BIT,
    set_bit_numbers,
)
from bazaar.domain.listings.card import Card
from bazaar.domain.text.fold import fold

MAILBOX: Final = b"mb"
INDEXER: Final = b"ix"
RATINGS_OF: Final = b"v:"
"""Before a key: who holds ratings of it."""

SHARDS: Final = 16
MAX_CATEGORIES: Final = 16
MAX_REGIONS: Final = 8
"""A store that reaches more countries says that it reaches all: it is found by its goods."""

MAX_KEYWORDS: Final = 48
LEAST_LETTERS: Final = 2
CROWDED: Final = 200
"""Providers in shard 0 above which a searcher asks the other shards too."""


def category(name: str) -> bytes:
    """Stores with goods of a category, folded."""
    return b"c:" + fold(name).encode()


def region(country: str) -> bytes:
    """Stores that reach a country of ISO 3166-1; ``ZZ`` is everywhere."""
    return b"g:" + country.encode()


def keyword(word: str) -> bytes:
    """Stores with a word, as ``words_of`` gives it, in the titles and tags of their goods."""
    return b"k:" + word.encode()


def words_of(text: str) -> list[str]:
    """The words of a title or a query, folded, without what is no letter or digit."""
    bare = ("".join(filter(str.isalnum, word)) for word in fold(text).split())
    return [word for word in bare if len(word) >= LEAST_LETTERS]


def mirror(store: bytes) -> bytes:
    """Who keeps a copy of a store."""
    return b"m:" + store


def shard(token: bytes, number: int) -> bytes:
    """``token`` in one of its shards: 0, or 1 to 16."""
    return token if number == 0 else token + b"\0" + bytes([number])


def own_shard(store: bytes) -> int:
    """The shard of a store besides 0: by the first half byte of its key, 1 to 16."""
    return 1 + (store[0] >> 4)


def signposts(store: bytes, cards: Sequence[Card]) -> tuple[bytes, ...]:
    """What a store is announced under, the most telling first: shard 0, then its own."""
    tokens = (
        *(category(name) for name in _most(_categories(cards), MAX_CATEGORIES)),
        *(region(code) for code in _regions(cards)),
        *(keyword(word) for word in _most(_words(cards), MAX_KEYWORDS)),
    )
    own = own_shard(store)
    return (*tokens, *(shard(token, own) for token in tokens))


def _categories(cards: Iterable[Card]) -> Counter[str]:
    return Counter(fold(name) for card in cards for name in card.categories)


def _regions(cards: Sequence[Card]) -> tuple[str, ...]:
    bits = {bit for card in cards for bit in set_bit_numbers(card.countries)}
    if not bits:
        return ()
    if EVERYWHERE_BIT in bits or len(bits) > MAX_REGIONS:
        return (EVERYWHERE,)
    return tuple(COUNTRIES[bit] for bit in sorted(bits))


def _words(cards: Iterable[Card]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for card in cards:
        counted.update(set(words_of(" ".join((card.title, *card.tags)))))
    return counted


def _most(counted: Counter[str], most: int) -> list[str]:
    """The most frequent, equally frequent ones by name."""
    by_count = sorted(counted, key=lambda word: (-counted[word], word))
    return by_count[:most]
