"""What a listing publishes of its stock, and which SKU of another version is the same one."""

from collections.abc import Mapping
from typing import Final

import msgspec

from bazaar.domain.listings.listing import Listing, ListingState, Sku, StockHint
from bazaar.domain.listings.listing_file import NO_SKU
from bazaar.domain.listings.listing_parts import stock_hint

Choice = frozenset[tuple[str, str]]
"""A combination in words: pairs of option and variant."""

GONE_SKU: Final = 1000
"""From here on count SKUs that are no longer sold and of which something is promised."""

Left = Mapping[int, int | None]
"""What is free of each SKU (-1: the listing has none); None is unlimited."""


def choice_of(listing: Listing, sku: int | None) -> Choice:
    """The combination of a SKU by name; empty for a listing without options."""
    if sku is None:
        return frozenset()
    pairs = zip(listing.options, listing.skus[sku].combination, strict=True)
    return frozenset((one.name, one.variants[index].name) for one, index in pairs)


def same_sku(old: Listing, sku: int | None, new: Listing) -> int | None:
    """Index in ``new`` (-1: it has none) of what ``old`` calls ``sku``; None if not sold."""
    if not new.skus:
        return NO_SKU if not old.options else None
    wanted = choice_of(old, sku)
    found = [i for i in range(len(new.skus)) if choice_of(new, i) == wanted]
    return found[0] if found else None


def moves(old: Listing, new: Listing) -> dict[int, int]:
    """New index of each SKU of ``old``; those no longer sold go to ``GONE_SKU`` and beyond."""
    indices = range(len(old.skus)) if old.skus else (NO_SKU,)
    found = {index: same_sku(old, _asked(index), new) for index in indices}
    gone = (index for index, place in found.items() if place is None)
    away = {index: GONE_SKU + number for number, index in enumerate(gone)}
    return {i: away[i] if place is None else place for i, place in found.items()}


def hinted(listing: Listing, left: Left, *, may_return: bool) -> Listing:
    """``listing`` as it should be published while ``left`` is free of each SKU.

    What is sold out says so; it is for sale again only if it ``may_return``, because the
    node said so and not its seller.
    """
    skus = tuple(_hinted(sku, left.get(i, 0)) for i, sku in enumerate(listing.skus))
    is_gone = (
        all(sku.stock == StockHint.NONE for sku in skus)
        if skus
        else left.get(NO_SKU, 0) == 0
    )
    state = listing.state
    if is_gone and state == ListingState.FOR_SALE:
        state = ListingState.OUT_OF_STOCK
    elif not is_gone and state == ListingState.OUT_OF_STOCK and may_return:
        state = ListingState.FOR_SALE
    return msgspec.structs.replace(listing, skus=skus, state=state)


def _hinted(sku: Sku, left: int | None) -> Sku:
    return msgspec.structs.replace(sku, stock=stock_hint(left))


def _asked(index: int) -> int | None:
    return None if index == NO_SKU else index
