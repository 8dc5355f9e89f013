"""A listing as a listing file, so that reading it back gives the same listing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bazaar.domain.amounts.money import NO_SCALES, Money, format_money
from bazaar.domain.amounts.percent import format_percent
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.listings.listing import (
    LISTING_SECONDS,
    Condition,
    Coupon,
    Image,
    Listing,
    ListingState,
    ListingType,
    Option,
    ShippingKind,
    ShippingOption,
    Sku,
)
from bazaar.domain.listings.listing_file import NO_SKU, Count, KeptCode
from bazaar.domain.listings.listing_form import (
    CouponForm,
    DeadlinesForm,
    ListingForm,
    OptionForm,
    Picture,
    ServiceForm,
    ShippingForm,
    ShipsFromForm,
    SkuForm,
    TaxForm,
    VariantForm,
    json_of,
)

Words = Callable[[int], str]
"""Writes minor units of the listing's unit as a person reads them."""


def listing_json(
    listing: Listing,
    stock: Sequence[Count] = (),
    codes: Sequence[KeptCode] = (),
    scales: Mapping[str, int] = NO_SCALES,
) -> dict[str, Any]:
    """``listing`` as the JSON of a listing file; what has its default is left out.

    Pictures are named by their SHA-256 in hex. ``codes`` are those of the coupons, in
    order; without them the coupons are left out, since only their hashes are known.
    """

    def words(minor: int) -> str:
        return format_money(Money(minor, listing.unit), scales)

    counts = {count.sku: count.left for count in stock}
    skus = [
        _sku(sku, listing.options, counts.get(i), words)
        for i, sku in enumerate(listing.skus)
    ]
    form = ListingForm(
        title=listing.title,
        type=_name(ListingType(listing.type)),
        price=words(listing.price),
        slug=listing.slug,
        stock=counts.get(NO_SKU),
        short=listing.short,
        description=listing.description,
        condition=_name(Condition(listing.condition)),
        categories=listing.categories,
        tags=listing.tags,
        language=listing.language,
        mature=listing.nsfw,
        state=_name(ListingState(listing.state)),
        processing_time=listing.processing_time,
        grams=listing.grams,
        images=tuple(map(_picture, listing.images)),
        ships_from=_ships_from(listing),
        shipping=tuple(_shipping(option, words) for option in listing.shipping),
        options=tuple(map(_option, listing.options)),
        skus=tuple(skus),
        taxes=tuple(
            TaxForm(tax.type, tax.countries, format_percent(tax.bp), tax.on_shipping)
            for tax in listing.taxes
        ),
        coupons=tuple(
            _coupon(coupon, code, listing.expires, words)
            for coupon, code in zip(listing.coupons, codes, strict=False)
        ),
        arbiters=None if listing.seats is None else tuple(map(peer_id, listing.seats)),
        rails=listing.rails,
        terms=listing.terms,
        refund_policy=listing.refund_policy,
        deadlines=DeadlinesForm(
            listing.deadlines.ship_days, listing.deadlines.inspect_days
        ),
        expires=_expires(listing),
    )
    return json_of(form)


def _name(member: ListingType | ListingState | Condition) -> Any:
    return member.name.lower()


def _expires(listing: Listing) -> int | None:
    """The end that its seller chose; None for the longest life, which each version renews."""
    longest = listing.expires - listing.issued == LISTING_SECONDS
    return None if longest else listing.expires


def _picture(image: Image) -> Picture | str:
    return Picture(image.id.hex(), image.caption) if image.caption else image.id.hex()


def _ships_from(listing: Listing) -> ShipsFromForm | None:
    start = listing.ships_from
    return None if start is None else ShipsFromForm(start.country, start.postal_code)


def _option(option: Option) -> OptionForm:
    variants = tuple(
        variant.name
        if variant.image is None
        else VariantForm(variant.name, variant.image)
        for variant in option.variants
    )
    return OptionForm(option.name, variants, option.description)


def _sku(
    sku: Sku, options: Sequence[Option], left: int | None, words: Words
) -> SkuForm:
    pairs = zip(options, sku.combination, strict=True)
    return SkuForm(
        options={option.name: option.variants[index].name for option, index in pairs},
        sku=sku.word,
        surcharge=words(sku.surcharge) if sku.surcharge else None,
        stock=left,
        image=sku.image,
    )


def _shipping(option: ShippingOption, words: Words) -> ShippingForm:
    services = tuple(
        ServiceForm(
            service.name,
            words(service.first),
            words(service.additional),
            service.estimate,
        )
        for service in option.services
    )
    kind = "post" if option.kind == ShippingKind.POST else "pickup"
    return ShippingForm(option.title, kind, option.countries, services)


def _coupon(coupon: Coupon, kept: KeptCode, expires: int, words: Words) -> CouponForm:
    return CouponForm(
        title=coupon.title,
        code=kept.code,
        percent=None if coupon.bp is None else format_percent(coupon.bp),
        amount=None if coupon.fixed is None else words(coupon.fixed),
        expires=None if coupon.expires == expires else coupon.expires,
        per_buyer=coupon.per_buyer,
        uses=kept.uses,
    )
