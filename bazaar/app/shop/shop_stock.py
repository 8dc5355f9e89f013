"""Counts of a listing file beside those that its writer saw and those of now."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bazaar.app.ports import StockRow
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.listing_file import NO_SKU, Draft
from bazaar.domain.listings.stock_hints import Choice, choice_of

Seen = Mapping[str, Any] | None
"""A listing file as its writer read it before changing it; None for a new one."""


def counted(held: Sequence[StockRow], draft: Draft, seen: Seen) -> list[StockRow]:
    """The stock that ``draft`` asks for while ``held`` is there now.

    A count that differs from the one seen changes the present one by the difference;
    without ``seen``, and where either is unlimited, it counts as written.
    """
    before = {} if seen is None else _counts(seen)
    now = {row.sku: row.count for row in held}
    slug = draft.listing.slug
    rows: list[StockRow] = []
    for count in draft.stock:
        choice = _choice(draft.listing, count.sku)
        left = count.left
        if choice in before and count.sku in now:
            left = _changed(now[count.sku], before[choice], left)
        rows.append(StockRow(slug, count.sku, left))
    return rows


def _changed(now: int | None, seen: int | None, written: int | None) -> int | None:
    if seen == written:
        return now
    if now is None or seen is None or written is None:
        return written
    return max(0, now + written - seen)


def _choice(listing: Listing, sku: int) -> Choice:
    return choice_of(listing, None if sku == NO_SKU else sku)


def _counts(seen: Mapping[str, Any]) -> dict[Choice, int | None]:
    skus = cast("list[dict[str, Any]]", seen.get("skus") or [])
    if not skus:
        return {frozenset(): seen.get("stock")}
    return {
        frozenset(cast("dict[str, str]", sku.get("options") or {}).items()): sku.get(
            "stock"
        )
        for sku in skus
    }
