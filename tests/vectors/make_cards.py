"""Vectors of cards, pages, roots and heads (PROTOCOL.md 18, item 6)."""

import hashlib
from typing import Any

from bazaar.domain.listings.card import card_of, cut, encode_card, page_id, root
from bazaar.domain.stores.head import head_of
from tests.domain.samples import (
    ARBITER,
    GREEN,
    NET,
    NOW,
    PICKUP,
    SELLER,
    SHADES,
    WHITE,
    lamp,
    signed,
)


def cards() -> dict[str, Any]:
    """Listings with their cards, and stores of several sizes with their pages and heads."""
    listings = [
        lamp(),
        lamp(options=(SHADES,), skus=(GREEN, WHITE), nsfw=True),
        lamp(shipping=(PICKUP,), seats=(ARBITER.key,)),
        lamp(
            type=2, shipping=(), categories=("books", "music", "film", "games"), tags=()
        ),
        lamp(state=4, price=1),
    ]
    made = [signed(listing) for listing in listings]
    return {
        "network": NET.name,
        "cards": [
            {
                "listing": listing.envelope.hex(),
                "card": encode_card(card_of(listing)).hex(),
            }
            for listing in made
        ],
        "stores": [_store(size) for size in (0, 1, 3, 400)],
    }


def _store(size: int) -> dict[str, Any]:
    found = [card_of(signed(lamp(slug=f"lamp-{number}"))) for number in range(size)]
    pages = cut(found)
    head = head_of(SELLER.key, 1, NOW, found, b"p" * 32)
    store = {
        "count": size,
        "page_sizes": [len(page) for page in pages],
        "page_ids": [page_id(page).hex() for page in pages],
        "root": hashlib.sha256(b"".join(page_id(page) for page in pages)).hexdigest(),
        "bitmap": head.bitmap.hex(),
        "head": signed(head).envelope.hex(),
    }
    assert root(page_id(page) for page in pages).hex() == store["root"]
    return store if size > 3 else {**store, "pages": [page.hex() for page in pages]}
