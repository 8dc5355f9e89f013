"""Cards: what a result row shows of a listing, and the pages they travel in (PROTOCOL.md 6.5).

A card is not signed; the store head covers the pages, so one signature covers a store.
"""

import hashlib
from collections.abc import Iterable, Sequence
from enum import IntFlag
from itertools import pairwise
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.amounts.countries import BITMAP_BYTES, EVERYWHERE, country_bits
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.listings.listing import (
    Listing,
    ListingState,
    ShippingKind,
    StockHint,
)
from bazaar.domain.wire.bounds import (
    U32,
    Amount,
    Body,
    Id,
    Slug,
    Time,
    Title,
    UnitId,
    Word,
)
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.kinds import KIB
from bazaar.domain.wire.marks import check_marks

MAX_CARD_BYTES: Final = KIB
MAX_PAGE_BYTES: Final = 32 * KIB
MAX_PAGE_BITS: Final = 10
MAX_CARD_CATEGORIES: Final = 3


class CardFlag(IntFlag):
    """Facts of a card that a filter asks for."""

    NSFW = 1
    FREE_SHIPPING = 2
    PICKUP = 4
    HAS_SEATS = 8


class Card(Body, frozen=True):
    """One listing in a result row.

    Attributes:
        price_from: Least price in ``unit``, minor units, of what is in stock.
        countries: Bits of ``bazaar.domain.amounts.countries``: where the goods can go.
        flags: Sum of ``CardFlag``.
        changed: When the listing was issued, seconds.
    """

    slug: Slug
    listing: Id
    seq: U32
    title: Title
    unit: UnitId
    price_from: Amount
    type: Annotated[int, Meta(ge=1, le=3)]
    state: Annotated[int, Meta(ge=1, le=4)]
    categories: Annotated[
        tuple[Word, ...], Meta(max_length=MAX_CARD_CATEGORIES, extra={"unique": True})
    ]
    countries: Annotated[bytes, Meta(min_length=BITMAP_BYTES, max_length=BITMAP_BYTES)]
    flags: Annotated[int, Meta(ge=0, le=15)]
    thumbnail: Id | None
    tags: Annotated[tuple[Word, ...], Meta(max_length=10, extra={"unique": True})]
    changed: Time


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[Card, ...])


def card_of(listing: Signed[Listing], profile_seats: Sequence[bytes] = ()) -> Card:
    """The card of ``listing``; ``profile_seats`` count where the listing names none itself.

    A card that would exceed 1 KiB loses its last tags, then its last categories.
    Raises ValueError for a hidden listing: it has no card.
    """
    body = listing.body
    if body.state == ListingState.HIDDEN:
        raise ValueError("a hidden listing has no card")
    card = Card(
        slug=body.slug,
        listing=listing.id,
        seq=body.seq,
        title=body.title,
        unit=body.unit,
        price_from=price_from(body),
        type=body.type,
        state=body.state,
        categories=body.categories[:MAX_CARD_CATEGORIES],
        countries=_country_bits(body),
        flags=_flags(body, body.seats if body.seats is not None else profile_seats),
        thumbnail=body.images[0].id if body.images else None,
        tags=body.tags,
        changed=body.issued,
    )
    return _shortened(card)


def price_from(listing: Listing) -> int:
    """Least price plus surcharge of the SKUs in stock, of all if none is; minor units."""
    skus = [sku for sku in listing.skus if sku.stock != StockHint.NONE] or listing.skus
    return listing.price + min((sku.surcharge for sku in skus), default=0)


def cut(cards: Iterable[Card]) -> tuple[bytes, ...]:
    """The 2^k pages of ``cards``, k the least for which each is at most 32 KiB.

    Raises ValueError if no k up to 10 will do.
    """
    ordered = sorted(cards, key=lambda card: card.listing)
    for bits in range(MAX_PAGE_BITS + 1):
        pages = _pages(ordered, bits)
        if max(map(len, pages)) <= MAX_PAGE_BYTES:
            return pages
    raise ValueError("too many cards with one beginning of their ids")


def page_cards(page: bytes) -> tuple[Card, ...]:
    """Decode and check one page. Raises MalformedMessageError."""
    if len(page) > MAX_PAGE_BYTES:
        raise MalformedMessageError(
            f"{len(page)} bytes; a page has at most {MAX_PAGE_BYTES}"
        )
    try:
        cards = _decoder.decode(page)
        for card in cards:
            check_card(card)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    if _encoder.encode(cards) != page:
        raise MalformedMessageError("not the canonical encoding")
    ids = [card.listing for card in cards]
    if any(one >= other for one, other in pairwise(ids)):
        raise MalformedMessageError("the cards are not in the order of their ids")
    return cards


def check_card(card: Card) -> None:
    """Check what the types do not say. Raises ValueError naming the rule broken."""
    check_marks(card)
    if card.state == ListingState.HIDDEN:
        raise ValueError("a hidden listing has no card")
    if len(_encoder.encode(card)) > MAX_CARD_BYTES:
        raise ValueError(f"a card has at most {MAX_CARD_BYTES} bytes")


def encode_card(card: Card) -> bytes:
    """The one canonical encoding of ``card``."""
    return _encoder.encode(card)


def page_id(page: bytes) -> bytes:
    """SHA-256 of a page; 32 bytes."""
    return hashlib.sha256(page).digest()


def root(page_ids: Iterable[bytes]) -> bytes:
    """SHA-256 of the page list; 32 bytes."""
    return hashlib.sha256(b"".join(page_ids)).digest()


def page_index(listing: bytes, pages: int) -> int:
    """Index among ``pages`` (a power of two) of the page that holds ``listing``."""
    return int.from_bytes(listing[:2], "big") * pages >> 16


def _pages(ordered: Sequence[Card], bits: int) -> tuple[bytes, ...]:
    pages: list[list[Card]] = [[] for _ in range(1 << bits)]
    for card in ordered:
        pages[page_index(card.listing, 1 << bits)].append(card)
    return tuple(_encoder.encode(page) for page in pages)


def _shortened(card: Card) -> Card:
    while len(_encoder.encode(card)) > MAX_CARD_BYTES:
        if card.tags:
            card = msgspec.structs.replace(card, tags=card.tags[:-1])
        else:
            card = msgspec.structs.replace(card, categories=card.categories[:-1])
    return card


def _country_bits(listing: Listing) -> bytes:
    if not listing.shipping:
        return country_bits([EVERYWHERE])
    return country_bits(
        code for option in listing.shipping for code in option.countries
    )


def _flags(listing: Listing, seats: Sequence[bytes]) -> int:
    services = [service for option in listing.shipping for service in option.services]
    flags = CardFlag(0)
    if listing.nsfw:
        flags |= CardFlag.NSFW
    if any(service.first == 0 and service.additional == 0 for service in services):
        flags |= CardFlag.FREE_SHIPPING
    if any(option.kind == ShippingKind.PICKUP for option in listing.shipping):
        flags |= CardFlag.PICKUP
    if seats:
        flags |= CardFlag.HAS_SEATS
    return int(flags)
