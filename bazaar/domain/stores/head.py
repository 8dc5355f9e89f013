"""Store heads: the signed root over a store's pages, its filter and its freshness (6.6)."""

import hashlib
from collections.abc import Sequence
from typing import Final

from bazaar.domain.amounts.countries import (
    EVERYWHERE_BIT,
    country_bit,
    has_bit,
    set_bit_numbers,
    set_bits,
)
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.listings.card import (
    MAX_PAGE_BITS,
    Card,
    cut,
    page_cards,
    page_id,
    page_index,
    root,
)
from bazaar.domain.stores.records import (
    CLOCK_SECONDS,
    HEAD_SECONDS,
    MAX_CARDS,
    StoreHead,
)

RESIGN_SECONDS: Final = 7 * 86_400
"""An unchanged head is signed anew so seldom: each new one goes to every node."""

RESIGN_CHECK_SECONDS: Final = 3_600
_FIRST_COUNTRY_BIT: Final = 128


def head_of(
    by: bytes, seq: int, issued: int, cards: Sequence[Card], profile: bytes
) -> StoreHead:
    """The head of a store with ``cards``, good for 30 days from ``issued`` (seconds).

    Raises ValueError for more than 10,000 cards.
    """
    if len(cards) > MAX_CARDS:
        raise ValueError(f"a store has at most {MAX_CARDS} listings")
    pages = cut(cards)
    return StoreHead(
        by=by,
        seq=seq,
        issued=issued,
        expires=issued + HEAD_SECONDS,
        root=root(page_id(page) for page in pages),
        count=len(cards),
        size=sum(map(len, pages)),
        profile=profile,
        bitmap=bitmap(cards),
    )


def bitmap(cards: Sequence[Card]) -> bytes:
    """The filter over ``cards``: half of it categories, half countries; 32 bytes."""
    categories = {word for card in cards for word in card.categories}
    countries = {bit for card in cards for bit in set_bit_numbers(card.countries)}
    return set_bits({*map(_category_bit, categories), *map(_country_bit, countries)})


def matches(
    head: StoreHead, *, category: str | None = None, country: str | None = None
) -> bool:
    """Whether the store may hold a card of ``category`` that reaches ``country``.

    A filter, never a proof: it may say yes wrongly, but not no.
    """
    if category is not None and not has_bit(head.bitmap, _category_bit(category)):
        return False
    if country is None or has_bit(head.bitmap, _country_bit(EVERYWHERE_BIT)):
        return True
    bit = country_bit(country)
    return bit is not None and has_bit(head.bitmap, _country_bit(bit))


def check_pages(head: StoreHead, page_ids: Sequence[bytes]) -> None:
    """Check a page list against ``head``. Raises MalformedMessageError."""
    if len(page_ids) not in {1 << bits for bits in range(MAX_PAGE_BITS + 1)}:
        raise MalformedMessageError(
            f"{len(page_ids)} pages are not a power of two up to 1,024"
        )
    if root(page_ids) != head.root:
        raise MalformedMessageError("the page list does not hash to the head's root")


def cards_of(head: StoreHead, pages: Sequence[bytes]) -> tuple[Card, ...]:
    """All cards of a store from its pages in order. Raises MalformedMessageError."""
    check_pages(head, [page_id(page) for page in pages])
    if sum(map(len, pages)) != head.size:
        raise MalformedMessageError("the pages have another size than the head says")
    cards: list[Card] = []
    for index, page in enumerate(pages):
        found = page_cards(page)
        if any(page_index(card.listing, len(pages)) != index for card in found):
            raise MalformedMessageError("a card is on the wrong page")
        cards += found
    _check_count(head, cards)
    return tuple(cards)


def is_expired(head: StoreHead, now: int) -> bool:
    """Whether ``head`` has run out at ``now`` (seconds)."""
    return head.expires < now


def is_ahead(head: StoreHead, now: int) -> bool:
    """Whether ``head`` is dated more than 10 min ahead of ``now``: it waits, uncounted."""
    return head.issued > now + CLOCK_SECONDS


def is_fresh(head: StoreHead, now: int) -> bool:
    """Whether ``head`` counts at ``now``: neither expired nor ahead."""
    return not is_expired(head, now) and not is_ahead(head, now)


def _check_count(head: StoreHead, cards: Sequence[Card]) -> None:
    if len(cards) != head.count or head.count > MAX_CARDS:
        raise MalformedMessageError(
            "the pages hold another number of cards than the head says"
        )
    if len({card.slug for card in cards}) != len(cards):
        raise MalformedMessageError("two cards have one slug")


def _category_bit(category: str) -> int:
    return hashlib.sha256(category.encode()).digest()[0] // 2


def _country_bit(bit: int) -> int:
    return _FIRST_COUNTRY_BIT + bit // 2
