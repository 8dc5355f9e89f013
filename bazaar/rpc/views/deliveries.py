"""What a listing costs delivered somewhere, by every way that goes there."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.listings.listing import Listing, ListingType, ShippingKind
from bazaar.domain.listings.price import Wanted, price
from bazaar.domain.listings.stock_hints import choice_of
from bazaar.domain.trading.messages import LineAmounts, ShippingChoice
from bazaar.rpc.schema.shelf import DeliveryView
from bazaar.rpc.views.people import money

Way = tuple[str, ShippingChoice | None, str]
"""Its name, its place in the listing and its estimate."""


class Basket(NamedTuple):
    """What is wanted of a listing; without all ``options`` the cheapest combination counts."""

    options: Mapping[str, str]
    quantity: int = 1
    codes: tuple[str, ...] = ()


def deliveries(
    listing: Listing,
    country: str,
    at: int,
    basket: Basket,
) -> tuple[DeliveryView, ...]:
    """Each way that goes to ``country`` with its amounts, cheapest first.

    ``at`` is the time of the order, seconds. Raises InputError for what
    is wrong with every way alike, such as a coupon; no way there is an empty answer.
    """
    sku = _sku(listing, basket.options)
    made: list[DeliveryView] = []
    problem: InputError | None = None
    for name, choice, estimate in _ways(listing):
        wanted = Wanted(listing, sku, basket.quantity, choice, basket.codes)
        try:
            found = price([wanted], country or None, at)
        except InputError as error:
            problem = problem if error.field == "shipping" else error
            continue
        except BazaarError:
            continue
        made.append(_delivery(name, estimate, found.lines[0], found.unit))
    if problem is not None and not made:
        raise problem
    return tuple(sorted(made, key=lambda one: one.total.minor))


def _delivery(
    name: str, estimate: str, amounts: LineAmounts, unit: str
) -> DeliveryView:
    return DeliveryView(
        way=name,
        goods=money(amounts.goods - amounts.discount, unit),
        shipping=money(amounts.shipping, unit),
        tax=money(amounts.tax, unit),
        total=money(amounts.line, unit),
        estimate=estimate,
    )


def _sku(listing: Listing, options: Mapping[str, str]) -> int | None:
    if not listing.skus:
        return None
    wanted = frozenset(options.items())
    indices = range(len(listing.skus))
    fits = [i for i in indices if choice_of(listing, i) == wanted] or list(indices)
    return min(fits, key=lambda index: listing.skus[index].surcharge)


def _ways(listing: Listing) -> Iterator[Way]:
    if listing.type != ListingType.PHYSICAL:
        yield "", None, ""
        return
    for number, option in enumerate(listing.shipping):
        if option.kind == ShippingKind.PICKUP:
            yield option.title, ShippingChoice(number, None), ""
        for index, service in enumerate(option.services):
            name = f"{option.title}/{service.name}"
            yield name, ShippingChoice(number, index), service.estimate
