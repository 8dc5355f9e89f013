"""How a listing can be bought: which combination, sent how, and where to; pure."""

from typing import Final

from bazaar.rpc.schema import ListingView
from gui.models.stock import Stock, stock_of

COUNTRY_LETTERS: Final = 2


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
