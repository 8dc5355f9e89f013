"""Which stores a small machine keeps the cards of: the heads' filters against a user's choice."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.amounts.countries import COUNTRIES
from bazaar.domain.errors import InputError
from bazaar.domain.stores.head import matches
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.bounds import Word

MAX_INTERESTS: Final = 50


class Interests(msgspec.Struct, frozen=True, array_like=True):
    """Categories and countries of destination; without any of a sort, all of it."""

    categories: Annotated[tuple[Word, ...], Meta(max_length=MAX_INTERESTS)] = ()
    regions: Annotated[tuple[str, ...], Meta(max_length=MAX_INTERESTS)] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.categories and not self.regions


def interests(categories: tuple[str, ...], regions: tuple[str, ...]) -> Interests:
    """A choice as typed. Raises InputError naming what is wrong."""
    names = tuple(dict.fromkeys(word for one in categories if (word := one.strip())))
    codes = tuple(dict.fromkeys(one.strip().upper() for one in regions if one.strip()))
    if len(names) > MAX_INTERESTS or len(codes) > MAX_INTERESTS:
        raise InputError("", f"choose at most {MAX_INTERESTS}")
    for code in codes:
        if code not in COUNTRIES:
            raise InputError("region", f"{code} is no country code")
    return Interests(names, codes)


def wants(chosen: Interests, head: StoreHead) -> bool:
    """Whether the store may offer something chosen; it may say yes wrongly, but not no.

    The filter tells upper from lower case, people do not: a name is tried as typed, all
    lower, and capitalised.
    """
    categories = [spelt for one in chosen.categories for spelt in _spelt(one)] or [None]
    regions = [*chosen.regions] or [None]
    return any(
        matches(head, category=category, country=region)
        for category in categories
        for region in regions
    )


def _spelt(name: str) -> frozenset[str]:
    return frozenset({name, name.lower(), name.capitalize(), name.title()})
