"""Store heads: what they cover, what they filter, how long they count."""

import msgspec
import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.listings.card import card_of, cut, page_id, root
from bazaar.domain.stores.head import (
    cards_of,
    check_pages,
    head_of,
    is_ahead,
    is_expired,
    is_fresh,
    matches,
)
from bazaar.domain.stores.records import (
    CLOCK_SECONDS,
    HEAD_SECONDS,
    MAX_CARDS,
    StoreHead,
)
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import ENVELOPE_BYTES, Kind
from tests.domain.samples import LAMP, NET, NOW, PICKUP, SELLER, lamp, signed
from tests.forged_numbers import TOO_GREAT, numbered

CARDS = [
    card_of(
        signed(
            lamp(slug=f"lamp-{number}", categories=(f"c{number}",), shipping=(PICKUP,))
        )
    )
    for number in range(300)
]
PAGES = cut(CARDS)
HEAD = head_of(SELLER.key, 1, NOW, CARDS, b"p" * 32)


def test_a_head_covers_its_pages() -> None:
    assert HEAD.count == 300
    assert HEAD.size == sum(map(len, PAGES))
    assert HEAD.expires == NOW + HEAD_SECONDS
    check_pages(HEAD, [page_id(page) for page in PAGES])
    assert sorted(cards_of(HEAD, PAGES), key=lambda card: card.slug) == sorted(
        CARDS, key=lambda card: card.slug
    )


def test_a_signed_head_stays_small() -> None:
    largest = msgspec.structs.replace(
        HEAD,
        seq=2**32 - 1,
        issued=2**53 - 1 - HEAD_SECONDS,
        expires=2**53 - 1,
        size=2**32 - 1,
    )
    assert len(signed(largest).envelope) <= ENVELOPE_BYTES[Kind.STORE_HEAD]


def test_the_greatest_sequence_is_taken() -> None:
    greatest = b"\xce" + b"\xff" * 4
    head = numbered(HEAD, greatest, SELLER.signing_key, NET.id)
    assert verify_as(StoreHead, head, NET.id).body.seq == 2**32 - 1


@pytest.mark.parametrize("number", TOO_GREAT.values(), ids=TOO_GREAT)
def test_a_sequence_beyond_the_bound_is_refused(number: bytes) -> None:
    head = numbered(HEAD, number, SELLER.signing_key, NET.id)
    with pytest.raises(MalformedMessageError):
        verify_as(StoreHead, head, NET.id)


def test_an_empty_store_has_a_head() -> None:
    head = head_of(SELLER.key, 1, NOW, [], b"p" * 32)
    assert cards_of(head, cut([])) == ()
    assert head.bitmap == bytes(32)
    assert not matches(head, category="home")


def test_the_filter_never_misses() -> None:
    assert all(
        matches(HEAD, category=word) for card in CARDS for word in card.categories
    )
    assert matches(HEAD, country="DE")
    assert matches(HEAD)
    one = head_of(SELLER.key, 1, NOW, CARDS[:1], b"p" * 32)
    assert not matches(one, category="home", country="DE")
    assert not matches(one, country="ZW")
    assert not matches(one, country="XK")
    everywhere = head_of(SELLER.key, 1, NOW, [card_of(signed(LAMP))], b"p" * 32)
    assert matches(everywhere, country="ZW", category="home")


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        (PAGES[:-1], "root|power"),
        ((*PAGES, *PAGES), "root"),
        ((), "power"),
        ((*PAGES[1:], PAGES[0]), "root"),
        ((b"\x90",), "root"),
    ],
)
def test_other_pages_are_refused(pages: tuple[bytes, ...], words: str) -> None:
    with pytest.raises(MalformedMessageError, match=words):
        cards_of(HEAD, pages)


def test_a_head_that_counts_wrongly_is_refused() -> None:
    with pytest.raises(MalformedMessageError, match="number of cards"):
        cards_of(msgspec.structs.replace(HEAD, count=299), PAGES)
    with pytest.raises(MalformedMessageError, match="size"):
        cards_of(msgspec.structs.replace(HEAD, size=1), PAGES)


def test_a_slug_stands_once() -> None:
    twice = [card_of(signed(lamp(seq=seq))) for seq in (0, 1)]
    head = head_of(SELLER.key, 1, NOW, twice, b"p" * 32)
    with pytest.raises(MalformedMessageError, match="slug"):
        cards_of(head, cut(twice))


def test_a_card_on_the_wrong_page_is_refused() -> None:
    swapped = tuple(reversed(PAGES))
    ids = [page_id(page) for page in swapped]
    head = msgspec.structs.replace(HEAD, root=root(ids))
    with pytest.raises(MalformedMessageError, match="wrong page"):
        cards_of(head, swapped)


def test_a_store_has_at_most_ten_thousand_cards() -> None:
    with pytest.raises(ValueError, match="10000"):
        head_of(SELLER.key, 1, NOW, [CARDS[0]] * (MAX_CARDS + 1), b"p" * 32)


def test_freshness_at_its_edges() -> None:
    assert not is_expired(HEAD, HEAD.expires)
    assert is_expired(HEAD, HEAD.expires + 1)
    assert not is_ahead(HEAD, NOW - CLOCK_SECONDS)
    assert is_ahead(HEAD, NOW - CLOCK_SECONDS - 1)
    assert is_fresh(HEAD, NOW)
    assert not is_fresh(HEAD, HEAD.expires + 1)
    assert not is_fresh(HEAD, NOW - CLOCK_SECONDS - 1)
