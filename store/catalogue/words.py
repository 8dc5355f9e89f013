"""What the index holds of a card: its words, and its facets as words nobody can type."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from bazaar.domain.card import Card
from bazaar.domain.countries import EVERYWHERE_BIT, set_bit_numbers
from bazaar.domain.fold import ASCII_CONTROLS, fold

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
CACHED_LABELS: Final = 32_768
MAX_RATING_STEP: Final = 10
"""Ratings in half stars: a store with 4.7 stars is on step 9."""

MAX_AREA_LETTERS: Final = 4


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


class Entry(NamedTuple):
    """One document of the index.

    Attributes:
        store: Number of the store.
        stars: Rating of the store in half stars; 0 without ratings.
        categories: Numbers of the card's categories.
        told: What the listing's body adds, if it is here.
    """

    id: int
    card: Card
    store: int
    stars: int
    unit: int
    categories: tuple[int, ...]
    told: Told | None


class Document(NamedTuple):
    """The row of the full text index, in the order of its columns."""

    id: int
    title: str
    tags: str
    descr: str
    facet: str

    def distinct(self) -> set[str]:
        """All words but the facets."""
        return set(f"{self.title} {self.tags} {self.descr}".split(" ")) - {""}


def words(text: str) -> list[str]:
    """The folded words of ``text`` as the index's tokenizer sees them, in order."""
    if text.isascii():  # folding it changes nothing else
        plain = text if text.isprintable() else text.translate(ASCII_CONTROLS)
        found: list[str] = PLAIN_WORD.findall(plain.lower())
        if len(plain) <= MAX_WORD or max(map(len, found), default=0) <= MAX_WORD:
            return found
        return [word[:MAX_WORD] for word in found]
    folded = fold(text)
    spaced = "".join(_or_space(letter) for letter in folded)
    return [word[:MAX_WORD] for word in spaced.split()]


def document(entry: Entry) -> Document:
    """What the index is given of ``entry``."""
    card = entry.card
    labels = [_label(one) for one in (*card.tags, *card.categories)]
    return Document(
        entry.id,
        " ".join(words(card.title)),
        " ".join(labels),
        " ".join(words(entry.told.text)) if entry.told else "",
        facets(entry),
    )


def facets(entry: Entry) -> str:
    """The hidden words of a card."""
    card = entry.card
    said = [
        _of_store(entry.store, entry.stars, entry.unit),
        _of_kind(card.type, card.state, card.flags),
        price_word(entry.unit, card.price_from.bit_length()),
        _country_words(card.countries),
    ]
    said += map(category_word, entry.categories)
    if entry.told is not None:
        said += (
            condition_word(entry.told.condition),
            language_word(entry.told.language),
        )
        said += _areas(entry.told.place)
    return " ".join(said)


@lru_cache(CACHED)
def _of_store(store: int, stars: int, unit: int) -> str:
    return " ".join((SHOWN, store_word(store), stars_word(stars), unit_word(unit)))


@lru_cache(CACHED)
def _of_kind(kind: int, state: int, flags: int) -> str:
    return " ".join((type_word(kind), state_word(state), *map(flag_word, _bits(flags))))


def store_word(store: int) -> str:
    """Cards of one store."""
    return f"{MARK}s{store}"


def type_word(kind: int) -> str:
    """Physical goods, digital goods or services."""
    return f"{MARK}t{kind}"


def state_word(state: int) -> str:
    """For sale, out of stock or on vacation."""
    return f"{MARK}v{state}"


def stars_word(stars: int) -> str:
    """Cards of stores rated so many half stars, rounded down."""
    return f"{MARK}q{stars}"


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


def flag_word(flag: int) -> str:
    """Cards with one ``CardFlag``."""
    return f"{MARK}f{flag}"


def condition_word(condition: int) -> str:
    """Goods of one condition."""
    return f"{MARK}d{condition}"


def language_word(language: str) -> str:
    """Listings in one language; of its tag the first part counts."""
    return f"{MARK}l{_plain(language.partition('-')[0])}"


def area_word(country: str, postal: str) -> str:
    """Goods from one postal area: a country and up to 4 first characters of its codes.

    Records carry no coordinates, so an area is what "near" can mean without asking a server.
    """
    return f"{MARK}g{_plain(country)}x{_plain(postal)[:MAX_AREA_LETTERS]}"


@lru_cache(CACHED_LABELS)
def _label(text: str) -> str:
    return " ".join(words(text))


@lru_cache(CACHED)
def _country_words(countries: bytes) -> str:
    bits = set_bit_numbers(countries)
    if EVERYWHERE_BIT in bits:
        return EVERYWHERE
    if len(bits) > MAX_COUNTRY_WORDS:
        return MANY_COUNTRIES
    return " ".join(map(country_word, bits))


def _areas(place: tuple[str, str] | None) -> Sequence[str]:
    if place is None:
        return ()
    country, postal = place[0], _plain(place[1])[:MAX_AREA_LETTERS]
    return [area_word(country, postal[:size]) for size in range(len(postal) + 1)]


def _bits(flags: int) -> Iterable[int]:
    return (1 << bit for bit in range(flags.bit_length()) if flags >> bit & 1)


def _plain(code: str) -> str:
    return "".join(PLAIN_WORD.findall(code.lower()))


@lru_cache(CACHED)
def _or_space(letter: str) -> str:
    return letter if unicodedata.category(letter)[0] in "LNM" else " "
