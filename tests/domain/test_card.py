"""Cards and the pages they travel in."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.amounts.countries import country_bits
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.listings.card import (
    MAX_CARD_BYTES,
    MAX_PAGE_BYTES,
    Card,
    CardFlag,
    card_of,
    cut,
    encode_card,
    page_cards,
    page_id,
    page_index,
    price_from,
    root,
)
from bazaar.domain.listings.listing import ShippingOption, ShippingService
from tests.domain.samples import (
    ARBITER,
    GREEN,
    LAMP,
    NOW,
    PICKUP,
    SHADES,
    WHITE,
    lamp,
    signed,
)

CARD = card_of(signed(LAMP))
EMPTY_PAGE = b"\x90"


def _numbered(number: int, card: Card = CARD) -> Card:
    listing = hashlib.sha256(number.to_bytes(8, "big")).digest()
    return msgspec.structs.replace(card, listing=listing, slug=f"lamp-{number}")


def _fat(number: int) -> Card:
    card = _numbered(number, msgspec.structs.replace(CARD, categories=(), tags=()))
    for tag in range(10):
        room = MAX_CARD_BYTES - len(encode_card(card))
        if room < 3:
            break
        word = str(tag) * min(40, room - (1 if room <= 33 else 2))
        card = msgspec.structs.replace(card, tags=(*card.tags, word))
    return msgspec.structs.replace(card, title="x" * 140)


def test_a_card_says_what_a_result_row_shows() -> None:
    listing = signed(LAMP)
    assert card_of(listing) == Card(
        slug="desk-lamp",
        listing=listing.id,
        seq=0,
        title="Desk lamp",
        unit="EUR",
        price_from=2615,
        type=1,
        state=1,
        categories=("home",),
        countries=country_bits(["ZZ"]),
        flags=0,
        thumbnail=b"i" * 32,
        tags=("lamp",),
        changed=NOW,
    )


def test_a_hidden_listing_has_no_card() -> None:
    with pytest.raises(ValueError, match="hidden"):
        card_of(signed(lamp(state=2)))
    assert card_of(signed(lamp(state=4))).state == 4


def test_price_from_counts_what_is_in_stock() -> None:
    sold_out = msgspec.structs.replace(GREEN, stock=3)
    assert price_from(lamp(options=(SHADES,), skus=(GREEN, WHITE))) == 2615
    assert price_from(lamp(options=(SHADES,), skus=(sold_out, WHITE))) == 2815
    assert price_from(lamp(options=(SHADES,), skus=(sold_out,))) == 2615
    assert price_from(LAMP) == 2615


def test_flags() -> None:
    free = ShippingOption("Free", 1, ("DE",), (ShippingService("Slow", 0, 0, ""),))
    seats = (ARBITER.key,)
    assert card_of(signed(lamp(nsfw=True))).flags == CardFlag.NSFW
    assert card_of(signed(lamp(shipping=(free,)))).flags == CardFlag.FREE_SHIPPING
    assert card_of(signed(lamp(shipping=(PICKUP,)))).flags == CardFlag.PICKUP
    assert card_of(signed(lamp(seats=seats))).flags == CardFlag.HAS_SEATS
    assert card_of(signed(LAMP), seats).flags == CardFlag.HAS_SEATS
    assert card_of(signed(lamp(seats=())), seats).flags == 0


def test_countries_are_those_of_all_options_or_everywhere() -> None:
    assert card_of(signed(lamp(shipping=(PICKUP,)))).countries == country_bits(["DE"])
    service = signed(lamp(type=3, shipping=(), images=()))
    assert card_of(service).countries == country_bits(["ZZ"])
    assert card_of(service).thumbnail is None


def test_only_the_first_three_categories_are_shown() -> None:
    assert card_of(signed(lamp(categories=("a", "b", "c", "d")))).categories == (
        "a",
        "b",
        "c",
    )


def test_a_card_too_large_loses_tags_then_categories() -> None:
    wide = [f"{number}" + "\U0001f600" * 38 + "a" for number in range(10)]
    title = "\U0001f600" * 140
    card = card_of(
        signed(lamp(tags=tuple(wide), categories=tuple(wide[:3]), title=title))
    )
    assert len(encode_card(card)) <= MAX_CARD_BYTES
    assert card.tags == ()
    assert card.categories == tuple(wide[: len(card.categories)])
    assert card.title == title


def test_an_empty_store_is_one_empty_page() -> None:
    assert cut([]) == (EMPTY_PAGE,)
    assert page_cards(EMPTY_PAGE) == ()


@given(st.sets(st.integers(0, 10_000), max_size=300))
def test_pages_hold_all_cards_in_the_order_of_their_ids(numbers: set[int]) -> None:
    cards = [_numbered(number) for number in numbers]
    pages = cut(cards)
    assert len(pages).bit_count() == 1
    assert max(map(len, pages)) <= MAX_PAGE_BYTES
    found = [card for page in pages for card in page_cards(page)]
    assert found == sorted(cards, key=lambda card: card.listing)
    assert cut(list(reversed(cards))) == pages


def test_there_are_no_more_pages_than_needed() -> None:
    cards: list[Card] = []
    while len(cut(cards)) == 1:
        cards.append(_fat(len(cards)))
    assert len(cut(cards)) == 2
    assert 31 <= len(cards) <= 70


def test_cards_that_no_cut_can_part_are_refused() -> None:
    same = [
        msgspec.structs.replace(
            _fat(number), listing=bytes(28) + number.to_bytes(4, "big")
        )
        for number in range(80)
    ]
    with pytest.raises(ValueError, match="too many cards"):
        cut(same)


def test_an_edit_changes_at_most_two_pages() -> None:
    cards = [_numbered(number) for number in range(1000)]
    before = cut(cards)
    after = cut([*cards[1:], _numbered(5000)])
    assert len(before) == len(after) > 4
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 2


def test_the_page_of_an_id() -> None:
    assert page_index(b"\xff" * 32, 1) == 0
    assert page_index(b"\x80" + bytes(31), 2) == 1
    assert page_index(b"\x7f\xff" + bytes(30), 2) == 0
    assert page_index(b"\xff" * 32, 1024) == 1023


def test_root_and_page_id_are_sha256() -> None:
    ids = [page_id(EMPTY_PAGE)] * 2
    assert page_id(EMPTY_PAGE) == hashlib.sha256(EMPTY_PAGE).digest()
    assert root(ids) == hashlib.sha256(b"".join(ids)).digest()


def _page(*cards: Card) -> bytes:
    return msgspec.msgpack.encode(cards)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"", "truncated"),
        (b"\xc0", "Expected"),
        (b"\x91\x90", "Expected"),
        (EMPTY_PAGE + b"\x00", "trailing"),
        (b"\xdc\x00\x00", "canonical"),
        (bytes(MAX_PAGE_BYTES + 1), "at most 32768"),
        (_page(CARD, CARD), "order"),
        (_page(msgspec.structs.replace(CARD, state=2)), "hidden"),
        (_page(msgspec.structs.replace(CARD, title="a\nb")), "new line"),
        (_page(msgspec.structs.replace(CARD, tags=("a", "a"))), "twice"),
        (_page(msgspec.structs.replace(CARD, unit="XYZ")), "unit"),
        (_page(msgspec.structs.replace(CARD, flags=16)), "16|15"),
        (
            _page(
                msgspec.structs.replace(
                    CARD, tags=tuple(f"{n}" + "\u4e00" * 39 for n in range(10))
                )
            ),
            "1024 bytes",
        ),
    ],
)
def test_pages_that_are_refused(page: bytes, words: str) -> None:
    with pytest.raises(MalformedMessageError, match=words):
        page_cards(page)
