"""Listing files: from what a person wrote to a listing, its stock and its codes (cli.md)."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from bazaar.domain.amounts.money import NO_SCALES, parse_amount
from bazaar.domain.errors import InputError, MalformedMessageError
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.listings.listing import (
    Condition,
    DefaultDeadlines,
    Image,
    Listing,
    ListingState,
    ListingType,
    ShipsFrom,
)
from bazaar.domain.listings.listing_form import ListingForm, Picture, form_of
from bazaar.domain.listings.listing_parts import (
    Amounts,
    coupon_of,
    option_of,
    shipping_of,
    sku_of,
    tax_of,
)
from bazaar.domain.text.slug import slug_of
from bazaar.domain.wire.bodies import decode_body, encode_body
from bazaar.domain.wire.kinds import ENVELOPE_BYTES, Kind

NO_SKU: Final = -1
ENVELOPE_OVERHEAD_BYTES: Final = 112
MAX_BODY_BYTES: Final = ENVELOPE_BYTES[Kind.LISTING] - ENVELOPE_OVERHEAD_BYTES


class Setting(NamedTuple):
    """What the file does not say.

    Attributes:
        images: Metadata of the pictures, in the order of ``picture_paths``.
        salts: A fresh salt of 16 bytes for each coupon.
        scales: Decimals of Unit records, by unit id.
    """

    by: bytes
    seq: int
    issued: int
    expires: int
    images: Sequence[Image] = ()
    salts: Sequence[bytes] = ()
    scales: Mapping[str, int] = NO_SCALES


class Count(NamedTuple):
    """Stock of one SKU (-1: the listing has none); ``left`` None is unlimited."""

    sku: int
    left: int | None


class KeptCode(NamedTuple):
    """What a seller keeps of a coupon; ``uses`` 0 is no limit."""

    code: str
    uses: int = 0


class Draft(NamedTuple):
    """A listing ready to be signed, and what stays with the seller.

    Attributes:
        codes: Coupon codes in the order of the listing's coupons.
    """

    listing: Listing
    stock: tuple[Count, ...]
    codes: tuple[KeptCode, ...]


def read_form(data: object) -> ListingForm:
    """The file's decoded JSON, checked field by field; with skus their own stock counts.

    Raises InputError that names the field and its limit, or the unknown field.
    """
    form = form_of(data, ListingForm)
    for index, image in enumerate(form.images):
        if isinstance(image, Picture):
            _check_crop(image, f"images[{index}].crop")
    return form


def _check_crop(image: Picture, field: str) -> None:
    if image.crop is None:
        return
    left, top, right, bottom = image.crop
    if left >= right or top >= bottom:
        raise InputError(field, "its right and lower edges must lie beyond the others")


def picture_paths(form: ListingForm) -> tuple[str, ...]:
    """Paths of the pictures as written, in order; the caller reads and cleans them."""
    return tuple(
        image if isinstance(image, str) else image.path for image in form.images
    )


def form_slug(form: ListingForm) -> str:
    """The slug that the file names or that its title gives."""
    return form.slug or slug_of(form.title)


def draft_of(form: ListingForm, setting: Setting) -> Draft:
    """The listing that ``form`` describes. Raises InputError naming field and limit."""
    if form.expires is not None and form.expires <= setting.issued:
        raise InputError("expires", "it must lie in the future")
    listing = _listing(form, setting)
    _check(listing)
    stock = [sku.stock for sku in form.skus]
    counts = [Count(index, left) for index, left in enumerate(stock)]
    return Draft(
        listing,
        tuple(counts or [Count(NO_SKU, form.stock)]),
        tuple(KeptCode(coupon.code, coupon.uses) for coupon in form.coupons),
    )


def _check(listing: Listing) -> None:
    body = encode_body(listing)
    try:
        decode_body(Kind.LISTING, body)
    except MalformedMessageError as error:
        field, colon, words = str(error).partition(": ")
        raise InputError(field if colon else "listing", words or field) from error
    if len(body) > MAX_BODY_BYTES:
        raise InputError(
            "listing", f"it has {len(body)} bytes; at most {MAX_BODY_BYTES}"
        )


def _listing(form: ListingForm, setting: Setting) -> Listing:
    price = parse_amount(form.price, "price", setting.scales)
    amounts = Amounts(price.unit, setting.scales)
    options = tuple(map(option_of, form.options))
    skus = (
        sku_of(sku, f"skus[{i}]", options, amounts) for i, sku in enumerate(form.skus)
    )
    shipping = (
        shipping_of(option, f"shipping[{i}]", amounts)
        for i, option in enumerate(form.shipping)
    )
    coupons = (
        coupon_of(coupon, f"coupons[{i}]", salt, amounts, setting.expires)
        for i, (coupon, salt) in enumerate(
            zip(form.coupons, setting.salts, strict=True)
        )
    )
    return Listing(
        by=setting.by,
        seq=setting.seq,
        slug=form_slug(form),
        issued=setting.issued,
        expires=setting.expires if form.expires is None else form.expires,
        language=form.language,
        type=ListingType[form.type.upper()],
        state=ListingState[form.state.upper()],
        title=form.title,
        short=form.short,
        description=form.description,
        condition=Condition[form.condition.upper()],
        nsfw=form.mature,
        unit=price.unit,
        price=price.minor,
        grams=form.grams,
        processing_time=form.processing_time,
        tags=form.tags,
        categories=form.categories,
        images=_images(form, setting),
        options=options,
        skus=tuple(skus),
        shipping=tuple(shipping),
        taxes=tuple(tax_of(tax, f"taxes[{i}]") for i, tax in enumerate(form.taxes)),
        coupons=tuple(coupons),
        ships_from=_ships_from(form),
        seats=_seats(form),
        rails=form.rails,
        terms=form.terms,
        refund_policy=form.refund_policy,
        deadlines=DefaultDeadlines(
            form.deadlines.ship_days, form.deadlines.inspect_days
        ),
    )


def _images(form: ListingForm, setting: Setting) -> tuple[Image, ...]:
    captions = [
        image.caption if isinstance(image, Picture) else "" for image in form.images
    ]
    return tuple(
        msgspec.structs.replace(image, caption=caption)
        for image, caption in zip(setting.images, captions, strict=True)
    )


def _ships_from(form: ListingForm) -> ShipsFrom | None:
    if form.ships_from is None:
        return None
    return ShipsFrom(form.ships_from.country, form.ships_from.postal_code)


def _seats(form: ListingForm) -> tuple[bytes, ...] | None:
    if form.arbiters is None:
        return None
    try:
        return tuple(map(key_of, form.arbiters))
    except InputError as error:
        raise InputError("arbiters", str(error)) from error
