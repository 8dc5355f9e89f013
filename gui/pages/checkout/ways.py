"""How a listing can be bought: which combination, sent how, and where to; pure."""

from typing import Final

from bazaar.domain.trading.messages import MAX_PARTS
from bazaar.rpc.schema.listings import ListingView
from gui.models.stock import Stock, stock_of
from gui.texts import tr

COUNTRY_LETTERS: Final = 2
FEW_PARCELS: Final = 3
"""Ways to split that are offered beside every piece by itself."""


def is_country(code: str) -> bool:
    """Whether ``code`` looks like a country's two letters."""
    return len(code) == COUNTRY_LETTERS and code.isascii() and code.isalpha()


def usual_options(view: ListingView) -> dict[str, str]:
    """Return the first combination that can be bought, for who has chosen none."""
    if not view.options:
        return {}
    for sku in view.skus:
        if stock_of(sku.stock) is not Stock.GONE:
            return dict(sku.options)
    return {option.name: option.variants[0].name for option in view.options}


def parcel_pairs(quantity: int) -> list[tuple[str, str]]:
    """Return (pieces of each parcel, words) of the ways to send ``quantity`` pieces."""
    counts = [*range(2, min(quantity, FEW_PARCELS) + 1)]
    if FEW_PARCELS < quantity <= MAX_PARTS:
        counts.append(quantity)
    made = [("", tr("checkout.parcels_one"))]
    for count in counts:
        each, more = divmod(quantity, count)
        pieces = [each + 1] * more + [each] * (count - more)
        value = "+".join(map(str, pieces))
        key = "checkout.parcels_each" if count == quantity else "checkout.parcels_some"
        made.append((value, tr(key, how=" + ".join(map(str, pieces)))))
    return made


def parcels_of(value: str) -> tuple[int, ...]:
    """Return the pieces of each parcel that ``parcel_pairs`` named."""
    return tuple(int(part) for part in value.split("+") if part)


def shipping_pairs(view: ListingView) -> list[tuple[str, str]]:
    """Return (value, words) of every way to get the goods."""
    made: list[tuple[str, str]] = []
    for option in view.shipping:
        if not option.services:
            made.append((option.title, option.title))
        for service in option.services:
            value = f"{option.title}/{service.name}"
            made.append((value, f"{option.title}, {service.name}"))
    return made
