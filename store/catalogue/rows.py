"""The narrow row of a listing: what sorts, counts and exact filters read, without its card."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bazaar.domain.card import Card
from bazaar.domain.countries import EVERYWHERE_BIT, has_bit
from store.catalogue.words import MAX_COUNTRY_WORDS

PUT: Final = (
    "INSERT INTO listing(id, store, unit, price, traits, first, second, third, countries) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
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


class Traits(NamedTuple):
    """What ``traits`` packs; ``condition`` is None until the body is here."""

    type: int
    state: int
    flags: int
    condition: int | None


def row_of(
    card: Card, number: int, store: int, unit: int, categories: Sequence[int]
) -> tuple[int | bytes | None, ...]:
    """The row of ``card`` under id ``number``, in the order of ``PUT``."""
    traits = card.type | card.state << STATE_AT | card.flags << FLAGS_AT
    padded = (*categories, None, None, None)[:3]
    return number, store, unit, card.price_from, traits, *padded, _many(card.countries)


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


def _many(countries: bytes) -> bytes | None:
    """The bitmap, if the index only says "many" of it."""
    if has_bit(countries, EVERYWHERE_BIT):
        return None
    many = int.from_bytes(countries, "big").bit_count() > MAX_COUNTRY_WORDS
    return countries if many else None
