"""A listing as its seller signs it (PROTOCOL.md 6.3)."""

from enum import IntEnum
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import (
    U32,
    Amount,
    Body,
    Country,
    Description,
    Id,
    Key,
    Language,
    Salt,
    Sentence,
    Short,
    SignedAmount,
    Slug,
    Terms,
    Time,
    Title,
    UnitId,
    Word,
)
from bazaar.domain.wire.kinds import Kind

MAX_IMAGES: Final = 30
MAX_SKUS: Final = 500
LISTING_SECONDS: Final = 400 * 86_400


class ListingType(IntEnum):
    """What is sold."""

    PHYSICAL = 1
    DIGITAL = 2
    SERVICE = 3


class ListingState(IntEnum):
    """Whether it can be bought now."""

    FOR_SALE = 1
    HIDDEN = 2
    OUT_OF_STOCK = 3
    VACATION = 4


class Condition(IntEnum):
    """State of the goods."""

    NONE = 0
    NEW = 1
    AS_NEW = 2
    GOOD = 3
    WORN = 4
    REFURBISHED = 5


class StockHint(IntEnum):
    """Published stock of a variant; the count stays with the seller."""

    YES = 1
    FEW = 2
    NONE = 3


class ShippingKind(IntEnum):
    """How goods leave the seller."""

    POST = 1
    PICKUP = 2


CountryList = Annotated[
    tuple[Country, ...], Meta(min_length=1, max_length=250, extra={"unique": True})
]
ImageIndex = Annotated[int, Meta(ge=0, le=MAX_IMAGES - 1)]


class Image(Body, frozen=True):
    """One picture by the SHA-256 of its bytes."""

    id: Id
    size: Annotated[int, Meta(ge=1, le=2 * 1024 * 1024)]
    width: Annotated[int, Meta(ge=1, le=4096)]
    height: Annotated[int, Meta(ge=1, le=4096)]
    caption: Short


class Variant(Body, frozen=True):
    """One choice of an option."""

    name: Word
    image: ImageIndex | None


class Option(Body, frozen=True):
    """Something the buyer chooses, such as a colour."""

    name: Word
    description: Sentence
    variants: Annotated[tuple[Variant, ...], Meta(min_length=2, max_length=30)]


class Sku(Body, frozen=True):
    """One sellable combination of variants."""

    combination: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=29)], ...], Meta(max_length=30)
    ]
    word: Word | None
    surcharge: SignedAmount
    stock: Annotated[int, Meta(ge=1, le=3)]
    image: ImageIndex | None


class ShippingService(Body, frozen=True):
    """A speed and its price: the dearest unit pays first, all others additional."""

    name: Word
    first: Amount
    additional: Amount
    estimate: Sentence


class ShippingOption(Body, frozen=True):
    """Where goods can go and how."""

    title: Word
    kind: Annotated[int, Meta(ge=1, le=2)]
    countries: CountryList
    services: Annotated[tuple[ShippingService, ...], Meta(max_length=10)]


class Tax(Body, frozen=True):
    """A tax for buyers in some countries."""

    type: Word
    countries: CountryList
    bp: Annotated[int, Meta(ge=1, le=10_000)]
    on_shipping: bool


class Coupon(Body, frozen=True):
    """A discount for who knows the code."""

    title: Sentence
    salt: Salt
    code_hash: Id
    bp: Annotated[int, Meta(ge=1, le=10_000)] | None
    fixed: Annotated[int, Meta(ge=1, le=2**53 - 1)] | None
    expires: Time
    per_buyer: U32


class ShipsFrom(Body, frozen=True):
    """Where goods start."""

    country: Country
    postal_code: Annotated[str, Meta(max_length=20, extra={"text": "line"})]


class DefaultDeadlines(Body, frozen=True):
    """Days that the seller suggests for T1 and T2."""

    ship_days: Annotated[int, Meta(ge=2, le=60)]
    inspect_days: Annotated[int, Meta(ge=3, le=60)]


Words = Annotated[tuple[Word, ...], Meta(max_length=10, extra={"unique": True})]


class Listing(Body, frozen=True, tag=int(Kind.LISTING), tag_field="kind"):
    """One thing for sale; a higher ``seq`` of one author and slug replaces a lower."""

    by: Key
    seq: U32
    slug: Slug
    issued: Time
    expires: Time
    language: Language
    type: Annotated[int, Meta(ge=1, le=3)]
    state: Annotated[int, Meta(ge=1, le=4)]
    title: Title
    short: Short
    description: Description
    condition: Annotated[int, Meta(ge=0, le=5)]
    nsfw: bool
    unit: UnitId
    price: Amount
    grams: U32
    processing_time: Sentence
    tags: Words
    categories: Words
    images: Annotated[tuple[Image, ...], Meta(max_length=MAX_IMAGES)]
    options: Annotated[tuple[Option, ...], Meta(max_length=30)]
    skus: Annotated[tuple[Sku, ...], Meta(max_length=MAX_SKUS)]
    shipping: Annotated[tuple[ShippingOption, ...], Meta(max_length=30)]
    taxes: Annotated[tuple[Tax, ...], Meta(max_length=30)]
    coupons: Annotated[tuple[Coupon, ...], Meta(max_length=30)]
    ships_from: ShipsFrom | None
    seats: (
        Annotated[tuple[Key, ...], Meta(max_length=30, extra={"unique": True})] | None
    )
    rails: Annotated[
        tuple[Word, ...], Meta(min_length=1, max_length=4, extra={"unique": True})
    ]
    terms: Terms
    refund_policy: Terms
    deadlines: DefaultDeadlines
