"""Cards and listings of a believable market, from the demonstration's shops."""

import time
from functools import cache
from typing import Any, Final

from bazaar.demo.shops import Shop, load_shops
from bazaar.rpc.schema.call import MoneyView
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

DAY: Final = 86_400
HOUR: Final = 3_600
ME: Final = "12D3KooWMarenQ7fYcLk1vB2sUxJ4tWe9RzNpHdGoA6mTiCbEy5"
ILSE: Final = "12D3KooWIlseV8dKmNw3Rt5YqPzXc7LbHfGaJ2sUe4TiCoM9pW1x"
TOMAS: Final = "12D3KooWTomasB4nZk6Ht8VwQeRy2UiPoAsDfGhJkLzXcVbNm3Q"
PROMISE: Final = "EUR here is a promise between two people, not money in a bank."
WORDS: Final = [
    "amber",
    "fox",
    "river",
    "stone",
    "violin",
    "maple",
    "harbor",
    "lantern",
    "copper",
    "willow",
    "meadow",
    "falcon",
    "cedar",
    "orchid",
    "pepper",
    "anchor",
    "velvet",
    "thunder",
    "basil",
    "comet",
]
NOTHING: Final = MoneyView(minor=0, unit="EUR", scale=2)


def now() -> int:
    return int(time.time())


def euro(text: str) -> MoneyView:
    whole, _, rest = text.partition(" ")[0].partition(".")
    return MoneyView(minor=int(whole + (rest + "00")[:2]), unit="EUR", scale=2)


def words(seed: str) -> tuple[str, ...]:
    start = sum(seed.encode())
    return tuple(WORDS[(start + 7 * place) % len(WORDS)] for place in range(6))


def colour(seed: str) -> str:
    return f"#{sum(seed.encode()) * 7919 % 0xFFFFFF:06x}"


def peer(shop: Shop) -> str:
    return f"12D3KooW{shop.name.title().replace('-', '')}Xq7TfYcLk1vB2sUxJ4tWe9RzNpHd"[
        :52
    ]


def card(shop: Shop, raw: dict[str, Any], place: int) -> CardView:
    seller = peer(shop)
    return CardView(
        listing_id=raw["slug"],
        slug=raw["slug"],
        version=1 + place % 3,
        title=raw["title"],
        price=euro(raw["price"]),
        type=raw["type"],
        state="for_sale",
        categories=tuple(raw["categories"]),
        tags=tuple(raw.get("tags", ())),
        thumbnail=raw["images"][0] if raw["images"] else None,
        free_shipping=False,
        nsfw=False,
        changed=now() - (place + 1) * HOUR,
        seller=seller,
        seller_name=shop.profile["name"],
        seller_fingerprint=words(seller),
        seller_colour=colour(seller),
        seller_online=shop.name != "kade-12",
        stock="few" if raw.get("stock") == 1 else "yes",
        has_arbiters=True,
        ships_to=("ZZ",),
        rating=480 if shop.name == "kade-12" else 0,
        votes=31 if shop.name == "kade-12" else 0,
    )


@cache
def cards() -> tuple[CardView, ...]:
    shops = load_shops()
    longest = max(len(shop.listings) for shop in shops)
    return tuple(
        card(shop, shop.listings[place], place)
        for place in range(longest)
        for shop in shops
        if place < len(shop.listings)
    )


@cache
def raw(listing: str) -> tuple[Shop, dict[str, Any]]:
    for shop in load_shops():
        for one in shop.listings:
            if one["slug"] == listing:
                return shop, one
    raise KeyError(listing)


def blocks(text: str) -> tuple[Block, ...]:
    made: list[Block] = []
    for paragraph in text.split("\n\n"):
        for row in paragraph.split("\n"):
            kind = (
                "item"
                if row.startswith("- ")
                else "heading"
                if row.startswith("### ")
                else "paragraph"
            )
            pieces = row.removeprefix("- ").removeprefix("### ").split("**")
            runs = tuple(
                ("bold" if place % 2 else "plain", piece)
                for place, piece in enumerate(pieces)
            )
            made.append(Block(kind=kind, runs=runs))
    return tuple(made)


def shipping(one: dict[str, Any]) -> ShippingView:
    services = tuple(
        ServiceView(
            name=service["name"],
            first=euro(service["first"]),
            additional=euro(service["additional"]),
            estimate=service.get("estimate", ""),
        )
        for service in one["services"]
    )
    return ShippingView(
        title=one["title"],
        kind=one["kind"],
        countries=tuple(one["countries"]),
        services=services,
    )


def listing(slug: str) -> ListingView:
    shop, one = raw(slug)
    found = next(card for card in cards() if card.slug == slug)
    return ListingView(
        card=found,
        short=one.get("short", ""),
        description=blocks(one["description"]),
        condition=one.get("condition", ""),
        processing_time=one.get("processing_time", ""),
        grams=one.get("grams", 0),
        images=tuple(
            ImageView(id=name, width=800, height=600, caption="")
            for name in one["images"]
        ),
        options=tuple(
            OptionView(
                name=option["name"],
                description="",
                variants=tuple(
                    VariantView(name=name, image=None) for name in option["variants"]
                ),
            )
            for option in one.get("options", ())
        ),
        skus=tuple(
            SkuView(
                options=sku["options"],
                sku=None,
                surcharge=euro(sku.get("surcharge", "0 EUR")),
                stock="yes",
            )
            for sku in one.get("skus", ())
        ),
        shipping=tuple(shipping(option) for option in one.get("shipping", ())),
        taxes=(),
        ships_from=shop.country,
        arbiters=(ILSE, TOMAS),
        rails=("credit",),
        terms=one.get("terms", ""),
        refund_policy=one.get("refund_policy", ""),
        ship_days=7,
        inspect_days=14,
        source=one,
        own=False,
        unit_note=PROMISE,
    )
