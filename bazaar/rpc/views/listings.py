"""Cards and listings as the doors show them."""

from collections.abc import Sequence
from typing import Final

from bazaar.app.context import CREDIT_NOTE
from bazaar.app.ports import StockRow
from bazaar.domain.amounts.countries import countries_of
from bazaar.domain.amounts.percent import format_percent
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.listings.card import Card, CardFlag
from bazaar.domain.listings.listing import (
    Condition,
    Listing,
    ListingState,
    ListingType,
    ShippingKind,
    StockHint,
)
from bazaar.domain.listings.listing_export import listing_json
from bazaar.domain.listings.listing_file import Count, KeptCode
from bazaar.domain.text.inline import Style
from bazaar.domain.text.markdown import Code, Heading, Item, Paragraph, parse
from bazaar.domain.wire.envelope import Signed
from bazaar.rpc.schema.listings import (
    Block,
    CardView,
    ImageView,
    ListingView,
    OptionView,
    ServiceView,
    ShippingView,
    SkuView,
    VariantView,
)
from bazaar.rpc.views.people import Person, money

_HINTS: Final = {
    StockHint.YES: "in stock",
    StockHint.FEW: "few left",
    StockHint.NONE: "sold out",
}
_STATES: Final = {
    ListingState.FOR_SALE: "for sale",
    ListingState.HIDDEN: "hidden",
    ListingState.OUT_OF_STOCK: "sold out",
    ListingState.VACATION: "on vacation",
}


def card_view(card: Card, seller: Person, stock: str = "") -> CardView:
    """A card with its seller; ``stock`` is the own count in words."""
    flags = CardFlag(card.flags)
    state = _STATES[ListingState(card.state)]
    return CardView(
        listing_id=card.listing.hex(),
        slug=card.slug,
        version=card.seq,
        title=card.title,
        price=money(card.price_from, card.unit),
        type=ListingType(card.type).name.lower(),
        state=state,
        categories=card.categories,
        tags=card.tags,
        thumbnail=card.thumbnail.hex() if card.thumbnail else None,
        free_shipping=CardFlag.FREE_SHIPPING in flags,
        nsfw=CardFlag.NSFW in flags,
        changed=card.changed,
        seller=seller.peer_id,
        seller_name=seller.name,
        seller_fingerprint=seller.words,
        seller_colour=seller.colour,
        seller_online=seller.online,
        stock=stock or state,
        has_arbiters=CardFlag.HAS_SEATS in flags,
        ships_to=countries_of(card.countries),
    )


def stock_words(stock: Sequence[StockRow]) -> str:
    """The own count over all SKUs."""
    counts = [row.count for row in stock]
    if not counts or any(count is None for count in counts):
        return "unlimited"
    return str(sum(count for count in counts if count is not None))


def listing_view(
    listing: Signed[Listing],
    card: CardView,
    stock: Sequence[StockRow],
    codes: Sequence[KeptCode],
    *,
    own: bool,
) -> ListingView:
    """A listing whole; ``source`` is its listing file again, stock only for the owner."""
    body = listing.body
    counts = [Count(row.sku, row.count) for row in stock]
    return ListingView(
        card=card,
        short=body.short,
        description=blocks(body.description),
        condition=Condition(body.condition).name.lower().replace("_", " "),
        processing_time=body.processing_time,
        grams=body.grams,
        images=tuple(
            ImageView(
                id=one.id.hex(), width=one.width, height=one.height, caption=one.caption
            )
            for one in body.images
        ),
        options=tuple(
            OptionView(
                name=option.name,
                description=option.description,
                variants=tuple(
                    VariantView(name=v.name, image=v.image) for v in option.variants
                ),
            )
            for option in body.options
        ),
        skus=tuple(_sku(body, index) for index in range(len(body.skus))),
        shipping=tuple(_shipping(body, index) for index in range(len(body.shipping))),
        taxes=tuple(f"{tax.type} {format_percent(tax.bp)} %" for tax in body.taxes),
        ships_from=body.ships_from.country if body.ships_from else "",
        arbiters=tuple(map(peer_id, body.seats or ())),
        rails=body.rails,
        terms=body.terms,
        refund_policy=body.refund_policy,
        ship_days=body.deadlines.ship_days,
        inspect_days=body.deadlines.inspect_days,
        source=listing_json(body, counts, codes),
        own=own,
        unit_note=CREDIT_NOTE if "credit" in body.rails else "",
        coupons=len(body.coupons),
        expires=body.expires,
    )


def state_words(body: Listing) -> str:
    """The state of a listing, as a card says it."""
    return _STATES[ListingState(body.state)]


def blocks(text: str) -> tuple[Block, ...]:
    """A description as typed blocks; no markup of its author is left in it."""
    found: list[Block] = []
    for block in parse(text).blocks:
        match block:
            case Code(text=code):
                found.append(Block(kind="code", runs=(("code", code),)))
            case Paragraph() | Heading() | Item():
                runs = tuple((_style(span.style), span.text) for span in block.spans)
                found.append(Block(kind=type(block).__name__.lower(), runs=runs))
    return tuple(found)


def _style(style: int) -> str:
    for flag in (Style.CODE, Style.BOLD, Style.ITALIC):
        if flag in Style(style):
            return str(flag.name).lower()
    return "plain"


def _sku(body: Listing, index: int) -> SkuView:
    sku = body.skus[index]
    names = {
        option.name: option.variants[choice].name
        for option, choice in zip(body.options, sku.combination, strict=True)
    }
    return SkuView(
        options=names,
        sku=sku.word,
        surcharge=money(sku.surcharge, body.unit),
        stock=_HINTS[StockHint(sku.stock)],
    )


def _shipping(body: Listing, index: int) -> ShippingView:
    option = body.shipping[index]
    return ShippingView(
        title=option.title,
        kind=ShippingKind(option.kind).name.lower(),
        countries=option.countries,
        services=tuple(
            ServiceView(
                name=one.name,
                first=money(one.first, body.unit),
                additional=money(one.additional, body.unit),
                estimate=one.estimate,
            )
            for one in option.services
        ),
    )
