"""What an order costs: one pure function that every party computes alone (PROTOCOL.md 6.4)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bazaar.domain.amounts.countries import EVERYWHERE
from bazaar.domain.errors import InputError, NotAllowedError, ReplyCode
from bazaar.domain.listings.listing import (
    Coupon,
    Listing,
    ListingType,
    ShippingKind,
    ShippingOption,
    ShippingService,
)
from bazaar.domain.trading.messages import MAX_LINES, Line, LineAmounts, ShippingChoice
from bazaar.domain.wire.bounds import MAX_AMOUNT, MAX_BASIS_POINTS

COUPON_TAG: Final = b"bazaar/1 coupon\0"
MAX_QUANTITY: Final = 1_000_000


class Wanted(NamedTuple):
    """One line of an order before it is priced.

    Attributes:
        sku: Index of the SKU; None iff the listing has none.
        shipping: None for what is not shipped.
        codes: Coupon codes, upper case.
    """

    listing: Listing
    sku: int | None
    quantity: int
    shipping: ShippingChoice | None
    codes: tuple[str, ...] = ()


class Price(NamedTuple):
    """Amounts of each line and their sum, minor units of ``unit``."""

    lines: tuple[LineAmounts, ...]
    total: int
    unit: str


class _Posted(NamedTuple):
    first: int
    additional: int


def price(wanted: Sequence[Wanted], country: str | None, at: int) -> Price:
    """Price the lines ``wanted`` for delivery to ``country``, ordered at ``at`` (seconds).

    Of two coupons with one code the first unexpired one counts. Raises InputError naming
    what the buyer must change, NotAllowedError for an expired listing.
    """
    _check_order(wanted, at)
    posted = [_posted(line, country) for line in wanted]
    shipping = _shipping(wanted, posted)
    lines = tuple(
        _line(line, cost, country, at)
        for line, cost in zip(wanted, shipping, strict=True)
    )
    total = _bounded(sum(line.line for line in lines))
    return Price(lines, total, wanted[0].listing.unit)


def wanted_lines(
    lines: Sequence[Line], listings: Mapping[bytes, Listing]
) -> list[Wanted]:
    """The lines of an Offer with their ``listings`` by id. Raises InputError for a missing one."""
    if any(line.listing not in listings for line in lines):
        raise InputError("listing", "a listing of this order is not known here")
    return [
        Wanted(
            listings[line.listing], line.sku, line.quantity, line.shipping, line.coupons
        )
        for line in lines
    ]


def coupon_hash(salt: bytes, code: str) -> bytes:
    """What a listing publishes of a coupon ``code``; 32 bytes."""
    return hashlib.sha256(COUPON_TAG + salt + code.upper().encode()).digest()


def _check_order(wanted: Sequence[Wanted], at: int) -> None:
    if not 1 <= len(wanted) <= MAX_LINES:
        raise InputError("order", f"it has 1 to {MAX_LINES} lines")
    if len({line.listing.by for line in wanted}) > 1:
        raise InputError("order", "all lines must be of one seller")
    if len({line.listing.unit for line in wanted}) > 1:
        raise InputError(
            "order", "all lines must have one unit; order the others separately"
        )
    for line in wanted:
        _check_line(line, at)


def _check_line(line: Wanted, at: int) -> None:
    title = line.listing.title
    if line.listing.expires < at:
        raise NotAllowedError(f"the listing {title!r} has expired", ReplyCode.STALE)
    if not 1 <= line.quantity <= MAX_QUANTITY:
        raise InputError("quantity", f"it must be 1 to {MAX_QUANTITY}")
    if (line.sku is None) != (not line.listing.skus):
        raise InputError(
            "option", f"choose one combination of the options of {title!r}"
        )
    if line.sku is not None and line.sku >= len(line.listing.skus):
        raise InputError("option", f"{title!r} has no such combination")


def _posted(line: Wanted, country: str | None) -> _Posted | None:
    if line.listing.type != ListingType.PHYSICAL:
        if line.shipping is not None:
            raise InputError("shipping", f"{line.listing.title!r} is not shipped")
        return None
    if line.shipping is None or line.shipping.option >= len(line.listing.shipping):
        raise InputError("shipping", f"choose how {line.listing.title!r} is delivered")
    option = line.listing.shipping[line.shipping.option]
    service = _service(option, line.shipping.service)
    if service is None:
        return None
    if not _lists(option.countries, country):
        raise InputError(
            "shipping", f"{option.title!r} does not go to {country or 'nowhere'}"
        )
    return _Posted(service.first, service.additional)


def _service(option: ShippingOption, index: int | None) -> ShippingService | None:
    if option.kind == ShippingKind.PICKUP:
        if index is not None:
            raise InputError("shipping", f"{option.title!r} has no services")
        return None
    if index is None or index >= len(option.services):
        raise InputError("shipping", f"choose a service of {option.title!r}")
    return option.services[index]


def _shipping(wanted: Sequence[Wanted], posted: Sequence[_Posted | None]) -> list[int]:
    firsts = [(cost.first, -i) for i, cost in enumerate(posted) if cost is not None]
    payer = -max(firsts)[1] if firsts else -1
    return [
        0
        if cost is None
        else _shipping_of(cost, line.quantity, pays_first=index == payer)
        for index, (line, cost) in enumerate(zip(wanted, posted, strict=True))
    ]


def _shipping_of(cost: _Posted, quantity: int, *, pays_first: bool) -> int:
    if not pays_first:
        return _bounded(cost.additional * quantity)
    return _bounded(cost.first + _bounded(cost.additional * (quantity - 1)))


def _line(line: Wanted, shipping: int, country: str | None, at: int) -> LineAmounts:
    listing = line.listing
    surcharge = 0 if line.sku is None else listing.skus[line.sku].surcharge
    goods = _bounded(_bounded(listing.price + surcharge) * line.quantity)
    discount = min(goods, _discount(_coupons(line, at), goods))
    tax = _tax(listing, country, goods - discount, shipping)
    total = _bounded(goods - discount + shipping + tax)
    return LineAmounts(goods, discount, shipping, tax, total)


def _coupons(line: Wanted, at: int) -> list[Coupon]:
    if len(set(line.codes)) != len(line.codes):
        raise InputError("coupon", "each code counts once")
    return [_coupon(line.listing, code, at) for code in line.codes]


def _coupon(listing: Listing, code: str, at: int) -> Coupon:
    found = [c for c in listing.coupons if coupon_hash(c.salt, code) == c.code_hash]
    if not found:
        raise InputError("coupon", f"{code} is not a code of {listing.title!r}")
    valid = [coupon for coupon in found if coupon.expires >= at]
    if not valid:
        raise InputError("coupon", f"{code} has expired")
    return valid[0]


def _discount(coupons: Sequence[Coupon], goods: int) -> int:
    fixed = sum(coupon.fixed for coupon in coupons if coupon.fixed is not None)
    shares = [coupon.bp for coupon in coupons if coupon.bp is not None]
    return _bounded(
        fixed + sum(_bounded(goods * bp) // MAX_BASIS_POINTS for bp in shares)
    )


def _tax(listing: Listing, country: str | None, net: int, shipping: int) -> int:
    taxes = [tax for tax in listing.taxes if _lists(tax.countries, country)]
    bases = [(net + (shipping if tax.on_shipping else 0), tax.bp) for tax in taxes]
    return _bounded(sum(_half_up(_bounded(_bounded(base) * bp)) for base, bp in bases))


def _half_up(product: int) -> int:
    return _bounded(2 * product + MAX_BASIS_POINTS) // (2 * MAX_BASIS_POINTS)


def _lists(countries: Sequence[str], country: str | None) -> bool:
    return countries[0] == EVERYWHERE or (country is not None and country in countries)


def _bounded(amount: int) -> int:
    if amount > MAX_AMOUNT:
        raise InputError("quantity", "the amounts of this order become too large")
    return amount
