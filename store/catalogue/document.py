"""What the index holds of a card: its words, where they stand, and its facets."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from bazaar.domain.amounts.countries import (
    BITMAP_BYTES,
    EVERYWHERE_BIT,
    has_bit,
    set_bit_numbers,
)
from bazaar.domain.listings.card import Card
from store.catalogue.hidden import (
    EVERYWHERE,
    IN_LABELS,
    IN_TITLE,
    MANY_COUNTRIES,
    MAX_AREA_LETTERS,
    SHOWN,
    area_word,
    category_word,
    condition_word,
    country_word,
    flag_word,
    language_word,
    price_word,
    stars_word,
    state_word,
    store_word,
    type_word,
    unit_word,
)
from store.catalogue.rows import Kept, is_of_many
from store.catalogue.words import plain, words

CACHED: Final = 4096
CACHED_LABELS: Final = 32_768
CACHED_COUNTRIES: Final = BITMAP_BYTES * 256
FILLED_BYTE: Final = re.compile(rb"[^\0]", re.DOTALL)


class Told(NamedTuple):
    """What only the body of a listing says.

    Attributes:
        text: Short text and description.
        place: (country, postal code) that it is sent from, or None.
    """

    text: str
    condition: int
    language: str
    place: tuple[str, str] | None


class Document(NamedTuple):
    """One row of the full text index.

    Attributes:
        text: Every word once, then those that nobody can type.
        words: The words that can be typed.
    """

    id: int
    text: str
    words: set[str]


def document(row: Kept, told: Told | None) -> Document:
    """What the index is given of a listing; ``told`` is what its body adds, if it is here."""
    title, labels = words(row.card.title), _labels(row.card)
    held = {*title, *labels}
    if told:
        held.update(words(told.text))
    said = (
        " ".join(held),
        _marked(IN_TITLE, title),
        _marked(IN_LABELS, labels),
        _facets(row, told),
    )
    return Document(row.id, " ".join(said), held)


def _facets(row: Kept, told: Told | None) -> str:
    card = row.card
    said = [
        _of_store(row.store, row.stars, row.unit),
        _of_kind(card.type, card.state, card.flags),
        _price(row.unit, card.price_from.bit_length()),
        _country_words(card.countries),
    ]
    said += map(_category, row.categories)
    if told is not None:
        said += (condition_word(told.condition), language_word(told.language))
        said += _areas(told.place)
    return " ".join(said)


@lru_cache(CACHED)
def _of_store(store: int, stars: int, unit: int) -> str:
    return " ".join((SHOWN, store_word(store), stars_word(stars), unit_word(unit)))


_price = lru_cache(CACHED)(price_word)
_category = lru_cache(CACHED)(category_word)


@lru_cache(CACHED)
def _of_kind(kind: int, state: int, flags: int) -> str:
    return " ".join((type_word(kind), state_word(state), *map(flag_word, _bits(flags))))


def _labels(card: Card) -> list[str]:
    """Words of tags and categories."""
    labels = (*card.tags, *card.categories)
    together = " ".join(labels)
    if together.isascii():
        return words(together)
    return [word for one in labels for word in _label(one)]


@lru_cache(CACHED_LABELS)
def _label(text: str) -> tuple[str, ...]:
    return tuple(words(text))


def _marked(mark: str, said: Sequence[str]) -> str:
    return mark + f" {mark}".join(said) if said else ""


def _country_words(countries: bytes) -> str:
    if has_bit(countries, EVERYWHERE_BIT):
        return EVERYWHERE
    if is_of_many(countries):
        return MANY_COUNTRIES
    there = FILLED_BYTE.finditer(countries)
    return " ".join([_eight_countries(one.start(), one[0]) for one in there])


@lru_cache(CACHED_COUNTRIES)
def _eight_countries(index: int, byte: bytes) -> str:
    bits = set_bit_numbers(bytes(index) + byte + bytes(BITMAP_BYTES - 1 - index))
    return " ".join(map(country_word, bits))


def _areas(place: tuple[str, str] | None) -> Sequence[str]:
    if place is None:
        return ()
    country, postal = place[0], plain(place[1])[:MAX_AREA_LETTERS]
    return [area_word(country, postal[:size]) for size in range(len(postal) + 1)]


def _bits(flags: int) -> Iterable[int]:
    return (1 << bit for bit in range(flags.bit_length()) if flags >> bit & 1)
