"""Hidden words of the index: what filters ask for, as words that nobody can type."""

from typing import Final

from store.catalogue.words import plain

MARK: Final = "\ue000"
"""Folding strips private use characters from all text, so no card or query can forge a hidden word."""

SHOWN: Final = MARK + "a"
EVERYWHERE: Final = MARK + "rw"
MANY_COUNTRIES: Final = MARK + "rm"
IN_TITLE: Final = MARK + "n"
"""Before a word of a title; the same before one of the tags and categories: where a word stands
decides the order of hits, and lists of these alone are a tenth as long as those of all words."""

IN_LABELS: Final = MARK + "k"
MAX_RATING_STEP: Final = 10
"""Ratings in half stars: a store with 4.7 stars is on step 9."""

MAX_AREA_LETTERS: Final = 4


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
    return f"{MARK}l{plain(language.partition('-')[0])}"


def area_word(country: str, postal: str) -> str:
    """Goods from one postal area: a country and up to 4 first characters of its codes.

    Records carry no coordinates, so an area is what "near" can mean without asking a server.
    """
    return f"{MARK}g{plain(country)}x{plain(postal)[:MAX_AREA_LETTERS]}"
