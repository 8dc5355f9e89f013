"""The rules of a listing that no single field can say (PROTOCOL.md 6.3)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final

from bazaar.domain.amounts.countries import EVERYWHERE
from bazaar.domain.listings.listing import (
    LISTING_SECONDS,
    Coupon,
    Listing,
    ListingType,
    Option,
    ShippingKind,
    ShippingOption,
    Sku,
)
from bazaar.domain.wire.bounds import MAX_AMOUNT

MAX_PIXELS: Final = 16_000_000
DAY_SECONDS: Final = 86_400


def check_listing(listing: Listing) -> None:
    """Check ``listing`` as a whole. Raises ValueError that names the field."""
    for check in _CHECKS:
        check(listing)


def check_countries(field: str, codes: Sequence[str]) -> None:
    """Check that ``codes`` ascend and ``ZZ`` stands alone. Raises ValueError."""
    if list(codes) != sorted(codes):
        raise ValueError(f"{field}: country codes must ascend")
    if EVERYWHERE in codes and len(codes) > 1:
        raise ValueError(f"{field}: {EVERYWHERE} means everywhere and stands alone")


def check_life(issued: int, expires: int, greatest_seconds: int) -> None:
    """Check how long an object lives, in seconds. Raises ValueError."""
    if not issued <= expires <= issued + greatest_seconds:
        raise ValueError(
            f"expires: at most {greatest_seconds // DAY_SECONDS} days after it is issued, "
            "and not before"
        )


def _check_life(listing: Listing) -> None:
    check_life(listing.issued, listing.expires, LISTING_SECONDS)


def _check_images(listing: Listing) -> None:
    if not listing.images and listing.type != ListingType.SERVICE:
        raise ValueError("images: goods need at least one picture")
    if any(image.width * image.height > MAX_PIXELS for image in listing.images):
        raise ValueError(f"images: at most {MAX_PIXELS} pixels each")
    named = chain(
        (sku.image for sku in listing.skus),
        (variant.image for option in listing.options for variant in option.variants),
    )
    if any(image is not None and image >= len(listing.images) for image in named):
        raise ValueError("images: an option or SKU names a picture that is not there")


def _check_options(listing: Listing) -> None:
    _check_once("options", (option.name for option in listing.options))
    for option in listing.options:
        _check_once("options: variants", (variant.name for variant in option.variants))


def _check_skus(listing: Listing) -> None:
    if listing.options and not listing.skus:
        raise ValueError("skus: with options at least one combination must be sold")
    if not listing.options and len(listing.skus) > 1:
        raise ValueError("skus: without options at most one")
    for sku in listing.skus:
        _check_combination(sku, listing.options)
    _check_once("skus: combination", (sku.combination for sku in listing.skus))


def _check_combination(sku: Sku, options: Sequence[Option]) -> None:
    if len(sku.combination) != len(options):
        raise ValueError("skus: a combination has one variant of each option")
    if any(i >= len(o.variants) for i, o in zip(sku.combination, options, strict=True)):
        raise ValueError("skus: a combination names a variant that is not there")


def _check_prices(listing: Listing) -> None:
    surcharges = [sku.surcharge for sku in listing.skus] or [0]
    if any(
        not 1 <= listing.price + surcharge <= MAX_AMOUNT for surcharge in surcharges
    ):
        raise ValueError("price: with each surcharge it must be 1 to 2^53 - 1")


def _check_shipping(listing: Listing) -> None:
    if listing.type != ListingType.PHYSICAL and listing.shipping:
        raise ValueError("shipping: only physical goods are shipped")
    if listing.type == ListingType.PHYSICAL and not listing.shipping:
        raise ValueError("shipping: physical goods need at least one option")
    for option in listing.shipping:
        _check_option(option)


def _check_option(option: ShippingOption) -> None:
    check_countries("shipping", option.countries)
    if option.kind == ShippingKind.POST and not option.services:
        raise ValueError("shipping: post needs at least one service")
    if option.kind == ShippingKind.PICKUP and option.services:
        raise ValueError("shipping: pickup has no services")


def _check_taxes(listing: Listing) -> None:
    for tax in listing.taxes:
        check_countries("taxes", tax.countries)


def _check_coupons(listing: Listing) -> None:
    for coupon in listing.coupons:
        _check_coupon(coupon, listing.price)


def _check_coupon(coupon: Coupon, price: int) -> None:
    if (coupon.bp is None) == (coupon.fixed is None):
        raise ValueError("coupons: each takes off a percentage or a fixed amount")
    if coupon.fixed is not None and coupon.fixed > price:
        raise ValueError("coupons: a fixed amount is at most the price")


def _check_once(field: str, names: Iterable[object]) -> None:
    listed = list(names)
    if len(set(listed)) != len(listed):
        raise ValueError(f"{field}: the same one twice")


_CHECKS: Final[tuple[Callable[[Listing], None], ...]] = (
    _check_life,
    _check_images,
    _check_options,
    _check_skus,
    _check_prices,
    _check_shipping,
    _check_taxes,
    _check_coupons,
)
