"""The narrow row of a listing: what sorts, counts and exact filters read, without its card."""

from typing import Final, NamedTuple

from bazaar.domain.amounts.countries import EVERYWHERE_BIT, has_bit
from bazaar.domain.listings.card import Card

PUT: Final = (
    "INSERT INTO listing(id, store, unit, price, traits, first, second, third, countries) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
MAX_COUNTRY_WORDS: Final = 16
"""Above it the index says "many", and the candidates' own bits decide."""

TYPE_BITS: Final = 2
STATE_BITS: Final = 3
FLAG_BITS: Final = 4
CONDITION_BITS: Final = 3
STATE_AT: Final = TYPE_BITS
FLAGS_AT: Final = STATE_AT + STATE_BITS
CONDITION_AT: Final = FLAGS_AT + FLAG_BITS
TYPE_MASK: Final = (1 << TYPE_BITS) - 1
STATE_MASK: Final = (1 << STATE_BITS) - 1
PLAIN_TRAITS: Final = (1 << CONDITION_AT) - 1


class Kept(NamedTuple):
    """A listing that is, or is about to be, indexed.

    Attributes:
        store: Number of the store.
        stars: Rating of the store in half stars; 0 without ratings.
        categories: Numbers of the card's categories.
    """

    id: int
    card: Card
    store: int
    stars: int
    unit: int
    categories: tuple[int, ...]


class Traits(NamedTuple):
    """What ``traits`` packs; ``condition`` is None until the body is here."""

    type: int
    state: int
    flags: int
    condition: int | None


def row_of(one: Kept) -> tuple[int | bytes | None, ...]:
    """The narrow row of a listing, in the order of ``PUT``."""
    card = one.card
    traits = card.type | card.state << STATE_AT | card.flags << FLAGS_AT
    begin = (one.id, one.store, one.unit, card.price_from, traits)
    return *begin, *(*one.categories, None, None, None)[:3], _many(card.countries)


def traits_of(packed: int) -> Traits:
    """Take apart what ``row_of`` and ``condition_bits`` packed."""
    condition = packed >> CONDITION_AT
    return Traits(
        packed & TYPE_MASK,
        packed >> STATE_AT & STATE_MASK,
        packed >> FLAGS_AT & (1 << FLAG_BITS) - 1,
        condition - 1 if condition else None,
    )


def condition_bits(condition: int) -> int:
    """What to add to packed traits once the body said the condition."""
    return condition + 1 << CONDITION_AT


def is_of_many(countries: bytes) -> bool:
    """Whether a bitmap names too many countries for the index."""
    return int.from_bytes(countries).bit_count() > MAX_COUNTRY_WORDS


def _many(countries: bytes) -> bytes | None:
    """The bitmap, if the index only says "many" of it."""
    everywhere = has_bit(countries, EVERYWHERE_BIT)
    return countries if is_of_many(countries) and not everywhere else None
