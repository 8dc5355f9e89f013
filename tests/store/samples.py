"""Cards, heads and rows that the store's tests share."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from bazaar.app.ports import MessageRow, TradeRow
from bazaar.domain.amounts.countries import country_bits
from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.card import Card, cut, page_id
from bazaar.domain.stores.head import head_of
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed
from store.catalogue.catalogue import SqlCatalogue
from tests.domain.samples import NOW, SELLER, signed

BUYER_KEY: Final = b"b" * 32
SELLER_KEY: Final = b"s" * 32
TRADE: Final = TradeRow(
    b"t" * 32, 0, BUYER_KEY, SELLER_KEY, "offered", 1, 1, None, b"d"
)
MESSAGE: Final = MessageRow(b"m" * 32, TRADE.id, 0, 0, 32, 5, b"envelope")
CARD: Final = Card(
    slug="lamp",
    listing=b"l" * 32,
    seq=1,
    title="Brass lamp",
    unit="EUR",
    price_from=2500,
    type=1,
    state=1,
    categories=("Home",),
    countries=country_bits(["DE", "NL"]),
    flags=0,
    thumbnail=None,
    tags=("antique",),
    changed=NOW,
)


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: int = NOW) -> None:
        self.time = now

    def now(self) -> int:
        return self.time


def card(slug: str, **changes: Any) -> Card:
    """A card whose listing id follows from its slug and its changes."""
    given = repr((slug, sorted(changes.items()))).encode()
    changes.setdefault("listing", hashlib.sha256(given).digest())
    return msgspec.structs.replace(CARD, slug=slug, **changes)


def head(
    cards: Sequence[Card], seq: int = 1, issued: int = NOW, by: Identity = SELLER
) -> Signed[StoreHead]:
    return signed(head_of(by.key, seq, issued, cards, bytes(32)), by)


async def publish(
    catalogue: SqlCatalogue,
    cards: Sequence[Card],
    seq: int = 1,
    by: Identity = SELLER,
    now: int = NOW,
) -> int:
    page_ids = [page_id(page) for page in cut(cards)]
    return await catalogue.apply_head(head(cards, seq, by=by), page_ids, cards, now)
